//! Publications: when they go out, and how they end.

use crate::channels::ids::PublicationId;
use crate::channels::output::{Event, Failure, Output};
use crate::channels::position::Position;
use crate::channels::timers::Timer;
use crate::engine::Instant;

use super::Channels;

impl<P: Clone + PartialEq, E: Clone + PartialEq> Channels<P, E> {
    /// Publishes a message to a channel, now or with the next connection. The channel need not be joined.
    pub fn publish(&mut self, now: Instant, name: &str, payload: P) -> PublicationId {
        let id = PublicationId::new(self.next_number());
        if !self.connected && self.publications.waiting() >= self.config.waiting {
            self.unpublish(id, Failure::Full, false);
            return id;
        }
        self.publications.add(id, name.into(), payload);
        self.timers
            .set(Timer::Publication(id), now.saturating_add(self.config.publish_timeout));
        if self.connected {
            self.publish_waiting();
        }
        id
    }

    /// True if a publication is neither acknowledged nor given up.
    #[must_use]
    pub fn is_publishing(&self, publication: PublicationId) -> bool {
        self.publications.has(publication)
    }

    /// The broker has acknowledged a publication.
    pub fn handle_published(&mut self, publication: PublicationId, position: Option<Position<E>>) {
        if self.publications.remove(publication).is_some() {
            self.timers.clear(Timer::Publication(publication));
            self.events.push(Event::Published { publication, position });
        }
    }

    /// The broker has refused a publication.
    pub fn handle_unpublished(&mut self, publication: PublicationId, reason: P) {
        if self.publications.remove(publication).is_some() {
            self.timers.clear(Timer::Publication(publication));
            self.unpublish(publication, Failure::Refused(reason), true);
        }
    }

    /// The request that carried a publication apart from the connection has failed, for this reason: the broker may have it.
    pub fn handle_publication_failed(&mut self, publication: PublicationId, reason: P) {
        if self.publications.remove(publication).is_some() {
            self.timers.clear(Timer::Publication(publication));
            self.unpublish(publication, Failure::Failed(reason), true);
        }
    }

    /// Hands over all publications that wait.
    pub(super) fn publish_waiting(&mut self) {
        // A broker is asked for channels before it is given messages. One that subscribes at once lets a page hear its own from here on; with
        // others, such as NATS, it does after `Subscribed`.
        self.flush();
        while let Some((id, publication)) = self.publications.send() {
            self.outputs.push(Output::Publish {
                publication: id,
                name: publication.name,
                payload: publication.payload,
            });
            if !self.abilities.acknowledges {
                self.handle_published(id, None);
            }
        }
    }

    /// The connection is lost: the broker may have what was handed over.
    pub(super) fn lose_publications(&mut self) {
        if self.abilities.publishes_apart {
            return;
        }
        if self.abilities.deduplicates {
            self.publications.repeat();
            return;
        }
        for id in self.publications.take_sent() {
            self.timers.clear(Timer::Publication(id));
            self.unpublish(id, Failure::Lost, true);
        }
    }

    pub(super) fn give_up_publication(&mut self, id: PublicationId) {
        if let Some(sent) = self.publications.remove(id) {
            self.unpublish(id, Failure::TimedOut, sent);
        }
    }

    fn unpublish(&mut self, publication: PublicationId, failure: Failure<P>, sent: bool) {
        self.events.push(Event::Unpublished {
            publication,
            failure,
            sent,
        });
    }
}
