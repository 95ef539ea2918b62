//! A channel whose state the application loads.

use alloc::boxed::Box;
use alloc::rc::{Rc, Weak};
use alloc::vec::Vec;
use core::error::Error;
use core::fmt;
use core::future::{Future, poll_fn};
use core::pin::Pin;
use core::task::{Context, Poll};

use futures_core::{FusedStream, Stream};

use super::answer::Answer;
use super::channel::{ChannelEvents, ChannelStatus, Uses, channel_members};
use super::holder::{Holder, Sink};
use super::inner::Inner;
use super::values::{ChannelMessage, Member, Position};
use crate::channels::Payload;
use crate::client::state::subscribers::Buffer;

/// The items of [`Loading`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Update<S> {
    /// The application's state, newly loaded. It replaces the one of before.
    State(S),
    /// A message that is later than the state.
    Message(ChannelMessage),
}

impl<S> Sink for Buffer<Update<S>> {
    fn deliver(&self, message: ChannelMessage) {
        self.push(Update::Message(message));
    }

    fn finish(&self) {
        Self::finish(self);
    }
}

/// A state that was loaded.
pub(super) struct Loaded {
    pub(super) position: Option<Position>,
    /// Puts it into the stream.
    pub(super) take: Box<dyn FnOnce()>,
}

/// [`None`] if the application could not load it.
pub(super) type LoadFuture = Pin<Box<dyn Future<Output = Option<Loaded>>>>;

/// The application's function.
pub(super) type Load = Rc<dyn Fn() -> LoadFuture>;

pub(super) fn load<S: 'static>(
    buffer: &Rc<Buffer<Update<S>>>,
    function: impl AsyncFn() -> Result<(S, Option<Position>), Box<dyn Error>> + 'static,
) -> Load {
    let (function, buffer) = (Rc::new(function), Rc::downgrade(buffer));
    Rc::new(move || {
        let (function, buffer) = (Rc::clone(&function), Weak::clone(&buffer));
        Box::pin(async move {
            let (state, position) = function().await.ok()?;
            let take = Box::new(move || {
                if let Some(buffer) = buffer.upgrade() {
                    buffer.push(Update::State(state));
                }
            });
            Some(Loaded { position, take })
        })
    })
}

/// Waits for all, side by side. [`None`] as soon as one has failed.
pub(super) fn all<Id: Copy>(loads: Vec<(Id, LoadFuture)>) -> impl Future<Output = Option<Vec<(Id, Loaded)>>> {
    let mut loads: Vec<_> = loads.into_iter().map(|(id, load)| (id, Ok(load))).collect();
    poll_fn(move |cx| {
        for (_, load) in &mut loads {
            if let Ok(future) = load
                && let Poll::Ready(loaded) = future.as_mut().poll(cx)
            {
                let Some(loaded) = loaded else { return Poll::Ready(None) };
                *load = Err(loaded);
            }
        }
        if loads.iter().any(|(_, load)| load.is_ok()) {
            return Poll::Pending;
        }
        let all = core::mem::take(&mut loads).into_iter();
        Poll::Ready(Some(all.filter_map(|(id, load)| Some((id, load.err()?))).collect()))
    })
}

/// A channel whose state the application loads: a [`Stream`] of states and messages. See [`Bus::load`](super::Bus::load).
///
/// 1,000 items are kept for a slow reader; one more ends the stream after those.
#[must_use = "the channel is left when this is dropped"]
pub struct Loading<S> {
    uses: Uses,
    buffer: Rc<Buffer<Update<S>>>,
}

impl<S> Loading<S> {
    pub(super) fn new(inner: Rc<Inner>, holder: Rc<Holder>, buffer: Rc<Buffer<Update<S>>>) -> Self {
        Self {
            uses: Uses { inner, holder },
            buffer,
        }
    }

    /// Returns true if the stream ended, or will end, because its reader was too slow.
    #[must_use]
    pub fn has_lagged(&self) -> bool {
        self.buffer.lagged() > 0
    }
}

impl<S> Loading<S> {
    channel_members!();
}

impl<S> Stream for Loading<S> {
    type Item = Update<S>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Update<S>>> {
        self.buffer.poll(cx)
    }
}

impl<S> FusedStream for Loading<S> {
    fn is_terminated(&self) -> bool {
        self.buffer.is_over()
    }
}

impl<S> fmt::Debug for Loading<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Loading")
            .field("name", &self.name())
            .field("status", &self.status())
            .finish_non_exhaustive()
    }
}
