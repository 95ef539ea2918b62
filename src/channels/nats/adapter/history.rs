//! Messages of before that the application asks for: the number from which they begin is looked for, then they are read.

use alloc::collections::VecDeque;
use alloc::string::String;

use crate::channels::adapter::{Bus, Payload};
use crate::channels::ids::QuestionId;
use crate::channels::nats::request::From;
use crate::channels::nats::search::Search;
use crate::channels::nats::subject::name_error;
use crate::channels::output::HistoryRange;
use crate::engine::Instant;

use super::Nats;
use super::followed::Question;
use super::reader::{Asked, Reader, Repeat, Task};

/// No more are given at once.
const MAX_LIMIT: u32 = 10_000;

impl Nats {
    pub(super) fn ask_history(
        &mut self,
        now: Instant,
        question: QuestionId,
        name: &str,
        range: &HistoryRange<String>,
        bus: &mut Bus,
    ) {
        if let Some(reason) = name_error(name) {
            return bus.handle_answer(question, Err(Payload::Text(reason)));
        }
        let asked = Asked {
            question,
            limit: range.limit.min(MAX_LIMIT),
            before: range.before.as_ref().map_or(u64::MAX, |before| before.offset),
            epoch: range
                .before
                .as_ref()
                .map_or_else(String::new, |before| before.epoch.clone()),
            messages: VecDeque::new(),
            counts: false,
        };
        let subject = self.subject(name);
        self.ask_stream(now, Question::History(asked, subject), Repeat::NONE);
    }

    pub(super) fn read_history(&mut self, now: Instant, mut asked: Asked, subject: String, bus: &mut Bus) {
        if !asked.epoch.is_empty() && asked.epoch != self.stream.epoch {
            let reason = "the position is of a stream that is gone: another one has its name";
            return bus.handle_answer(asked.question, Err(reason.into()));
        }
        let end = asked.before;
        asked.counts = end <= self.stream.last;
        let wanted = u64::from(asked.limit);
        let counts = asked.counts;
        let reader = Reader::new(
            Task::History(asked),
            subject,
            From::Sequence(end),
            self.stream.epoch.clone(),
        );
        if counts {
            // How many of the channel's messages are not before, to be left out.
            let number = self.next_number();
            self.create(now, number, reader);
        } else {
            self.search_history(now, reader, wanted);
        }
    }

    pub(super) fn search_history(&mut self, now: Instant, mut reader: Reader, wanted: u64) {
        let end = match &reader.task {
            Task::History(asked) => asked.before.saturating_sub(1).min(self.stream.last),
            Task::Channel(..) | Task::Members(_) => self.stream.last,
        };
        let search = Search::new(wanted, self.stream.first, end);
        reader.from = From::Sequence(search.start());
        reader.search = Some(search);
        let number = self.next_number();
        self.create(now, number, reader);
    }

    #[allow(clippy::unused_self)] // As its siblings.
    pub(super) fn finish_history(&self, reader: Reader, bus: &mut Bus) {
        if let Task::History(asked) = reader.task {
            bus.handle_answer(asked.question, Ok(asked.messages.into()));
        }
    }
}
