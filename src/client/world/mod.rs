//! A [world](crate::testing) for tests in the browser's place, for one socket. Its names are those of `browser`.

pub(crate) mod connection;
#[cfg(feature = "channels")]
mod fetch;
pub(crate) mod native;
mod signals;

use alloc::rc::Rc;
use alloc::string::String;
use alloc::vec::Vec;
use core::cell::{Cell, RefCell};
use core::future::Future;
use core::time::Duration;

use self::connection::Connection;
use self::native::Native;
use self::signals::Signals;
use crate::client::values::error::ConnectError;
use crate::driver;
use crate::engine::Signal;
use crate::testing::{TimerId, World};

#[cfg(feature = "channels")]
pub(crate) use self::fetch::fetch;

/// True if sockets can be made: a world has been entered.
pub(crate) fn is_available() -> bool {
    World::current().is_some()
}

/// The URL and the subprotocols to dial with.
#[derive(Clone)]
pub(crate) struct Destination {
    url: String,
    protocols: Vec<String>,
}

impl Destination {
    pub(crate) fn new(url: &str, protocols: &[String]) -> Self {
        Self {
            url: url.into(),
            protocols: protocols.into(),
        }
    }

    pub(crate) fn set_url(&mut self, url: &str) {
        self.url = url.into();
    }

    pub(crate) fn set_protocols(&mut self, protocols: &[String]) {
        self.protocols = protocols.into();
    }

    pub(crate) fn resolve(&mut self, native: &Native) {
        self.url = native.url();
    }
}

/// The world's objects of one socket.
pub(crate) struct Browser {
    /// The world that was entered when the socket was made.
    world: Option<World>,
    /// The connection dialled last: its `url`, `protocol` and `bufferedAmount` outlive it.
    pub(crate) connection: RefCell<Option<Rc<Connection>>>,
    timer: Rc<Cell<Option<TimerId>>>,
    signals: RefCell<Option<Signals>>,
}

impl Default for Browser {
    fn default() -> Self {
        Self {
            world: World::current(),
            connection: RefCell::default(),
            timer: Rc::default(),
            signals: RefCell::default(),
        }
    }
}

impl Browser {
    /// Returns the socket of the world dialled last.
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

    #[allow(clippy::cast_precision_loss)] // Exact for 285 years.
    pub(crate) fn now(&self) -> f64 {
        let now = self.world.as_ref().map(World::page_now);
        // By one division: what is rounded twice may be a hair before the time that a timer was set for.
        now.unwrap_or_default().as_micros() as f64 / 1_000.0
    }

    #[allow(clippy::cast_precision_loss)] // Exact for 285,000 years.
    pub(crate) fn wall_time(&self) -> f64 {
        self.world.as_ref().map(World::wall_now).unwrap_or_default() as f64
    }

    #[allow(clippy::cast_precision_loss)] // 53 bits are exact.
    pub(crate) fn random(&self) -> f64 {
        let bits = self.world.as_ref().map(World::random).unwrap_or_default();
        (bits >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Calls a function once, and not that of the timer that was set before.
    pub(crate) fn set_timer(&self, millis: i32, fired: impl FnOnce() + 'static) {
        self.clear_timer();
        let Some(world) = &self.world else { return };
        let timer = Rc::clone(&self.timer);
        let wait = Duration::from_millis(millis.unsigned_abs().into());
        let id = world.set_timeout(wait, move || {
            timer.set(None);
            fired();
        });
        self.timer.set(Some(id));
    }

    pub(crate) fn clear_timer(&self) {
        if let (Some(world), Some(id)) = (&self.world, self.timer.take()) {
            world.clear_timer(id);
        }
    }

    /// Calls `signal` with each signal of the page from now on. Returns the state of the page.
    pub(crate) fn watch_page(&self, signal: impl Fn(Signal) + 'static) -> driver::Page {
        let Some(world) = &self.world else {
            return driver::Page::default();
        };
        let old = self.signals.replace(Some(Signals::listen(world, signal)));
        drop(old);
        let page = world.page();
        driver::Page {
            offline: !page.is_online(),
            hidden: page.is_hidden(),
        }
    }

    /// True once if the page is visible, and no signal has said so.
    pub(crate) fn found_visible(&self) -> bool {
        let signals = self.signals.borrow();
        let found = signals.as_ref().zip(self.world.as_ref());
        found.is_some_and(|(signals, world)| signals.found_visible(world))
    }

    pub(crate) fn unwatch_page(&self) {
        let old = self.signals.take();
        drop(old);
    }

    /// Runs a future between events, never within this call.
    pub(crate) fn spawn(&self, future: impl Future<Output = ()> + 'static) {
        if let Some(world) = &self.world {
            world.spawn(future);
        }
    }

    /// Makes a socket of the world's.
    ///
    /// # Errors
    /// The URL or a subprotocol is invalid.
    pub(crate) fn dial(&self, target: &Destination) -> Result<Native, ConnectError> {
        let protocols: Vec<&str> = target.protocols.iter().map(String::as_str).collect();
        let world = self.world.as_ref().ok_or(ConnectError::NotInBrowser)?;
        let socket = world.socket(&target.url, &protocols);
        socket.map(Native).map_err(|_| ConnectError::Refused)
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        self.clear_timer();
    }
}
