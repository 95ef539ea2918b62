//! Subscriptions: the stream is asked for first, then each channel has its consumer.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use crate::channels::adapter::{Bus, Payload};
use crate::channels::ids::ChannelId;
use crate::channels::nats::answer::Answer;
use crate::channels::nats::proof::Stream;
use crate::channels::nats::protocol;
use crate::channels::nats::request::From;
use crate::channels::nats::search::Search;
use crate::channels::nats::subject::name_error;
use crate::channels::output::{Refusal, Subscription};
use crate::engine::Instant;

use super::Nats;
use super::followed::{Followed, Numbered, Question};
use super::present::Present;
use super::reader::{Reader, Repeat, Task};

impl Nats {
    pub(super) fn subscribe(&mut self, now: Instant, batch: Vec<Subscription<Payload, String>>, bus: &mut Bus) {
        let mut numbered = Vec::new();
        for subscription in batch {
            if let Some(reason) = name_error(&subscription.name) {
                let reason = Some(Payload::Text(reason));
                bus.handle_refused(now, subscription.channel, Refusal::Final, reason);
                continue;
            }
            self.forget(subscription.channel);
            let reader = self.next_number();
            let followed = Followed { reader, present: None };
            self.channels.insert(subscription.channel, followed);
            numbered.push((reader, subscription));
        }
        if !numbered.is_empty() {
            self.ask_stream(now, Question::Stream(numbered), Repeat::NONE);
        }
    }

    pub(super) fn unsubscribe(&mut self, channel: ChannelId) {
        if let Some(present) = self.forget(channel) {
            self.leave(&present);
        }
    }

    /// Ends the consumers of a channel. The page stays a member until its key is forgotten: the channel may be back before.
    fn forget(&mut self, channel: ChannelId) -> Option<Present> {
        let followed = self.channels.remove(&channel)?;
        self.stop_reader(followed.reader);
        let present = followed.present?;
        self.stop_reader(present.watch);
        Some(present)
    }

    pub(super) fn stop_reader(&mut self, number: u64) {
        // The server keeps a consumer without a subscription for some seconds only.
        if let Some(reader) = self.readers.remove(&number)
            && reader.ordered.is_some()
        {
            protocol::unsubscribe(&mut self.out, number);
        }
    }

    pub(super) fn ask_stream(&mut self, now: Instant, question: Question, repeat: Repeat) {
        let number = self.next_number();
        let stream = self.stream_of(&question);
        let (subject, reply) = (
            format!("{}.STREAM.INFO.{stream}", self.options.api),
            self.answer_to(number),
        );
        protocol::publish(&mut self.out, &subject, Some(&reply), &[], b"");
        let repeat = repeat.next(now);
        self.check_at = self.check_at.min(repeat.at);
        self.questions.insert(number, (question, repeat));
    }

    /// Returns the name of the stream that a question is for.
    pub(super) fn stream_of(&self, question: &Question) -> String {
        match question {
            Question::Bucket(_) => format!("KV_{}", self.options.bucket),
            Question::Stream(_) | Question::History(..) => self.options.stream.clone(),
        }
    }

    /// The stream of the channels is known, or not to be had.
    pub(super) fn handle_stream(
        &mut self,
        now: Instant,
        question: Question,
        answer: Result<Answer, (Refusal, String)>,
        bus: &mut Bus,
    ) {
        let answer = answer.and_then(|answer| match answer.config.retention.as_str() {
            "limits" => Ok(answer),
            other => Err((
                Refusal::Final,
                format!(
                    "the stream {} has the retention {other:?}; channels need \"limits\"",
                    self.options.stream
                ),
            )),
        });
        match (question, answer) {
            (Question::Stream(batch), Ok(answer)) => {
                self.stream = Stream::new(&answer);
                let members = batch.iter().any(|(_, subscription)| subscription.identity.is_some());
                if members && !self.options.bucket.is_empty() && self.time_to_live.is_none() {
                    self.ask_stream(now, Question::Bucket(batch), Repeat::NONE);
                } else {
                    self.read_channels(now, batch, bus);
                }
            }
            (Question::Bucket(batch), Ok(answer)) => {
                let found = self.bucket_found(&answer);
                self.enter_or_refuse(now, batch, found, bus);
            }
            (Question::Bucket(batch), Err(error)) => self.enter_or_refuse(now, batch, Err(error), bus),
            (Question::Stream(batch), Err((refusal, reason))) => {
                for (reader, subscription) in batch {
                    self.refuse(now, subscription.channel, reader, refusal, &reason, bus);
                }
            }
            (Question::History(asked, subject), Ok(answer)) => {
                self.stream = Stream::new(&answer);
                self.read_history(now, asked, subject, bus);
            }
            (Question::History(asked, _), Err((_, reason))) => {
                bus.handle_answer(asked.question, Err(Payload::Text(reason)));
            }
        }
    }

    /// Refuses a channel, if this is still its consumer.
    pub(super) fn refuse(
        &mut self,
        now: Instant,
        channel: ChannelId,
        reader: u64,
        refusal: Refusal,
        reason: &str,
        bus: &mut Bus,
    ) {
        if self
            .channels
            .get(&channel)
            .is_some_and(|followed| followed.reader == reader)
        {
            if let Some(present) = self.forget(channel)
                && refusal == Refusal::Final
            {
                self.leave(&present);
            }
            bus.handle_refused(now, channel, refusal, Some(reason.into()));
        }
    }

    /// Creates the consumers of channels.
    pub(super) fn read_channels(&mut self, now: Instant, batch: Vec<Numbered>, bus: &mut Bus) {
        for (number, subscription) in batch {
            if !self.is_current(subscription.channel, number) {
                continue;
            }
            if let Some(identity) = subscription.identity {
                if self.options.bucket.is_empty() {
                    let reason = "presence needs a bucket; name it by the adapter's option \"bucket\"";
                    self.refuse(now, subscription.channel, number, Refusal::Final, reason, bus);
                    continue;
                }
                let present = Present::new(&subscription.name, identity);
                if let Some(reason) = self.membership_error(&present) {
                    self.refuse(now, subscription.channel, number, Refusal::Final, &reason, bus);
                    continue;
                }
                if let Some(followed) = self.channels.get_mut(&subscription.channel) {
                    followed.present = Some(present);
                }
            }
            let from = match (&subscription.since, subscription.since_time) {
                (Some(since), _) if since.epoch == self.stream.epoch => From::Sequence(since.offset.saturating_add(1)),
                (None, Some(time)) => From::Time(time),
                // The positions of a stream that is gone say nothing of this one.
                _ => From::New,
            };
            let history = subscription.history;
            let first = subscription.since.is_none() && subscription.since_time.is_none();
            let task = Task::Channel(subscription.channel, subscription.since);
            let filter = self.subject(&subscription.name);
            let mut reader = Reader::new(task, filter, from, self.stream.epoch.clone());
            if first && history > 0 {
                let search = Search::new(history.into(), self.stream.first, self.stream.last);
                reader.from = From::Sequence(search.start());
                reader.search = Some(search);
            }
            self.create(now, number, reader);
        }
    }
}
