//! Errors of the server.

use alloc::format;
use alloc::vec::Vec;

use crate::channels::adapter::{Bus, LoginRefusal, Payload};
use crate::channels::ids::ChannelId;
use crate::channels::output::Refusal;
use crate::engine::Instant;

use super::Nats;
use super::phase::Phase;

impl Nats {
    /// `-ERR` has come. After most of them the server ends the connection.
    pub(super) fn handle_error(&mut self, now: Instant, text: &str, bus: &mut Bus) {
        let lower = text.to_ascii_lowercase();
        if lower.starts_with("permissions violation") {
            let subject = text.split('"').nth(1).unwrap_or_default();
            self.handle_forbidden(now, subject, text, bus);
            return;
        }
        if lower.starts_with("maximum subscriptions") {
            return self.handle_too_many(now, text, bus);
        }
        // `User Authentication Expired` and its kin.
        let is_token = lower.starts_with("authorization violation") || lower.contains("authentication");
        if is_token || self.phase == Phase::LoggingIn {
            let reason = text.into();
            self.refusal = Some(LoginRefusal { reason, is_token });
        }
    }

    /// The server has not taken one of the last subscriptions, as the connection has too many. The last one is given up: with an error for
    /// each, these are all that were not taken.
    fn handle_too_many(&mut self, now: Instant, reason: &str, bus: &mut Bus) {
        let taken = self.readers.iter().filter(|(_, reader)| reader.ordered.is_some());
        let last = taken.max_by_key(|(_, reader)| reader.turn).map(|(number, _)| *number);
        if let Some(number) = last {
            self.fail(now, number, Refusal::Final, reason, bus);
        }
    }

    /// The user may not publish or subscribe to this subject.
    fn handle_forbidden(&mut self, now: Instant, subject: &str, reason: &str, bus: &mut Bus) {
        let published = self.publications.iter().find(|(_, sent)| sent.subject == subject);
        if let Some((&publication, _)) = published {
            self.publications.remove(&publication);
            bus.handle_unpublished(publication, Payload::Text(reason.into()));
        } else if let Some(number) = self.consumer_of(subject) {
            self.fail(now, number, Refusal::Final, reason, bus);
        } else if let Some(channel) = self.channel_of_key(subject) {
            if let Some(reader) = self.channels.get(&channel).map(|followed| followed.reader) {
                self.refuse(now, channel, reader, Refusal::Final, reason, bus);
            }
        } else if subject.starts_with(&format!("{}.STREAM.INFO.", self.options.api)) {
            let questions = core::mem::take(&mut self.questions);
            for (question, _) in questions.into_values() {
                self.handle_stream(now, question, Err((Refusal::Final, reason.into())), bus);
            }
        } else if subject.starts_with(&self.inbox()) {
            // Without its own subject nothing can be had.
            let all: Vec<(ChannelId, u64)> = self.channels.iter().map(|(id, all)| (*id, all.reader)).collect();
            for (channel, reader) in all {
                self.refuse(now, channel, reader, Refusal::Final, reason, bus);
            }
        }
    }

    /// Returns the number of the consumer whose creation has this subject.
    fn consumer_of(&self, subject: &str) -> Option<u64> {
        let rest = subject.strip_prefix(&format!("{}.CONSUMER.CREATE.", self.options.api))?;
        let name = rest.split('.').nth(1)?;
        let number = name.strip_prefix(&self.client)?.strip_prefix('-')?;
        number.parse().ok().filter(|number| self.readers.contains_key(number))
    }
}
