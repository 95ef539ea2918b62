//! Messages of consumers, and answers to requests.

use alloc::format;
use alloc::string::String;

use crate::channels::adapter::Bus;
use crate::channels::ids::ChannelId;
use crate::channels::nats::answer::Answer;
use crate::channels::nats::delivered::Delivered;
use crate::channels::nats::protocol::{self, Delivery};
use crate::channels::output::Refusal;
use crate::channels::position::Position;
use crate::engine::Instant;

use super::Nats;
use super::payload::payload;
use super::reader::{Reader, Task};

/// Nobody takes requests: `JetStream` is off, or the servers are choosing one that answers.
const NO_RESPONDERS: u16 = 503;
/// `stream not found`.
const NO_STREAM: u32 = 10_059;

/// Messages that were to come have been purged, or have become too old.
const REMOVED: &str = "messages were removed while they were read";
impl Nats {
    /// An answer of the server has come.
    pub(super) fn handle_answer(&mut self, now: Instant, delivery: &Delivery, bus: &mut Bus) {
        let Some((_, last)) = delivery.subject.rsplit_once('.') else {
            return;
        };
        if let Some(publication) = last.strip_prefix('p') {
            return self.handle_acknowledgement(now, publication, delivery, bus);
        }
        let Ok(number) = last.parse() else { return };
        if let Some((question, _)) = self.questions.remove(&number) {
            let stream = self.stream_of(&question);
            let answer = read(delivery, &stream);
            self.handle_stream(now, question, answer, bus);
        } else {
            let answer = read(delivery, &self.options.stream);
            self.handle_created(now, number, answer, bus);
        }
    }

    /// A consumer has delivered a message, or tells something.
    pub(super) fn handle_delivery(&mut self, now: Instant, delivery: Delivery, bus: &mut Bus) {
        let number = delivery.sid;
        let Some(reader) = self.readers.get_mut(&number) else {
            return;
        };
        let Some(ordered) = &mut reader.ordered else {
            return;
        };
        // A message of the stream has the server's numbers. Its publisher may have given it any headers, also those of a heartbeat.
        let Some(delivered) = delivery.reply.as_deref().and_then(Delivered::parse) else {
            if delivery.headers.status.is_none() {
                return;
            }
            let done = ordered.heartbeat(now, &delivery.headers);
            let stalled = delivery.headers.get("Nats-Consumer-Stalled");
            // The server sends on when it knows that what it has sent has come.
            if let Some(subject) = delivery.reply.as_deref().or(stalled) {
                protocol::publish(&mut self.out, subject, None, &[], b"");
            } else {
                match done {
                    Ok(done) if done && reader.left > 0 => {
                        if matches!(reader.task, Task::Channel(..)) {
                            return self.fail(now, number, Refusal::Temporary, REMOVED, bus);
                        }
                        reader.left = 0;
                        self.caught_up(now, number, bus);
                    }
                    Ok(_) => {}
                    Err(_) => self.interrupt(now, number, bus),
                }
            }
            return;
        };
        if ordered.message(now, delivered).is_err() {
            return self.interrupt(now, number, bus);
        }
        let replayed = reader.left > 0;
        if matches!(reader.task, Task::Channel(..)) && reader.is_doubtful(delivered, self.stream.per_subject) {
            // The next subscription begins at the last message, and its proof says if messages are missing.
            return self.interrupt(now, number, bus);
        }
        reader.last = Some(delivered);
        if replayed && delivered.pending.saturating_add(1) < reader.left && matches!(reader.task, Task::Channel(..)) {
            // The next subscription begins at the last message, and finds that the stream has no longer what follows it.
            return self.fail(now, number, Refusal::Temporary, REMOVED, bus);
        }
        reader.left = if delivered.pending == 0 {
            0
        } else {
            reader.left.saturating_sub(1)
        };
        let ends = replayed && reader.left == 0;
        if reader.skip > 0 {
            reader.skip -= 1;
        } else {
            self.take(now, number, delivered, delivery, replayed, bus);
        }
        if ends {
            self.caught_up(now, number, bus);
        }
    }

    fn take(
        &mut self,
        now: Instant,
        number: u64,
        delivered: Delivered,
        delivery: Delivery,
        replayed: bool,
        bus: &mut Bus,
    ) {
        let Some(reader) = self.readers.get_mut(&number) else {
            return;
        };
        let position = Position {
            epoch: reader.epoch.clone(),
            offset: delivered.stream_sequence,
        };
        match &mut reader.task {
            Task::Channel(channel, _) => {
                bus.handle_message(now, *channel, Some(position), payload(delivery), replayed);
            }
            Task::History(asked) if position.offset < asked.before => {
                if asked.messages.len() >= usize::try_from(asked.limit).unwrap_or(usize::MAX) {
                    asked.messages.pop_front();
                }
                asked.messages.push_back((Some(position), payload(delivery)));
            }
            Task::History(_) => {
                reader.left = 0;
                self.caught_up(now, number, bus);
            }
            Task::Members(channel) => {
                let channel = *channel;
                self.handle_member(now, channel, delivery, bus);
            }
        }
    }

    /// All messages of before have come.
    fn caught_up(&mut self, now: Instant, number: u64, bus: &mut Bus) {
        match self.readers.get(&number).map(|reader| &reader.task) {
            Some(Task::Channel(channel, _)) => bus.handle_caught_up(now, *channel),
            Some(Task::Members(channel)) => {
                let channel = *channel;
                self.members_known(now, channel, bus);
            }
            Some(Task::History(_)) => {
                protocol::unsubscribe(&mut self.out, number);
                if let Some(reader) = self.readers.remove(&number) {
                    self.finish_history(reader, bus);
                }
            }
            None => {}
        }
    }

    /// A message is missing, or the consumer has gone.
    pub(super) fn interrupt(&mut self, now: Instant, number: u64, bus: &mut Bus) {
        let channel = match self.readers.get(&number) {
            Some(&Reader {
                task: Task::Channel(channel, _),
                ..
            }) => channel,
            Some(&Reader {
                task: Task::Members(channel),
                ..
            }) => {
                return self.watch(now, channel);
            }
            _ => {
                let reason = "the server's consumer has gone";
                return self.fail(now, number, Refusal::Temporary, reason, bus);
            }
        };
        if self.is_current(channel, number) {
            self.stop_reader(number);
            bus.handle_interrupted(now, channel);
        }
    }

    pub(super) fn is_current(&self, channel: ChannelId, reader: u64) -> bool {
        let followed = self.channels.get(&channel);
        followed.is_some_and(|followed| followed.reader == reader)
    }
}

/// Reads an answer of `JetStream`, or why there is none.
fn read(delivery: &Delivery, stream: &str) -> Result<Answer, (Refusal, String)> {
    if delivery.headers.status == Some(NO_RESPONDERS) {
        let reason = "JetStream doesn't answer: it is not enabled, or has no leader yet";
        return Err((Refusal::Temporary, reason.into()));
    }
    let Some(answer) = Answer::parse(&delivery.payload) else {
        return Err((Refusal::Temporary, "the server's answer is no JSON of JetStream".into()));
    };
    match answer.error {
        None => Ok(answer),
        Some(error) if error.err_code == NO_STREAM => {
            Err((Refusal::Temporary, format!("there is no stream {stream} on the server")))
        }
        Some(error) => Err((Refusal::Temporary, error.description)),
    }
}
