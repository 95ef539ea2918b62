//! The answers of the server.

use super::{Outbox, Phase};
use crate::engine::{Instant, Span};
use crate::outbox::withdrawn::Outcome;
use crate::outbox::{AfterRefusal, Output};

impl Outbox {
    /// The server has answered hello: the last number that is done.
    pub fn handle_hello(&mut self, now: Instant, done: u64) {
        let Phase::Greeting(from) = self.phase else { return };
        self.compare(done);
        // Whatever the server lacks from the oldest on, it gets again.
        if done < self.confirmed && done.saturating_add(1) < from {
            self.outputs.push_back(Output::Regressed {
                done,
                acknowledged: self.confirmed,
            });
        }
        self.confirmed = done.min(self.last);
        self.phase = Phase::Greeted;
        self.next = from.max(done.saturating_add(1));
        self.acknowledge_up_to(done, from);
        self.in_flight = 0;
        self.advance(now);
    }

    /// The server has done everything up to a number. If that is less than was sent, something is missing there.
    pub fn handle_done(&mut self, now: Instant, done: u64) {
        if self.phase == Phase::Greeted {
            self.compare(done);
        }
        let is_new = self.confirm(done);
        self.acknowledge_up_to(done, 0);
        // Answers to what was sent before hello say nothing new. And an answer that something is missing confirms nothing new.
        if !is_new && self.phase == Phase::Greeted && self.in_flight > 0 && done.saturating_add(1) < self.next {
            let is_missing = self
                .held
                .range(..self.next)
                .next()
                .is_some_and(|(first, _)| *first > done);
            if is_missing && self.retries == 0 {
                self.retries = 1;
                self.phase = Phase::Silent;
            } else if is_missing {
                self.go_back(now);
            }
        }
        self.advance(now);
    }

    /// The server has done one number. It does one only after all before it: what has come late on an earlier connection, too.
    pub fn handle_acknowledged(&mut self, now: Instant, number: u64) {
        if self.may_be_done(number) {
            self.confirm(number);
            self.acknowledge_up_to(number.saturating_sub(1), 0);
            self.end(number, Output::Acknowledged(number));
            self.advance(now);
        }
    }

    /// The server refuses one number: for good (`is_final`), or for now.
    pub fn handle_refused(&mut self, now: Instant, number: u64, is_final: bool) {
        if !self.may_be_done(number) {
            return;
        }
        if is_final {
            self.confirm(number);
            self.acknowledge_up_to(number.saturating_sub(1), 0);
            self.is_stopped = self.config.after_refusal == AfterRefusal::Stop;
            self.end(number, Output::Refused(number));
        } else if self.phase == Phase::Greeted {
            self.go_back(now);
        }
        self.advance(now);
    }

    /// The server has done everything up to `done`, and those before `from` that it has not done never come.
    fn acknowledge_up_to(&mut self, done: u64, from: u64) {
        while let Some((number, reason, outcome)) = self.withdrawn.settle(done, from) {
            self.outputs.push_back(match outcome {
                Outcome::Done => Output::Acknowledged(number),
                Outcome::NotDone | Outcome::Unknown => Output::GivenUp {
                    number,
                    reason,
                    may_be_done: outcome == Outcome::Unknown,
                },
            });
        }
        let done = done.min(self.sent);
        while let Some((&number, held)) = self.removing.range(..=done).next() {
            let output = match held.reason {
                Some(reason) if self.withdrawn.is_passed(number) => Output::GivenUp {
                    number,
                    reason,
                    may_be_done: true,
                },
                _ => Output::Acknowledged(number),
            };
            self.end(number, output);
        }
        while let Some(number) = self.oldest().filter(|number| *number <= done) {
            self.end(number, Output::Acknowledged(number));
        }
    }

    /// Returns true if that is new.
    fn confirm(&mut self, number: u64) -> bool {
        let is_new = number > self.confirmed && number <= self.last;
        if is_new {
            self.confirmed = number;
            self.retries = 0;
        }
        is_new
    }

    fn may_be_done(&self, number: u64) -> bool {
        let is_open = self.held.contains_key(&number) || self.removing.contains_key(&number);
        number <= self.sent && (is_open || self.withdrawn.contains(number))
    }

    /// Begins anew with hello, after longer and longer waits.
    fn go_back(&mut self, now: Instant) {
        let factor = 1_u32.checked_shl(self.retries).unwrap_or(u32::MAX);
        let wait = Span::from_millis_f64(self.config.min_retry.as_millis_f64() * f64::from(factor));
        self.retries = self.retries.saturating_add(1);
        self.phase = Phase::Waiting(now.saturating_add(wait.min(self.config.max_retry)));
    }
}
