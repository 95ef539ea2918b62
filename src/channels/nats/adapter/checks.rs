//! Deadlines. They are looked at together, now and then: there may be a thousand channels.

use alloc::vec::Vec;

use crate::channels::adapter::Bus;
use crate::engine::{Instant, Span};

use super::Nats;
use super::reader::Reader;

/// The shortest time between two checks.
const SHORTEST: u64 = 100;

impl Nats {
    /// Returns how often deadlines are looked at.
    pub(super) fn period(&self) -> Span {
        let sixth = self.time_to_live.map_or(u64::MAX, |span| span.as_millis() / 6);
        Span::from_millis((self.options.heartbeat.as_millis() / 2).min(sixth).max(SHORTEST))
    }

    pub(super) fn check(&mut self, now: Instant, bus: &mut Bus) {
        if self.move_at <= now {
            return self.move_on(bus);
        }
        let period = self.period();
        let late = now.saturating_since(self.check_at);
        // Zero stands for a check that was asked for.
        let late = if late > period && self.check_at > Instant::from_millis(0) {
            late
        } else {
            Span::ZERO
        };
        self.check_at = now.saturating_add(period);
        self.check_publications(now);
        self.check_requests(now);
        self.check_presence(now, late, bus);
        // After a page was suspended, messages that are there must be read before a consumer is given up.
        if late == Span::ZERO {
            let gone: Vec<u64> = self
                .readers
                .iter()
                .filter(|(_, reader)| reader.ordered.as_ref().is_some_and(|ordered| ordered.is_gone(now)))
                .map(|(number, _)| *number)
                .collect();
            for number in gone {
                self.interrupt(now, number, bus);
            }
        }
        let others = self.next_publication().min(self.next_request()).min(self.move_at);
        self.check_at = self.check_at.min(others);
    }

    /// Repeats requests without an answer. The server that had one may be gone, and a consumer with it.
    fn check_requests(&mut self, now: Instant) {
        let questions = self.questions.iter().filter(|(_, (_, repeat))| repeat.at <= now);
        let questions: Vec<u64> = questions.map(|(number, _)| *number).collect();
        for number in questions {
            if let Some((question, repeat)) = self.questions.remove(&number) {
                self.ask_stream(now, question, repeat);
            }
        }
        let waits = |reader: &Reader| reader.ordered.is_none() && reader.repeat.at <= now;
        let readers = self.readers.iter().filter(|(_, reader)| waits(reader));
        let readers: Vec<u64> = readers.map(|(number, _)| *number).collect();
        for number in readers {
            if let Some(reader) = self.readers.remove(&number) {
                self.create_again(now, reader);
            }
        }
    }

    fn next_request(&self) -> Instant {
        let questions = self.questions.values().map(|(_, repeat)| repeat.at);
        let waiting = self.readers.values().filter(|reader| reader.ordered.is_none());
        let times = questions.chain(waiting.map(|reader| reader.repeat.at));
        times.min().unwrap_or(Instant::NEVER)
    }
}
