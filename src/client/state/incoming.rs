//! Routes messages that are replies to requests or calls of the server by JSON-RPC; they are not delivered.
//!
//! Text is parsed at most once, and only if it can be one of them: it begins as JSON, and has `"id"` somewhere unless there is a handler.

use alloc::boxed::Box;
use alloc::rc::{Rc, Weak};
use alloc::string::String;
use alloc::vec::Vec;
use core::cell::{Cell, RefCell};
use core::future::{poll_fn, ready};

use super::invocation::Answer;
use super::pending::Kind;
use super::request::send_cancel;
use super::rpc_handlers::Outcome;
use super::shared::{Host, Shared};
use crate::client::json::{self, rpc};
use crate::client::values::data::{self, Data};
use crate::driver::Driver;
use crate::engine::{ConnectionId, Reply, RequestId};

/// The answer to one call, which may have to be waited for.
enum Response {
    Now(String),
    Later { id: Option<String>, answer: Outcome },
}

/// Returns true if a message was a reply or a call, or a batch of nothing else.
pub(crate) fn route(shared: &Rc<Shared>, driver: &Driver<Host>, data: &Data) -> bool {
    #[cfg(feature = "outbox")]
    if shared.taps.take(data) {
        return true;
    }
    let settle =
        |id: RequestId, last: bool| -> Reply { driver.command(|engine, now| engine.handle_reply(now, id, last)) };
    let give_up = |id: RequestId, kind: &Kind| {
        driver.command(|engine, now| engine.abort_request(now, id));
        send_cancel(driver, kind, id);
    };
    let requests = &shared.pending_requests;
    if requests.has_codecs() && requests.resolve_by_codec(&data::message(data), settle, give_up) {
        return true;
    }
    let Some(begins) = data::bracket(data) else {
        return false;
    };
    let handles = !shared.rpc_handlers.is_empty();
    let listens = shared.subscribers.has_notification_streams();
    let key = &shared.id_key;
    if !(handles || listens || data::includes(data, "\"id\"") || data::includes(data, key.quoted())) {
        return false;
    }
    let Some(text) = data::text(data) else { return false };
    let batched = begins == '[';
    let batch = if batched {
        match json::elements(&text) {
            Some(batch) => batch,
            None => return false,
        }
    } else {
        [text.as_str()].into()
    };
    // The answers go to the connection that asked, or nowhere.
    let connection = driver.engine(|engine| engine.connection());
    let mut responses = Vec::new();
    if batched && batch.is_empty() && handles {
        responses.push(Response::Now(rpc::error_response("null", &rpc::invalid_request())));
        respond(shared, connection, responses, false);
        return true;
    }
    let mut taken = !batch.is_empty();
    for message in batch {
        // Each of them must have its turn.
        let notified = listens && notify(shared, message);
        taken &= requests.resolve(message, key.name(), handles, settle, give_up)
            || handles && call(shared, message, batched, &mut responses)
            || notified;
    }
    respond(shared, connection, responses, batched);
    taken
}

/// Returns true if a message is a notification that a stream has received.
fn notify(shared: &Shared, message: &str) -> bool {
    let call = rpc::Call::read(message).filter(|call| call.is_valid && call.id.is_none());
    let Some(call) = call else { return false };
    let params = data::of_text(call.params.unwrap_or("null"));
    call.method
        .is_some_and(|method| shared.subscribers.notify(&method, &params))
}

/// Calls the handler for a message that is a call. Returns false for anything else, and for a notification that has no handler.
fn call(shared: &Shared, message: &str, batched: bool, responses: &mut Vec<Response>) -> bool {
    let Some(call) = rpc::Call::read(message) else {
        if batched {
            responses.push(Response::Now(rpc::error_response("null", &rpc::invalid_request())));
        }
        return batched;
    };
    if !(call.claims || batched) || call.is_response {
        return false;
    }
    let id = call.id.unwrap_or("null");
    let Some(method) = call.method.filter(|_| call.is_valid) else {
        responses.push(Response::Now(rpc::error_response(id, &rpc::invalid_request())));
        return true;
    };
    let handler = shared.rpc_handlers.get(&method);
    if handler.is_none() && call.id.is_none() {
        return false;
    }
    let answer = handler
        .ok_or_else(rpc::method_not_found)
        .and_then(|handler| handler(call.params.unwrap_or("null")));
    match answer {
        Ok(answer) => responses.push(Response::Later {
            id: call.id.map(Into::into),
            answer,
        }),
        Err(_) if call.id.is_none() => {}
        Err(error) => responses.push(Response::Now(rpc::error_response(id, &error))),
    }
    true
}

/// The responses to one message, which are sent in one message once all of them are there.
struct Batch {
    shared: Weak<Shared>,
    /// The connection that asked. If it has ended, nobody is answered.
    connection: Option<ConnectionId>,
    is_list: bool,
    /// In the order of the calls. A notification has none, so its text stays empty.
    texts: RefCell<Vec<String>>,
    missing: Cell<usize>,
}

/// Awaits each answer in a task of its own, and sends all of them in one message.
fn respond(shared: &Rc<Shared>, connection: Option<ConnectionId>, responses: Vec<Response>, is_list: bool) {
    if responses.is_empty() {
        return;
    }
    let mut texts = Vec::with_capacity(responses.len());
    let mut tasks = Vec::new();
    for (place, response) in responses.into_iter().enumerate() {
        let (text, answer): (String, Option<Answer<String>>) = match response {
            Response::Now(text) => (text, None),
            Response::Later { id, answer } => {
                let text = async move {
                    let answer = answer.await;
                    id.map(|id| rpc::response(&id, answer)).unwrap_or_default()
                };
                (String::new(), Some(Box::pin(text)))
            }
        };
        texts.push(text);
        tasks.extend(answer.map(|answer| (place, answer)));
    }
    if let (true, Some(first)) = (tasks.is_empty(), texts.first_mut()) {
        // Nothing is sent before the listeners of this message have returned.
        tasks.push((0, Box::pin(ready(core::mem::take(first)))));
    }
    let batch = Rc::new(Batch {
        shared: Rc::downgrade(shared),
        connection,
        is_list,
        missing: Cell::new(tasks.len()),
        texts: RefCell::new(texts),
    });
    for (place, answer) in tasks {
        let (number, task) = shared.rpc_handlers.begin(answer);
        let batch = Rc::clone(&batch);
        shared.browser.spawn(async move {
            if let Ok(text) = poll_fn(|cx| task.poll(cx)).await {
                batch.add(place, text, number);
            }
        });
    }
}

impl Batch {
    /// Adds a response, and sends all if it was the last that was missing.
    fn add(&self, place: usize, text: String, number: u32) {
        if let Some(slot) = self.texts.borrow_mut().get_mut(place) {
            *slot = text;
        }
        self.missing.set(self.missing.get().saturating_sub(1));
        let Some(shared) = self.shared.upgrade() else { return };
        shared.rpc_handlers.end(number);
        let (0, Some(driver), Some(connection)) = (self.missing.get(), shared.driver(), self.connection) else {
            return;
        };
        let mut texts = self.texts.take();
        texts.retain(|text| !text.is_empty());
        let text = match &texts[..] {
            [] => return,
            [only] if !self.is_list => only.clone(),
            all => rpc::batch(all),
        };
        // A connection that has ended is answered no more.
        let _ = driver.send_on(connection, data::of_text(&text));
    }
}
