//! The state of one channel.

use alloc::string::String;
use alloc::vec::Vec;

use crate::engine::{Instant, Span};

use super::config::ChannelConfig;
use super::holder::Holder;
use super::ids::{HolderId, QuestionId};
use super::members::Members;
use super::position::Position;
use super::sorted::Map;
use super::stream::{Rules, Stream};

/// How the subscription stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// There is no connection.
    Offline,
    /// The application was asked for a token.
    Authorizing(QuestionId),
    /// It goes out with the next batch.
    Wanted,
    /// The broker was asked.
    Subscribing,
    /// The broker was asked, and has not answered in time. A late answer is taken, until the broker is asked again.
    Overdue,
    /// The broker has subscribed it.
    Subscribed,
    /// It was refused, and is tried again later.
    Waiting,
    /// It was refused for good.
    Refused,
}

impl Standing {
    /// True if an answer of the broker is taken.
    pub(super) const fn is_asked(self) -> bool {
        matches!(self, Self::Subscribing | Self::Overdue)
    }
}

#[derive(Debug)]
pub(super) struct Channel<P, E> {
    pub(super) name: String,
    pub(super) config: ChannelConfig<P, E>,
    pub(super) holders: Map<HolderId, Holder<E>>,
    /// The last message that was dispatched, if the application loads: after a load the channel may begin earlier again.
    pub(super) dispatched: Option<Position<E>>,
    pub(super) standing: Standing,
    /// The broker was asked for it at some time.
    pub(super) was_asked: bool,
    pub(super) token: Option<P>,
    /// When the token expires.
    pub(super) token_until: Instant,
    /// The question for a token that is to replace the present one.
    pub(super) renewing: Option<QuestionId>,
    /// The token was refused as expired, and another one was asked for.
    pub(super) expired: bool,
    /// The ceiling of the delay after the next refusal.
    pub(super) ceiling: Span,
    /// How many answers in a row have not come in time.
    pub(super) overdue: u32,
    /// The ceiling of the delay after the next load that fails.
    pub(super) load_ceiling: Span,
    /// How many loads in a row have not ended in time.
    pub(super) loads_overdue: u32,
    pub(super) stream: Stream<P, E>,
    pub(super) members: Members<P>,
    /// The question for history that is open.
    pub(super) fetching: Option<QuestionId>,
    /// The load that is running.
    pub(super) loading: Option<QuestionId>,
}

impl<P: Clone, E: Clone + PartialEq> Channel<P, E> {
    pub(super) fn new(name: String, config: ChannelConfig<P, E>, rules: Rules) -> Self {
        Self {
            name,
            stream: Stream::new(rules, config.since.clone()),
            members: Members::new(config.grace),
            config,
            holders: Map::new(),
            dispatched: None,
            standing: Standing::Offline,
            was_asked: false,
            token: None,
            token_until: Instant::NEVER,
            renewing: None,
            expired: false,
            ceiling: Span::ZERO,
            overdue: 0,
            load_ceiling: Span::ZERO,
            loads_overdue: 0,
            fetching: None,
            loading: None,
        }
    }

    /// True if nothing is missing for a part of the application that comes now.
    pub(super) fn goes_on(&self, config: &ChannelConfig<P, E>) -> bool {
        let since = config.since.as_ref();
        config.loads || config.since_time.is_none() && since.is_none_or(|since| self.stream.last() == Some(since))
    }

    /// True if the subscription is as a part of the application wants it that comes now, and after all others have left.
    pub(super) fn suits(&self, config: &ChannelConfig<P, E>) -> bool {
        (config.loads || config.history == 0) && self.goes_on(config) && config.user() == self.config.user()
    }

    /// Returns the holders that have the message of this position already.
    pub(super) fn skips(&mut self, position: Option<&Position<E>>) -> Vec<HolderId> {
        let Some(position) = position.filter(|_| self.config.loads) else {
            return Vec::new();
        };
        self.dispatched = Some(position.clone());
        let holders = self.holders.iter_mut();
        let skips = holders.filter_map(|(id, holder)| holder.has(position).then_some(*id));
        skips.collect()
    }

    /// Returns the holders that have a message which was held, as it is in the state that they have loaded.
    pub(super) fn skips_early(&mut self, position: &Position<E>) -> Vec<HolderId> {
        self.dispatched = Some(position.clone());
        let holders = self.holders.iter_mut();
        let skips = holders.filter_map(|(id, holder)| (holder.loads || holder.has(position)).then_some(*id));
        skips.collect()
    }

    /// The application has loaded: each of these holders as of its position. Returns the first of them.
    pub(super) fn loaded(&mut self, states: &[(HolderId, Option<Position<E>>)]) -> Option<Position<E>> {
        let dispatched = self.dispatched.as_ref();
        for (id, holder) in self.holders.iter_mut() {
            match states.iter().find(|(of, _)| of == id) {
                Some((_, position)) => holder.loaded(position.clone()),
                None => holder.keep(dispatched),
            }
        }
        let positions = states.iter().map(|(_, position)| position);
        let first = positions.min_by_key(|position| position.as_ref().map(|position| position.offset));
        first.cloned().flatten()
    }

    /// The connection or the subscription is lost.
    pub(super) fn lose(&mut self) {
        self.stream.disconnected();
        self.fetching = None;
        self.loading = None;
        self.renewing = None;
    }
}
