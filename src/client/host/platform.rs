//! The browser, or a world, as the driver's platform.

use alloc::rc::Rc;

use crate::client::platform::connection::{Connection, Listener};
use crate::client::platform::native::Event;
use crate::client::state::shared::Host;
use crate::client::values::data::Data;
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
        driver.host().0.connected(false);
        driver.on_close(id, event);
    }

    fn listener(&self, id: ConnectionId, run: fn(&Driver<Self>, ConnectionId, &Event)) -> Listener {
        Listener::new(self.caller(move |driver, event: Event| run(driver, id, &event)))
    }
}

impl Platform for Host {
    type Payload = Data;
    type Event = Event;
    type Exception = ();

    fn now(&self) -> f64 {
        self.0.browser.now()
    }

    fn wall_time(&self) -> f64 {
        self.0.browser.wall_time()
    }

    fn random(&self) -> f64 {
        self.0.browser.random()
    }

    fn set_timer(&self, millis: i32) -> bool {
        let fired = self.caller(|driver, ()| driver.on_alarm());
        self.0.browser.set_timer(millis, move || fired(()));
        true
    }

    fn clear_timer(&self) {
        self.0.browser.clear_timer();
    }

    fn watch_page(&self, on: bool) -> Page {
        if on {
            let signal = self.caller(|driver, signal| driver.signal(signal, 0));
            return self.0.browser.watch_page(signal);
        }
        self.0.browser.unwatch_page();
        Page::default()
    }

    fn found_visible(&self) -> bool {
        self.0.browser.found_visible()
    }

    fn dial(&self, id: ConnectionId) -> bool {
        let target = self.0.target.borrow().clone();
        let native = match self.0.browser.dial(&target) {
            Ok(native) => native,
            Err(refusal) => {
                self.0.refusal.set(Some(refusal));
                return false;
            }
        };
        native.set_binary_type(self.0.binary_type.get());
        // Resolved against the page's address once, when the application gave it.
        self.0.target.borrow_mut().resolve(&native);
        self.0.connected(native.is_own());
        let attempt = || {
            self.0
                .driver()
                .map_or(0, |driver| driver.engine(|engine| engine.attempt()))
        };
        self.0.trace.dialled(attempt, || native.url());
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

    fn transmit(&self, payload: &Data) -> Result<(), ()> {
        let native = self.0.browser.native().ok_or(())?;
        native.send(payload).map_err(drop)
    }

    fn abandon(&self) -> bool {
        let connection = self.0.browser.connection.borrow().clone();
        let Some(connection) = connection else { return false };
        self.0.connected(false);
        connection.abandon();
        let ended = self.caller(|driver, ()| {
            driver.host().0.lingers(false);
            driver.on_linger_ended();
        });
        let lingers =
            connection.native.ready_state() != ReadyState::Closed && connection.native.on_close(move || ended(()));
        if lingers {
            self.0.lingers(true);
        }
        lingers
    }
}
