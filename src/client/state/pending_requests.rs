//! The requests that wait for a reply, and which messages are replies. Consulted only while there may be any.
//!
//! Text is parsed at most once, and only if it can hold a reply: it begins as JSON, and has `"id"` somewhere. A message
//! that answers no request, or has another form than replies to that kind of request, is an ordinary message. A late or repeated reply
//! is dropped, and counted.

use alloc::collections::{BTreeMap, VecDeque};
use alloc::rc::Rc;
use alloc::vec::Vec;
use core::cell::{Cell, RefCell};

use super::pending::{End, Heads, Kind, Pending};
use crate::client::json;
use crate::client::json::rpc::RpcError;
use crate::client::values::message::Message;
use crate::engine::{Reply, RequestId};

/// The kinds of this many settled requests are kept, to tell a late reply from a message.
const REMEMBERED: usize = 256;

/// The requests that wait for a reply, by id, and the kinds of those that were settled last.
#[derive(Default)]
pub(crate) struct PendingRequests {
    pending: RefCell<BTreeMap<RequestId, Rc<Pending>>>,
    settled: RefCell<VecDeque<(RequestId, Kind)>>,
    /// True once there was a request by a codec.
    has_codecs: Cell<bool>,
}

/// A message as a reply, or a part of one.
struct Part {
    id: RequestId,
    message: Message,
    /// True if it is the last.
    done: bool,
    /// True if it has an error.
    failed: bool,
    /// True if it has no result but `null`.
    empty: bool,
    /// The error, if it isn't read from the message.
    error: Option<RpcError>,
}

impl PendingRequests {
    pub(crate) fn register(&self, id: RequestId, pending: Pending) -> Rc<Pending> {
        if pending.kind.codec().is_some() {
            self.has_codecs.set(true);
        }
        let pending = Rc::new(pending);
        self.pending.borrow_mut().insert(id, Rc::clone(&pending));
        pending
    }

    pub(crate) fn remove(&self, id: RequestId) {
        let _ = self.take(id);
    }

    /// Returns the request, if it was pending.
    pub(crate) fn fail(&self, id: RequestId, end: End) -> Option<Rc<Pending>> {
        let pending = self.take(id)?;
        pending.finish(Some(end));
        Some(pending)
    }

    /// No reply will ever come.
    pub(crate) fn fail_all(&self, end: impl Fn(RequestId) -> End) {
        for (id, pending) in self.pending.take() {
            pending.finish(Some(end(id)));
        }
    }

    fn take(&self, id: RequestId) -> Option<Rc<Pending>> {
        let pending = self.pending.borrow_mut().remove(&id)?;
        let mut settled = self.settled.borrow_mut();
        if settled.len() >= REMEMBERED {
            settled.pop_front();
        }
        settled.push_back((id, pending.kind.clone()));
        Some(pending)
    }

    /// Returns true if a message was a reply. `key` is the name of the field with a request's number, unless it is JSON-RPC. `settle` has the engine settle the request if this is its last part, and `give_up` ends
    /// one whose reader is too slow. While there are `handlers`, a call of the server's is no reply, whatever its id.
    pub(crate) fn resolve(
        &self,
        message: &str,
        key: &str,
        handlers: bool,
        settle: impl Fn(RequestId, bool) -> Reply,
        give_up: impl Fn(RequestId, &Kind),
    ) -> bool {
        let names = [key, "id", "jsonrpc", "method", "result", "error", "done"];
        let Some([own, rpc, version, method, result, error, done]) = json::fields(message, names) else {
            return false;
        };
        // With the same name, the first has it.
        let by_rpc = if key == "id" { own } else { rpc };
        let Some(id) = own.or(by_rpc).and_then(request_id) else {
            return false;
        };
        let claims = version == Some("\"2.0\"");
        if handlers && claims && method.is_some_and(|method| method.starts_with('"')) {
            return false;
        }
        // Else it is a call of the server's, whose numbers are its own.
        let responds = claims && method.is_none() && (result.is_some() || error.is_some());
        let pending = self.pending.borrow().get(&id).cloned();
        let kind = pending.as_ref().map(|pending| &pending.kind);
        let fits = match kind {
            Some(Kind::Id) => own.is_some(),
            Some(Kind::JsonRpc) => responds && by_rpc.is_some(),
            Some(Kind::Codec(_)) => false,
            None => responds || !claims && own.is_some() && self.settled_kind(id).is_some_and(|kind| kind.is_id()),
        };
        if !fits {
            return false;
        }
        let by_id = kind.is_some_and(Kind::is_id);
        let part = Part {
            id,
            message: Message::Text(message.into()),
            done: done == Some("true"),
            failed: !by_id && error.is_some_and(|error| error != "null"),
            // By `id`, the whole message is the part.
            empty: result.map_or(!by_id, |result| result == "null"),
            error: None,
        };
        self.deliver(pending, part, settle, give_up)
    }

    /// The same for requests by a codec, which may be binary.
    pub(crate) fn resolve_by_codec(
        &self,
        message: &Message,
        settle: impl Fn(RequestId, bool) -> Reply,
        give_up: impl Fn(RequestId, &Kind),
    ) -> bool {
        self.codecs().iter().any(|codec| {
            let Some(head) = codec.head(message) else {
                return false;
            };
            let id = RequestId::new(head.id);
            let pending = self.pending.borrow().get(&id).cloned();
            let kind = match &pending {
                Some(pending) => Some(pending.kind.clone()),
                None => self.settled_kind(id),
            };
            let reads = |kind: &Kind| kind.codec().is_some_and(|other| other.key() == codec.key());
            if !kind.is_some_and(|kind| reads(&kind)) {
                return false;
            }
            let part = Part {
                id,
                message: message.clone(),
                done: head.done,
                failed: head.error.is_some(),
                empty: head.empty,
                error: head.error,
            };
            self.deliver(pending, part, &settle, &give_up)
        })
    }

    /// Returns true if a reply may be for a codec to read.
    pub(crate) fn has_codecs(&self) -> bool {
        self.has_codecs.get()
    }

    /// The codecs of the requests, each once.
    fn codecs(&self) -> Vec<Rc<dyn Heads>> {
        let (pending, settled) = (self.pending.borrow(), self.settled.borrow());
        let kinds = pending.values().map(|pending| &pending.kind);
        let mut codecs = Vec::<Rc<dyn Heads>>::new();
        for codec in kinds
            .chain(settled.iter().map(|(_, kind)| kind))
            .filter_map(Kind::codec)
        {
            if codecs.iter().all(|other| other.key() != codec.key()) {
                codecs.push(Rc::clone(codec));
            }
        }
        codecs
    }

    fn deliver(
        &self,
        pending: Option<Rc<Pending>>,
        part: Part,
        settle: impl Fn(RequestId, bool) -> Reply,
        give_up: impl Fn(RequestId, &Kind),
    ) -> bool {
        let streams = pending.as_ref().is_some_and(|pending| pending.streams());
        let last = !streams || part.failed || part.done;
        let reply = settle(part.id, last);
        if let (Some(pending), Reply::Matched) = (pending, reply) {
            // `"result":null` with `"done":true` is no part, only the end.
            let is_part = !(streams && part.done && part.empty && !part.failed);
            let fits = !is_part || part.error.is_some() || pending.push(part.message);
            if last {
                self.remove(part.id);
                // A last part for which there is no room must not be missed.
                let lagged = (!fits).then_some(End::Lagged);
                pending.finish(part.error.map(End::Rpc).or(lagged));
            } else if !fits {
                self.fail(part.id, End::Lagged);
                give_up(part.id, &pending.kind);
            }
        }
        reply != Reply::Unknown
    }

    /// Returns the kind of the last request of this number, if it has settled.
    fn settled_kind(&self, id: RequestId) -> Option<Kind> {
        let settled = self.settled.borrow();
        let last = settled.iter().rev().find(|(settled, _)| *settled == id);
        last.map(|(_, kind)| kind.clone())
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
