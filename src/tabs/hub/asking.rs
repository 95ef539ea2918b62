//! A connection that is open and takes no messages for now: it may be dead, or is about to end. What it is given then it keeps, and that
//! goes with the hub. So it is asked before each hand-over, and messages wait where the next hub finds them: in the tabs.

use crate::engine::{Instant, Span};

use super::super::output::Output;
use super::super::queues::Queues;
use super::Hub;
use super::sendable::{AGAIN, Sendable};

/// The longest time after which it is asked again.
const MOST: Span = Span::from_millis(160);

impl<P: Clone, T: Clone + PartialEq> Hub<P, T> {
    /// Hands everything over if the connection, which is asked, takes it.
    pub(crate) fn hand_over(&mut self, queues: &mut Queues<P, T>) {
        if self.may_hand_over() && self.sendable == Sendable::Unknown {
            self.sendable = Sendable::Asked;
            queues.output(Output::ReadSendable);
        }
    }

    /// True if messages wait, the connection is open, and this tab is sure to be the hub.
    pub(super) fn may_hand_over(&self) -> bool {
        self.ready && self.withheld.is_none() && (!self.taken.is_empty() || self.announced.is_told())
    }

    pub(crate) fn handle_sendable(&mut self, now: Instant, sendable: bool, queues: &mut Queues<P, T>) {
        if !sendable {
            self.sendable = Sendable::NotBefore(now.saturating_add(self.ask_again));
            self.ask_again = self.ask_again.saturating_add(self.ask_again).min(MOST);
            return;
        }
        self.ask_again = AGAIN;
        self.sendable = Sendable::Unknown;
        if self.may_hand_over() {
            self.hand_over_now(now, queues);
        }
    }

    /// Asks again, if it is time.
    pub(crate) fn read_sendable_due(&mut self, now: Instant, queues: &mut Queues<P, T>) {
        if self.read_sendable_at() <= now {
            self.sendable = Sendable::Unknown;
            self.hand_over(queues);
        }
    }

    /// Returns when the connection may be asked again; never, if it may be now.
    pub(crate) const fn read_sendable_at(&self) -> Instant {
        match self.sendable {
            Sendable::NotBefore(at) => at,
            Sendable::Unknown | Sendable::Asked => Instant::NEVER,
        }
    }
}
