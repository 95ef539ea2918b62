//! Messages of the tabs: in order of each tab, and across tabs in the order of arrival.

use super::super::frame::{Ask, Down, Frame, Handed};
use super::super::ids::TabId;
use super::super::output::Output;
use super::super::queues::Queues;
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
        self.taken.push(Taken {
            tab,
            number,
            payload,
            request,
        });
        self.hand_over(queues);
    }

    /// Hands everything to the connection, if that takes it and this tab is sure to be the hub.
    ///
    /// The tabs are told before. If the hub crashes between the two, messages are lost that it had begun to hand over; the other order
    /// would send them twice.
    pub(crate) fn hand_over(&mut self, queues: &mut Queues<P, T>) {
        if !self.ready || self.withheld.is_some() || self.taken.is_empty() {
            return;
        }
        let term = self.term;
        for taken in &self.taken {
            if let Some(member) = self.members.iter_mut().find(|member| member.id == taken.tab) {
                member.handed = taken.number;
            }
        }
        for member in &self.members {
            let upto = member.handed;
            if !self.taken.iter().any(|taken| taken.tab == member.id) {
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
        for taken in core::mem::take(&mut self.taken) {
            if let Some(ask) = taken.request {
                self.requests.add(taken.tab, ask.number);
            }
            queues.output(Output::Hand {
                tab: taken.tab,
                payload: taken.payload,
                request: taken.request,
            });
        }
    }
}
