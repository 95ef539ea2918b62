//! Asks the application's provider for the URL of an attempt.

use alloc::rc::Rc;
use core::future::poll_fn;

use wasm_bindgen::JsValue;

use crate::client::state::shared::Shared;
use crate::client::values::url::Attempt;
use crate::engine::ResolveId;

/// Calls the provider in a task of its own, which passes the answer to the engine.
pub(crate) fn resolve(shared: &Rc<Shared>, question: ResolveId, attempt: u32) {
    let call = shared.resolving.begin(question);
    let shared = Rc::downgrade(shared);
    // Never within a call of the application's own.
    js_sys::futures::spawn_local(async move {
        let Some(shared) = shared.upgrade().filter(|_| !call.is_stale()) else {
            return;
        };
        let Some(provider) = shared.provider.clone() else {
            return;
        };
        let attempt = Attempt {
            number: attempt,
            last_close: shared.last_close.borrow().clone(),
            resume: shared.resume.token(),
        };
        let shared = {
            // The application's future must not keep the socket alive.
            let weak = Rc::downgrade(&shared);
            drop(shared);
            weak
        };
        call.wait_for(provider(attempt));
        drop(provider);
        let Ok(url) = poll_fn(|cx| call.poll(cx)).await else {
            return;
        };
        let Some(shared) = shared.upgrade() else { return };
        if let Some(driver) = shared.driver() {
            let known = url.map(|url| shared.target.borrow_mut().0 = JsValue::from_str(&url));
            driver.command(|engine, now| match known {
                Some(()) => engine.handle_resolved(question),
                None => engine.handle_unresolved(now, question),
            });
        }
    });
}
