//! The socket of a tab, in the place of one of the browser's: a connection by way of another tab, or of this one. It fires the same events.

use alloc::rc::{Rc, Weak};
use alloc::string::String;
use core::cell::{Cell, RefCell};

use js_sys::{Array, ArrayBuffer};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Blob;

use super::event::{Closed, Event, Listener};
use crate::client::values::data::Data;
use crate::client::values::options::BinaryType;
use crate::engine::ReadyState;
use crate::tabs::wire::numbers::float;

/// The carrier of a tab's messages.
pub(crate) trait Carrier {
    /// A socket was dialled, and waits to be opened.
    fn attach(&self, socket: &Rc<TabSocket>);
    /// The socket sends a message. Returns false if the data can't be copied.
    fn send(&self, data: &Data) -> bool;
    /// Returns the bytes that were sent, and have not left.
    fn buffered(&self) -> u64;
    /// The socket was closed on this side: by the application, or because the driver abandons it.
    fn detach(&self, socket: &Rc<TabSocket>, code: Option<u16>, reason: &str);
}

/// A socket that is dialled by a carrier.
pub(crate) struct TabSocket {
    me: Weak<Self>,
    carrier: Weak<dyn Carrier>,
    url: String,
    state: Cell<ReadyState>,
    protocol: RefCell<String>,
    extensions: RefCell<String>,
    binary_type: Cell<BinaryType>,
    /// To open, message, error and close.
    listeners: RefCell<Option<[Listener; 4]>>,
}

impl TabSocket {
    /// Dials.
    pub(super) fn new(url: String, carrier: Weak<dyn Carrier>) -> Rc<Self> {
        let socket = Rc::new_cyclic(|me| Self {
            me: Weak::clone(me),
            carrier,
            url,
            state: Cell::new(ReadyState::Connecting),
            protocol: RefCell::default(),
            extensions: RefCell::default(),
            binary_type: Cell::default(),
            listeners: RefCell::default(),
        });
        if let Some(carrier) = socket.carrier.upgrade() {
            carrier.attach(&socket);
        }
        socket
    }

    pub(super) fn listen(&self, listeners: [Listener; 4]) {
        let old = self.listeners.replace(Some(listeners));
        drop(old);
    }

    pub(super) fn unlisten(&self) {
        let old = self.listeners.take();
        drop(old);
    }

    pub(crate) fn ready_state(&self) -> ReadyState {
        self.state.get()
    }

    pub(super) fn url(&self) -> &str {
        &self.url
    }

    pub(super) fn protocol(&self) -> String {
        self.protocol.borrow().clone()
    }

    pub(super) fn extensions(&self) -> String {
        self.extensions.borrow().clone()
    }

    pub(super) fn set_binary_type(&self, binary_type: BinaryType) {
        self.binary_type.set(binary_type);
    }

    pub(super) fn buffered_amount(&self) -> f64 {
        float(self.carrier.upgrade().map_or(0, |carrier| carrier.buffered()))
    }

    /// Returns false if the data can't be copied.
    pub(super) fn send(&self, data: &Data) -> bool {
        match (self.state.get(), self.carrier.upgrade()) {
            (ReadyState::Open, Some(carrier)) => carrier.send(data),
            _ => true,
        }
    }

    pub(super) fn close(&self, code: Option<u16>, reason: Option<&str>) {
        if matches!(self.state.get(), ReadyState::Closing | ReadyState::Closed) {
            return;
        }
        self.state.set(ReadyState::Closing);
        if let (Some(me), Some(carrier)) = (self.me.upgrade(), self.carrier.upgrade()) {
            carrier.detach(&me, code, reason.unwrap_or_default());
        }
    }

    /// The connection is open.
    pub(crate) fn open(&self, protocol: &str, extensions: &str) {
        if self.state.get() == ReadyState::Connecting {
            self.protocol.replace(protocol.into());
            self.extensions.replace(extensions.into());
            self.state.set(ReadyState::Open);
            self.fire(|[open, ..]| open, Event::Plain);
        }
    }

    /// A message has come: text, or an `ArrayBuffer`.
    pub(crate) fn receive(&self, data: &Data) {
        if self.state.get() != ReadyState::Open {
            return;
        }
        let wants_blob = self.binary_type.get() == BinaryType::Blob && data.is_instance_of::<ArrayBuffer>();
        let given = if wants_blob {
            Blob::new_with_buffer_source_sequence(&Array::of1(data)).map_or(JsValue::UNDEFINED, Into::into)
        } else {
            data.clone()
        };
        self.fire(|[_, message, ..]| message, Event::Message(given));
    }

    /// The connection has ended.
    pub(crate) fn end(&self, code: u16, reason: &str, was_clean: bool) {
        if self.state.replace(ReadyState::Closed) == ReadyState::Closed {
            return;
        }
        if !was_clean {
            self.fire(|[_, _, error, _]| error, Event::Plain);
        }
        let closed = Closed {
            code,
            reason: reason.into(),
            was_clean,
        };
        self.fire(|[.., close]| close, Event::Close(closed));
    }

    /// Nothing is borrowed while the listener runs.
    fn fire(&self, choose: impl FnOnce(&[Listener; 4]) -> &Listener, event: Event) {
        let listener = self.listeners.borrow().as_ref().map(|all| choose(all).clone());
        if let Some(listener) = listener {
            listener.call(event);
        }
    }
}
