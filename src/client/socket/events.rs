//! Events of connections as a `Stream`, and waiting for `open`, for the end, and for the buffer to drain.

use alloc::rc::Rc;
use core::fmt;
use core::future::poll_fn;
use core::pin::Pin;
use core::task::{Context, Poll};

use futures_core::{FusedStream, Stream};

use super::handle::WebSocket;
use crate::client::state::subscribers::Buffer;
use crate::client::values::error::{OpenError, SendError};
use crate::client::values::event::{CloseEvent, Event};
use crate::engine::{Engine, ReadyState, Status};

/// So many events are buffered for a slow reader.
const LIMIT: usize = 256;

/// The events of a socket's connections from now on: see [`WebSocket::events`].
///
/// ```no_run
/// # use futures_util::StreamExt;
/// # use holdfast_ws::{Event, WebSocket};
/// # fn show(_: String) {}
/// # async fn run(ws: &WebSocket) {
/// let mut events = ws.events();
/// while let Some(event) = events.next().await {
///     match event {
///         Event::Open => show("online".into()),
///         Event::Reconnecting(planned) => show(format!("attempt {} in {:?}", planned.attempt, planned.delay)),
///         Event::Close(close) if !close.will_reconnect => break,
///         _ => {}
///     }
/// }
/// # }
/// ```
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

    /// Waits until the socket is closed for good, and returns the last close event, without its unsent messages. Returns at once if it is
    /// closed already.
    ///
    /// ```no_run
    /// # use holdfast_ws::WebSocket;
    /// # async fn run(ws: &WebSocket) {
    /// ws.close();
    /// let close = ws.closed().await;
    /// assert!(!close.will_reconnect);
    /// # }
    /// ```
    pub async fn closed(&self) -> CloseEvent {
        let waiter = Rc::default();
        poll_fn(|cx| {
            let is_over = self
                .driver()
                .engine(|engine| engine.status() == Status::Closed && !engine.has_events());
            let last = self.shared().last_close.borrow().clone();
            if let Some(close) = last.filter(|close| is_over && !close.will_reconnect) {
                return Poll::Ready(close);
            }
            self.shared().wakers.register(&waiter, cx);
            Poll::Pending
        })
        .await
    }

    /// Waits until [`buffered_amount`](Self::buffered_amount) is at most `bytes`. Polls every 20 ms, and every second while no connection is
    /// open, because the browser has no event for it.
    ///
    /// # Errors
    /// [`SendError::Closed`] if the socket is closed, or closes before that.
    pub async fn drained(&self, bytes: u64) -> Result<(), SendError> {
        let waiter = Rc::default();
        poll_fn(|cx| {
            if self.ready_state() == ReadyState::Closed {
                return Poll::Ready(Err(SendError::Closed));
            }
            if self.buffered_amount() <= bytes {
                return Poll::Ready(Ok(()));
            }
            self.shared().wakers.register(&waiter, cx);
            self.driver().command(Engine::watch_drain);
            Poll::Pending
        })
        .await
    }

    /// Waits until a connection is open; not at all if one is. A [`lazy`](crate::Builder::lazy) socket connects.
    ///
    /// # Errors
    /// [`OpenError::Closed`] if the socket is closed before.
    pub async fn wait_open(&self) -> Result<(), OpenError> {
        let waiter = Rc::default();
        poll_fn(|cx| {
            if self.ready_state() == ReadyState::Open {
                return Poll::Ready(Ok(()));
            }
            if self.is_ending() {
                return Poll::Ready(Err(OpenError::Closed));
            }
            self.connect();
            self.shared().wakers.register(&waiter, cx);
            Poll::Pending
        })
        .await
    }
}
