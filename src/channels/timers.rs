//! The deadlines of all channels, ordered by time.

use crate::engine::Instant;

use super::ids::{ChannelId, PublicationId, QuestionId};
use super::sorted::{Map, Set};

/// Identifies a deadline. Setting it again moves it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Timer {
    /// A channel without holders is left.
    Linger(ChannelId),
    /// A refused channel is tried again.
    Retry(ChannelId),
    /// The broker's answer to a subscription is overdue.
    Answer(ChannelId),
    /// The broker's history is overdue.
    History(ChannelId),
    /// The application's load is tried again, or takes too long.
    Load(ChannelId),
    /// The token is renewed.
    Renew(ChannelId),
    /// A member whose connection was lost has not come back.
    Grace(ChannelId),
    /// A publication has no acknowledgement.
    Publication(PublicationId),
    /// The broker's answer to the application is overdue.
    Question(QuestionId),
}

impl Timer {
    /// All deadlines of a channel.
    pub(super) const fn of(channel: ChannelId) -> [Self; 7] {
        [
            Self::Linger(channel),
            Self::Retry(channel),
            Self::Answer(channel),
            Self::History(channel),
            Self::Load(channel),
            Self::Renew(channel),
            Self::Grace(channel),
        ]
    }
}

#[derive(Debug)]
pub(super) struct Timers {
    by_time: Set<(Instant, Timer)>,
    times: Map<Timer, Instant>,
}

impl Timers {
    pub(super) const fn new() -> Self {
        Self {
            by_time: Set::new(),
            times: Map::new(),
        }
    }

    pub(super) fn set(&mut self, timer: Timer, at: Instant) {
        self.clear(timer);
        if at != Instant::NEVER {
            self.times.insert(timer, at);
            self.by_time.insert((at, timer), ());
        }
    }

    pub(super) fn clear(&mut self, timer: Timer) {
        if let Some(at) = self.times.remove(&timer) {
            self.by_time.remove(&(at, timer));
        }
    }

    pub(super) fn next(&self) -> Option<Instant> {
        self.by_time.first().map(|(at, _)| *at)
    }

    /// Takes a deadline that has come.
    pub(super) fn take_due(&mut self, now: Instant) -> Option<Timer> {
        let (at, timer) = *self.by_time.first()?;
        if at > now {
            return None;
        }
        self.clear(timer);
        Some(timer)
    }
}
