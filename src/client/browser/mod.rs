//! The browser's objects that one socket uses: its native socket, its timer, the page's events, the clocks.

pub(crate) mod clock;
pub(crate) mod connection;
mod dial;
mod event;
#[cfg(feature = "channels")]
mod fetch;
pub(crate) mod native;
#[cfg(feature = "tabs")]
pub(crate) mod page_watch;
mod signals;
#[cfg(feature = "tabs")]
pub(crate) mod tab_socket;

use alloc::rc::Rc;
use core::cell::RefCell;
use core::future::Future;

use gloo_timers::callback::Timeout;

use self::connection::Connection;
use self::native::Native;
use self::signals::Signals;
use crate::driver;
use crate::engine::Signal;

pub(crate) use self::dial::Destination;
#[cfg(feature = "channels")]
pub(crate) use self::fetch::fetch;

/// True if sockets can be made.
pub(crate) const fn is_available() -> bool {
    crate::client::values::data::IS_AVAILABLE
}

/// The browser's objects of one socket.
#[derive(Default)]
pub(crate) struct Browser {
    /// The connection dialled last: its `url`, `protocol` and `bufferedAmount` outlive it.
    pub(crate) connection: RefCell<Option<Rc<Connection>>>,
    /// The one timer, which clears itself when it is dropped.
    timer: RefCell<Option<Timeout>>,
    /// While the page's events are listened to.
    signals: RefCell<Option<Signals>>,
}

#[allow(clippy::unused_self)] // A socket in a world has clocks and tasks of its own.
impl Browser {
    /// Returns the native socket dialled last.
    pub(crate) fn native(&self) -> Option<Native> {
        self.connection
            .borrow()
            .as_ref()
            .map(|connection| connection.native.clone())
    }

    /// Notes that there is a connection, or none any more.
    pub(crate) fn set_connected(&self, on: bool) {
        if let Some(signals) = &*self.signals.borrow() {
            signals.connected(on);
        }
    }

    pub(crate) fn now(&self) -> f64 {
        clock::performance_now()
    }

    pub(crate) fn wall_time(&self) -> f64 {
        clock::date_now()
    }

    pub(crate) fn random(&self) -> f64 {
        clock::random()
    }

    /// Calls a function once, and not that of the timer that was set before.
    pub(crate) fn set_timer(&self, millis: i32, fired: impl FnOnce() + 'static) {
        let timer = Timeout::new(millis.unsigned_abs(), fired);
        let old = self.timer.replace(Some(timer));
        drop(old);
    }

    pub(crate) fn clear_timer(&self) {
        let old = self.timer.take();
        drop(old);
    }

    /// Calls `signal` with each signal of the page from now on. Returns the state of the page.
    pub(crate) fn watch_page(&self, signal: impl Fn(Signal) + Clone + 'static) -> driver::Page {
        let old = self.signals.replace(Some(Signals::listen(signal)));
        drop(old);
        signals::now()
    }

    /// True once if the page is visible, and no signal has said so.
    pub(crate) fn found_visible(&self) -> bool {
        self.signals.borrow().as_ref().is_some_and(Signals::found_visible)
    }

    pub(crate) fn unwatch_page(&self) {
        let old = self.signals.take();
        drop(old);
    }

    /// Runs a future in tasks of its own, never within this call.
    pub(crate) fn spawn(&self, future: impl Future<Output = ()> + 'static) {
        js_sys::futures::spawn_local(future);
    }

    /// Makes a socket of the browser's.
    ///
    /// # Errors
    /// Returns why the browser refuses.
    pub(crate) fn dial(&self, target: &Destination) -> Result<Native, crate::client::values::error::ConnectError> {
        dial::dial(target)
    }
}
