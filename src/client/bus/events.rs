//! The events of a bus as a `Stream`.

use alloc::rc::Rc;
use alloc::string::String;
use core::fmt;
use core::pin::Pin;
use core::task::{Context, Poll};

use futures_core::{FusedStream, Stream};

use crate::client::state::subscribers::Buffer;
use crate::engine::Status;

/// The items of [`Bus::events`](super::Bus::events).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum BusEvent {
    /// The status of the connection has changed, to this. [`Status::Idle`]: there is none, as none is needed.
    Status(Status),
    /// The broker has refused the login, or has ended the connection as its token has expired, and says why. Another token is asked for and
    /// tried, with backoff, if there is a function for it. Where a browser sees a failed handshake only, as with nchan, there is no such
    /// event.
    Refused(String),
}

/// The events of a bus from now on. The last 256 are kept for a slow reader. It ends when the bus is closed.
#[must_use = "streams do nothing unless polled"]
pub struct BusEvents(pub(super) Rc<Buffer<BusEvent>>);

impl Stream for BusEvents {
    type Item = BusEvent;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<BusEvent>> {
        self.0.poll(cx)
    }
}

impl FusedStream for BusEvents {
    fn is_terminated(&self) -> bool {
        self.0.is_over()
    }
}

impl fmt::Debug for BusEvents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BusEvents")
    }
}
