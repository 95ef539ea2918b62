//! Listeners to the events of the page: `online` and `offline`, hidden or in view, being left or back from the back/forward
//! cache, resumed. Workers have only the first two; what does not exist is not listened to.

use alloc::rc::Rc;
use alloc::vec::Vec;
use core::cell::Cell;

use wasm_bindgen::prelude::*;

use crate::driver;
use crate::engine::Signal;

#[wasm_bindgen]
extern "C" {
    /// The global object, or the document.
    #[derive(Clone)]
    pub(super) type Page;
    /// [`navigator`](https://developer.mozilla.org/docs/Web/API/Navigator/onLine), whose `false` can be wrong, too.
    type Navigator;

    #[wasm_bindgen(thread_local_v2, js_name = globalThis)]
    pub(super) static GLOBAL: Page;
    #[wasm_bindgen(thread_local_v2, js_name = addEventListener)]
    pub(super) static CAN_LISTEN: Option<JsValue>;
    #[wasm_bindgen(thread_local_v2, js_name = document)]
    pub(super) static DOCUMENT: Option<Page>;
    #[wasm_bindgen(thread_local_v2, js_name = navigator)]
    static NAVIGATOR: Option<Navigator>;

    /// An event of the page.
    pub(super) type PageEvent;
    #[wasm_bindgen(method, getter, js_name = isTrusted)]
    fn is_trusted(this: &PageEvent) -> Option<bool>;
    /// Of a [`PageTransitionEvent`](https://developer.mozilla.org/docs/Web/API/PageTransitionEvent/persisted).
    #[wasm_bindgen(method, getter)]
    pub(super) fn persisted(this: &PageEvent) -> Option<bool>;

    #[wasm_bindgen(method, getter)]
    fn hidden(this: &Page) -> Option<bool>;
    #[wasm_bindgen(method, js_name = addEventListener)]
    pub(super) fn listen(this: &Page, name: &str, listener: &Closure<dyn Fn(PageEvent)>, capture: bool);
    #[wasm_bindgen(method, js_name = removeEventListener)]
    pub(super) fn unlisten(this: &Page, name: &str, listener: &Closure<dyn Fn(PageEvent)>, capture: bool);
    #[wasm_bindgen(method, getter, js_name = onLine)]
    fn on_line(this: &Navigator) -> Option<bool>;
}

/// Returns the state of the page.
pub(crate) fn now() -> driver::Page {
    let on_line = NAVIGATOR.with(|navigator| navigator.as_ref().and_then(Navigator::on_line));
    driver::Page {
        offline: on_line == Some(false),
        hidden: hidden(),
    }
}

/// A listener to one event of the page.
type Listener = (Page, &'static str, Closure<dyn Fn(PageEvent)>);

/// Listeners to the page; dropping them removes them.
pub(crate) struct Signals {
    listeners: Vec<Listener>,
    /// The listener to `beforeunload`, which is added only while there is a connection.
    leaving: Option<Listener>,
    has_connection: Cell<bool>,
    /// True if the page is hidden, or was at its last signal.
    maybe_hidden: Rc<Cell<bool>>,
}

impl Signals {
    /// Calls `signal` with each signal of the page.
    pub(crate) fn listen(signal: impl Fn(Signal) + Clone + 'static) -> Self {
        let call = signal;
        let mut listeners = Vec::new();
        let maybe_hidden = Rc::new(Cell::new(hidden()));
        let make = |page: &Page, name, signal| {
            let (call, maybe_hidden) = (call.clone(), Rc::clone(&maybe_hidden));
            let listener = Closure::new(move |event: PageEvent| {
                // After loading, as opposed to returning.
                if name == "pageshow" && event.is_trusted() == Some(true) && event.persisted() != Some(true) {
                    return;
                }
                let signal = match signal {
                    Signal::Wake if !hidden() => Signal::Wake,
                    Signal::Wake if name == "pageshow" => Signal::Restored,
                    // Hidden again already, or being hidden: nothing is back.
                    Signal::Wake => Signal::Hidden,
                    signal => signal,
                };
                if matches!(signal, Signal::Wake | Signal::Hidden | Signal::Restored) {
                    maybe_hidden.set(signal != Signal::Wake);
                }
                call(signal);
            });
            (page.clone(), name, listener)
        };
        let mut listen = |page: &Page, name, signal| {
            let listener = make(page, name, signal);
            // Before any listener of the application's: what is sent there may have to wait.
            page.listen(name, &listener.2, true);
            listeners.push(listener);
        };
        let mut leaving = None;
        if CAN_LISTEN.with(Option::is_some) {
            GLOBAL.with(|global| {
                listen(global, "online", Signal::Online);
                listen(global, "offline", Signal::Offline);
                listen(global, "pageshow", Signal::Wake);
                listen(global, "pagehide", Signal::Left);
                leaving = Some(make(global, "beforeunload", Signal::Leaving));
            });
        }
        DOCUMENT.with(|document| {
            if let Some(document) = document {
                listen(document, "visibilitychange", Signal::Wake);
                // Page Lifecycle, Chromium only: <https://wicg.github.io/page-lifecycle/>.
                listen(document, "resume", Signal::Wake);
            }
        });
        Self {
            listeners,
            leaving,
            has_connection: Cell::new(false),
            maybe_hidden,
        }
    }

    /// True once if the page is visible, and no signal has said so: `pageshow` calls the listeners in the order they were added, and the
    /// application's may be the first.
    pub(crate) fn found_visible(&self) -> bool {
        self.maybe_hidden.get() && !hidden() && self.maybe_hidden.replace(false)
    }

    /// `beforeunload` is listened to only while there is a connection: in Firefox that keeps a page out of the back/forward cache, but so
    /// does the connection.
    pub(crate) fn connected(&self, on: bool) {
        if self.has_connection.replace(on) == on {
            return;
        }
        if let Some((page, name, listener)) = &self.leaving {
            if on {
                page.listen(name, listener, true);
            } else {
                page.unlisten(name, listener, true);
            }
        }
    }
}

impl Drop for Signals {
    fn drop(&mut self) {
        self.connected(false);
        for (page, name, listener) in &self.listeners {
            page.unlisten(name, listener, true);
        }
    }
}

pub(crate) fn hidden() -> bool {
    DOCUMENT.with(|document| document.as_ref().and_then(Page::hidden)) == Some(true)
}
