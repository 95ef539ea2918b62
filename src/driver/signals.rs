//! What the page tells of its network and of itself: `online` and `offline`, back in view, back from the back/forward cache,
//! resumed. Workers have only the first two; what does not exist is not listened to.

use alloc::rc::Weak;
use alloc::vec::Vec;

use wasm_bindgen::prelude::*;

use super::{Driver, Heard};
use crate::engine::Signal;

#[wasm_bindgen]
extern "C" {
    /// The global object, or the document.
    #[derive(Clone)]
    type Page;
    /// [`navigator`](https://developer.mozilla.org/docs/Web/API/Navigator/onLine), whose `false` can be wrong, too.
    type Navigator;

    #[wasm_bindgen(thread_local_v2, js_name = globalThis)]
    static GLOBAL: Page;
    #[wasm_bindgen(thread_local_v2, js_name = addEventListener)]
    static CAN_LISTEN: Option<JsValue>;
    #[wasm_bindgen(thread_local_v2, js_name = document)]
    static DOCUMENT: Option<Page>;
    #[wasm_bindgen(thread_local_v2, js_name = navigator)]
    static NAVIGATOR: Option<Navigator>;

    #[wasm_bindgen(method, getter)]
    fn hidden(this: &Page) -> Option<bool>;
    #[wasm_bindgen(method, js_name = addEventListener)]
    fn listen(this: &Page, name: &str, listener: &Closure<dyn Fn()>, capture: bool);
    #[wasm_bindgen(method, js_name = removeEventListener)]
    fn unlisten(this: &Page, name: &str, listener: &Closure<dyn Fn()>, capture: bool);
    #[wasm_bindgen(method, getter, js_name = onLine)]
    fn on_line(this: &Navigator) -> Option<bool>;
}

/// How the page is.
pub(super) fn now() -> super::Page {
    let on_line = NAVIGATOR.with(|navigator| navigator.as_ref().and_then(Navigator::on_line));
    super::Page {
        offline: on_line == Some(false),
        hidden: hidden(),
    }
}

/// What listens to one event of the page.
type Listener = (Page, &'static str, Closure<dyn Fn()>);

/// Listeners to the page; dropping them takes them off.
pub(super) struct Signals(Vec<Listener>);

impl Signals {
    pub(super) fn listen<H: Heard + 'static>(driver: &Weak<Driver<H>>) -> Self {
        let mut listeners = Vec::new();
        let mut listen = |page: &Page, name, signal| {
            let driver = driver.clone();
            let listener = Closure::new(move || {
                // Hidden again already, or being hidden: nothing is back.
                let signal = if signal == Signal::Wake && hidden() {
                    Signal::Hidden
                } else {
                    signal
                };
                if let Some(driver) = driver.upgrade() {
                    driver.signal(signal, 0);
                }
            });
            // Before any listener of the application's: what is sent there may have to wait.
            page.listen(name, &listener, true);
            listeners.push((page.clone(), name, listener));
        };
        if CAN_LISTEN.with(Option::is_some) {
            GLOBAL.with(|global| {
                listen(global, "online", Signal::Online);
                listen(global, "offline", Signal::Offline);
                // Also comes once after loading, which does no harm.
                listen(global, "pageshow", Signal::Wake);
                listen(global, "pagehide", Signal::Left);
            });
        }
        DOCUMENT.with(|document| {
            if let Some(document) = document {
                listen(document, "visibilitychange", Signal::Wake);
                // Page Lifecycle, Chromium only: <https://wicg.github.io/page-lifecycle/>.
                listen(document, "resume", Signal::Wake);
            }
        });
        Self(listeners)
    }
}

impl Drop for Signals {
    fn drop(&mut self) {
        for (page, name, listener) in &self.0 {
            page.unlisten(name, listener, true);
        }
    }
}

fn hidden() -> bool {
    DOCUMENT.with(|document| document.as_ref().and_then(Page::hidden)) == Some(true)
}
