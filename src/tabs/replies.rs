//! The hub's record of the requests of all tabs, by their numbers in the application's protocol: a reply goes to the tab that asked.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use super::ids::{RequestNumber, TabId};

/// A request of a tab that replies are expected to. `K` says how its reply is recognised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked<K> {
    /// The tab.
    pub tab: TabId,
    /// The request.
    pub request: RequestNumber,
    /// True if its reply may have parts.
    pub streams: bool,
    /// How its reply is recognised.
    pub kind: K,
}

/// Requests that replies are expected to, late ones too.
#[derive(Debug)]
pub struct Replies<K>(BTreeMap<u64, Asked<K>>);

impl<K> Default for Replies<K> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<K> Replies<K> {
    /// True if no reply is expected.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// A request is handed over. `wire` is its number in the application's protocol.
    pub fn add(&mut self, wire: u64, asked: Asked<K>) {
        self.0.insert(wire, asked);
    }

    /// No reply to the request is to be expected any more.
    pub fn forget(&mut self, tab: TabId, request: RequestNumber) {
        self.0.retain(|_, asked| asked.tab != tab || asked.request != request);
    }

    /// Returns the request with this number in the application's protocol.
    #[must_use]
    pub fn get(&self, wire: u64) -> Option<&Asked<K>> {
        self.0.get(&wire)
    }

    /// Returns the number of a request in the application's protocol, and how its reply is recognised.
    #[must_use]
    pub fn find(&self, tab: TabId, request: RequestNumber) -> Option<(u64, &K)> {
        let mut all = self.0.iter();
        let (&wire, asked) = all.find(|(_, asked)| asked.tab == tab && asked.request == request)?;
        Some((wire, &asked.kind))
    }

    /// The connection has ended. Returns what was pending.
    pub fn take_all(&mut self) -> Vec<Asked<K>> {
        core::mem::take(&mut self.0).into_values().collect()
    }
}
