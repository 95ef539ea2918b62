//! Messages of the tabs: in order of each tab, and across tabs in the order of arrival. The hub's own go before those that wait until
//! their tabs have been told.

use alloc::vec::Vec;

use crate::engine::Instant;

use super::super::frame::{Ask, Down, Frame, Handed};
use super::super::ids::TabId;
use super::super::output::Output;
use super::super::queues::Queues;
use super::sendable::Sendable;
use super::taken::Taken;
use super::{Hub, Stage};

impl<P: Clone, T: Clone + PartialEq> Hub<P, T> {
    /// A tab sends a message.
    pub(crate) fn take(
        &mut self,
        tab: TabId,
        number: u64,
        payload: P,
        request: Option<Ask>,
        queues: &mut Queues<P, T>,
    ) {
        let Some(member) = self.member(tab) else { return };
        // It was sent again because the tab has joined twice.
        if number <= member.taken {
            return;
        }
        member.taken = number;
        // It has been welcomed, and sends what is left.
        member.handed.get_or_insert(0);
        self.taken.push(Taken {
            tab,
            number,
            payload,
            request,
        });
        self.hand_over(queues);
    }

    /// Hands everything to the connection: what this tab has sent at once, and the rest when its tabs have been told.
    ///
    /// If the hub crashes between the two, messages are lost that it had begun to hand over; the other order would send them twice.
    pub(super) fn hand_over_now(&mut self, now: Instant, queues: &mut Queues<P, T>) {
        self.hand_told(queues);
        let (mut handed, mut waiting) = (Vec::new(), Vec::<Taken<P>>::new());
        for taken in core::mem::take(&mut self.taken) {
            let in_use = taken
                .request
                .is_some_and(|ask| self.requests.is_used(taken.tab, ask.request.wire));
            // What a tab sends stays in order.
            if in_use || waiting.iter().any(|before| before.tab == taken.tab) {
                waiting.push(taken);
                continue;
            }
            if let Some(ask) = taken.request {
                self.requests.add(taken.tab, ask);
            }
            handed.push(taken);
        }
        self.taken = waiting;
        self.announce(&handed, queues);
        for taken in handed {
            if taken.tab == self.term.hub {
                self.hand(taken, queues);
            } else {
                self.announced.push(taken);
            }
        }
        self.ask_fence(now, queues);
        self.read_buffered_due(Instant::ORIGIN, queues);
    }

    pub(super) fn hand(&mut self, taken: Taken<P>, queues: &mut Queues<P, T>) {
        let Taken {
            tab, payload, request, ..
        } = taken;
        self.read_buffered_at = Instant::ORIGIN;
        queues.output(Output::Hand { tab, payload, request });
    }

    /// Tells the tabs what is about to be handed over.
    fn announce(&mut self, handed: &[Taken<P>], queues: &mut Queues<P, T>) {
        let term = self.term;
        for taken in handed {
            if let Some(member) = self.members.iter_mut().find(|member| member.id == taken.tab) {
                member.handed = Some(taken.number);
            }
        }
        for member in &self.members {
            let upto = member.handed.unwrap_or_default();
            if !handed.iter().any(|taken| taken.tab == member.id) {
                continue;
            }
            queues.post(Frame::Down(member.id, term, Down::Handing(upto)));
            if let Stage::Away(away) = member.stage {
                queues.announce(Handed {
                    tab: member.id,
                    term,
                    away,
                    upto,
                });
            }
        }
    }

    /// Hands over what has waited for the number of a request, if that is free by now.
    pub(crate) fn hand_over_due(&mut self, now: Instant, queues: &mut Queues<P, T>) {
        if !self.taken.is_empty() {
            self.requests.forget(now);
            self.hand_over(queues);
        }
    }

    /// Returns when the number of a request is free that something may wait for; never, if nothing does.
    pub(crate) fn number_is_free_at(&self) -> Instant {
        if self.may_hand_over() && self.sendable == Sendable::Unknown {
            self.requests.next_forgotten()
        } else {
            Instant::NEVER
        }
    }
}
