//! The requests of all tabs that were handed over: those without a reply, and those that are over, of which a reply may still come.

use alloc::vec::Vec;

use crate::engine::{Instant, Span};

use super::super::ids::{RequestNumber, TabId};
use super::super::output::Output;
use super::super::queues::Queues;

/// A reply counts as late for so long, as in the [engine](crate::engine).
const LATE: Span = Span::from_millis(10_000);

/// For so many requests.
const REMEMBERED: usize = 4_096;

/// A request, and its number in the application's protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Asked {
    tab: TabId,
    request: RequestNumber,
    wire: u64,
}

#[derive(Debug, Default)]
pub(super) struct Requests {
    pending: Vec<Asked>,
    /// The requests that are over, and until when a reply to each is late. The oldest first.
    over: Vec<(Asked, Instant)>,
}

impl Requests {
    pub(super) fn add(&mut self, tab: TabId, request: RequestNumber, wire: u64) {
        self.pending.push(Asked { tab, request, wire });
    }

    /// True if a reply with this number would be taken for one to another tab's request. A tab may send its own again.
    pub(super) fn is_used(&self, tab: TabId, wire: u64) -> bool {
        let over = self.over.iter().map(|(asked, _)| asked);
        let mut all = self.pending.iter().chain(over);
        all.any(|asked| asked.wire == wire && asked.tab != tab)
    }

    /// Returns when the next request that is over is forgotten.
    pub(super) fn next_forgotten(&self) -> Instant {
        self.over.first().map_or(Instant::NEVER, |(_, until)| *until)
    }

    pub(super) fn is_pending(&self, tab: TabId, request: RequestNumber) -> bool {
        self.find(tab, request).is_some()
    }

    fn find(&self, tab: TabId, request: RequestNumber) -> Option<Asked> {
        let mut pending = self.pending.iter();
        pending
            .find(|asked| asked.tab == tab && asked.request == request)
            .copied()
    }

    /// Returns a request of this tab that is pending.
    pub(super) fn any_of(&self, tab: TabId) -> Option<RequestNumber> {
        self.pending
            .iter()
            .find(|asked| asked.tab == tab)
            .map(|asked| asked.request)
    }

    /// The request is over.
    pub(super) fn settle<P, T>(&mut self, now: Instant, tab: TabId, request: RequestNumber, queues: &mut Queues<P, T>) {
        if let Some(asked) = self.find(tab, request) {
            self.pending.retain(|pending| *pending != asked);
            self.over.push((asked, now.saturating_add(LATE)));
            self.forget(now, queues);
        }
    }

    /// The request has failed with its connection: no reply can be late. Returns false if it was not pending.
    pub(super) fn fail<P, T>(&mut self, tab: TabId, request: RequestNumber, queues: &mut Queues<P, T>) -> bool {
        let found = self.find(tab, request);
        if let Some(asked) = found {
            self.pending.retain(|pending| *pending != asked);
            queues.output(Output::Forget(tab, request));
        }
        found.is_some()
    }

    /// Forgets the requests of which no reply can be late any more.
    pub(super) fn forget<P, T>(&mut self, now: Instant, queues: &mut Queues<P, T>) {
        let excess = self.over.len().saturating_sub(REMEMBERED);
        let due = self.over.iter().take_while(|(_, until)| *until <= now).count();
        for (Asked { tab, request, .. }, _) in self.over.drain(..excess.max(due)) {
            queues.output(Output::Forget(tab, request));
        }
    }

    /// The connection is lost: no reply comes late on another.
    pub(super) fn forget_all<P, T>(&mut self, queues: &mut Queues<P, T>) {
        for (Asked { tab, request, .. }, _) in self.over.drain(..) {
            queues.output(Output::Forget(tab, request));
        }
    }
}
