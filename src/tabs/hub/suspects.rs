//! Tabs that seem to be gone. One that has gone into the back/forward cache gives up its lock, too, and says so on a channel; either
//! news may come first. So a tab is looked up before it is forgotten.

use crate::engine::Instant;

use super::super::frame::{Down, Frame};
use super::super::ids::TabId;
use super::super::output::Output;
use super::super::queues::Queues;
use super::suspect::Suspect;
use super::{Hub, Stage};

impl<P: Clone, T: Clone + PartialEq> Hub<P, T> {
    /// The tab seems to be gone. Of one that is known to be away, the news is old.
    pub(crate) fn suspect(&mut self, now: Instant, tab: TabId) {
        self.clear_suspect(tab);
        if self
            .member(tab)
            .is_some_and(|member| !matches!(member.stage, Stage::Away(_)))
        {
            self.suspects.push(Suspect {
                tab,
                look_up_at: now.saturating_add(self.config.confirm_gone),
            });
        }
    }

    /// The tab is suspected no longer. Returns true if it was.
    pub(crate) fn clear_suspect(&mut self, tab: TabId) -> bool {
        let before = self.suspects.len();
        self.suspects.retain(|suspect| suspect.tab != tab);
        self.suspects.len() < before
    }

    /// The result of a lookup. Returns true if the tab is forgotten.
    ///
    /// It may be there all the same: its page has come back, and its lock is late. So it is told, and joins again. What it has sent and
    /// is not handed over comes from it once more.
    pub(crate) fn end_look_up(&mut self, now: Instant, tab: TabId, present: bool, queues: &mut Queues<P, T>) -> bool {
        // The answer to an earlier question says nothing of now.
        let is_asked = |suspect: &Suspect| suspect.tab == tab && suspect.look_up_at == Instant::NEVER;
        if !self.suspects.iter().any(is_asked) {
            return false;
        }
        self.clear_suspect(tab);
        if present {
            queues.output(Output::Watch(tab));
            return false;
        }
        // Before its channel is closed.
        queues.post(Frame::Down(tab, self.term, Down::JoinAgain));
        self.forget(now, tab, queues);
        true
    }

    /// Looks up those whose time has come.
    pub(crate) fn look_up_suspects(&mut self, now: Instant, queues: &mut Queues<P, T>) {
        for suspect in self.suspects.iter_mut().filter(|suspect| suspect.look_up_at <= now) {
            suspect.look_up_at = Instant::NEVER;
            queues.output(Output::LookUp(suspect.tab));
        }
    }

    /// Returns when the hub has something to do.
    pub(crate) fn next_deadline(&self) -> Instant {
        let next = self
            .skips_until()
            .min(self.number_is_free_at())
            .min(self.read_sendable_at())
            .min(self.read_buffered_at);
        self.suspects
            .iter()
            .fold(next, |next, suspect| next.min(suspect.look_up_at))
    }
}
