//! The browser as the driver's platform.

use alloc::rc::Rc;

use gloo_timers::callback::Timeout;
use wasm_bindgen::JsValue;

use super::native;
use crate::client::browser::clock;
use crate::client::browser::connection::{Connection, Listener};
use crate::client::browser::native::Event;
use crate::client::browser::signals::{self, Signals};
use crate::client::state::shared::Host;
use crate::driver::{Driver, Page, Platform};
use crate::engine::{ConnectionId, ReadyState};

impl Host {
    /// Returns a function that calls the driver, as long as there is one.
    fn caller<T: 'static>(&self, run: impl Fn(&Driver<Self>, T) + Clone + 'static) -> impl Fn(T) + Clone + 'static {
        let shared = Rc::downgrade(&self.0);
        move |given| {
            if let Some(driver) = shared.upgrade().and_then(|shared| shared.driver()) {
                run(&driver, given);
            }
        }
    }

    fn on_close(driver: &Driver<Self>, id: ConnectionId, event: &Event) {
        driver.host().0.browser.set_connected(false);
        driver.on_close(id, event);
    }

    fn listener(&self, id: ConnectionId, run: fn(&Driver<Self>, ConnectionId, &Event)) -> Listener {
        Listener::new(self.caller(move |driver, event: Event| run(driver, id, &event)))
    }
}

impl Platform for Host {
    type Payload = JsValue;
    type Event = Event;
    type Exception = JsValue;

    fn now(&self) -> f64 {
        clock::performance_now()
    }

    fn wall_time(&self) -> f64 {
        clock::date_now()
    }

    fn random(&self) -> f64 {
        clock::random()
    }

    fn set_timer(&self, millis: i32) -> bool {
        let fired = self.caller(|driver, ()| driver.on_alarm());
        let timer = Timeout::new(millis.unsigned_abs(), move || fired(()));
        let old = self.0.browser.timer.replace(Some(timer));
        drop(old);
        true
    }

    fn clear_timer(&self) {
        let old = self.0.browser.timer.take();
        drop(old);
    }

    fn watch_page(&self, on: bool) -> Page {
        let signals = on.then(|| Signals::listen(self.caller(|driver, signal| driver.signal(signal, 0))));
        let old = self.0.browser.signals.replace(signals);
        drop(old);
        if on { signals::now() } else { Page::default() }
    }

    fn dial(&self, id: ConnectionId) -> bool {
        let (url, protocols) = self.0.target.borrow().clone();
        let native = match native::dial(&url, &protocols) {
            Ok(native) => native,
            Err(exception) => {
                self.0.refusal.replace(exception);
                return false;
            }
        };
        let _ = native.set_binary(&self.0.binary_type.get().to_js());
        // Resolved against the page's address once, when the application gave it.
        if let Ok(url) = native.address() {
            self.0.target.borrow_mut().0 = url;
        }
        self.0.browser.set_connected(true);
        let listeners = [
            Driver::<Self>::on_open,
            Driver::<Self>::on_message,
            Driver::<Self>::on_error,
            Self::on_close,
        ];
        let connection = Connection::new(native, listeners.map(|run| self.listener(id, run)));
        let old = self.0.browser.connection.replace(Some(Rc::new(connection)));
        drop(old);
        true
    }

    fn ready_state(&self) -> Option<ReadyState> {
        self.0.browser.native().map(|native| native.ready_state())
    }

    fn buffered_amount(&self) -> f64 {
        self.0.browser.native().map_or(0.0, |native| native.buffered_amount())
    }

    fn transmit(&self, payload: &JsValue) -> Result<(), JsValue> {
        self.0
            .browser
            .native()
            .map_or(Err(JsValue::UNDEFINED), |native| native.send(payload))
    }

    fn abandon(&self) -> bool {
        let connection = self.0.browser.connection.borrow().clone();
        let Some(connection) = connection else { return false };
        self.0.browser.set_connected(false);
        connection.abandon();
        let ended = self.caller(|driver, ()| driver.on_linger_ended());
        connection.native.ready_state() != ReadyState::Closed && native::on_close(&connection.native, move || ended(()))
    }
}
