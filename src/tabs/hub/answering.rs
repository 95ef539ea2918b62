//! Calls of the server: which tab answers.

use alloc::vec::Vec;

use super::super::ids::TabId;
use super::Hub;

impl<P: Clone, T: Clone + PartialEq> Hub<P, T> {
    /// A tab says which calls it answers, and if it is visible.
    pub(crate) fn note_handlers(&mut self, tab: TabId, methods: Vec<T>, visible: bool) {
        self.said += 1;
        let said = (visible, self.said);
        if let Some(member) = self.member(tab) {
            member.methods = methods;
            member.said = said;
        }
    }

    /// True if any tab answers calls.
    pub(crate) fn answers_calls(&self) -> bool {
        self.members.iter().any(|member| !member.methods.is_empty())
    }

    /// Returns the tab that answers a call of this method: of those that have a handler, the one that was visible last. If none has, it is
    /// one that answers other calls, and says so.
    pub(crate) fn answerer(&self, method: &T) -> Option<TabId> {
        let answering = self
            .members
            .iter()
            .filter(|member| member.is_reached() && !member.methods.is_empty());
        answering
            .max_by_key(|member| (member.methods.contains(method), member.said))
            .map(|member| member.id)
    }
}
