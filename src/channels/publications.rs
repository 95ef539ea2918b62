//! Publications that wait for a connection or for the broker's acknowledgement.

use alloc::collections::VecDeque;
use alloc::string::String;

use super::ids::PublicationId;
use super::sorted::Map;

/// A message to publish.
#[derive(Debug, Clone)]
pub(super) struct Publication<P> {
    pub(super) name: String,
    pub(super) payload: P,
    /// True if the broker may have it.
    pub(super) sent: bool,
}

#[derive(Debug)]
pub(super) struct Publications<P> {
    all: Map<PublicationId, Publication<P>>,
    /// Those that go out next, in order.
    waiting: VecDeque<PublicationId>,
}

impl<P: Clone> Publications<P> {
    pub(super) const fn new() -> Self {
        Self {
            all: Map::new(),
            waiting: VecDeque::new(),
        }
    }

    pub(super) fn waiting(&self) -> usize {
        self.waiting.len()
    }

    pub(super) fn add(&mut self, id: PublicationId, name: String, payload: P) {
        let publication = Publication {
            name,
            payload,
            sent: false,
        };
        self.all.insert(id, publication);
        self.waiting.push_back(id);
    }

    pub(super) fn has(&self, id: PublicationId) -> bool {
        self.all.get(&id).is_some()
    }

    /// Takes the next that goes out, and keeps it until it is answered.
    pub(super) fn send(&mut self) -> Option<(PublicationId, Publication<P>)> {
        while let Some(id) = self.waiting.pop_front() {
            if let Some(publication) = self.all.get_mut(&id) {
                publication.sent = true;
                return Some((id, publication.clone()));
            }
        }
        None
    }

    /// Takes one that is answered, and returns whether it was sent; [`None`] if it was answered before.
    pub(super) fn remove(&mut self, id: PublicationId) -> Option<bool> {
        self.all.remove(&id).map(|publication| publication.sent)
    }

    /// Takes those that were sent: the connection is lost.
    pub(super) fn take_sent(&mut self) -> alloc::vec::Vec<PublicationId> {
        let sent = self.all.iter().filter(|(_, publication)| publication.sent);
        let sent: alloc::vec::Vec<_> = sent.map(|(id, _)| *id).collect();
        for id in &sent {
            self.all.remove(id);
        }
        sent
    }

    /// Those that were sent go out again, before all others.
    pub(super) fn repeat(&mut self) {
        let sent: alloc::vec::Vec<_> = self
            .all
            .iter()
            .filter(|(_, publication)| publication.sent)
            .map(|(id, _)| *id)
            .collect();
        for id in sent.into_iter().rev() {
            if !self.waiting.contains(&id) {
                self.waiting.push_front(id);
            }
        }
    }
}
