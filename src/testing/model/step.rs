//! The next event, for the caller to carry out: an event of the page, or one of a server.

use alloc::string::String;

use super::ids::{SocketId, TimerId};
use super::payload::Payload;

/// Something that has just happened in the world. Each is a task of its own.
///
/// The state of the machine is already the new one: `readyState` is OPEN when [`Step::Open`] is returned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Dispatch `open` at a socket.
    Open(SocketId),
    /// Dispatch `message` at a socket.
    Message(SocketId, Payload),
    /// Dispatch `error` at a socket. [`Step::Close`] follows, in a task of its own.
    Error(SocketId),
    /// Dispatch `close` at a socket.
    Close(SocketId, Closed),
    /// Call a timer's function.
    Timer(TimerId),
    /// Dispatch an event of the page.
    Page(PageEvent),
    /// A handshake has reached a server that answers. Answer with [`Machine::accept`](super::Machine::accept) or
    /// [`Machine::reject`](super::Machine::reject); without an answer it hangs.
    Request(SocketId),
    /// A server has received a message.
    Received(SocketId, Payload),
    /// Call the function of a server's timer: the number that [`Machine::set_server_timer`](super::Machine::set_server_timer) gave.
    Tick(u32),
    /// A server has lost a connection that it had accepted, or learned that it was closed.
    Left(SocketId, Closed),
}

/// How a connection ended: the fields of a `close` event.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Closed {
    /// The close code: 1005 for a close frame without one, 1006 without a close frame.
    pub code: u16,
    /// The reason; empty without one.
    pub reason: String,
    /// True if the closing handshake was completed.
    pub clean: bool,
}

impl Closed {
    /// Returns the end of a connection without a close frame: 1006.
    #[must_use]
    pub const fn lost() -> Self {
        Self {
            code: 1006,
            reason: String::new(),
            clean: false,
        }
    }
}

/// An event of the page's document or window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PageEvent {
    /// `online`.
    Online,
    /// `offline`.
    Offline,
    /// `visibilitychange`, to hidden.
    Hidden,
    /// `visibilitychange`, to visible.
    Visible,
    /// `freeze`.
    Freeze,
    /// `resume`.
    Resume,
    /// `beforeunload`.
    BeforeUnload,
    /// `pagehide`.
    PageHide {
        /// True if the page may come back from the back/forward cache.
        persisted: bool,
    },
    /// `pageshow`, of a page that is back from the back/forward cache.
    PageShow,
}

impl PageEvent {
    /// Returns the event's type.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Online => "online",
            Self::Offline => "offline",
            Self::Hidden | Self::Visible => "visibilitychange",
            Self::Freeze => "freeze",
            Self::Resume => "resume",
            Self::BeforeUnload => "beforeunload",
            Self::PageHide { .. } => "pagehide",
            Self::PageShow => "pageshow",
        }
    }
}
