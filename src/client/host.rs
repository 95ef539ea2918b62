//! The application's side of a socket, as the driver wants to speak to it: events become Rust's and go to handlers and
//! streams; questions go to the application's closures.

use alloc::rc::{Rc, Weak};
use alloc::string::String;
use alloc::vec::Vec;
use core::cell::{OnceCell, RefCell};
use core::future::poll_fn;
#[cfg(feature = "serde")]
use core::time::Duration;

use js_sys::{JSON, Reflect};
use wasm_bindgen::prelude::*;

use super::address::{Attempt, Provider};
use super::asking::Asking;
use super::builder::Builder;
use super::event::{CloseEvent, Reconnecting};
use super::handlers::Handlers;
use super::message::Message;
use super::options::{BinaryType, Heartbeat, Pong, ShouldReconnect};
use super::resume::Resume;
use crate::driver::{self, Driver, Event, Heard, Native};
#[cfg(feature = "futures")]
use crate::engine::Queue;
use crate::engine::{Cause, Close, Failure, RequestId, ResolveId, Span, Status};

#[wasm_bindgen]
extern "C" {
    /// The browser's class, whose exceptions are to be caught.
    type Dialled;
    #[wasm_bindgen(constructor, js_class = "WebSocket", catch)]
    fn new(url: &JsValue, protocols: &JsValue) -> Result<Dialled, JsValue>;

    #[wasm_bindgen(method, catch, js_name = addEventListener)]
    fn listen(this: &Native, name: &str, listener: &JsValue) -> Result<(), JsValue>;

    #[wasm_bindgen(method, getter, catch)]
    fn data(this: &Event) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, getter, catch)]
    fn reason(this: &driver::CloseEvent) -> Result<JsValue, JsValue>;
}

/// What a socket's handles, its streams and its driver have in common.
pub(super) struct Shared {
    driver: OnceCell<Weak<Driver<Host>>>,
    provider: Option<Provider>,
    asking: Asking,
    should_reconnect: Option<ShouldReconnect>,
    heartbeat: Option<Heartbeat>,
    /// Where to dial: URL and subprotocols.
    target: RefCell<(JsValue, JsValue)>,
    /// What the browser threw at the last dial.
    pub(super) refusal: RefCell<JsValue>,
    pub(super) binary_type: core::cell::Cell<BinaryType>,
    /// The event of the connection that has just ended, and what of it was never sent.
    ended: RefCell<Option<driver::CloseEvent>>,
    unsent: RefCell<Vec<Message>>,
    pub(super) on: Handlers,
    last_close: RefCell<Option<CloseEvent>>,
    resume: Resume,
    /// What may wait; `None` also without reconnection.
    #[cfg(feature = "futures")]
    pub(super) queue: Option<Queue>,
    #[cfg(feature = "futures")]
    pub(super) readers: super::buffer::Readers,
    #[cfg(feature = "futures")]
    pub(super) waiting: super::waiting::Waiting,
    #[cfg(feature = "futures")]
    pub(super) sinks: super::sinks::Sinks,
    #[cfg(feature = "serde")]
    pub(super) inbox: super::inbox::Inbox,
    #[cfg(feature = "serde")]
    pub(super) request_timeout: Duration,
}

impl Shared {
    pub(super) fn new(options: Builder, target: (JsValue, JsValue), provider: Option<Provider>) -> Self {
        Self {
            driver: OnceCell::new(),
            provider,
            asking: Asking::default(),
            #[cfg(feature = "futures")]
            queue: options
                .queue
                .filter(|_| options.reconnect.is_some())
                .map(|queue| queue.0),
            should_reconnect: options.reconnect.and_then(|reconnect| reconnect.should),
            heartbeat: options.heartbeat,
            target: RefCell::new(target),
            refusal: RefCell::new(JsValue::UNDEFINED),
            binary_type: core::cell::Cell::new(options.binary_type),
            ended: RefCell::new(None),
            unsent: RefCell::new(Vec::new()),
            on: Handlers::default(),
            last_close: RefCell::new(None),
            resume: options.resume,
            #[cfg(feature = "futures")]
            readers: super::buffer::Readers::default(),
            #[cfg(feature = "futures")]
            waiting: super::waiting::Waiting::default(),
            #[cfg(feature = "futures")]
            sinks: super::sinks::Sinks::default(),
            #[cfg(feature = "serde")]
            inbox: super::inbox::Inbox::default(),
            #[cfg(feature = "serde")]
            request_timeout: options.request_timeout,
        }
    }

    /// To be called once, when the driver is made.
    pub(super) fn join(&self, driver: &Rc<Driver<Host>>) {
        let _ = self.driver.set(Rc::downgrade(driver));
    }

    pub(super) fn driver(&self) -> Option<Rc<Driver<Host>>> {
        self.driver.get()?.upgrade()
    }

    /// Nobody has a handle any more.
    pub(super) fn release(&self) {
        self.asking.keep_only(None);
        self.on.clear();
        #[cfg(feature = "futures")]
        {
            self.readers.finish_all();
            self.waiting.wake();
        }
    }

    /// Whether anybody takes messages.
    fn hears(&self) -> bool {
        #[cfg(feature = "futures")]
        if self.readers.is_read() {
            return true;
        }
        self.on.message.is_set()
    }

    /// Lets go of the application's answer to a question that is no longer open.
    fn review_question(&self) {
        let open = self
            .driver()
            .and_then(|driver| driver.engine(|engine| engine.question()));
        self.asking.keep_only(open);
    }

    fn tell_close(&self, event: CloseEvent) {
        let mut remembered = event.clone();
        remembered.unsent.clear();
        self.last_close.replace(Some(remembered));
        #[cfg(feature = "futures")]
        {
            self.readers.tell(&super::event::Event::Close(event.clone()));
            if !event.will_reconnect {
                self.readers.finish_messages();
            }
            self.waiting.wake();
        }
        self.on.close.call(event);
    }
}

pub(super) struct Host(pub(super) Rc<Shared>);

impl Heard for Host {
    fn dial(&self) -> Option<Native> {
        let (url, protocols) = self.0.target.borrow().clone();
        match Dialled::new(&url, &protocols) {
            Ok(dialled) => {
                let native: Native = dialled.unchecked_into();
                let _ = native.set_binary(&self.0.binary_type.get().to_js());
                // Resolved against the page's address once, when the application gave it.
                if let Ok(url) = native.address() {
                    self.0.target.borrow_mut().0 = url;
                }
                Some(native)
            }
            Err(exception) => {
                self.0.refusal.replace(exception);
                None
            }
        }
    }

    fn provide(&self, question: u32, attempt: u32) {
        let asked = self.0.asking.begin(ResolveId::new(question));
        let shared = Rc::downgrade(&self.0);
        // Never within a call of the application's own.
        js_sys::futures::spawn_local(async move {
            let Some(shared) = shared.upgrade().filter(|_| !asked.is_stale()) else {
                return;
            };
            let Some(provider) = shared.provider.clone() else {
                return;
            };
            let told = Attempt {
                number: attempt,
                last_close: shared.last_close.borrow().clone(),
                resume: shared.resume.token(),
            };
            let shared = {
                // The application's answer must not keep what it waits for.
                let weak = Rc::downgrade(&shared);
                drop(shared);
                weak
            };
            asked.wait_for(provider(told));
            drop(provider);
            let Ok(url) = poll_fn(|cx| asked.poll(cx)).await else {
                return;
            };
            let Some(shared) = shared.upgrade() else { return };
            if let Some(driver) = shared.driver() {
                let known = url.map(|url| shared.target.borrow_mut().0 = JsValue::from_str(&url));
                driver.command(|engine, now| match known {
                    Some(()) => engine.handle_resolved(ResolveId::new(question)),
                    None => engine.handle_unresolved(now, ResolveId::new(question)),
                });
            }
        });
    }

    fn open(&self, _: &Event) -> bool {
        #[cfg(feature = "futures")]
        {
            if let Some(driver) = self.0.driver() {
                self.0.sinks.opened(&driver);
            }
            self.0.readers.tell(&super::event::Event::Open);
            self.0.waiting.wake();
        }
        self.0.on.open.call(());
        true
    }

    fn message(&self, event: &Event) {
        let data = data(event);
        if self.0.resume.is_set() && self.0.hears() {
            self.0.resume.remember(&Message::from_js(&data));
        }
        #[cfg(feature = "futures")]
        self.0.readers.deliver(&data);
        if self.0.on.message.is_set() {
            self.0.on.message.call(Message::from_js(&data));
        }
    }

    fn lingers(&self, native: &Native) -> bool {
        let shared = Rc::downgrade(&self.0);
        let gone = Closure::once_into_js(move || {
            if let Some(driver) = shared.upgrade().and_then(|shared| shared.driver()) {
                driver.gone();
            }
        });
        native.listen("close", &gone).is_ok()
    }

    fn error(&self, _: Option<&Event>) {
        #[cfg(feature = "futures")]
        self.0.readers.tell(&super::event::Event::Error);
        self.0.on.error.call(());
    }

    fn ended(&self, event: &driver::CloseEvent) -> f64 {
        self.0.ended.replace(Some(event.clone()));
        let reason = JSON::parse(&reason(event));
        let asked = reason.and_then(|reason| Reflect::get(&reason, &JsValue::from_str("retryAfter")));
        asked.ok().and_then(|asked| asked.as_f64()).unwrap_or(f64::NAN)
    }

    fn unsent(&self, payload: JsValue) {
        self.0.unsent.borrow_mut().push(Message::from_js(&payload));
    }

    fn expired(&self) {
        let messages = self.0.unsent.take();
        #[cfg(feature = "futures")]
        {
            self.0.sinks.expired(messages.len());
            self.0.readers.tell(&super::event::Event::Expired(messages.clone()));
            self.0.waiting.wake();
        }
        self.0.on.expired.call(messages);
    }

    fn close(&self, close: Close, cause: Cause, will_reconnect: bool) -> bool {
        let ended = self.0.ended.take();
        let mut told = close_event(ended.as_ref(), close, cause);
        told.will_reconnect = will_reconnect;
        told.unsent = self.0.unsent.take();
        #[cfg(feature = "futures")]
        if !will_reconnect {
            let driver = self.0.driver();
            let held = self.0.sinks.gave_up(driver.as_deref(), told.unsent.len());
            told.unsent.extend(held.iter().map(Message::from_js));
        }
        self.0.review_question();
        self.0.tell_close(told);
        true
    }

    fn reconnecting(&self, attempt: u32, delay: Span, cause: Cause) {
        let planned = Reconnecting {
            attempt,
            delay: delay.into(),
            cause,
        };
        #[cfg(feature = "futures")]
        self.0.readers.tell(&super::event::Event::Reconnecting(planned));
        self.0.on.reconnecting.call(planned);
    }

    fn status(&self, status: Status) {
        self.0.review_question();
        #[cfg(feature = "futures")]
        {
            self.0.readers.tell(&super::event::Event::Status(status));
            self.0.waiting.wake();
        }
        self.0.on.status.call(status);
    }

    fn ping(&self) -> JsValue {
        let ping = self.0.heartbeat.as_ref().and_then(|heartbeat| heartbeat.ping.as_ref());
        match ping {
            Some(ping) => ping().to_js().map_or(JsValue::UNDEFINED, |(data, _)| data),
            None => JsValue::from_str("ping"),
        }
    }

    fn answers(&self, event: &Event) -> bool {
        let pong = self.0.heartbeat.as_ref().and_then(|heartbeat| heartbeat.pong.as_ref());
        match pong {
            Some(Pong::Text(pong)) => data(event) == *pong,
            Some(Pong::Matches(matches)) => matches(&Message::from_js(&data(event))),
            None => false,
        }
    }

    fn should_reconnect(&self, close: Close, cause: Cause, attempt: u32, would_reconnect: bool) -> bool {
        let ended = self.0.ended.borrow().clone();
        let mut event = close_event(ended.as_ref(), close, cause);
        event.will_reconnect = would_reconnect;
        let should = self.0.should_reconnect.as_ref();
        should.map_or(would_reconnect, |should| should(&event, attempt))
    }

    fn is_reply(&self, event: &Event) -> bool {
        #[cfg(feature = "serde")]
        if let Some(driver) = self.0.driver() {
            return self.0.inbox.read(&driver, &data(event));
        }
        let _ = event;
        false
    }

    fn failed(&self, request: RequestId, failure: Failure, _sent: bool) {
        #[cfg(feature = "serde")]
        self.0.inbox.give_up(request, failure);
        // There may be room in the queue now.
        #[cfg(feature = "futures")]
        self.0.waiting.wake();
        let _ = (request, failure);
    }

    fn drain(&self) {
        #[cfg(feature = "futures")]
        self.0.waiting.wake();
    }
}

fn data(event: &Event) -> JsValue {
    event.data().unwrap_or_default()
}

fn reason(event: &driver::CloseEvent) -> String {
    let reason = event.reason().ok().and_then(|reason| reason.as_string());
    reason.unwrap_or_default()
}

fn close_event(event: Option<&driver::CloseEvent>, close: Close, cause: Cause) -> CloseEvent {
    CloseEvent {
        code: close.code,
        reason: event.map_or_else(|| cause.reason().into(), reason),
        was_clean: close.clean,
        cause,
        will_reconnect: false,
        unsent: Vec::new(),
    }
}
