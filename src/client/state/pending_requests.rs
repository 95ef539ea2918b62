//! The requests that wait for a reply, and which messages are replies. Consulted only while there may be any.
//!
//! Text is parsed at most once, and only if it can hold a reply: it begins as JSON, and has `"id"` somewhere. A message
//! that answers no request, or has another form than replies to that kind of request, is an ordinary message. A late or repeated reply
//! is dropped, and counted.

use alloc::collections::{BTreeMap, VecDeque};
use alloc::rc::Rc;
use core::cell::RefCell;

use super::pending::{End, Kind, Pending};
use crate::client::json;
use crate::client::values::message::Message;
use crate::engine::{Reply, RequestId};

/// The kinds of this many settled requests are kept, to tell a late reply from a message.
const REMEMBERED: usize = 256;

/// The requests that wait for a reply, by id, and the kinds of those that were settled last.
#[derive(Default)]
pub(crate) struct PendingRequests {
    pending: RefCell<BTreeMap<RequestId, Rc<Pending>>>,
    settled: RefCell<VecDeque<(RequestId, Kind)>>,
}

/// A message as a reply, or a part of one.
struct Part<'a> {
    id: RequestId,
    text: &'a str,
    /// True if it is the last.
    done: bool,
    /// True if it has an error.
    failed: bool,
    /// True if it has no result but `null`.
    empty: bool,
}

impl PendingRequests {
    pub(crate) fn register(&self, id: RequestId, pending: Pending) -> Rc<Pending> {
        let pending = Rc::new(pending);
        self.pending.borrow_mut().insert(id, Rc::clone(&pending));
        pending
    }

    pub(crate) fn remove(&self, id: RequestId) {
        let _ = self.take(id);
    }

    pub(crate) fn fail(&self, id: RequestId, end: End) {
        if let Some(pending) = self.take(id) {
            pending.finish(Some(end));
        }
    }

    /// No reply will ever come.
    pub(crate) fn fail_all(&self, end: End) {
        for (_, pending) in self.pending.take() {
            pending.finish(Some(end));
        }
    }

    fn take(&self, id: RequestId) -> Option<Rc<Pending>> {
        let pending = self.pending.borrow_mut().remove(&id)?;
        let mut settled = self.settled.borrow_mut();
        if settled.len() >= REMEMBERED {
            settled.pop_front();
        }
        settled.push_back((id, pending.kind));
        Some(pending)
    }

    /// Returns true if a message was a reply. `settle` has the engine settle the request if this is its last part, and `give_up` ends
    /// one whose reader is too slow. While there are `handlers`, a call of the server's is no reply, whatever its id.
    pub(crate) fn resolve(
        &self,
        message: &str,
        handlers: bool,
        settle: impl Fn(RequestId, bool) -> Reply,
        give_up: impl Fn(RequestId),
    ) -> bool {
        let names = ["id", "jsonrpc", "method", "result", "error", "done"];
        let Some([id, version, method, result, error, done]) = json::fields(message, names) else {
            return false;
        };
        let Some(id) = id.and_then(request_id) else {
            return false;
        };
        let claims = version == Some("\"2.0\"");
        if handlers && claims && method.is_some_and(|method| method.starts_with('"')) {
            return false;
        }
        // Else it is a call of the server's, whose numbers are its own.
        let responds = claims && method.is_none() && (result.is_some() || error.is_some());
        let pending = self.pending.borrow().get(&id).cloned();
        let kind = pending.as_ref().map(|pending| pending.kind);
        let fits = match kind {
            Some(kind) => kind == Kind::Id || responds,
            None => responds || !claims && self.was_id(id),
        };
        if !fits {
            return false;
        }
        let by_id = kind == Some(Kind::Id);
        let part = Part {
            id,
            text: message,
            done: done == Some("true"),
            failed: !by_id && error.is_some_and(|error| error != "null"),
            // By `id`, the whole message is the part.
            empty: result.map_or(!by_id, |result| result == "null"),
        };
        self.deliver(pending, &part, settle, give_up)
    }

    fn deliver(
        &self,
        pending: Option<Rc<Pending>>,
        part: &Part<'_>,
        settle: impl Fn(RequestId, bool) -> Reply,
        give_up: impl Fn(RequestId),
    ) -> bool {
        let streams = pending.as_ref().is_some_and(|pending| pending.streams());
        let last = !streams || part.failed || part.done;
        let reply = settle(part.id, last);
        if let (Some(pending), Reply::Matched) = (pending, reply) {
            // `"result":null` with `"done":true` is no part, only the end.
            let is_part = !(streams && part.done && part.empty && !part.failed);
            let fits = !is_part || pending.push(Message::Text(part.text.into()));
            if last {
                self.remove(part.id);
                pending.finish(None);
            } else if !fits {
                self.fail(part.id, End::Lagged);
                give_up(part.id);
            }
        }
        reply != Reply::Unknown
    }

    /// True if any object with its `id` is a reply to the last request of this number.
    fn was_id(&self, id: RequestId) -> bool {
        let settled = self.settled.borrow();
        settled
            .iter()
            .rev()
            .find(|(settled, _)| *settled == id)
            .map(|(_, kind)| *kind)
            == Some(Kind::Id)
    }
}

/// Returns the request of this number; `None` for anything but a positive whole number.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    clippy::float_cmp
)]
fn request_id(id: &str) -> Option<RequestId> {
    // As JavaScript has it: a server may well answer 1.0 to 1.
    let id: f64 = json::from_text(id).ok()?;
    let number = id as u64;
    (number > 0 && number as f64 == id).then_some(RequestId::new(number))
}
