//! A channel, as one part of the application uses it: a stream of its messages.

use alloc::rc::Rc;
use alloc::vec::Vec;
use core::fmt;
use core::pin::Pin;
use core::task::{Context, Poll};

use futures_core::{FusedStream, Stream};

use super::answer::Answer;
use super::holder::{BEHIND, Holder};
use super::inner::Inner;
use super::values::{ChannelEvent, ChannelMessage, ChannelStatus, Member, Position};
use crate::channels::Payload;
use crate::client::state::subscribers::{Buffer, Overflow};

/// A channel: a [`Stream`] of its messages, from one connection after the other, until the bus is closed.
///
/// 1,000 messages are kept for a slow reader; one more ends the stream after those, so that no gap goes unnoticed: see
/// [`has_lagged`](Self::has_lagged). For the broker a channel is subscribed once, however many of these there are, and left 3 s after
/// the last of them is dropped. It keeps its bus.
#[must_use = "the channel is left when this is dropped"]
pub struct Channel {
    uses: Uses,
    buffer: Rc<Buffer<ChannelMessage>>,
}

impl Channel {
    pub(super) fn new(inner: Rc<Inner>, holder: Rc<Holder>, buffer: Rc<Buffer<ChannelMessage>>) -> Self {
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

/// Uses a channel, until it is dropped.
pub(super) struct Uses {
    pub(super) inner: Rc<Inner>,
    pub(super) holder: Rc<Holder>,
}

impl Drop for Uses {
    fn drop(&mut self) {
        self.inner.leave(&self.holder);
    }
}

/// The members that [`Channel`] and [`Loading`](super::Loading) have in common.
macro_rules! channel_members {
    () => {
        /// Returns its name.
        #[must_use]
        pub fn name(&self) -> &str {
            &self.uses.holder.name
        }

        /// Returns how it stands.
        #[must_use]
        pub fn status(&self) -> ChannelStatus {
            self.uses.holder.status.get()
        }

        /// Returns the last message that was put into streams, or the position of the last load.
        #[must_use]
        pub fn position(&self) -> Option<Position> {
            self.uses.inner.position(&self.uses.holder)
        }

        /// Returns the users in the channel, in alphabetical order. Empty where [`Can::presence`](super::Can::presence) is false.
        #[must_use]
        pub fn members(&self) -> Vec<Member> {
            self.uses.inner.members(&self.uses.holder)
        }

        /// Returns a stream of all that happens from now on, messages included, in order. It ends with the channel, and if 1,000 events wait
        /// for its reader.
        pub fn events(&self) -> ChannelEvents {
            ChannelEvents::new(&self.uses.holder)
        }

        /// Publishes a message, now or with the next connection. The answer is its position, if the broker says it.
        pub fn publish(&self, data: impl Into<Payload>) -> Answer<Option<Position>> {
            self.uses.inner.publish(&self.uses.holder.name, data.into())
        }

        /// Asks for the last messages: at most so many, up to now or up to a position, oldest first.
        pub fn history(&self, limit: u32, before: Option<Position>) -> Answer<Vec<ChannelMessage>> {
            self.uses.inner.history(&self.uses.holder.name, limit, before)
        }

        /// Tries it again at once after it was refused.
        pub fn retry(&self) {
            self.uses.inner.retry(&self.uses.holder);
        }
    };
}
pub(super) use channel_members;

impl Channel {
    channel_members!();
}

impl Stream for Channel {
    type Item = ChannelMessage;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<ChannelMessage>> {
        self.buffer.poll(cx)
    }
}

impl FusedStream for Channel {
    fn is_terminated(&self) -> bool {
        self.buffer.is_over()
    }
}

impl fmt::Debug for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Channel")
            .field("name", &self.name())
            .field("status", &self.status())
            .finish_non_exhaustive()
    }
}

/// All that happens in a channel, in order: see [`Channel::events`].
#[must_use = "streams do nothing unless polled"]
pub struct ChannelEvents(Rc<Buffer<ChannelEvent>>);

impl ChannelEvents {
    pub(super) fn new(holder: &Holder) -> Self {
        let buffer = Rc::new(Buffer::new(BEHIND, Overflow::Close));
        if holder.status.get() == ChannelStatus::Left {
            buffer.finish();
        }
        holder.listen(&buffer);
        Self(buffer)
    }

    /// Returns true if the stream ended, or will end, because its reader was too slow.
    #[must_use]
    pub fn has_lagged(&self) -> bool {
        self.0.lagged() > 0
    }
}

impl Stream for ChannelEvents {
    type Item = ChannelEvent;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<ChannelEvent>> {
        self.0.poll(cx)
    }
}

impl FusedStream for ChannelEvents {
    fn is_terminated(&self) -> bool {
        self.0.is_over()
    }
}

impl fmt::Debug for ChannelEvents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ChannelEvents")
    }
}
