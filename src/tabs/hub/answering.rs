//! Calls of the server: which tab answers.

use alloc::vec::Vec;

use crate::engine::Instant;

use super::super::ids::TabId;
use super::super::output::Output;
use super::super::queues::Queues;
use super::incoming::Incoming;
use super::{Call, Calls, Hub};

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

    pub(crate) const fn calls(&self) -> &Calls<P, T> {
        &self.calls
    }

    pub(crate) const fn calls_mut(&mut self) -> &mut Calls<P, T> {
        &mut self.calls
    }

    /// Returns the calls of a hub that is none any more.
    pub(crate) fn into_calls(self) -> Calls<P, T> {
        self.calls
    }

    /// The server calls. All tabs are given the call, and all but one ignore it.
    pub(super) fn receive_call(&mut self, call: Call<P, T>, bytes: u64, token: Option<T>, queues: &mut Queues<P, T>) {
        let tab = self.answerer(&call.method).unwrap_or(self.term.hub);
        self.receive(call.payload.clone(), bytes, token, Some(tab), queues);
        self.calls.give(tab, call, false);
    }

    /// A tab is gone: others are given the calls that it has not answered.
    pub(super) fn move_calls(&mut self, now: Instant, tab: TabId, queues: &mut Queues<P, T>) {
        while let Some(call) = self.calls.take_of(tab) {
            self.withhold_or_pass_on(now, Incoming::Moved(call), queues);
        }
    }

    /// Gives a call to another tab. If none answers calls of its method, the server is told so.
    pub(super) fn move_call(&mut self, call: Call<P, T>, queues: &mut Queues<P, T>) {
        let able = self.answerer(&call.method).filter(|&tab| {
            let mut members = self.members.iter();
            members.any(|member| member.id == tab && member.methods.contains(&call.method))
        });
        if let Some(tab) = able {
            self.receive(call.payload.clone(), 0, None, Some(tab), queues);
            self.calls.give(tab, call, true);
        } else if let Some(id) = call.id {
            self.calls.answer(Some(id.clone()));
            queues.output(Output::Refuse(id));
        }
    }
}
