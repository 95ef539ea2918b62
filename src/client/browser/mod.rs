//! The browser's objects that one socket uses: its native socket, its timer, the page's events, the clocks.

pub(crate) mod clock;
pub(crate) mod connection;
pub(crate) mod native;
pub(crate) mod signals;

use alloc::rc::Rc;
use core::cell::RefCell;

use gloo_timers::callback::Timeout;

use self::connection::Connection;
use self::native::Native;
use self::signals::Signals;

/// The browser's objects of one socket.
#[derive(Default)]
pub(crate) struct Browser {
    /// The connection dialled last: its `url`, `protocol` and `bufferedAmount` outlive it.
    pub(crate) connection: RefCell<Option<Rc<Connection>>>,
    /// The one timer, which clears itself when it is dropped.
    pub(crate) timer: RefCell<Option<Timeout>>,
    /// While the page's events are listened to.
    pub(crate) signals: RefCell<Option<Signals>>,
}

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
}
