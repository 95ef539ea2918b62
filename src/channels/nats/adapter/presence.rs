//! Members: keys of a bucket that forgets them. Each connection writes its own again in time; a key that is not written again is lost.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use crate::channels::adapter::{Bus, Payload};
use crate::channels::ids::ChannelId;
use crate::channels::members::Presence;
use crate::channels::nats::answer::Answer;
use crate::channels::nats::protocol::{self, Delivery};
use crate::channels::nats::request::From;
use crate::channels::nats::subject::decode;
use crate::channels::output::Refusal;
use crate::engine::{Instant, Span};

use super::Nats;
use super::followed::Numbered;
use super::payload::{BINARY, payload};
use super::present::Present;
use super::reader::{Reader, Task};

/// After how long the members are asked for again.
const PATIENCE: Span = Span::from_millis(20_000);
/// The longest key, in bytes. A line of the protocol has 4,096.
const MAX_KEY: usize = 2_048;
/// An operation of a key; a key without one is written.
const OPERATION: &str = "KV-Operation";

impl Nats {
    fn keys(&self) -> String {
        format!("$KV.{}", self.options.bucket)
    }

    fn own_key(&self, present: &Present) -> String {
        format!("{}.{}.{}.{}", self.keys(), present.channel, present.user, self.client)
    }

    /// Returns why the page can't be this member: the server would end the connection, again and again.
    pub(super) fn membership_error(&self, present: &Present) -> Option<String> {
        let (key, data) = (self.own_key(present).len(), present.data.as_bytes().len());
        let max = self.max_payload.saturating_sub(256);
        if key > MAX_KEY {
            Some(format!("the key of the user has {key} bytes; it may have {MAX_KEY}"))
        } else {
            (data > max).then(|| format!("the user's data has {data} bytes; the server takes {max}"))
        }
    }

    /// Reads for how long the bucket keeps a key.
    pub(super) fn bucket_found(&mut self, answer: &Answer) -> Result<(), (Refusal, String)> {
        let millis = answer.config.max_age / 1_000_000;
        if millis < 1_000 {
            let reason = format!(
                "the bucket {:?} keeps keys for {millis} ms; members need a time to live of a second at least",
                self.options.bucket
            );
            return Err((Refusal::Final, reason));
        }
        self.time_to_live = Some(Span::from_millis(millis));
        self.check_at = Instant::from_millis(0);
        Ok(())
    }

    /// The bucket is there, or the channels that need it are refused.
    pub(super) fn enter_or_refuse(
        &mut self,
        now: Instant,
        batch: Vec<Numbered>,
        found: Result<(), (Refusal, String)>,
        bus: &mut Bus,
    ) {
        let Err((refusal, reason)) = found else {
            return self.read_channels(now, batch, bus);
        };
        let (with, without): (Vec<_>, Vec<_>) = batch
            .into_iter()
            .partition(|(_, subscription)| subscription.identity.is_some());
        for (reader, subscription) in with {
            self.refuse(now, subscription.channel, reader, refusal, &reason, bus);
        }
        self.read_channels(now, without, bus);
    }

    /// The channel is subscribed: the page becomes a member, and asks for the others.
    pub(super) fn enter(&mut self, now: Instant, channel: ChannelId) {
        if self.write_key(now, channel) {
            self.watch(now, channel);
        }
    }

    /// Writes the page's own key. Returns false if it is no member.
    fn write_key(&mut self, now: Instant, channel: ChannelId) -> bool {
        let third = self
            .time_to_live
            .map_or(Span::ZERO, |span| Span::from_millis(span.as_millis() / 3));
        let Some(present) = self
            .channels
            .get_mut(&channel)
            .and_then(|followed| followed.present.as_mut())
        else {
            return false;
        };
        present.write_at = now.saturating_add(third);
        let Some(present) = self
            .channels
            .get(&channel)
            .and_then(|followed| followed.present.as_ref())
        else {
            return false;
        };
        let key = self.own_key(present);
        let fields: &[_] = match present.data {
            Payload::Text(_) => &[],
            Payload::Binary(_) => &[BINARY],
        };
        protocol::publish(&mut self.out, &key, None, fields, present.data.as_bytes());
        true
    }

    /// Asks for the members, and for what becomes of them.
    pub(super) fn watch(&mut self, now: Instant, channel: ChannelId) {
        let (number, keys) = (self.next_number(), self.keys());
        let Some(present) = self
            .channels
            .get_mut(&channel)
            .and_then(|followed| followed.present.as_mut())
        else {
            return;
        };
        let before = core::mem::replace(&mut present.watch, number);
        present.ask_at = now.saturating_add(PATIENCE);
        present.first = Some(Vec::new());
        let filter = format!("{keys}.{}.*.*", present.channel);
        let reader = Reader::new(Task::Members(channel), filter, From::LastPerSubject, String::new());
        self.stop_reader(before);
        self.create(now, number, reader);
    }

    /// The page is no longer a member.
    pub(super) fn leave(&mut self, present: &Present) {
        if present.write_at != Instant::NEVER {
            let key = self.own_key(present);
            protocol::publish(&mut self.out, &key, None, &[(OPERATION, "DEL")], b"");
        }
    }

    /// A key of a member was written or deleted.
    pub(super) fn handle_member(&mut self, now: Instant, channel: ChannelId, delivery: Delivery, bus: &mut Bus) {
        let until = now.saturating_add(self.time_to_live.unwrap_or(Span::ZERO));
        let Some(present) = self
            .channels
            .get_mut(&channel)
            .and_then(|followed| followed.present.as_mut())
        else {
            return;
        };
        let mut tokens = delivery.subject.rsplitn(3, '.');
        let (Some(page), Some(user)) = (tokens.next(), tokens.next()) else {
            return;
        };
        let connection = format!("{user}.{page}");
        let Some(user) = decode(user) else { return };
        if delivery.headers.get(OPERATION).is_some() {
            present.lost_at.remove(&connection);
            match &mut present.first {
                Some(first) => first.retain(|presence| presence.connection != connection),
                None => bus.handle_left(now, channel, &connection, false),
            }
            return;
        }
        present.lost_at.insert(connection.clone(), until);
        let presence = Presence {
            connection,
            user,
            data: payload(delivery),
        };
        match &mut present.first {
            Some(first) => first.push(presence),
            None => bus.handle_joined(channel, presence),
        }
    }

    /// All members of the beginning have come.
    pub(super) fn members_known(&mut self, now: Instant, channel: ChannelId, bus: &mut Bus) {
        let present = self
            .channels
            .get_mut(&channel)
            .and_then(|followed| followed.present.as_mut());
        if let Some(present) = present
            && let Some(first) = present.first.take()
        {
            bus.handle_members(now, channel, first);
        }
    }

    /// Writes own keys that are due, and reports connections whose keys were not written again. All were late by `late`.
    pub(super) fn check_presence(&mut self, now: Instant, late: Span, bus: &mut Bus) {
        let (mut due, mut unknown) = (Vec::new(), Vec::new());
        for (&channel, followed) in &mut self.channels {
            let Some(present) = &mut followed.present else {
                continue;
            };
            if present.write_at <= now {
                due.push(channel);
            }
            if present.first.is_some() && present.ask_at <= now {
                unknown.push(channel);
            }
            if late > Span::ZERO {
                // What has come in the meantime was not read either.
                for lost_at in present.lost_at.values_mut() {
                    *lost_at = lost_at.saturating_add(late);
                }
            }
            // Nothing is known while the consumer that tells of them is silent.
            let watch = self.readers.get(&present.watch);
            let ordered = watch.and_then(|reader| reader.ordered.as_ref());
            let known = present.first.is_none() && ordered.is_some_and(|ordered| ordered.is_fresh(now));
            present.lost_at.retain(|connection, lost_at| {
                let is_lost = *lost_at <= now && known;
                if is_lost {
                    bus.handle_left(now, channel, connection, true);
                }
                !is_lost
            });
        }
        for channel in due {
            self.write_key(now, channel);
        }
        for channel in unknown {
            self.watch(now, channel);
        }
    }

    /// Returns the channel whose own key has this subject.
    pub(super) fn channel_of_key(&self, subject: &str) -> Option<ChannelId> {
        let mut all = self.channels.iter();
        all.find(|(_, followed)| {
            followed
                .present
                .as_ref()
                .is_some_and(|present| self.own_key(present) == subject)
        })
        .map(|(channel, _)| *channel)
    }
}
