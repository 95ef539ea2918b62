//! Commands of the application, and what the connection brings.

use alloc::vec::Vec;

use crate::engine::{Instant, Span};

use super::super::frame::{Common, Frame};
use super::super::hub::{Call, Incoming};
use super::super::ids::{RequestNumber, TabId};
use super::super::output::Output;
use super::super::request::Request;
use super::{Leaving, Standing, Tab};

impl<P: Clone, T: Clone + PartialEq> Tab<P, T> {
    /// Sends a message of so many bytes. A tab that has left ignores it.
    pub fn send(&mut self, now: Instant, payload: P, bytes: u64) {
        self.run(now);
        if !matches!(self.standing, Standing::Left) {
            self.spoke.send(now, payload, bytes, &mut self.queues);
        }
        self.settle(now);
    }

    /// Sends a request and returns its number, or [`None`] if the tab has left. While another tab's request has the same number in the
    /// application's protocol, this one waits, and what the tab sends after it.
    pub fn request(&mut self, now: Instant, payload: P, bytes: u64, request: Request) -> Option<RequestNumber> {
        self.run(now);
        let left = matches!(self.standing, Standing::Left);
        let number = (!left).then(|| self.spoke.request(now, (payload, bytes), request, &mut self.queues));
        self.settle(now);
        number
    }

    /// The reply to a request is no longer wanted. Nothing follows for it.
    pub fn abort(&mut self, now: Instant, request: RequestNumber) {
        self.run(now);
        self.spoke.abort(request, &mut self.queues);
        self.settle(now);
    }

    /// The tab answers calls of these methods from now on, and no others.
    pub fn set_methods(&mut self, now: Instant, methods: Vec<T>) {
        self.run(now);
        self.spoke.set_methods(methods, &mut self.queues);
        self.settle(now);
    }

    /// The tab leaves as soon as hubs have begun to hand over all that it has sent, and after `wait` in any case. With `everyone` the
    /// connection is then closed for all tabs; it describes the close.
    pub fn leave_when_sent(&mut self, now: Instant, wait: Span, everyone: Option<P>) {
        self.run(now);
        self.leaving = Some(Leaving {
            until: now.saturating_add(wait),
            everyone,
        });
        self.settle(now);
    }

    /// Leaves if the tab is about to, and nothing that it has sent waits any longer.
    pub(super) fn leave_if_sent(&mut self, now: Instant) {
        let sent = self.unsent_count() == 0 && self.handing().next().is_none();
        if let Some(leaving) = self.leaving.take_if(|leaving| sent || now >= leaving.until) {
            match leaving.everyone {
                Some(payload) => self.leave_all(now, payload),
                None => self.leave(now),
            }
        }
    }

    /// If this tab is the hub, hands over what is on its way to the connection, which is about to be closed, and returns true.
    pub(super) fn hands_all(&mut self) -> bool {
        let Standing::Leading(hub) = &mut self.standing else {
            return false;
        };
        hub.hand_all(&mut self.queues);
        true
    }

    /// The tab leaves. The connection goes on if other tabs are there.
    pub fn leave(&mut self, now: Instant) {
        self.run(now);
        if matches!(self.standing, Standing::Left) {
            return;
        }
        if self.hands_all() {
            self.queues.output(Output::CloseConnection(None));
        }
        self.queues.output(Output::Post(Frame::Common(self.id, Common::Leave)));
        self.queues.output(Output::ReleaseLock);
        self.end(None);
        self.settle(now);
    }

    /// Closes the connection for all tabs. `payload` describes the close.
    pub fn leave_all(&mut self, now: Instant, payload: P) {
        self.run(now);
        if matches!(self.standing, Standing::Left) {
            return;
        }
        if self.hands_all() {
            self.queues.output(Output::CloseConnection(Some(payload.clone())));
        }
        self.queues
            .output(Output::Post(Frame::Common(self.id, Common::End(payload.clone()))));
        self.queues.output(Output::ReleaseLock);
        self.end(Some(payload));
        self.settle(now);
    }

    /// The connection takes messages from now on, or no longer.
    pub fn handle_ready(&mut self, now: Instant, ready: bool) {
        self.handle_incoming(now, Incoming::Ready(ready));
    }

    /// True if the connection would send a message at once. Otherwise tabs keep what they send.
    pub fn handle_sendable(&mut self, now: Instant, sendable: bool) {
        self.run(now);
        if let Standing::Leading(hub) = &mut self.standing {
            hub.handle_sendable(now, sendable, &mut self.queues);
        }
        self.settle(now);
    }

    /// The state of the connection has changed; the payload describes it. Each tab gets it, one that comes later too.
    pub fn handle_state(&mut self, now: Instant, state: P) {
        self.handle_incoming(now, Incoming::State(state));
    }

    /// A message of the server of so many bytes, with the resume token that it brings.
    pub fn handle_message(&mut self, now: Instant, payload: P, bytes: u64, token: Option<T>) {
        self.handle_incoming(now, Incoming::Message { payload, bytes, token });
    }

    /// So many bytes are in the connection's buffer.
    pub fn handle_buffered(&mut self, now: Instant, bytes: u64) {
        self.run(now);
        if let Standing::Leading(hub) = &mut self.standing {
            hub.handle_buffered(now, bytes, &mut self.queues);
        }
        self.settle(now);
    }

    /// True if replies are expected, late ones too.
    #[must_use]
    pub fn expects_replies(&self) -> bool {
        matches!(&self.standing, Standing::Leading(hub) if hub.expects_replies())
    }

    /// Returns how the reply is recognised to the request with this number in the application's protocol; [`None`] if no reply to it is
    /// expected, not even a late one.
    #[must_use]
    pub fn expected(&self, wire: u64) -> Option<u32> {
        match &self.standing {
            Standing::Leading(hub) => hub.expected(wire),
            _ => None,
        }
    }

    /// The reply to the request with this number in the application's protocol. `ends` is true if no parts follow in any case: it is an
    /// error, or says so.
    pub fn handle_reply(&mut self, now: Instant, wire: u64, payload: P, ends: bool) {
        self.handle_incoming(now, Incoming::Reply { wire, payload, ends });
    }

    /// A call of the server. One tab is given it, and another if that is gone before it has answered; without an `id`, which is that of a
    /// batch, no other is.
    pub fn handle_call(&mut self, now: Instant, call: Call<P, T>, bytes: u64, token: Option<T>) {
        self.handle_incoming(now, Incoming::Call { call, bytes, token });
    }

    /// True if calls of the server are not answered, or were answered by another tab than that which was given them first.
    #[must_use]
    pub fn awaits_answers(&self) -> bool {
        let calls = match &self.standing {
            Standing::Leading(hub) => hub.calls(),
            _ => &self.last_calls,
        };
        !calls.is_empty()
    }

    /// Returns false if what this tab has sent must not go out: it answers a call with this number that is another tab's now, or that is
    /// answered.
    pub fn admits_answer(&mut self, tab: TabId, id: T) -> bool {
        let calls = match &mut self.standing {
            Standing::Leading(hub) => hub.calls_mut(),
            _ => &mut self.last_calls,
        };
        calls.admits(tab, id)
    }

    fn handle_incoming(&mut self, now: Instant, incoming: Incoming<P, T>) {
        self.run(now);
        if let Standing::Leading(hub) = &mut self.standing {
            hub.handle_incoming(now, incoming, &mut self.queues);
        }
        self.settle(now);
    }

    /// A tab that is watched seems to be gone, though it did not say so. It may only be away, and its word for that be on its way; so it
    /// is looked up a little later.
    pub fn handle_gone(&mut self, now: Instant, tab: TabId) {
        self.run(now);
        if let Standing::Leading(hub) = &mut self.standing {
            hub.suspect(now, tab);
        }
        self.settle(now);
    }

    /// The result of a lookup: is the tab there?
    pub fn handle_presence(&mut self, now: Instant, tab: TabId, present: bool) {
        self.run(now);
        if let Standing::Leading(hub) = &mut self.standing
            && hub.end_look_up(now, tab, present, &mut self.queues)
        {
            self.handed.retain(|handed| handed.tab != tab);
        }
        self.settle(now);
    }

    pub(super) fn forget(&mut self, now: Instant, tab: TabId) {
        self.handed.retain(|handed| handed.tab != tab);
        if let Standing::Leading(hub) = &mut self.standing {
            hub.forget(now, tab, &mut self.queues);
        }
    }
}
