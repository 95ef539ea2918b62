//! One lock of the browser's: asked for, held, given up.

use alloc::rc::Rc;
use core::cell::{Cell, RefCell};

use js_sys::futures::{JsFuture, spawn_local};
use js_sys::{Function, Promise};
use wasm_bindgen::prelude::*;

use super::object::{make, text};

#[wasm_bindgen]
extern "C" {
    type Navigator;
    #[wasm_bindgen(thread_local_v2, js_name = navigator)]
    static NAVIGATOR: Option<Navigator>;
    #[wasm_bindgen(method, getter)]
    fn locks(this: &Navigator) -> Option<LockManager>;

    /// [`navigator.locks`](https://developer.mozilla.org/docs/Web/API/LockManager)
    pub(super) type LockManager;
    #[wasm_bindgen(method, catch)]
    fn request(this: &LockManager, name: &str, options: &JsValue, granted: &JsValue) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch)]
    pub(super) fn query(this: &LockManager) -> Result<Promise, JsValue>;

    type AbortController;
    #[wasm_bindgen(constructor)]
    fn new() -> AbortController;
    #[wasm_bindgen(method, getter)]
    fn signal(this: &AbortController) -> JsValue;
    #[wasm_bindgen(method)]
    fn abort(this: &AbortController);
}

/// Returns the browser's locks, if it has any.
pub(super) fn manager() -> Option<LockManager> {
    NAVIGATOR.with(|navigator| navigator.as_ref().and_then(Navigator::locks))
}

/// How a lock is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hold {
    Exclusive,
    Shared,
    /// It is taken away from whoever holds it.
    Steal,
}

/// A lock that is held or asked for.
pub(super) struct Lock {
    granted: Cell<bool>,
    controller: AbortController,
    /// Settles the promise that the browser holds the lock for.
    done: RefCell<Option<Function>>,
}

impl Lock {
    /// Asks for a lock. `granted` is called when it is; `lost` when it is refused, with true, or taken away.
    pub(super) fn hold(
        name: &str,
        hold: Hold,
        granted: impl Fn(&Rc<Self>) + 'static,
        lost: impl FnOnce(&Rc<Self>, bool) + 'static,
    ) -> Rc<Self> {
        let mut resolve = None;
        let until = Promise::new(&mut |done, _| resolve = Some(done));
        let lock = Rc::new(Self {
            granted: Cell::new(false),
            controller: AbortController::new(),
            done: RefCell::new(resolve),
        });
        let options = match hold {
            Hold::Exclusive => make([("signal", lock.controller.signal())]),
            Hold::Shared => make([("signal", lock.controller.signal()), ("mode", "shared".into())]),
            // The two can't go together.
            Hold::Steal => make([("steal", true.into())]),
        };
        let own = Rc::clone(&lock);
        let callback = Closure::<dyn Fn(JsValue) -> JsValue>::new(move |_: JsValue| -> JsValue {
            own.granted.set(true);
            granted(&own);
            until.clone().into()
        });
        let asked = match manager() {
            Some(manager) => manager.request(name, &options, callback.as_ref()),
            None => Err(JsValue::UNDEFINED),
        };
        let told = Rc::clone(&lock);
        spawn_local(async move {
            let outcome = match asked {
                Ok(promise) => JsFuture::from(promise).await,
                Err(error) => Err(error),
            };
            // The browser may call it as long as the promise isn't settled.
            drop(callback);
            if let Err(error) = outcome {
                lost(&told, !told.granted.get() && text(&error, "name") != "AbortError");
            }
        });
        lock
    }

    pub(super) fn is_granted(&self) -> bool {
        self.granted.get()
    }

    /// Gives it back, or withdraws the request for it.
    pub(super) fn release(&self) {
        if let Some(done) = self.done.take() {
            let _ = done.call0(&JsValue::UNDEFINED);
        }
        self.controller.abort();
    }
}
