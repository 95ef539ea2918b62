//! Posts what is left when the page is being left, line by line as on the connection: a browser carries out such a request after the page
//! is gone. Boxes and numbers are the same, so the server does nothing twice. <https://fetch.spec.whatwg.org/#keep-alive>

use alloc::string::String;
use alloc::vec::Vec;

use js_sys::{Array, Function, Object, Promise, Reflect};
use wasm_bindgen::prelude::*;

/// The most that a browser takes.
const MOST_BYTES: usize = 65_536;
const EVENT: &str = "pagehide";

/// Calls a function when the page is being left, until it is dropped.
pub(super) struct OnLeave(Closure<dyn Fn()>);

impl OnLeave {
    /// `None` where no page is left: in a worker, and outside of a browser.
    pub(super) fn listen(call: impl Fn() + 'static) -> Option<Self> {
        if !cfg!(all(target_arch = "wasm32", target_os = "unknown")) {
            return None;
        }
        let listener = Self(Closure::new(call));
        listener.apply("addEventListener")?;
        Some(listener)
    }

    fn apply(&self, method: &str) -> Option<JsValue> {
        let global = js_sys::global();
        let method: Function = Reflect::get(&global, &method.into()).ok()?.dyn_into().ok()?;
        method.call2(&global, &EVENT.into(), self.0.as_ref()).ok()
    }
}

impl Drop for OnLeave {
    fn drop(&mut self) {
        self.apply("removeEventListener");
    }
}

/// Posts the frames of each box: they begin with its hello, and are in order.
pub(super) fn post(url: &str, boxes: Vec<Vec<String>>) {
    let mut body = String::new();
    for frames in boxes {
        for frame in frames {
            if body.len() + frame.len() + 1 > MOST_BYTES {
                break;
            }
            body.push_str(&frame);
            body.push('\n');
        }
    }
    if !body.is_empty() {
        fetch(url, &body);
    }
}

/// As text it needs no permission of another origin, and cookies come with it, as with the connection.
fn fetch(url: &str, body: &str) -> Option<()> {
    let pairs = [
        Array::of2(&"method".into(), &"POST".into()),
        Array::of2(&"body".into(), &body.into()),
        Array::of2(&"keepalive".into(), &true.into()),
        Array::of2(&"credentials".into(), &"include".into()),
    ];
    let options = Object::from_entries(&Array::from_iter(pairs)).ok()?;
    let global = js_sys::global();
    let fetch: Function = Reflect::get(&global, &"fetch".into()).ok()?.dyn_into().ok()?;
    let posted: Promise = fetch.call2(&global, &url.into(), &options).ok()?.dyn_into().ok()?;
    // Its failure is nobody's: the rest is sent by the next page.
    let ignore = Function::new_no_args("");
    let catch: Function = Reflect::get(&posted, &"catch".into()).ok()?.dyn_into().ok()?;
    catch.call1(&posted, &ignore).ok().map(drop)
}
