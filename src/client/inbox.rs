//! Which messages are replies, and who waits for them. Asked only while there may be any.
//!
//! Text is parsed at most once, and only if it can hold a reply: it begins as JSON, and has `"id"` somewhere. What nobody
//! awaits is a message like any other; what is late or repeats a reply is dropped, and counted.

use alloc::collections::BTreeMap;
use alloc::rc::Rc;
use core::cell::{Cell, RefCell};
use core::task::{Context, Poll, Waker};

use js_sys::{Array, JsString, Reflect};
use wasm_bindgen::{JsCast, JsValue};

use super::host::Host;
use super::json::parse;
use crate::driver::Driver;
use crate::engine::{Failure, Reply, Request};

/// What a reply looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Any object with the request's `id`.
    Id,
    /// A response of [JSON-RPC 2.0](https://www.jsonrpc.org/specification#response_object).
    JsonRpc,
}

/// One who waits.
pub(super) struct Pending {
    kind: Kind,
    outcome: RefCell<Option<Result<JsValue, Failure>>>,
    waker: Cell<Option<Waker>>,
}

impl Pending {
    pub(super) fn poll(&self, cx: &Context<'_>) -> Poll<Result<JsValue, Failure>> {
        if let Some(outcome) = self.outcome.take() {
            return Poll::Ready(outcome);
        }
        self.waker.set(Some(cx.waker().clone()));
        Poll::Pending
    }

    fn settle(&self, outcome: Result<JsValue, Failure>) {
        self.outcome.replace(Some(outcome));
        if let Some(waker) = self.waker.take() {
            waker.wake();
        }
    }
}

/// Everyone who waits for a reply, by the request's number.
#[derive(Default)]
pub(super) struct Inbox(RefCell<BTreeMap<Request, Rc<Pending>>>);

impl Inbox {
    pub(super) fn expect(&self, id: Request, kind: Kind) -> Rc<Pending> {
        let pending = Rc::new(Pending {
            kind,
            outcome: RefCell::new(None),
            waker: Cell::new(None),
        });
        self.0.borrow_mut().insert(id, Rc::clone(&pending));
        pending
    }

    pub(super) fn forget(&self, id: Request) {
        self.0.borrow_mut().remove(&id);
    }

    pub(super) fn give_up(&self, id: Request, failure: Failure) {
        let pending = self.0.borrow_mut().remove(&id);
        if let Some(pending) = pending {
            pending.settle(Err(failure));
        }
    }

    /// Whether a message was a reply, or nothing but replies.
    pub(super) fn read(&self, driver: &Driver<Host>, data: &JsValue) -> bool {
        let Some(text) = data.dyn_ref::<JsString>() else {
            return false;
        };
        let begins = text.trim_start().char_at(0);
        if !((begins == "{" || begins == "[") && text.includes("\"id\"", 0)) {
            return false;
        }
        let Ok(message) = parse(data) else { return false };
        match message.dyn_ref::<Array>() {
            // Each of them must have its turn.
            Some(batch) => batch
                .iter()
                .map(|message| self.take(driver, &message))
                .fold(batch.length() > 0, |all, taken| all & taken),
            None => self.take(driver, &message),
        }
    }

    fn take(&self, driver: &Driver<Host>, message: &JsValue) -> bool {
        let get = |name| Reflect::get(message, &JsValue::from_str(name)).unwrap_or_default();
        let Some(id) = get("id").as_f64().and_then(number) else {
            return false;
        };
        let claims = get("jsonrpc") == "2.0";
        let has = |name| Reflect::has(message, &JsValue::from_str(name)).unwrap_or_default();
        // Else it is a call of the server's, whose numbers are its own.
        let responds = claims && !has("method") && (has("result") || has("error"));
        let pending = self.0.borrow().get(&id).cloned();
        let fits = match &pending {
            Some(pending) if pending.kind == Kind::Id => true,
            Some(_) => responds,
            None => responds || !claims,
        };
        if !fits {
            return false;
        }
        let reply = driver.command(|engine, now| engine.handle_reply(now, id, true));
        if let (Some(pending), Reply::Awaited) = (pending, reply) {
            self.forget(id);
            pending.settle(Ok(message.clone()));
        }
        reply != Reply::Foreign
    }
}

/// What is no positive whole number is no request's.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    clippy::float_cmp
)]
fn number(id: f64) -> Option<Request> {
    let number = id as u64;
    (number > 0 && number as f64 == id).then_some(Request(number))
}
