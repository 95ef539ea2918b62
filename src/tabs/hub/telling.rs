//! Messages of other tabs that are about to be handed over: their tabs were told, and do not send them again if this hub is lost.
//!
//! A browser may send a message of the connection sooner than a frame that was posted before it: in Chromium the two leave the process
//! by different threads, and a crash can lose the second alone. Then the message would be sent twice. So it waits until a frame has
//! come back that was posted later.

use crate::engine::Instant;

use super::super::frame::{Fence, Frame};
use super::super::ids::Term;
use super::super::output::Output;
use super::super::queues::Queues;
use super::Hub;

impl<P: Clone, T: Clone + PartialEq> Hub<P, T> {
    /// Posts a frame to come back, unless one is on its way.
    pub(super) fn ask_fence(&mut self, now: Instant, queues: &mut Queues<P, T>) {
        let announced = &mut self.announced;
        if announced.asked.0 == announced.told && announced.told < announced.last {
            announced.asked = (announced.last, now);
            let fence = Fence::Announced(self.term, announced.last);
            queues.output(Output::Post(Frame::Fence(self.term.hub, fence)));
        }
    }

    /// A frame of this hub to itself has come back. Returns true if it took so long that another tab may be the hub by now: that is new,
    /// and must be looked up.
    pub(crate) fn handle_fence(&mut self, now: Instant, term: Term, number: u64, queues: &mut Queues<P, T>) -> bool {
        let (asked, posted_at) = self.announced.asked;
        if term != self.term || number != asked {
            return false;
        }
        self.announced.told = number;
        let doubts = now.saturating_since(posted_at) > self.config.lease() && self.doubt(now);
        self.ask_fence(now, queues);
        self.hand_over(queues);
        doubts
    }

    /// Hands over what the tabs have been told of.
    pub(super) fn hand_told(&mut self, queues: &mut Queues<P, T>) {
        let told = self.announced.told;
        self.hand_upto(told, queues);
    }

    /// The connection is about to be closed. What the tabs were told of goes out, unless this tab isn't sure to be the hub.
    pub(crate) fn hand_all(&mut self, queues: &mut Queues<P, T>) {
        if self.ready && self.withheld.is_none() {
            let last = self.announced.last;
            self.hand_upto(last, queues);
        }
    }

    fn hand_upto(&mut self, number: u64, queues: &mut Queues<P, T>) {
        for taken in self.announced.take(number) {
            // A request may be over: lost with the connection that it was for, or given up.
            if taken
                .request
                .is_none_or(|ask| self.requests.is_pending(taken.tab, ask.number))
            {
                self.hand(taken, queues);
            }
        }
    }

    /// Returns the messages that their tabs were told of and that are not handed over.
    pub(crate) fn handing(&self) -> impl Iterator<Item = &P> {
        self.announced.iter().map(|taken| &taken.payload)
    }
}
