//! Shared by the suites: waiting, and a server. In a browser it is the project's fault server, in Node a fake.
#![allow(dead_code, unused_imports)] // No suite uses all of it.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use holdfast_ws::{Reconnect, WebSocket};

pub(crate) use crate::server::{address, connections, inject_fault, received};

/// Records entries.
#[derive(Clone)]
pub(crate) struct Recorder<T>(Rc<RefCell<Vec<T>>>);

impl<T: Clone> Recorder<T> {
    pub(crate) fn new() -> Self {
        Self(Rc::new(RefCell::new(Vec::new())))
    }

    pub(crate) fn record(&self, entry: impl Into<T>) {
        self.0.borrow_mut().push(entry.into());
    }

    /// Returns a closure that records its arguments.
    pub(crate) fn recorder(&self) -> impl FnMut(T) + use<T> {
        let recorder = self.0.clone();
        move |entry| recorder.borrow_mut().push(entry)
    }

    pub(crate) fn entries(&self) -> Vec<T> {
        self.0.borrow().clone()
    }

    pub(crate) fn len(&self) -> usize {
        self.0.borrow().len()
    }

    /// Returns the number of closures that record to it.
    pub(crate) fn writers(&self) -> usize {
        Rc::strong_count(&self.0) - 1
    }
}

pub(crate) async fn sleep(millis: u32) {
    gloo_timers::future::TimeoutFuture::new(millis).await;
}

/// Waits until `holds`, for thirty seconds at least: a limit against hangs only.
pub(crate) async fn until(what: &str, mut holds: impl FnMut() -> bool) {
    for _ in 0..3000 {
        if holds() {
            return;
        }
        sleep(10).await;
    }
    panic!("waited thirty seconds for: {what}");
}

/// Waits until an endpoint has this many connections, for thirty seconds at least.
pub(crate) async fn until_connections(line: &str, wanted: u32) {
    let mut seen = 0;
    for _ in 0..600 {
        seen = connections(line).await;
        if seen == wanted {
            return;
        }
        sleep(50).await;
    }
    panic!("waited thirty seconds for {wanted} connections of the endpoint {line}; there are {seen}");
}

pub(crate) const fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// Options that reconnect within milliseconds.
pub(crate) fn quick() -> Reconnect {
    Reconnect::new().min_delay(ms(20)).max_delay(ms(50))
}

pub(crate) fn connect(path: &str, line: &str) -> WebSocket {
    let builder = WebSocket::builder(address(path, line)).reconnect(quick());
    builder.connect().expect("a good URL")
}
