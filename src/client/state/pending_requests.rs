//! The requests that wait for a reply, and which messages are replies. Consulted only while there may be any.
//!
//! Text is parsed at most once, and only if it can hold a reply: it begins as JSON, and has `"id"` somewhere. A message
//! that answers no request, or has another form than replies to that kind of request, is an ordinary message. A late or repeated reply
//! is dropped, and counted.

use alloc::collections::{BTreeMap, VecDeque};
use alloc::rc::Rc;
use alloc::string::String;
use core::cell::{Cell, RefCell};
use core::task::{Context, Poll, Waker};

use crate::client::json;
use crate::engine::{Failure, Reply, RequestId};

/// The kinds of this many settled requests are kept, to tell a late reply from a message.
const REMEMBERED: usize = 256;

/// The kind of a request, by which its reply is recognised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Any object with the request's `id`.
    Id,
    /// A response of [JSON-RPC 2.0](https://www.jsonrpc.org/specification#response_object).
    JsonRpc,
}

/// A request that waits for its reply.
pub(crate) struct Pending {
    kind: Kind,
    outcome: RefCell<Option<Result<String, Failure>>>,
    waker: Cell<Option<Waker>>,
}

impl Pending {
    pub(crate) fn poll(&self, cx: &Context<'_>) -> Poll<Result<String, Failure>> {
        if let Some(outcome) = self.outcome.take() {
            return Poll::Ready(outcome);
        }
        self.waker.set(Some(cx.waker().clone()));
        Poll::Pending
    }

    fn settle(&self, outcome: Result<String, Failure>) {
        self.outcome.replace(Some(outcome));
        if let Some(waker) = self.waker.take() {
            waker.wake();
        }
    }
}

/// The requests that wait for a reply, by id, and the kinds of those that were settled last.
#[derive(Default)]
pub(crate) struct PendingRequests {
    pending: RefCell<BTreeMap<RequestId, Rc<Pending>>>,
    settled: RefCell<VecDeque<(RequestId, Kind)>>,
}

impl PendingRequests {
    pub(crate) fn register(&self, id: RequestId, kind: Kind) -> Rc<Pending> {
        let pending = Rc::new(Pending {
            kind,
            outcome: RefCell::new(None),
            waker: Cell::new(None),
        });
        self.pending.borrow_mut().insert(id, Rc::clone(&pending));
        pending
    }

    pub(crate) fn remove(&self, id: RequestId) {
        let _ = self.take(id);
    }

    pub(crate) fn fail(&self, id: RequestId, failure: Failure) {
        if let Some(pending) = self.take(id) {
            pending.settle(Err(failure));
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

    /// Returns true if a message was a reply. `settle` has the engine settle the request.
    pub(crate) fn resolve(&self, message: &str, settle: impl Fn(RequestId) -> Reply) -> bool {
        let names = ["id", "jsonrpc", "method", "result", "error"];
        let Some([id, version, method, result, error]) = json::fields(message, names) else {
            return false;
        };
        let Some(id) = id.and_then(request_id) else {
            return false;
        };
        let claims = version == Some("\"2.0\"");
        // Else it is a call of the server's, whose numbers are its own.
        let responds = claims && method.is_none() && (result.is_some() || error.is_some());
        let pending = self.pending.borrow().get(&id).cloned();
        let fits = match &pending {
            Some(pending) => pending.kind == Kind::Id || responds,
            None => responds || !claims && self.was_id(id),
        };
        if !fits {
            return false;
        }
        let reply = settle(id);
        if let (Some(pending), Reply::Matched) = (pending, reply) {
            self.remove(id);
            pending.settle(Ok(message.into()));
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
