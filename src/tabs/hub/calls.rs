//! The calls of the server that are not answered: each is one tab's. If that tab is gone, the call is given to another. No call is
//! answered twice, so an answer of the first that comes all the same goes no further.

use alloc::vec::Vec;

use super::super::ids::TabId;

/// So many calls are kept in mind that tabs have answered after another was gone.
const REMEMBERED: usize = 1_024;

/// A call of the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call<P, T> {
    /// Its number; [`None`] of a batch.
    pub id: Option<T>,
    /// The method.
    pub method: T,
    /// The message.
    pub payload: P,
}

#[derive(Debug)]
struct Open<P, T> {
    call: Call<P, T>,
    tab: TabId,
    /// True if another tab had it before.
    moved: bool,
}

/// The calls that are not answered, and the numbers of those that have moved and are.
#[derive(Debug)]
pub(crate) struct Calls<P, T> {
    open: Vec<Open<P, T>>,
    answered: Vec<Option<T>>,
}

impl<P, T> Default for Calls<P, T> {
    fn default() -> Self {
        Self {
            open: Vec::new(),
            answered: Vec::new(),
        }
    }
}

impl<P, T: Clone + PartialEq> Calls<P, T> {
    /// A tab is given a call. `moved` if another had it before; if not, the server may use its number anew.
    pub(super) fn give(&mut self, tab: TabId, call: Call<P, T>, moved: bool) {
        if call.id.is_some() {
            self.answered.retain(|id| *id != call.id);
            self.open.retain(|open| open.call.id != call.id);
            self.open.push(Open { call, tab, moved });
        }
    }

    /// Removes and returns a call of this tab.
    pub(super) fn take_of(&mut self, tab: TabId) -> Option<Call<P, T>> {
        let at = self.open.iter().position(|open| open.tab == tab)?;
        Some(self.open.remove(at).call)
    }

    /// True if every answer may go out.
    pub(crate) const fn is_empty(&self) -> bool {
        self.open.is_empty() && self.answered.is_empty()
    }

    /// Returns false if an answer must not go out: to a call that is another tab's now, or that is answered.
    pub(crate) fn admits(&mut self, tab: TabId, id: T) -> bool {
        let id = Some(id);
        if self.answered.contains(&id) {
            return false;
        }
        let Some(at) = self.open.iter().position(|open| open.call.id == id) else {
            return true;
        };
        let open = self.open.remove(at);
        if open.tab != tab {
            self.open.push(open);
            return false;
        }
        if open.moved {
            self.answer(id);
        }
        true
    }

    /// The call is answered, and no answer follows.
    pub(super) fn answer(&mut self, id: Option<T>) {
        if self.answered.len() >= REMEMBERED {
            self.answered.remove(0);
        }
        self.answered.push(id);
    }

    /// The connection has ended, and its calls with it.
    pub(super) fn clear(&mut self) {
        self.open.clear();
        self.answered.clear();
    }
}
