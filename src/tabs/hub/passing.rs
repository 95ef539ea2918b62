//! The tabs that are given what the connection brings.

use alloc::vec::Vec;

use crate::engine::{Instant, Span};

use super::super::frame::{Down, Frame, Message, Numbered};
use super::super::ids::{Position, TabId};
use super::super::queues::Queues;
use super::incoming::Incoming;
use super::sendable::{AGAIN, Sendable};
use super::{Hub, Stage};

/// A timer that fires this much late was held up.
const LATE: Span = Span::from_millis(50);

impl<P: Clone, T: Clone + PartialEq> Hub<P, T> {
    /// Begins to withhold what the connection brings: the tab has not run for a while. Returns true if that is new: then the holder of the
    /// lock must be looked up.
    pub(crate) fn doubt(&mut self, now: Instant) -> bool {
        // If the page was frozen, what the connection resumes has waited meanwhile. Once, as a hidden page's timers are always late.
        if now > self.skips_until.saturating_add(LATE) && !self.extended {
            self.extended = true;
            self.skips_until = now.saturating_add(self.config.skip_for);
        }
        let new = self.withheld.is_none();
        if new {
            self.withheld = Some(Vec::new());
            self.looked_at = now;
        }
        new
    }

    /// This tab held the lock when that was looked up. Returns false if that is too long ago: then it must be looked up again.
    ///
    /// A tab that has taken the lock away since calls the roll before it leads. So what is handed over before that is known to the tabs
    /// before the new hub asks for what is unsent. On a busy machine each lookup may take twice as long as the one before.
    pub(crate) fn trust(&mut self, now: Instant, queues: &mut Queues<P, T>) -> bool {
        if now.saturating_since(self.looked_at) > self.may_take {
            self.looked_at = now;
            self.may_take = self.may_take.saturating_add(self.may_take);
            return false;
        }
        self.may_take = self.config.roll_call;
        for incoming in self.withheld.take().unwrap_or_default() {
            self.pass_on(now, incoming, queues);
        }
        self.hand_over(queues);
        true
    }

    pub(crate) fn handle_incoming(&mut self, now: Instant, incoming: Incoming<P, T>, queues: &mut Queues<P, T>) {
        // Readiness is withheld from no one: a message may only be handed over now, not when it could have been.
        if let Incoming::Ready(ready) = incoming {
            self.ready = ready;
            self.sendable = Sendable::Unknown;
            self.ask_again = AGAIN;
            self.opened |= ready;
            // What an ended connection leaves is not cancelled or moved on the next.
            self.calls.clear();
            if let Some(withheld) = &mut self.withheld {
                withheld.retain(|before| !matches!(before, Incoming::Moved(_)));
            }
            let failed = self.requests.take_all();
            self.withhold_or_pass_on(now, Incoming::Failed(failed), queues);
        }
        self.withhold_or_pass_on(now, incoming, queues);
        self.hand_over(queues);
        self.requests.forget(now);
    }

    pub(super) fn withhold_or_pass_on(&mut self, now: Instant, incoming: Incoming<P, T>, queues: &mut Queues<P, T>) {
        match &mut self.withheld {
            Some(withheld) => withheld.push(incoming),
            None => self.pass_on(now, incoming, queues),
        }
    }

    fn pass_on(&mut self, now: Instant, incoming: Incoming<P, T>, queues: &mut Queues<P, T>) {
        match incoming {
            Incoming::Ready(ready) => {
                if !ready {
                    self.calls.clear();
                }
                if !ready && self.token.is_none() && self.breaks.last() != Some(&(self.seq + 1)) {
                    self.breaks.push(self.seq + 1);
                }
                if ready && self.skips_until == Instant::NEVER {
                    self.skips_until = now.saturating_add(self.config.skip_for);
                }
            }
            Incoming::State(state) => {
                for member in self.members.iter_mut().filter(|member| member.is_reached()) {
                    member.post(self.term, Numbered::State(state.clone()), queues);
                }
                self.state = Some(state);
            }
            Incoming::Message { payload, bytes, token } => self.receive(payload, bytes, token, None, queues),
            Incoming::Reply { wire, payload, ends } => self.reply(now, wire, payload, ends, queues),
            Incoming::Call { call, bytes, token } => self.receive_call(call, bytes, token, queues),
            Incoming::Failed(failed) => self.fail(&failed, queues),
            Incoming::Moved(call) => self.move_call(call, queues),
        }
    }

    pub(super) fn receive(
        &mut self,
        payload: P,
        bytes: u64,
        token: Option<T>,
        only: Option<TabId>,
        queues: &mut Queues<P, T>,
    ) {
        self.seq += 1;
        if let Some(token) = token.clone() {
            let position = Position {
                term: self.term,
                seq: self.seq,
            };
            self.token = Some((position, token));
        }
        let message = Message {
            seq: self.seq,
            payload,
            token,
            only,
        };
        for member in &mut self.members {
            match &mut member.stage {
                Stage::Live if member.posted - member.acknowledged >= self.config.lag => {
                    member.stage = Stage::Behind;
                    queues.post(Frame::Down(member.id, self.term, Down::JoinAgain));
                }
                Stage::Live => member.post(self.term, Numbered::Message(message.clone()), queues),
                Stage::Skipping { token, .. } if message.token.as_ref() == Some(token) => member.stage = Stage::Live,
                Stage::Skipping { withheld, .. } => {
                    withheld.push(message.clone());
                    if withheld.len() > self.config.recent {
                        member.stop_skipping(self.term, queues);
                    }
                }
                Stage::Behind | Stage::Away(_) => {}
            }
        }
        if self.recent.push(message, bytes) {
            let oldest = self.seq - self.recent.len() as u64;
            self.breaks.retain(|&seq| seq > oldest);
        }
    }

    /// Returns when tabs stop to wait for their token; never, if none waits.
    pub(crate) fn skips_until(&self) -> Instant {
        let waits = self
            .members
            .iter()
            .any(|member| matches!(member.stage, Stage::Skipping { .. }));
        if waits { self.skips_until } else { Instant::NEVER }
    }

    /// The tokens that have not come by now will not come, unless the page was frozen or the connection lost meanwhile.
    pub(crate) fn stop_skipping(&mut self, now: Instant, queues: &mut Queues<P, T>) {
        let until = self.skips_until();
        if now < until {
            return;
        }
        if !self.ready {
            self.skips_until = now.saturating_add(self.config.skip_for);
        } else if self.withheld.is_some() {
            self.skips_until = now.saturating_add(self.config.roll_call);
        } else {
            for member in &mut self.members {
                member.stop_skipping(self.term, queues);
            }
        }
    }
}

impl<P, T> super::Member<P, T> {
    /// True if what is posted to it is read, sooner or later.
    pub(super) const fn is_reached(&self) -> bool {
        matches!(self.stage, Stage::Live | Stage::Skipping { .. })
    }

    pub(super) const fn is_away(&self) -> bool {
        matches!(self.stage, Stage::Away(_))
    }

    /// Gives it everything, and says that some of it may be missing or come twice.
    fn stop_skipping(&mut self, term: super::Term, queues: &mut Queues<P, T>) {
        let Stage::Skipping { withheld, .. } = &mut self.stage else {
            return;
        };
        let withheld = core::mem::take(withheld);
        self.stage = Stage::Live;
        self.post(term, Numbered::Gap, queues);
        for message in withheld {
            self.post(term, Numbered::Message(message), queues);
        }
    }
}
