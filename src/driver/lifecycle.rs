//! The [`Driver`]: its state, its start, its end, and the one way to call the engine.

use alloc::boxed::Box;
use core::cell::Cell;

use super::alarm::Alarm;
use super::clock::{self, Clock};
use super::host::{BypassMode, Host};
use crate::engine::{Config, ConfigError, ConnectionId, Engine, Instant, Signal};

/// One WebSocket that reconnects: an engine, and the platform that it is connected to.
pub struct Driver<H: Host> {
    /// Taken out while it runs.
    engine: Cell<Option<Box<Engine<H::Payload>>>>,
    pub(super) host: H,
    pub(super) clock: Clock,
    pub(super) alarm: Alarm,
    /// The connection dialled last, which the platform's socket belongs to; `None` once that is abandoned.
    pub(super) dialled: Cell<Option<ConnectionId>>,
    /// True while the platform makes a socket.
    pub(super) dialling: Cell<bool>,
    /// True if the application examines messages even with no request pending.
    pub(super) inspects: Cell<bool>,
    /// The aspects that the host examines while messages bypass the driver.
    pub(super) bypass: Cell<Option<BypassMode>>,
    /// True if the page's signals matter.
    watches: bool,
    /// True if the first attempt dials within [`Driver::start`]: the URL needs no function of the application's, and it isn't lazy.
    dials_at_once: bool,
}

impl<H: Host> Driver<H> {
    /// A driver that [`Driver::start`] starts.
    ///
    /// # Errors
    /// An invalid option.
    pub fn new(host: H, config: Config) -> Result<Self, ConfigError> {
        let clock = Clock::new(&host);
        let watches = config.reconnect.is_some() || config.heartbeat.is_some();
        let dials_at_once = !config.resolves && !config.lazy;
        let engine = Engine::new(clock.now(&host), config, clock::seed(&host))?;
        Ok(Self {
            engine: Cell::new(Some(Box::new(engine))),
            host,
            clock,
            alarm: Alarm::new(),
            dialled: Cell::new(None),
            dialling: Cell::new(false),
            inspects: Cell::new(false),
            bypass: Cell::new(None),
            watches,
            dials_at_once,
        })
    }

    /// Starts the first attempt, unless it is lazy. Returns false if the platform refused to dial. Then the constructor fails, and the driver must be
    /// dropped.
    pub fn start(&self) -> bool {
        if self.watches {
            let page = self.host.watch_page(true);
            let now = self.now();
            for (holds, signal) in [(page.offline, Signal::Offline), (page.hidden, Signal::Hidden)] {
                if holds {
                    self.engine(|engine| engine.handle_signal(now, signal));
                }
            }
        }
        self.drain_outputs();
        !self.dials_at_once || self.host.ready_state().is_some()
    }

    /// Returns the host.
    pub const fn host(&self) -> &H {
        &self.host
    }

    /// Runs the engine, and nothing else: `run` must not call the platform, the host or the driver.
    ///
    /// # Panics
    /// If `run` calls the driver, which then has no engine.
    pub fn engine<R>(&self, run: impl FnOnce(&mut Engine<H::Payload>) -> R) -> R {
        let mut engine = self.take_engine();
        let answer = run(&mut engine);
        // Its place is empty, so nothing is dropped.
        core::mem::forget(self.engine.replace(Some(engine)));
        answer
    }

    /// Takes the engine out of its cell. With a `RefCell` the 50 calls of `engine` were 400 bytes more of the compressed wasm; without a
    /// function for this, 50.
    #[inline(never)]
    fn take_engine(&self) -> Box<Engine<H::Payload>> {
        let Some(engine) = self.engine.take() else {
            unreachable!("the engine calls nobody");
        };
        engine
    }

    /// Runs a command of the application or its host on the engine, and executes the resulting outputs.
    ///
    /// Before [`Engine::close`], the host has closed the browser's socket, if there is one, with the code and reason that were
    /// given: what the browser throws there is the application's.
    pub fn command<R>(&self, run: impl FnOnce(&mut Engine<H::Payload>, Instant) -> R) -> R {
        let now = self.now();
        let answer = self.engine(|engine| run(engine, now));
        self.drain_outputs();
        answer
    }

    /// Returns the current time. Before that, it reports direct messages and a jump of the wall clock to the engine.
    pub fn now(&self) -> Instant {
        self.sync_activity();
        let now = self.read_clock();
        if self.clock.take_jump() {
            self.engine(|engine| engine.handle_signal(now, Signal::Jump));
        }
        now
    }

    pub(super) fn read_clock(&self) -> Instant {
        self.clock.now(&self.host)
    }

    /// Returns a point on the engine's clock as milliseconds since the Unix epoch.
    pub fn to_epoch(&self, at: Instant) -> f64 {
        self.clock.to_epoch(&self.host, at)
    }
}

impl<H: Host> Drop for Driver<H> {
    fn drop(&mut self) {
        self.alarm.disarm(&self.host);
        if self.watches {
            self.host.watch_page(false);
        }
        if self.dialled.get().is_some() {
            self.host.abandon();
        }
    }
}
