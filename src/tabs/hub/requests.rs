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

#[derive(Debug, Default)]
pub(super) struct Requests {
    pending: Vec<(TabId, RequestNumber)>,
    /// The requests that are over, and until when a reply to each is late. The oldest first.
    over: Vec<(TabId, RequestNumber, Instant)>,
}

impl Requests {
    pub(super) fn add(&mut self, tab: TabId, request: RequestNumber) {
        self.pending.push((tab, request));
    }

    pub(super) fn is_pending(&self, tab: TabId, request: RequestNumber) -> bool {
        self.pending.contains(&(tab, request))
    }

    /// Returns a request of this tab that is pending.
    pub(super) fn any_of(&self, tab: TabId) -> Option<RequestNumber> {
        self.pending
            .iter()
            .find(|(asker, _)| *asker == tab)
            .map(|(_, request)| *request)
    }

    /// The request is over.
    pub(super) fn settle<P, T>(&mut self, now: Instant, tab: TabId, request: RequestNumber, queues: &mut Queues<P, T>) {
        let pending = self.is_pending(tab, request);
        if pending {
            self.pending.retain(|&pending| pending != (tab, request));
            self.over.push((tab, request, now.saturating_add(LATE)));
            self.forget(now, queues);
        }
    }

    /// The request has failed with its connection: no reply can be late. Returns false if it was not pending.
    pub(super) fn fail<P, T>(&mut self, tab: TabId, request: RequestNumber, queues: &mut Queues<P, T>) -> bool {
        let pending = self.is_pending(tab, request);
        if pending {
            self.pending.retain(|&pending| pending != (tab, request));
            queues.output(Output::Forget(tab, request));
        }
        pending
    }

    /// Forgets the requests of which no reply can be late any more.
    pub(super) fn forget<P, T>(&mut self, now: Instant, queues: &mut Queues<P, T>) {
        let excess = self.over.len().saturating_sub(REMEMBERED);
        let due = self.over.iter().take_while(|(_, _, until)| *until <= now).count();
        for (tab, request, _) in self.over.drain(..excess.max(due)) {
            queues.output(Output::Forget(tab, request));
        }
    }

    /// The connection is lost: no reply comes late on another.
    pub(super) fn forget_all<P, T>(&mut self, queues: &mut Queues<P, T>) {
        for (tab, request, _) in self.over.drain(..) {
            queues.output(Output::Forget(tab, request));
        }
    }
}
