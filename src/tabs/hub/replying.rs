//! Replies to the tabs' requests.

use crate::engine::{Failure, Instant};

use super::super::frame::Numbered;
use super::super::queues::Queues;
use super::Hub;
use super::requests::Asked;

impl<P: Clone, T: Clone + PartialEq> Hub<P, T> {
    /// True if replies are expected, late ones too.
    pub(crate) fn expects_replies(&self) -> bool {
        !self.requests.is_empty()
    }

    /// Returns how the reply is recognised to the request with this number.
    pub(crate) fn expected(&self, wire: u64) -> Option<u32> {
        self.requests.with(wire).map(|asked| asked.request.kind)
    }

    pub(super) fn reply(&mut self, now: Instant, wire: u64, payload: P, ends: bool, queues: &mut Queues<P, T>) {
        let term = self.term;
        // A late one is for nobody.
        let Some(asked) = self.requests.pending(wire) else {
            return;
        };
        let last = ends || !asked.request.streams;
        if last {
            self.requests.settle(now, asked.tab, asked.number);
        }
        if let Some(member) = self.member(asked.tab) {
            let request = asked.number;
            member.post(term, Numbered::Reply { request, payload, last }, queues);
        }
    }

    /// The connection is lost, and with it these requests.
    pub(super) fn fail(&mut self, failed: &[Asked], queues: &mut Queues<P, T>) {
        let term = self.term;
        for asked in failed {
            if let Some(member) = self.member(asked.tab) {
                let failed = Numbered::Failed {
                    request: asked.number,
                    failure: Failure::Lost,
                    sent: true,
                };
                member.post(term, failed, queues);
            }
        }
    }
}
