//! The state of one socket: what its handles, its streams and its driver have in common.

use alloc::rc::{Rc, Weak};
use alloc::vec::Vec;
use core::cell::{Cell, OnceCell, RefCell};
#[cfg(feature = "serde")]
use core::time::Duration;

use wasm_bindgen::JsValue;

use super::address::Provider;
use super::asking::Asking;
use super::event::CloseEvent;
use super::handlers::Handlers;
use super::message::Message;
use super::options::{BinaryType, Heartbeat, Options, ShouldReconnect};
use super::resume::Resume;
use crate::driver::{self, Driver};
#[cfg(feature = "futures")]
use crate::engine::Queue;

/// What a socket's handles, its streams and its driver have in common.
pub(super) struct Shared {
    driver: OnceCell<Weak<Driver<Host>>>,
    pub(super) provider: Option<Provider>,
    pub(super) asking: Asking,
    pub(super) should_reconnect: Option<ShouldReconnect>,
    pub(super) heartbeat: Option<Heartbeat>,
    /// Where to dial: URL and subprotocols.
    pub(super) target: RefCell<(JsValue, JsValue)>,
    /// What the browser threw at the last dial.
    pub(super) refusal: RefCell<JsValue>,
    pub(super) binary_type: Cell<BinaryType>,
    /// The event of the connection that has just ended, and what of it was never sent.
    pub(super) ended: RefCell<Option<driver::CloseEvent>>,
    pub(super) unsent: RefCell<Vec<Message>>,
    pub(super) on: Handlers,
    pub(super) last_close: RefCell<Option<CloseEvent>>,
    pub(super) resume: Resume,
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
    pub(super) fn new(options: Options, target: (JsValue, JsValue), provider: Option<Provider>) -> Self {
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
            binary_type: Cell::new(options.binary_type),
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
    pub(super) fn hears(&self) -> bool {
        #[cfg(feature = "futures")]
        if self.readers.is_read() {
            return true;
        }
        self.on.message.is_set()
    }

    /// Lets go of the application's answer to a question that is no longer open.
    pub(super) fn review_question(&self) {
        let open = self
            .driver()
            .and_then(|driver| driver.engine(|engine| engine.question()));
        self.asking.keep_only(open);
    }

    pub(super) fn tell_close(&self, event: CloseEvent) {
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

/// The state, as the driver's host: `impl Heard for Host` stands in `host.rs`.
pub(super) struct Host(pub(super) Rc<Shared>);
