//! The driver's timer, bound here: gloo-timers needs `std`, and makes a closure each time that it is set.

use core::cell::RefCell;

use holdfast_ws::driver::Timeout;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(handler: &Closure<dyn Fn()>, millis: i32) -> JsValue;
    #[wasm_bindgen(js_name = clearTimeout)]
    fn clear_timeout(id: &JsValue);
}

/// [`setTimeout`](https://html.spec.whatwg.org/multipage/timers-and-user-prompts.html#dom-settimeout), with one closure for life.
#[allow(missing_debug_implementations)]
pub struct BoundTimeout {
    ring: Closure<dyn Fn()>,
    id: RefCell<Option<JsValue>>,
}

impl Timeout for BoundTimeout {
    fn new(ring: impl Fn() + 'static) -> Self {
        Self {
            ring: Closure::new(ring),
            id: RefCell::new(None),
        }
    }

    fn set(&self, millis: i32) {
        self.id.replace(Some(set_timeout(&self.ring, millis)));
    }

    fn clear(&self) {
        if let Some(id) = self.id.take() {
            clear_timeout(&id);
        }
    }
}

impl Drop for BoundTimeout {
    fn drop(&mut self) {
        self.clear();
    }
}
