//! Finds the tab that a message of the server is for. Text is parsed only if it can be a reply that a tab waits for, or a call.

use alloc::rc::Rc;
use alloc::string::String;

use super::payload::Protocol;
use crate::client::json::{self, rpc};
use crate::client::state::pending::Heads;
use crate::client::values::data::{self, Data};
use crate::client::values::id_key::IdKey;
use crate::tabs::wire::numbers::whole;

/// The target of a message.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Route {
    /// All tabs.
    All,
    /// The tab that has made the request with this number. `ends` if no parts follow in any case.
    Reply { wire: u64, ends: bool },
    /// A tab that answers calls of this method. A batch has no number.
    Call { id: Option<String>, method: String },
}

/// The tabs' expectations of the server.
pub(super) trait Expected {
    /// True if any tab answers calls of the server.
    fn answers_calls(&self) -> bool;
    /// True if any tab expects a reply.
    fn expects_replies(&self) -> bool;
    /// Returns how the reply is recognised to the request with this number; [`None`] if none is expected.
    fn expected(&self, wire: u64) -> Option<Protocol>;
}

/// How messages are read.
pub(super) struct Reader {
    pub(super) key: IdKey,
    pub(super) codec: Option<Rc<dyn Heads>>,
}

impl Reader {
    /// Returns the target of a message.
    pub(super) fn route(&self, data: &Data, tabs: &dyn Expected) -> Route {
        self.read(data, tabs).unwrap_or(Route::All)
    }

    fn read(&self, data: &Data, tabs: &dyn Expected) -> Option<Route> {
        let (expects_replies, answers_calls) = (tabs.expects_replies(), tabs.answers_calls());
        if !expects_replies && !answers_calls {
            return None;
        }
        let head = self
            .codec
            .as_ref()
            .filter(|_| expects_replies)
            .and_then(|codec| codec.head(&data::message(data)));
        if let Some(head) = head
            && tabs.expected(head.id) == Some(Protocol::Codec)
        {
            let ends = head.error.is_some() || head.done;
            return Some(Route::Reply { wire: head.id, ends });
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
        self.reply(&text, tabs)
    }

    fn reply(&self, text: &str, tabs: &dyn Expected) -> Option<Route> {
        let key = self.key.name();
        let names = [key, "id", "jsonrpc", "method", "result", "error", "done"];
        let [own, other, version, method, result, error, done] = json::fields(text, names)?;
        // With the same name, the first has it.
        let by_rpc = if key == "id" { own } else { other };
        let wire = number(own.or(by_rpc)?)?;
        let kind = tabs.expected(wire)?;
        let responds = version == Some("\"2.0\"") && method.is_none() && (result.is_some() || error.is_some());
        let fits = match kind {
            Protocol::Id => own.is_some(),
            Protocol::JsonRpc => responds && by_rpc.is_some(),
            Protocol::Npm => own.is_some() || responds,
            Protocol::Codec => false,
        };
        let failed = kind != Protocol::Id && error.is_some_and(|error| error != "null");
        let ends = failed || done == Some("true");
        fits.then_some(Route::Reply { wire, ends })
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
