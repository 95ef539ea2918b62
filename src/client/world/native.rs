//! A socket of the world, as the client uses the browser's, and its events.

use alloc::rc::Rc;
use alloc::string::String;
use core::cell::Cell;

use crate::client::values::data::{self, Data};
use crate::client::values::options::BinaryType;
use crate::engine::{Close, ReadyState};
use crate::testing::{self, Closed, Socket};

/// An event of a socket.
#[derive(Clone)]
pub(crate) enum Event {
    /// `open` or `error`.
    Plain,
    Message(Data),
    Close(Closed),
}

impl Event {
    /// The data of a `message` event.
    pub(crate) fn data(&self) -> Data {
        match self {
            Self::Message(data) => data.clone(),
            Self::Plain | Self::Close(_) => data::of_text(""),
        }
    }

    /// This event as the `close` event that it is.
    pub(crate) fn as_close(&self) -> CloseEvent {
        CloseEvent(match self {
            Self::Close(closed) => closed.clone(),
            Self::Plain | Self::Message(_) => Closed {
                code: Close::ABNORMAL.code,
                reason: String::new(),
                clean: false,
            },
        })
    }
}

/// A `close` event.
#[derive(Clone)]
pub(crate) struct CloseEvent(Closed);

impl CloseEvent {
    pub(crate) const fn code(&self) -> u16 {
        self.0.code
    }

    pub(crate) fn reason(&self) -> String {
        self.0.reason.clone()
    }

    pub(crate) const fn was_clean(&self) -> bool {
        self.0.clean
    }

    /// Returns the delay that the server asks for in its reason, in milliseconds; NaN for none.
    pub(crate) fn retry_after(&self) -> f64 {
        let reason = serde_json::from_str::<serde_json::Value>(&self.0.reason);
        let asked = reason.ok().and_then(|reason| reason.get("retryAfter")?.as_f64());
        asked.unwrap_or(f64::NAN)
    }
}

/// A socket of the world.
#[derive(Clone)]
pub(crate) struct Native(pub(super) Socket);

impl Native {
    pub(crate) fn send(&self, data: &Data) -> Result<(), testing::SendError> {
        self.0.send(data.clone())
    }

    pub(crate) fn ready_state(&self) -> ReadyState {
        self.0.ready_state()
    }

    #[allow(clippy::unused_self)] // A tab's socket has none.
    pub(crate) const fn is_own(&self) -> bool {
        true
    }

    #[allow(clippy::cast_precision_loss)] // A count of bytes.
    pub(crate) fn buffered_amount(&self) -> f64 {
        self.0.buffered_amount() as f64
    }

    /// Closes it without code and reason.
    pub(crate) fn leave(&self) {
        let _ = self.0.close(None, "");
    }

    /// Closes it with a code, and a reason if there is one.
    pub(crate) fn close(&self, code: u16, reason: Option<&str>) -> Result<(), testing::CloseError> {
        self.0.close(Some(code), reason.unwrap_or_default())
    }

    /// Calls `listener` when it fails or closes. Returns true if it will. The npm wrapper hears of either, too, because Node 22 fires no `close`
    /// after the `error` of a handshake.
    pub(crate) fn on_close(&self, listener: impl FnOnce() + 'static) -> bool {
        let listener = Rc::new(Cell::new(Some(listener)));
        let call = move || {
            if let Some(listener) = listener.take() {
                listener();
            }
        };
        self.0.on_error(call.clone());
        self.0.on_close(move |_| call());
        true
    }

    pub(crate) fn url(&self) -> String {
        self.0.url()
    }

    pub(crate) fn protocol(&self) -> String {
        self.0.protocol()
    }

    #[allow(clippy::unused_self)] // A browser's socket has extensions.
    pub(crate) const fn extensions(&self) -> String {
        String::new()
    }

    #[allow(clippy::unused_self)] // There are no blobs.
    pub(crate) const fn set_binary_type(&self, _: BinaryType) {}

    #[allow(clippy::unused_self)] // It is no object of JavaScript.
    pub(crate) fn into_web_sys(self) -> Option<web_sys::WebSocket> {
        None
    }
}
