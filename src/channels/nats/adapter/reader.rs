//! A consumer and what its messages are for.

use alloc::collections::VecDeque;
use alloc::string::String;

use crate::channels::adapter::Payload;
use crate::channels::ids::{ChannelId, QuestionId};
use crate::channels::nats::delivered::Delivered;
use crate::channels::nats::ordered::Ordered;
use crate::channels::nats::request::From;
use crate::channels::nats::search::Search;
use crate::channels::position::Position;
use crate::engine::{Instant, Span};

/// When a request without an answer is repeated: each time after twice as long, as the server may be behind.
#[derive(Debug, Clone, Copy)]
pub(super) struct Repeat {
    pub(super) at: Instant,
    patience: Span,
}

impl Repeat {
    /// Before the first request. A server of a cluster may be killed with a request.
    pub(super) const NONE: Self = Self {
        at: Instant::NEVER,
        patience: Span::from_millis(1_500),
    };

    /// The next one, for a request that is made now.
    pub(super) fn next(self, now: Instant) -> Self {
        let patience = self.patience.saturating_add(self.patience);
        Self {
            at: now.saturating_add(patience),
            patience,
        }
    }
}

/// The purpose of a consumer's messages.
#[derive(Debug)]
pub(super) enum Task {
    /// They are a channel's, after this position.
    Channel(ChannelId, Option<Position<String>>),
    /// They are for the application, which has asked for messages of before.
    History(Asked),
    /// They are the members of a channel.
    Members(ChannelId),
}

/// The messages of before that the application has asked for.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) question: QuestionId,
    pub(super) limit: u32,
    /// Those before this number.
    pub(super) before: u64,
    /// The life of the stream that the number is of; empty if the application doesn't say it.
    pub(super) epoch: String,
    pub(super) messages: VecDeque<(Option<Position<String>>, Payload)>,
    /// The number of messages from `before` on is not known yet.
    pub(super) counts: bool,
}

/// A consumer.
#[derive(Debug)]
pub(super) struct Reader {
    pub(super) task: Task,
    pub(super) filter: String,
    pub(super) from: From,
    /// The number to begin at is still looked for.
    pub(super) search: Option<Search>,
    pub(super) repeat: Repeat,
    /// The life of the stream.
    pub(super) epoch: String,
    /// The numbers of what it delivers, once it does.
    pub(super) ordered: Option<Ordered>,
    /// How many messages of before are to come.
    pub(super) left: u64,
    /// How many of them are not wanted.
    pub(super) skip: u64,
    /// The numbers of the last message.
    pub(super) last: Option<Delivered>,
    /// Its place among the subscriptions that were sent.
    pub(super) turn: u64,
}

impl Reader {
    pub(super) const fn new(task: Task, filter: String, from: From, epoch: String) -> Self {
        Self {
            task,
            filter,
            from,
            search: None,
            repeat: Repeat::NONE,
            epoch,
            ordered: None,
            left: 0,
            skip: 0,
            last: None,
            turn: 0,
        }
    }

    /// True if messages before this one may have been removed before they were delivered, as a page that reads slowly is behind.
    ///
    /// `kept`: how many messages of a channel the stream keeps. If there are as many as that from this one on, older ones may have made
    /// room. Where one is kept, there always are, and only the last one is asked for.
    pub(super) fn is_doubtful(&self, delivered: Delivered, kept: Option<u64>) -> bool {
        let from_here_on = delivered.pending.saturating_add(1);
        if self
            .last
            .is_some_and(|last| delivered.stream_sequence == last.stream_sequence.saturating_add(1))
        {
            return false;
        }
        let are_fewer = self.last.is_some_and(|last| from_here_on < last.pending);
        // The proof of the subscription is of the first one of before.
        let is_proven = self.last.is_none() && self.left > 0;
        are_fewer && self.left == 0 || !is_proven && kept.is_some_and(|kept| kept > 1 && from_here_on >= kept)
    }
}
