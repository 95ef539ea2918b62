//! Publications by POST: those to one channel one after the other, so that they keep their order, and a few at a time.

use alloc::collections::VecDeque;
use alloc::string::String;

use crate::channels::adapter::{Bus, Payload};
use crate::channels::ids::{PublicationId, RequestId};
use crate::channels::sorted::Map;

/// How many requests are under way at most. As many as browsers make to one server by HTTP/1.1.
const AT_ONCE: usize = 6;

#[derive(Debug)]
pub(super) struct Post {
    pub(super) publication: PublicationId,
    pub(super) name: String,
    pub(super) payload: Payload,
}

#[derive(Debug)]
pub(super) struct Posts {
    waiting: VecDeque<Post>,
    under_way: Map<RequestId, (PublicationId, String)>,
    number: u64,
}

impl Posts {
    pub(super) const fn new() -> Self {
        Self {
            waiting: VecDeque::new(),
            under_way: Map::new(),
            number: 0,
        }
    }

    pub(super) fn add(&mut self, post: Post) {
        self.waiting.push_back(post);
    }

    /// Takes the next one that may be sent. Those that the bus has given up are not sent any more.
    pub(super) fn next(&mut self, bus: &Bus) -> Option<(RequestId, Post)> {
        self.waiting.retain(|post| bus.is_publishing(post.publication));
        if self.under_way.len() >= AT_ONCE {
            return None;
        }
        let busy = |name: &String| self.under_way.values().any(|(_, other)| other == name);
        let place = self.waiting.iter().position(|post| !busy(&post.name))?;
        let post = self.waiting.remove(place)?;
        self.number = self.number.saturating_add(1);
        let request = RequestId::new(self.number);
        self.under_way.insert(request, (post.publication, post.name.clone()));
        Some((request, post))
    }

    /// A request has ended. Returns its publication.
    pub(super) fn ended(&mut self, request: RequestId) -> Option<PublicationId> {
        self.under_way.remove(&request).map(|(publication, _)| publication)
    }
}
