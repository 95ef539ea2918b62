//! Consumers are created, and begin to deliver when their answer is there. Until then nothing comes, so that nothing comes too early.

use alloc::format;
use alloc::string::String;

use crate::channels::adapter::Bus;
use crate::channels::nats::answer::Answer;
use crate::channels::nats::ordered::Ordered;
use crate::channels::nats::protocol;
use crate::channels::nats::request::{Consumer, From};
use crate::channels::nats::search::Found;
use crate::channels::output::Refusal;
use crate::channels::position::{Position, Recovered, Start};
use crate::engine::Instant;

use super::Nats;
use super::reader::{Reader, Repeat, Task};

impl Nats {
    fn deliver_to(&self, number: u64) -> String {
        format!("{}.d.{number}", self.inbox())
    }

    /// Asks for a consumer under this number.
    pub(super) fn create(&mut self, now: Instant, number: u64, mut reader: Reader) {
        let stream = match reader.task {
            Task::Members(_) => format!("KV_{}", self.options.bucket),
            Task::Channel(..) | Task::History(_) => self.options.stream.clone(),
        };
        let consumer = Consumer {
            stream: &stream,
            name: &format!("{}-{number}", self.client),
            filter: &reader.filter,
            deliver: &self.deliver_to(number),
            from: reader.from,
            heartbeat: self.options.heartbeat,
        };
        let (subject, json) = (consumer.subject(&self.options.api), consumer.json());
        let reply = self.answer_to(number);
        protocol::publish(&mut self.out, &subject, Some(&reply), &[], json.as_bytes());
        reader.repeat = reader.repeat.next(now);
        self.check_at = self.check_at.min(reader.repeat.at);
        self.readers.insert(number, reader);
    }

    /// The same task goes on with another consumer.
    pub(super) fn create_again(&mut self, now: Instant, reader: Reader) {
        let number = self.next_number();
        match reader.task {
            Task::Channel(channel, _) => {
                if let Some(followed) = self.channels.get_mut(&channel) {
                    followed.reader = number;
                }
            }
            Task::Members(channel) => return self.watch(now, channel),
            Task::History(_) => {}
        }
        self.create(now, number, reader);
    }

    /// The answer to the creation of a consumer.
    pub(super) fn handle_created(
        &mut self,
        now: Instant,
        number: u64,
        answer: Result<Answer, (Refusal, String)>,
        bus: &mut Bus,
    ) {
        let waits = self.readers.get(&number).is_some_and(|reader| reader.ordered.is_none());
        if !waits {
            return;
        }
        let answer = match answer {
            Ok(answer) => answer,
            Err((refusal, reason)) => return self.fail(now, number, refusal, &reason, bus),
        };
        let Some(mut reader) = self.readers.remove(&number) else {
            return;
        };
        let mut skip = 0;
        if let Task::History(asked) = &mut reader.task
            && asked.counts
        {
            asked.counts = false;
            let wanted = u64::from(asked.limit).saturating_add(answer.num_pending);
            reader.repeat = Repeat::NONE;
            return self.search_history(now, reader, wanted);
        }
        if let Some(search) = &mut reader.search {
            match search.answered(answer.num_pending) {
                Found::Again => {
                    reader.from = From::Sequence(search.start());
                    reader.repeat = Repeat::NONE;
                    return self.create_again(now, reader);
                }
                // Those of history are counted when they come: there may be newer ones, which are not wanted.
                Found::Take { skip: more } if matches!(reader.task, Task::Channel(..)) => skip = more,
                Found::Take { .. } => {}
            }
        }
        reader.left = answer.num_pending;
        reader.skip = skip;
        reader.ordered = Some(Ordered::new(now, self.options.heartbeat));
        match &reader.task {
            Task::Channel(channel, since) => {
                let (before, pending) = (answer.delivered.stream_seq, answer.num_pending);
                let recovered = since
                    .as_ref()
                    .map_or(Recovered::Yes, |since| self.stream.prove(since, before, pending));
                let position = Position {
                    epoch: reader.epoch.clone(),
                    offset: before,
                };
                let start = Start {
                    position: Some(position),
                    recovered,
                    replays: pending > 0,
                };
                bus.handle_subscribed(now, *channel, start);
                self.enter(now, *channel);
            }
            Task::History(_) if reader.left == 0 => {
                self.finish_history(reader, bus);
                return;
            }
            Task::History(_) => {}
            Task::Members(channel) => {
                if reader.left == 0 {
                    self.members_known(now, *channel, bus);
                }
            }
        }
        // From here on it delivers.
        let deliver = self.deliver_to(number);
        protocol::subscribe(&mut self.out, &deliver, number);
        reader.turn = self.next_number();
        self.readers.insert(number, reader);
    }

    /// A consumer can't be had, or is no longer.
    pub(super) fn fail(&mut self, now: Instant, number: u64, refusal: Refusal, reason: &str, bus: &mut Bus) {
        let Some(reader) = self.readers.get(&number) else {
            return;
        };
        match reader.task {
            Task::Channel(channel, _) => self.refuse(now, channel, number, refusal, reason, bus),
            Task::Members(channel) => {
                let found = self.channels.get(&channel).map(|followed| followed.reader);
                self.stop_reader(number);
                if let Some(reader) = found {
                    self.refuse(now, channel, reader, refusal, reason, bus);
                }
            }
            Task::History(ref asked) => {
                let question = asked.question;
                self.stop_reader(number);
                bus.handle_answer(question, Err(reason.into()));
            }
        }
    }
}
