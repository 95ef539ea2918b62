//! Publications and their acknowledgements.

use alloc::format;

use crate::channels::adapter::{Bus, Payload};
use crate::channels::ids::PublicationId;
use crate::channels::nats::answer::Answer;
use crate::channels::nats::protocol::{self, Delivery};
use crate::channels::nats::subject::name_error;
use crate::channels::position::Position;
use crate::engine::{Instant, Span};

use super::Nats;
use super::payload::BINARY;
use super::sent::Sent;

/// After how long a publication that no server took is sent again.
const AGAIN: Span = Span::from_millis(500);
/// How often it is.
const TIMES: u32 = 8;
/// After how long the bus has given it up.
const FORGET: Span = Span::from_millis(60_000);

impl Nats {
    pub(super) fn publish(
        &mut self,
        now: Instant,
        publication: PublicationId,
        name: &str,
        payload: Payload,
        bus: &mut Bus,
    ) {
        let size = payload.as_bytes().len();
        let wrong = name_error(name).or_else(|| {
            // The server would end the connection.
            let max = self.max_payload.saturating_sub(256);
            (size > max).then(|| format!("the message has {size} bytes; the server takes {max}"))
        });
        if let Some(reason) = wrong {
            return bus.handle_unpublished(publication, Payload::Text(reason));
        }
        let sent = Sent {
            subject: self.subject(name),
            payload,
            again_at: Instant::NEVER,
            times: 0,
            forget_at: now.saturating_add(FORGET),
        };
        self.publications.insert(publication, sent);
        self.send_publication(publication);
    }

    fn send_publication(&mut self, publication: PublicationId) {
        let Some(sent) = self.publications.get(&publication) else {
            return;
        };
        // The server takes the same one once.
        let number = publication.get();
        let identity = format!("{}-{number}", self.client);
        let reply = format!("{}.a.p{number}", self.inbox());
        let fields = [("Nats-Msg-Id", identity.as_str()), BINARY];
        let fields = match sent.payload {
            Payload::Text(_) => fields.get(..1),
            Payload::Binary(_) => fields.get(..),
        };
        protocol::publish(
            &mut self.out,
            &sent.subject,
            Some(&reply),
            fields.unwrap_or_default(),
            sent.payload.as_bytes(),
        );
    }

    /// The server has answered a publication.
    pub(super) fn handle_acknowledgement(&mut self, now: Instant, number: &str, delivery: &Delivery, bus: &mut Bus) {
        let Ok(number) = number.parse() else { return };
        let publication = PublicationId::new(number);
        let Some(sent) = self.publications.get_mut(&publication) else {
            return;
        };
        let reason = match Answer::parse(&delivery.payload) {
            Some(Answer {
                error: None,
                seq,
                stream,
                ..
            }) => {
                self.publications.remove(&publication);
                let known = stream == self.options.stream && !self.stream.epoch.is_empty();
                let position = known.then(|| Position {
                    epoch: self.stream.epoch.clone(),
                    offset: seq,
                });
                return bus.handle_published(publication, position);
            }
            Some(Answer { error: Some(error), .. }) if error.code != 503 => error.description,
            Some(_) | None if sent.times < TIMES => {
                sent.times += 1;
                sent.again_at = now.saturating_add(AGAIN);
                self.check_at = self.check_at.min(sent.again_at);
                return;
            }
            Some(_) | None => format!("no stream on the server takes {}", sent.subject),
        };
        self.publications.remove(&publication);
        bus.handle_unpublished(publication, Payload::Text(reason));
    }

    /// Sends again what is due, and forgets what the bus has given up.
    pub(super) fn check_publications(&mut self, now: Instant) {
        self.publications.retain(|_, sent| sent.forget_at > now);
        let mut due = alloc::vec::Vec::new();
        for (publication, sent) in &mut self.publications {
            if sent.again_at <= now {
                sent.again_at = Instant::NEVER;
                due.push(*publication);
            }
        }
        for publication in due {
            self.send_publication(publication);
        }
    }

    /// Returns when the next publication is sent again.
    pub(super) fn next_publication(&self) -> Instant {
        let times = self.publications.values().map(|sent| sent.again_at);
        times.min().unwrap_or(Instant::NEVER)
    }
}
