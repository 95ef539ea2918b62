//! Questions of the application to the broker.

use alloc::string::String;

use crate::channels::ids::QuestionId;
use crate::channels::output::{Event, Failure, Found, HistoryRange, Output};
use crate::channels::timers::Timer;
use crate::engine::Instant;

use super::Channels;

impl<P: Clone + PartialEq, E: Clone + PartialEq> Channels<P, E> {
    /// Asks for messages of before, now or with the next connection. The channel need not be joined. The answer is [`Event::History`] or
    /// [`Event::NoHistory`].
    pub fn ask_history(&mut self, now: Instant, name: &str, range: HistoryRange<E>) -> QuestionId {
        let question = self.next_question();
        if !self.connected && self.unasked.len() >= self.config.waiting {
            let failure = Failure::Full;
            self.events.push(Event::NoHistory { question, failure });
            return question;
        }
        self.questions.insert(question, ());
        self.timers.set(
            Timer::Question(question),
            now.saturating_add(self.config.answer_timeout),
        );
        self.unasked.push((question, String::from(name), range));
        if self.connected {
            self.ask_waiting();
        }
        question
    }

    /// Asks all that waits for a connection.
    pub(super) fn ask_waiting(&mut self) {
        for (question, name, range) in core::mem::take(&mut self.unasked) {
            self.outputs.push(Output::History { question, name, range });
        }
    }

    /// The broker's answer to [`Output::History`]: the messages, oldest first, or a reason for none.
    pub fn handle_answer(&mut self, question: QuestionId, answer: Result<Found<P, E>, P>) {
        if self.questions.remove(&question).is_some() {
            self.timers.clear(Timer::Question(question));
            self.events.push(match answer {
                Ok(messages) => Event::History { question, messages },
                Err(reason) => Event::NoHistory {
                    question,
                    failure: Failure::Refused(reason),
                },
            });
        }
    }

    pub(super) fn give_up_question(&mut self, question: QuestionId) {
        if self.questions.remove(&question).is_some() {
            self.unasked.retain(|(unasked, ..)| *unasked != question);
            self.events.push(Event::NoHistory {
                question,
                failure: Failure::TimedOut,
            });
        }
    }

    /// The connection is lost, and with it the answers.
    pub(super) fn lose_questions(&mut self) {
        for question in self.questions.take_keys() {
            self.timers.clear(Timer::Question(question));
            self.events.push(Event::NoHistory {
                question,
                failure: Failure::Lost,
            });
        }
    }
}
