//! The hub's record of the server's calls that are not answered: each is one tab's. If that tab is gone, the call is given to another. No
//! call is answered twice, so an answer of the first that comes all the same goes no further.

use alloc::collections::{BTreeMap, VecDeque};
use alloc::string::String;
use alloc::vec::Vec;

use super::ids::TabId;

/// So many calls are kept in mind that tabs have answered after another was gone.
const REMEMBERED: usize = 1_024;

/// A call of the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call<P> {
    /// Its number, as JSON.
    pub id: String,
    /// The method.
    pub method: String,
    /// The message.
    pub payload: P,
}

#[derive(Debug)]
struct Open<P> {
    call: Call<P>,
    /// The tab that answers; none if the hub has refused the call.
    tab: Option<TabId>,
    /// True if another tab had it before.
    moved: bool,
}

/// The calls that are not answered, and the numbers of those that have moved and are.
#[derive(Debug)]
pub struct Calls<P> {
    open: BTreeMap<String, Open<P>>,
    answered: VecDeque<String>,
}

impl<P> Default for Calls<P> {
    fn default() -> Self {
        Self {
            open: BTreeMap::new(),
            answered: VecDeque::new(),
        }
    }
}

impl<P: Clone> Calls<P> {
    /// A tab is given a call.
    pub fn give(&mut self, tab: TabId, call: Call<P>) {
        // The server uses the number anew.
        self.answered.retain(|id| *id != call.id);
        self.put(Some(tab), call, false);
    }

    /// A tab is given a call that another had before. Without a tab the hub answers it itself.
    pub fn move_to(&mut self, tab: Option<TabId>, call: Call<P>) {
        self.put(tab, call, true);
    }

    fn put(&mut self, tab: Option<TabId>, call: Call<P>, moved: bool) {
        self.open.insert(call.id.clone(), Open { call, tab, moved });
    }

    /// Returns the calls of a tab.
    #[must_use]
    pub fn of(&self, tab: TabId) -> Vec<Call<P>> {
        let open = self.open.values().filter(|open| open.tab == Some(tab));
        open.map(|open| open.call.clone()).collect()
    }

    /// True if every answer may go out.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.open.is_empty() && self.answered.is_empty()
    }

    /// Returns false if an answer must not go out: to a call that is another tab's now, or that is answered. `id` is its number, as JSON.
    pub fn admits(&mut self, tab: Option<TabId>, id: &str) -> bool {
        if self.answered.iter().any(|answered| answered == id) {
            return false;
        }
        let Some(open) = self.open.get(id) else { return true };
        if open.tab != tab {
            return false;
        }
        let moved = open.moved;
        self.open.remove(id);
        if moved {
            if self.answered.len() >= REMEMBERED {
                self.answered.pop_front();
            }
            self.answered.push_back(id.into());
        }
        true
    }

    /// The connection has ended, and its calls with it.
    pub fn clear(&mut self) {
        self.open.clear();
        self.answered.clear();
    }
}
