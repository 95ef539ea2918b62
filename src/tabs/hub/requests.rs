//! The requests of all tabs that were handed over: those without a reply, and those that are over, of which a reply may still come.

use alloc::vec::Vec;

use crate::engine::{Instant, Span};

use super::super::frame::Ask;
use super::super::ids::{RequestNumber, TabId};
use super::super::request::Request;

/// A reply counts as late for so long, as in the [engine](crate::engine).
const LATE: Span = Span::from_millis(10_000);

/// For so many requests.
const REMEMBERED: usize = 4_096;

/// A request that was handed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Asked {
    pub(super) tab: TabId,
    pub(super) number: RequestNumber,
    pub(super) request: Request,
    /// Until when a reply to it is late; never, while it is pending.
    late_until: Instant,
}

impl Asked {
    fn is_pending(&self) -> bool {
        self.late_until == Instant::NEVER
    }
}

#[derive(Debug, Default)]
pub(super) struct Requests {
    all: Vec<Asked>,
}

impl Requests {
    pub(super) fn add(&mut self, tab: TabId, Ask { number, request }: Ask) {
        self.all.push(Asked {
            tab,
            number,
            request,
            late_until: Instant::NEVER,
        });
    }

    /// True if no reply is expected.
    pub(super) const fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// True if a reply with this number would be taken for one to another tab's request. A tab may send its own again.
    pub(super) fn is_used(&self, tab: TabId, wire: u64) -> bool {
        self.all
            .iter()
            .any(|asked| asked.request.wire == wire && asked.tab != tab)
    }

    /// Returns the request with this number that was handed over last.
    pub(super) fn with(&self, wire: u64) -> Option<&Asked> {
        self.all.iter().rev().find(|asked| asked.request.wire == wire)
    }

    /// Returns when the next request that is over is forgotten.
    pub(super) fn next_forgotten(&self) -> Instant {
        self.all
            .iter()
            .fold(Instant::NEVER, |next, asked| next.min(asked.late_until))
    }

    /// Returns the pending request with this number.
    pub(super) fn pending(&self, wire: u64) -> Option<Asked> {
        self.with(wire).filter(|asked| asked.is_pending()).copied()
    }

    /// True if this request of this tab is pending.
    pub(super) fn is_pending(&self, tab: TabId, number: RequestNumber) -> bool {
        let mut all = self.all.iter();
        all.any(|asked| asked.tab == tab && asked.number == number && asked.is_pending())
    }

    /// Returns a request of this tab that is pending.
    pub(super) fn any_of(&self, tab: TabId) -> Option<Asked> {
        let mut all = self.all.iter();
        all.find(|asked| asked.tab == tab && asked.is_pending()).copied()
    }

    /// The request is over.
    pub(super) fn settle(&mut self, now: Instant, tab: TabId, number: RequestNumber) {
        let mut all = self.all.iter_mut();
        if let Some(asked) = all.find(|asked| asked.tab == tab && asked.number == number && asked.is_pending()) {
            asked.late_until = now.saturating_add(LATE);
        }
        if self.all.len() > REMEMBERED
            && let Some(first) = self.all.iter().position(|asked| !asked.is_pending())
        {
            self.all.remove(first);
        }
    }

    /// Forgets the requests of which no reply can be late any more.
    pub(super) fn forget(&mut self, now: Instant) {
        self.all.retain(|asked| asked.late_until > now);
    }

    /// The connection is lost: returns what was pending. No reply comes late on another.
    pub(super) fn take_all(&mut self) -> Vec<Asked> {
        let mut all = core::mem::take(&mut self.all);
        all.retain(Asked::is_pending);
        all
    }
}
