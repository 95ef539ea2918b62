//! Routes messages that are replies to requests or calls of the server by JSON-RPC; they are not delivered.
//!
//! Text is parsed at most once, and only if it can be one of them: it begins as JSON, and has `"id"` somewhere unless there is a handler.

use alloc::boxed::Box;
use alloc::rc::Rc;
use alloc::string::String;
use alloc::vec::Vec;
use core::future::poll_fn;
use core::task::Poll;

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
    if !(handles || listens || data::includes(data, "\"id\"")) {
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
        taken &= requests.resolve(message, handles, settle, give_up)
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

/// Awaits the answers in a task of its own, and sends them in one message.
fn respond(shared: &Rc<Shared>, connection: Option<ConnectionId>, responses: Vec<Response>, batched: bool) {
    if responses.is_empty() {
        return;
    }
    let (number, task) = shared.rpc_handlers.begin(Box::pin(join(responses)));
    let weak = Rc::downgrade(shared);
    shared.browser.spawn(async move {
        let Ok(answers) = poll_fn(|cx| task.poll(cx)).await else {
            return;
        };
        let Some(shared) = weak.upgrade() else { return };
        shared.rpc_handlers.end(number);
        let (Some(driver), Some(connection)) = (shared.driver(), connection) else {
            return;
        };
        let text = match &answers[..] {
            [] => return,
            [only] if !batched => only.clone(),
            all => rpc::batch(all),
        };
        // A connection that has ended is answered no more.
        let _ = driver.send_on(connection, data::of_text(&text));
    });
}

/// Polls all answers side by side. Returns the responses in the order of the calls; a notification has none.
async fn join(mut responses: Vec<Response>) -> Vec<String> {
    poll_fn(|cx| {
        let mut pending = false;
        for response in &mut responses {
            if let Response::Later { id, answer } = response {
                match answer.as_mut().poll(cx) {
                    Poll::Pending => pending = true,
                    Poll::Ready(answer) => {
                        let text = id.as_deref().map(|id| rpc::response(id, answer));
                        *response = Response::Now(text.unwrap_or_default());
                    }
                }
            }
        }
        if pending { Poll::Pending } else { Poll::Ready(()) }
    })
    .await;
    let texts = responses.into_iter().filter_map(|response| match response {
        Response::Now(text) if !text.is_empty() => Some(text),
        _ => None,
    });
    texts.collect()
}
