//! The page's events that concern other tabs. Workers have none.

use alloc::vec::Vec;

use wasm_bindgen::prelude::Closure;

use super::signals::{CAN_LISTEN, DOCUMENT, GLOBAL, Page, PageEvent};
use crate::tabs::Signal;

pub(crate) use super::signals::hidden;

/// A listener to one event of the page.
type Listener = (Page, &'static str, Closure<dyn Fn(PageEvent)>);

/// Listeners to the page; dropping them removes them.
pub(crate) struct PageWatch(Vec<Listener>);

impl PageWatch {
    /// Calls `signal` with each signal of the page.
    pub(crate) fn listen(signal: impl Fn(Signal) + Clone + 'static) -> Self {
        let mut listeners = Vec::new();
        let mut listen = |page: &Page, name, read: fn(&PageEvent) -> Option<Signal>| {
            let signal = signal.clone();
            let listener = Closure::new(move |event: PageEvent| {
                if let Some(read) = read(&event) {
                    signal(read);
                }
            });
            page.listen(name, &listener, true);
            listeners.push((page.clone(), name, listener));
        };
        if CAN_LISTEN.with(Option::is_some) {
            GLOBAL.with(|global| {
                listen(global, "pagehide", |event| {
                    let kept = event.persisted() != Some(false);
                    Some(if kept { Signal::Away } else { Signal::Unload })
                });
                listen(global, "pageshow", |event| {
                    (event.persisted() == Some(true)).then_some(Signal::Back)
                });
            });
        }
        DOCUMENT.with(|document| {
            if let Some(document) = document {
                listen(document, "visibilitychange", |_| {
                    Some(if hidden() { Signal::Hidden } else { Signal::Visible })
                });
                // Page Lifecycle, Chromium only: <https://wicg.github.io/page-lifecycle/>.
                listen(document, "freeze", |_| Some(Signal::Away));
                listen(document, "resume", |_| Some(Signal::Back));
            }
        });
        Self(listeners)
    }
}

impl Drop for PageWatch {
    fn drop(&mut self) {
        for (page, name, listener) in &self.0 {
            page.unlisten(name, listener, true);
        }
    }
}
