//! Events of connections as a `Stream`, and waiting for `open`.

use alloc::rc::Rc;
use core::fmt;
use core::future::poll_fn;
use core::pin::Pin;
use core::task::{Context, Poll};

use futures_core::{FusedStream, Stream};

use super::handle::WebSocket;
use crate::client::state::subscribers::Buffer;
use crate::client::values::error::OpenError;
use crate::client::values::event::Event;
use crate::engine::ReadyState;

/// So many events are buffered for a slow reader.
const LIMIT: usize = 256;

/// The events of a socket's connections from now on: see [`WebSocket::events`].
#[must_use = "streams do nothing unless polled"]
pub struct Events(Rc<Buffer<Event>>);

impl Events {
    /// Returns the number of events that were dropped because the reader was too slow.
    #[must_use]
    pub fn lagged(&self) -> u64 {
        self.0.lagged()
    }
}

impl Stream for Events {
    type Item = Event;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Event>> {
        self.0.poll(cx)
    }
}

impl FusedStream for Events {
    fn is_terminated(&self) -> bool {
        self.0.is_over()
    }
}

impl fmt::Debug for Events {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Events")
    }
}

impl WebSocket {
    /// Returns a stream of the events from now on. It continues after the last `Close`, because
    /// [`reconnect`](Self::reconnect) may follow, and ends when the last handle has been dropped; it keeps no handle itself.
    /// The last 256 events are kept for a slow reader: the latest says how things stand.
    pub fn events(&self) -> Events {
        Events(self.shared().subscribers.read_events(LIMIT))
    }

    /// Waits until a connection is open; not at all if one is.
    ///
    /// # Errors
    /// [`OpenError::Closed`] if it is over before.
    pub async fn wait_open(&self) -> Result<(), OpenError> {
        let waiter = Rc::default();
        poll_fn(|cx| {
            if self.ready_state() == ReadyState::Open {
                return Poll::Ready(Ok(()));
            }
            if self.is_ending() {
                return Poll::Ready(Err(OpenError::Closed));
            }
            self.shared().wakers.register(&waiter, cx);
            Poll::Pending
        })
        .await
    }
}
