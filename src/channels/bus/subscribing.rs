//! Subscriptions: batches, tokens, refusals and their backoff.

use alloc::vec::Vec;

use crate::channels::channel::Standing;
use crate::channels::ids::{ChannelId, QuestionId};
use crate::channels::output::{Event, Output, Refusal, Subscription};
use crate::channels::position::Start;
use crate::channels::timers::Timer;
use crate::engine::{Instant, Span};

use super::Channels;

impl<P: Clone + PartialEq, E: Clone + PartialEq> Channels<P, E> {
    /// The broker has subscribed the channel.
    pub fn handle_subscribed(&mut self, now: Instant, channel: ChannelId, start: Start<E>) {
        let Some(found) = self.all.get_mut(&channel) else {
            return;
        };
        if !found.standing.is_asked() {
            return;
        }
        self.timers.clear(Timer::Answer(channel));
        self.timers.clear(Timer::Retry(channel));
        found.standing = Standing::Subscribed;
        found.ceiling = Span::ZERO;
        found.overdue = 0;
        found.expired = false;
        let mut steps = Vec::new();
        found.stream.subscribed(start, &mut steps);
        self.apply(now, channel, steps);
    }

    /// The broker has refused the channel, or has ended its subscription.
    pub fn handle_refused(&mut self, now: Instant, channel: ChannelId, refusal: Refusal, reason: Option<P>) {
        let Some(found) = self.all.get_mut(&channel) else {
            return;
        };
        if found.standing != Standing::Subscribed && !found.standing.is_asked() {
            return;
        }
        for timer in [
            Timer::Answer(channel),
            Timer::Retry(channel),
            Timer::History(channel),
            Timer::Load(channel),
            Timer::Renew(channel),
        ] {
            self.timers.clear(timer);
        }
        found.lose();
        found.token = None;
        // The first time a token may just have been too old. Then the application's own tokens are at fault.
        let again = refusal == Refusal::Expired && found.config.authorizes && !found.expired;
        if again {
            found.expired = true;
            found.standing = Standing::Offline;
            self.want(now, channel);
        } else {
            self.refuse(now, channel, refusal == Refusal::Final, reason);
        }
    }

    /// The broker has lost the subscription. Nobody has refused it, so that it is asked for again at once.
    pub fn handle_interrupted(&mut self, now: Instant, channel: ChannelId) {
        let Some(found) = self.all.get_mut(&channel) else {
            return;
        };
        if found.standing != Standing::Subscribed {
            return;
        }
        for timer in [Timer::History(channel), Timer::Load(channel), Timer::Renew(channel)] {
            self.timers.clear(timer);
        }
        found.lose();
        self.want(now, channel);
    }

    /// Tries a channel again that was refused, at once.
    pub fn retry(&mut self, now: Instant, channel: ChannelId) {
        let refused = |standing| matches!(standing, Standing::Waiting | Standing::Refused | Standing::Overdue);
        if self.all.get(&channel).is_some_and(|channel| refused(channel.standing)) {
            self.timers.clear(Timer::Retry(channel));
            self.ask_again(now, channel);
        }
    }

    /// The channel is to be subscribed again. An answer to an earlier request is no longer taken.
    pub(super) fn ask_again(&mut self, now: Instant, id: ChannelId) {
        if self
            .all
            .get(&id)
            .is_some_and(|channel| channel.standing == Standing::Overdue)
        {
            self.outputs.push(Output::Unsubscribe(id));
        }
        self.want(now, id);
    }

    /// The application's token for a channel, and for how long it is good if that is known.
    pub fn handle_token(
        &mut self,
        now: Instant,
        channel: ChannelId,
        question: QuestionId,
        token: P,
        lifetime: Option<Span>,
    ) {
        let Some(found) = self.all.get_mut(&channel) else {
            return;
        };
        let renewed = match found.standing {
            Standing::Authorizing(asked) if asked == question => false,
            _ if found.renewing == Some(question) => true,
            _ => return,
        };
        found.renewing = None;
        found.token = Some(token.clone());
        if let Some(lifetime) = lifetime {
            let until = now.saturating_add(lifetime);
            found.token_until = until;
            let early = lifetime.half().min(self.config.renew_before);
            let at = Instant::from_millis_f64(until.as_millis_f64() - early.as_millis_f64());
            if self.abilities.renews {
                self.timers.set(Timer::Renew(channel), at);
            }
        } else {
            found.token_until = Instant::NEVER;
        }
        if renewed {
            if found.standing == Standing::Subscribed {
                self.outputs.push(Output::Renew(channel, token));
            }
        } else {
            found.standing = Standing::Offline;
            self.want(now, channel);
        }
    }

    /// The application gave no token.
    pub fn handle_no_token(&mut self, now: Instant, channel: ChannelId, question: QuestionId, reason: Option<P>) {
        let Some(found) = self.all.get_mut(&channel) else {
            return;
        };
        if found.standing == Standing::Authorizing(question) {
            self.refuse(now, channel, false, reason);
        } else if found.renewing == Some(question) {
            // The broker ends the subscription when the old one expires. Then the application is asked again.
            found.renewing = None;
        }
    }

    /// The channel is to be subscribed.
    pub(super) fn want(&mut self, now: Instant, id: ChannelId) {
        let question = self.next_question();
        let Some(channel) = self.all.get_mut(&id) else {
            return;
        };
        if channel.token_until <= now {
            channel.token = None;
        }
        if !self.connected {
            channel.standing = Standing::Offline;
        } else if channel.config.authorizes && channel.token.is_none() {
            channel.standing = Standing::Authorizing(question);
            self.outputs.push(Output::Authorize(id, question));
        } else {
            channel.standing = Standing::Wanted;
            let patience = self.config.patience(channel.overdue);
            self.timers.set(Timer::Answer(id), now.saturating_add(patience));
            self.wanted.push(id);
        }
    }

    /// Puts all channels that are wanted into one batch.
    pub(super) fn flush(&mut self) {
        let mut batch = Vec::new();
        for id in core::mem::take(&mut self.wanted) {
            if let Some(channel) = self.all.get_mut(&id)
                && channel.standing == Standing::Wanted
            {
                channel.standing = Standing::Subscribing;
                channel.was_asked = true;
                let since = channel.stream.since().cloned();
                let first = since.is_none() && !channel.config.loads;
                batch.push(Subscription {
                    channel: id,
                    name: channel.name.clone(),
                    history: if first { channel.config.history } else { 0 },
                    since_time: channel.config.since_time.filter(|_| first),
                    since,
                    loads: channel.config.loads,
                    token: channel.token.clone(),
                    identity: channel.config.identity.clone(),
                });
            }
        }
        if !batch.is_empty() {
            self.outputs.push(Output::Subscribe(batch));
        }
    }

    /// The broker has not answered in time.
    ///
    /// It may only be behind, and it handles a request, too, that nobody waits for any more. So it is asked again only after twice that
    /// time, and a late answer is taken until then.
    pub(super) fn give_up_subscription(&mut self, now: Instant, id: ChannelId) {
        let Some(channel) = self.all.get_mut(&id) else {
            return;
        };
        if channel.standing == Standing::Subscribing {
            channel.overdue = channel.overdue.saturating_add(1);
            channel.standing = Standing::Overdue;
            let patience = self.config.patience(channel.overdue);
            self.timers.set(Timer::Retry(id), now.saturating_add(patience));
            self.events.push(Event::Refused {
                channel: id,
                reason: None,
                retry_in: Some(patience),
            });
        }
    }

    fn refuse(&mut self, now: Instant, id: ChannelId, forever: bool, reason: Option<P>) {
        let Some(channel) = self.all.get_mut(&id) else {
            return;
        };
        let retry_in = if forever {
            channel.standing = Standing::Refused;
            None
        } else {
            let delay = self.config.next_delay(&mut channel.ceiling, &mut self.random);
            channel.standing = Standing::Waiting;
            self.timers.set(Timer::Retry(id), now.saturating_add(delay));
            Some(delay)
        };
        self.events.push(Event::Refused {
            channel: id,
            reason,
            retry_in,
        });
    }

    pub(super) fn renew(&mut self, id: ChannelId) {
        let question = self.next_question();
        if let Some(channel) = self.all.get_mut(&id)
            && channel.standing == Standing::Subscribed
        {
            channel.renewing = Some(question);
            self.outputs.push(Output::Authorize(id, question));
        }
    }
}
