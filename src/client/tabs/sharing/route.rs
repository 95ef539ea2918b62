//! Finds the tab that a message of the server is for. Text is parsed only if it can be a reply that a tab waits for, or a call.

use alloc::rc::Rc;
use alloc::string::String;
use core::cell::RefCell;

use super::payload::Protocol;
use crate::client::json::{self, rpc};
use crate::client::state::pending::Heads;
use crate::client::values::data::{self, Data};
use crate::client::values::id_key::IdKey;
use crate::tabs::wire::numbers::whole;
use crate::tabs::{Asked, Replies, RequestNumber, TabId};

/// The target of a message.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Route {
    /// All tabs.
    All,
    /// The tab that asked.
    Reply {
        tab: TabId,
        request: RequestNumber,
        last: bool,
    },
    /// A tab that answers calls of this method. A batch has no number.
    Call { id: Option<String>, method: String },
}

/// How messages are read.
pub(super) struct Reader {
    pub(super) key: IdKey,
    pub(super) codec: Option<Rc<dyn Heads>>,
}

impl Reader {
    /// Returns the target of a message. `answers_calls` if any tab answers calls of the server.
    pub(super) fn route(&self, data: &Data, replies: &RefCell<Replies<Protocol>>, answers_calls: bool) -> Route {
        self.read(data, replies, answers_calls).unwrap_or(Route::All)
    }

    fn read(&self, data: &Data, replies: &RefCell<Replies<Protocol>>, answers_calls: bool) -> Option<Route> {
        let expects_replies = !replies.borrow().is_empty();
        if !expects_replies && !answers_calls {
            return None;
        }
        // Nothing is borrowed while the application's codec runs.
        let head = self
            .codec
            .as_ref()
            .filter(|_| expects_replies)
            .and_then(|codec| codec.head(&data::message(data)));
        if let Some(head) = head
            && let Some(asked) = replies
                .borrow()
                .get(head.id)
                .filter(|asked| asked.kind == Protocol::Codec)
        {
            return Some(reply(asked, head.error.is_some() || head.done));
        }
        let begins = data::bracket(data)?;
        if !(answers_calls || data::includes(data, "\"id\"") || data::includes(data, self.key.quoted())) {
            return None;
        }
        let text = data::text(data)?;
        if begins == '[' {
            // It may have calls and replies of any tab. It goes to the tab that answers its first call.
            let elements = json::elements(&text).filter(|_| answers_calls)?;
            let (_, method) = elements.into_iter().find_map(call)?;
            return Some(Route::Call { id: None, method });
        }
        if answers_calls && let Some((id, method)) = call(&text) {
            return Some(Route::Call { id: Some(id), method });
        }
        self.reply(&text, &replies.borrow())
    }

    fn reply(&self, text: &str, replies: &Replies<Protocol>) -> Option<Route> {
        let key = self.key.name();
        let names = [key, "id", "jsonrpc", "method", "result", "error", "done"];
        let [own, other, version, method, result, error, done] = json::fields(text, names)?;
        // With the same name, the first has it.
        let by_rpc = if key == "id" { own } else { other };
        let asked = replies.get(number(own.or(by_rpc)?)?)?;
        let responds = version == Some("\"2.0\"") && method.is_none() && (result.is_some() || error.is_some());
        let fits = match asked.kind {
            Protocol::Id => own.is_some(),
            Protocol::JsonRpc => responds && by_rpc.is_some(),
            Protocol::Npm => own.is_some() || responds,
            Protocol::Codec => false,
        };
        let failed = asked.kind != Protocol::Id && error.is_some_and(|error| error != "null");
        fits.then(|| reply(asked, failed || done == Some("true")))
    }
}

fn reply(asked: &Asked<Protocol>, ends: bool) -> Route {
    Route::Reply {
        tab: asked.tab,
        request: asked.request,
        last: !asked.streams || ends,
    }
}

/// Returns the number and the method of a call of the server that wants an answer.
fn call(message: &str) -> Option<(String, String)> {
    let call = rpc::Call::read(message).filter(|call| call.claims && !call.is_response)?;
    Some((call.id?.into(), call.method?))
}

/// Returns the number of the call that a message of a tab answers, as JSON.
pub(super) fn answered(data: &Data) -> Option<String> {
    if data::bracket(data) != Some('{') {
        return None;
    }
    let text = data::text(data)?;
    let answer = rpc::Call::read(&text).filter(|answer| answer.is_response)?;
    answer.id.map(Into::into)
}

/// A server may give a number back as text.
fn number(id: &str) -> Option<u64> {
    let number = json::from_text::<f64>(id).ok();
    number
        .or_else(|| json::from_text::<String>(id).ok()?.parse().ok())
        .map(whole)
}
