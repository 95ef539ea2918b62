//! Messages, and the answers to what the machine has asked for.

use alloc::vec::Vec;

use crate::channels::channel::Standing;
use crate::channels::ids::{ChannelId, HolderId, QuestionId};
use crate::channels::output::{Event, Output};
use crate::channels::position::Position;
use crate::channels::timers::Timer;
use crate::engine::{Instant, Span};

use super::Channels;

impl<P: Clone + PartialEq, E: Clone + PartialEq> Channels<P, E> {
    /// A message of a channel has come: a live one, or one of before.
    pub fn handle_message(
        &mut self,
        now: Instant,
        channel: ChannelId,
        position: Option<Position<E>>,
        payload: P,
        replayed: bool,
    ) {
        let Some(found) = self.all.get_mut(&channel) else {
            return;
        };
        if found.standing != Standing::Subscribed {
            return;
        }
        let mut steps = Vec::new();
        found.stream.message(position, payload, replayed, &mut steps);
        self.apply(now, channel, steps);
    }

    /// All messages of before have come.
    pub fn handle_caught_up(&mut self, now: Instant, channel: ChannelId) {
        let Some(found) = self.all.get_mut(&channel) else {
            return;
        };
        if found.standing != Standing::Subscribed {
            return;
        }
        let mut steps = Vec::new();
        found.stream.caught_up(&mut steps);
        self.apply(now, channel, steps);
    }

    /// The messages that were asked for, oldest first; none if the broker has none or has failed.
    pub fn handle_history(
        &mut self,
        now: Instant,
        channel: ChannelId,
        question: QuestionId,
        messages: Vec<(Position<E>, P)>,
    ) {
        if self
            .all
            .get(&channel)
            .is_some_and(|channel| channel.fetching == Some(question))
        {
            self.fetched(now, channel, messages);
        }
    }

    pub(super) fn fetched(&mut self, now: Instant, id: ChannelId, messages: Vec<(Position<E>, P)>) {
        let Some(channel) = self.all.get_mut(&id) else {
            return;
        };
        self.timers.clear(Timer::History(id));
        channel.fetching = None;
        let mut steps = Vec::new();
        channel.stream.fetched(messages, &mut steps);
        self.apply(now, id, steps);
    }

    pub(super) fn fetch(&mut self, now: Instant, id: ChannelId, after: Position<E>, before: u64) {
        let question = self.next_question();
        let Some(channel) = self.all.get_mut(&id) else {
            return;
        };
        channel.fetching = Some(question);
        self.timers
            .set(Timer::History(id), now.saturating_add(self.config.answer_timeout));
        self.outputs.push(Output::Fetch {
            channel: id,
            question,
            after,
            before,
        });
    }

    /// The application has loaded its state, as of this position.
    pub fn handle_loaded(
        &mut self,
        now: Instant,
        channel: ChannelId,
        question: QuestionId,
        position: Option<Position<E>>,
    ) {
        let positions = core::iter::repeat(position);
        let states: Vec<_> = self.loaders(channel).zip(positions).collect();
        self.handle_all_loaded(now, channel, question, &states);
    }

    /// Each of the [`Channels::loaders`] has loaded its state, as of a position of its own. Later messages are dispatched, each to those
    /// whose state doesn't have it.
    pub fn handle_all_loaded(
        &mut self,
        now: Instant,
        channel: ChannelId,
        question: QuestionId,
        states: &[(HolderId, Option<Position<E>>)],
    ) {
        let Some(found) = self.all.get_mut(&channel) else {
            return;
        };
        if found.loading != Some(question) {
            return;
        }
        found.loading = None;
        found.load_ceiling = Span::ZERO;
        found.loads_overdue = 0;
        self.timers.clear(Timer::Load(channel));
        let position = found.loaded(states);
        let mut steps = Vec::new();
        let others = found.holders.iter().any(|(_, holder)| !holder.loads);
        found.stream.loaded(position, others, &mut steps);
        self.apply(now, channel, steps);
    }

    /// True if the application's load with this number still counts.
    #[must_use]
    pub fn is_loading(&self, channel: ChannelId, question: QuestionId) -> bool {
        self.all
            .get(&channel)
            .is_some_and(|channel| channel.loading == Some(question))
    }

    /// The application could not load its state. It is asked again later.
    pub fn handle_not_loaded(&mut self, now: Instant, channel: ChannelId, question: QuestionId) {
        let Some(found) = self.all.get_mut(&channel) else {
            return;
        };
        if found.loading == Some(question) {
            found.loading = None;
            found.loads_overdue = 0;
            let delay = self.config.next_delay(&mut found.load_ceiling, &mut self.random);
            self.timers.set(Timer::Load(channel), now.saturating_add(delay));
        }
    }

    /// A load is tried again, or the one that is running takes too long: its answer no longer counts.
    pub(super) fn load_due(&mut self, now: Instant, id: ChannelId) {
        let Some(found) = self.all.get_mut(&id) else {
            return;
        };
        if found.loading.is_none() {
            return self.load(now, id);
        }
        found.loading = None;
        let after = self.config.patience(found.loads_overdue);
        found.loads_overdue = found.loads_overdue.saturating_add(1);
        let delay = self.config.next_delay(&mut found.load_ceiling, &mut self.random);
        self.timers.set(Timer::Load(id), now.saturating_add(delay));
        self.events.push(Event::LoadOverdue { channel: id, after });
    }

    pub(super) fn load(&mut self, now: Instant, id: ChannelId) {
        self.timers.clear(Timer::Load(id));
        let question = self.next_question();
        if let Some(channel) = self.all.get_mut(&id)
            && channel.stream.is_loading()
        {
            channel.loading = Some(question);
            let until = now.saturating_add(self.config.patience(channel.loads_overdue));
            self.timers.set(Timer::Load(id), until);
            self.outputs.push(Output::Load(id, question));
        }
    }
}
