//! Chooses the message to send next.

use alloc::vec::Vec;

use super::{Outbox, Phase};
use crate::engine::Instant;
use crate::outbox::Output;

impl Outbox {
    pub(super) fn oldest(&self) -> Option<u64> {
        self.held.first_key_value().map(|(number, _)| *number)
    }

    /// Sends what may be sent.
    pub(super) fn advance(&mut self, now: Instant) {
        if self.phase == Phase::Silent {
            self.greet();
        }
        if self.phase == Phase::Greeted {
            self.send_window(now);
        }
    }

    fn send_window(&mut self, now: Instant) {
        while !self.is_stopped && self.in_flight < self.config.window.max(1) {
            let Some((&number, held)) = self.held.range(self.next..).next() else {
                break;
            };
            if !held.is_stored || held.deadline <= now || number > self.next || !self.may_send(number) {
                break;
            }
            self.next += 1;
            self.in_flight += 1;
            self.sent = self.sent.max(number);
            self.outputs.push_back(Output::Send(number));
        }
        // Numbers that never come are told by hello, which names the oldest that does. Nothing may be in flight.
        if self.in_flight == 0 && (self.is_gap_next() || self.withdrawn.has_before(self.from())) {
            self.greet();
        }
    }

    /// True if the next message that could be sent isn't the one that the server expects.
    fn is_gap_next(&self) -> bool {
        self.held
            .range(self.next..)
            .next()
            .is_some_and(|(number, held)| *number > self.next && held.is_stored && !self.is_stopped)
    }

    /// Returns the oldest number that may still come.
    fn from(&self) -> u64 {
        self.oldest().unwrap_or(self.last + 1)
    }

    fn greet(&mut self) {
        let from = self.from();
        // The server passes over what is before: it must not come back.
        if self.removing.range(..from).next().is_some() {
            return;
        }
        let is_stored = self.held.first_key_value().is_some_and(|(_, held)| held.is_stored);
        if is_stored || self.withdrawn.has_before(from) {
            self.phase = Phase::Greeting(from);
            self.next = from;
            self.in_flight = 0;
            self.outputs.push_back(Output::Hello(from));
        }
    }

    /// The page is left: returns what the server has to get now, as [`Output::Hello`] and [`Output::Send`], in order. It ends before a
    /// message that is not stored, or is given up and may be done. All of it counts as sent: the page may come back.
    pub fn flush(&mut self, now: Instant) -> Vec<Output> {
        let given_up = self.removing.keys().next().copied();
        let end = given_up.into_iter().chain(self.withdrawn.first()).min();
        let mut frames = Vec::new();
        let mut next = None;
        for (&number, held) in self.held.range(..end.unwrap_or(u64::MAX)) {
            if self.is_stopped || !held.is_stored || held.deadline <= now || !self.is_opened(number) {
                break;
            }
            if next != Some(number) {
                frames.push(Output::Hello(number));
            }
            frames.push(Output::Send(number));
            next = Some(number + 1);
            self.sent = self.sent.max(number);
        }
        frames
    }
}
