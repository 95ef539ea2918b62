//! A channel whose state the application loads: its stream.

use alloc::rc::Rc;
use alloc::vec::Vec;
use core::fmt;
use core::pin::Pin;
use core::task::{Context, Poll};

use futures_core::{FusedStream, Stream};

use super::answer::Answer;
use super::channel::{ChannelEvents, Uses, channel_members};
use super::holder::{Holder, Sink};
use super::inner::Inner;
use super::values::{ChannelMessage, ChannelStatus, Member, Position, Update};
use crate::channels::Payload;
use crate::client::state::subscribers::Buffer;

impl<S> Sink for Buffer<Update<S>> {
    fn deliver(&self, message: ChannelMessage) {
        self.push(Update::Message(message));
    }

    fn finish(&self) {
        Self::finish(self);
    }
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
