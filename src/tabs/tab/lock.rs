//! The lock: who holds it is the hub.

use alloc::boxed::Box;

use crate::engine::{Instant, Span};

use super::super::frame::{Common, Frame};
use super::super::hub::Hub;
use super::super::ids::{Mark, TabId};
use super::super::output::{Event, Output, Role};
use super::super::spoke::JITTER;
use super::{RollCall, Standing, Tab};

impl<P: Clone, T: Clone + PartialEq> Tab<P, T> {
    /// The lock is granted. `others` is the number of other tabs that wait for it, if that is known.
    ///
    /// A page that was frozen may be told so late that another tab has taken the lock away since, so it is looked up first.
    pub fn handle_granted(&mut self, now: Instant, others: Option<usize>) {
        self.run(now);
        match self.standing {
            Standing::Waiting => {
                self.standing = Standing::Checking { others, since: now };
                self.queues.output(Output::QueryLock);
            }
            Standing::Away | Standing::Left => self.queues.output(Output::ReleaseLock),
            Standing::Checking { .. } | Standing::Calling(_) | Standing::Leading(_) => {}
        }
        self.settle(now);
    }

    /// Asks the others how far they have read.
    fn call_roll(&mut self, now: Instant, others: Option<usize>, date: u64) {
        self.spoke.lose(&mut self.queues);
        let number = self.random.bits();
        self.standing = Standing::Calling(RollCall {
            number,
            until: now.saturating_add(self.config.roll_call),
            date,
            known: self.spoke.known,
            least: None,
        });
        if others == Some(0) {
            self.lead();
        } else {
            self.queues.post(Frame::Common(self.id, Common::RollCall(number)));
        }
    }

    /// The lock was taken away: another tab is the hub.
    pub fn handle_stolen(&mut self, now: Instant) {
        self.ran_at = self.ran_at.max(now);
        self.step_down(now);
        self.settle(now);
    }

    pub(super) fn step_down(&mut self, now: Instant) {
        match self.standing {
            Standing::Leading(_) => {
                self.queues.output(Output::DropConnection);
                self.queues.event(Event::Role(Role::Follower));
            }
            Standing::Checking { .. } | Standing::Calling(_) => {}
            Standing::Waiting | Standing::Away | Standing::Left => return,
        }
        self.spoke.lose(&mut self.queues);
        self.queues.leading = false;
        self.stand(Standing::Waiting);
        // It may still hold the lock, if it gave way to a hub with a later term.
        self.queues.output(Output::ReleaseLock);
        self.come(now);
    }

    /// The lookup's result: the tab that holds the lock, if one does. `date` is the time in milliseconds since
    /// 1970 (`Date.now()`).
    pub fn handle_holder(&mut self, now: Instant, holder: Option<TabId>, date: u64) {
        self.ran_at = self.ran_at.max(now);
        let mine = holder == Some(self.id);
        match &mut self.standing {
            Standing::Leading(hub) if mine => {
                let trusted = hub.trust(now, &mut self.queues);
                self.look_again_unless(trusted);
            }
            Standing::Checking { others, since } if mine => {
                let (others, fresh) = (*others, now.saturating_since(*since) <= self.config.lease());
                *since = now;
                self.look_again_unless(fresh);
                if fresh {
                    self.call_roll(now, others, date);
                }
            }
            Standing::Leading(_) | Standing::Checking { .. } => self.step_down(now),
            Standing::Waiting if self.visible => {
                let jitter = self.random.between(Span::ZERO, JITTER);
                let step = self.spoke.watch.holder(now, holder, self.id, jitter);
                self.watch(step);
            }
            _ => {}
        }
        self.settle(now);
    }

    fn look_again_unless(&mut self, fresh: bool) {
        if !fresh {
            self.queues.output(Output::QueryLock);
        }
    }

    /// Another tab has said how far it has read.
    pub(super) fn answer_roll_call(&mut self, number: u32, known: super::Term, mark: &Mark<T>) {
        let Standing::Calling(call) = &mut self.standing else {
            return;
        };
        if call.number != number {
            return;
        }
        call.known = call.known.max(known);
        call.hear(mark);
    }

    /// Everybody has had the time to answer. If the page was frozen meanwhile, another tab may have the lock.
    pub(super) fn end_roll_call(&mut self, now: Instant) {
        match &self.standing {
            Standing::Calling(call) if now > call.until.saturating_add(self.config.lease()) => {
                self.standing = Standing::Checking {
                    others: None,
                    since: now,
                };
                self.queues.output(Output::QueryLock);
            }
            _ => self.lead(),
        }
    }

    fn lead(&mut self) {
        let Standing::Calling(mut call) = core::mem::replace(&mut self.standing, Standing::Waiting) else {
            return;
        };
        // Frames of the hub before may have come meanwhile.
        call.hear(&self.spoke.mark);
        let term = call.known.max(self.spoke.known).next(self.id, call.date);
        let resume = call.least.as_ref().map(|(_, token)| token.clone());
        self.standing = Standing::Leading(Box::new(Hub::new(term, self.config, call.least)));
        self.queues.leading = true;
        self.queues.event(Event::Role(Role::Leader));
        self.queues
            .output(Output::Post(Frame::Common(self.id, Common::Lead(term))));
        self.queues.output(Output::OpenConnection(resume));
        self.spoke.lead(term, &mut self.queues);
    }
}

impl<T: Clone> RollCall<T> {
    /// A tab has read so far.
    fn hear(&mut self, mark: &Mark<T>) {
        if let Some(read) = &mark.token
            && self.least.as_ref().is_none_or(|(least, _)| read.0 < *least)
        {
            self.least = Some(read.clone());
        }
    }
}
