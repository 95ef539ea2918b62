//! One channel of the connection: how far it is complete, and what of before is given to the application.

use alloc::collections::VecDeque;
use alloc::string::String;

use crate::channels::adapter::Payload;
use crate::channels::output::Subscription;

use super::frames::{Frame, second};

/// The treatment of messages that come before the answer to the first heartbeat. They are those of before.
#[derive(Debug)]
enum Before {
    /// All have come.
    Over,
    /// They are dispatched, as they continue from a position.
    Replayed,
    /// The last ones are kept, up to a number, and dispatched at the end.
    Last(usize, VecDeque<Frame>),
}

#[derive(Debug)]
pub(super) struct Member {
    pub(super) name: String,
    pub(super) token: Option<String>,
    /// The bus knows that it is subscribed.
    pub(super) subscribed: bool,
    /// All messages before this second have been seen; [`None`] if none has to be.
    complete: Option<u64>,
    before: Before,
}

/// The facts that a channel keeps of its earlier subscription.
#[derive(Debug, Clone, Copy)]
pub(super) struct Known {
    /// All messages before this second have been seen.
    complete: Option<u64>,
    /// The messages of before have come once, or the application wants them all: what comes next continues them.
    continues: bool,
}

/// The treatment of a message.
#[derive(Debug)]
pub(super) enum Taken {
    /// It is given to the bus, as one of before or as a live one.
    Given { frame: Frame, replayed: bool },
    /// Nothing.
    Kept,
}

impl Member {
    pub(super) fn new(subscription: Subscription<Payload, String>) -> Self {
        let Subscription {
            name,
            since,
            history,
            since_time,
            loads,
            token,
            ..
        } = subscription;
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // The cast saturates.
        let from = since_time.map(|millis| (millis / 1_000.0) as u64);
        let first = (history > 0).then_some(1);
        let complete = since.as_ref().map(|since| second(since.offset)).or(from).or(first);
        let before = match (&since, from) {
            (None, None) if !loads => Before::Last(history as usize, VecDeque::new()),
            _ => Before::Replayed,
        };
        Self {
            name,
            token: token.and_then(|token| token.as_text().map(String::from)),
            subscribed: false,
            complete,
            before,
        }
    }

    /// Returns what its next subscription needs.
    pub(super) const fn known(&self) -> Known {
        Known {
            complete: self.complete,
            continues: !matches!(self.before, Before::Last(..)),
        }
    }

    /// The channel was subscribed before.
    pub(super) fn follow(&mut self, known: Known) {
        self.complete = self.complete.max(known.complete);
        if known.continues {
            self.before = Before::Replayed;
        }
    }

    /// Returns the second up to which all messages have been seen; [`None`] if none is wanted.
    pub(super) const fn complete(&self) -> Option<u64> {
        self.complete
    }

    /// A message has come.
    pub(super) fn take(&mut self, frame: Frame) -> Taken {
        match &mut self.before {
            Before::Over => Taken::Given { frame, replayed: false },
            Before::Replayed => Taken::Given { frame, replayed: true },
            Before::Last(count, kept) => {
                // Without a position, the stream is known from here on.
                kept.push_back(frame);
                while kept.len() > *count {
                    kept.pop_front();
                }
                Taken::Kept
            }
        }
    }

    /// All messages of before have come. Returns those that were kept.
    pub(super) fn catch_up(&mut self) -> VecDeque<Frame> {
        match core::mem::replace(&mut self.before, Before::Over) {
            Before::Last(_, kept) => kept,
            Before::Over | Before::Replayed => VecDeque::new(),
        }
    }

    /// True if messages of before may still come.
    pub(super) const fn is_behind(&self) -> bool {
        !matches!(self.before, Before::Over)
    }

    /// The connection ends, on which the last message of any channel was published in this second.
    pub(super) fn leave(&mut self, seen: Option<u64>) {
        if !self.is_behind() {
            // If there was no message yet, all in the buffer is new, as far as is known.
            self.complete = self.complete.max(seen).or(Some(1));
        }
    }
}
