//! The driver: its state, its start and its end.

use alloc::rc::{Rc, Weak};
use core::cell::{Cell, RefCell};

use wasm_bindgen::JsValue;

use super::alarm::Alarm;
use super::clock::{self, Clock};
use super::connection::Connection;
use super::host::{BypassMode, Host};
use super::native::Native;
#[cfg(feature = "client")]
use super::signals::Signals;
use crate::engine::{Config, ConfigError, Engine, Instant, Signal};

/// One WebSocket that reconnects: an engine, and the browser's objects that it is connected to.
pub struct Driver<H: Host> {
    pub(super) this: Weak<Self>,
    engine: RefCell<Engine<JsValue>>,
    pub(super) host: H,
    pub(super) clock: Clock,
    pub(super) alarm: Alarm<H::Timeout>,
    /// The current connection, or the last one: its `url`, `protocol` and `bufferedAmount` outlive it.
    pub(super) line: RefCell<Option<Rc<Connection>>>,
    /// True if the application examines messages even with no request pending.
    pub(super) inspects: Cell<bool>,
    /// The aspects that the host examines while messages bypass the driver.
    pub(super) bypass: Cell<Option<BypassMode>>,
    /// When the host was last told that the alarm rings.
    pub(super) rings_at: Cell<Option<Instant>>,
    /// True if the page's signals are subscribed to.
    pub(super) watched: bool,
    /// Of a host that does not watch the page itself.
    #[cfg(feature = "client")]
    pub(super) signals: RefCell<Option<Signals>>,
}

/// The reason why no socket was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// An option is invalid.
    Config(ConfigError),
    /// The browser did not take the URL or a subprotocol; the host knows what it threw.
    Dial,
}

impl<H: Host + 'static> Driver<H> {
    /// Starts the first attempt.
    ///
    /// # Errors
    /// [`Refused`], for the constructor to throw.
    pub fn start(host: H, config: Config) -> Result<Rc<Self>, Refused> {
        let watched = config.reconnect.is_some() || config.heartbeat.is_some();
        let fixed = !config.resolves;
        let clock = Clock::new();
        let engine = Engine::new(clock.now(), config, clock::seed()).map_err(Refused::Config)?;
        let driver = Rc::new_cyclic(|this: &Weak<Self>| Self {
            this: this.clone(),
            engine: RefCell::new(engine),
            host,
            clock,
            alarm: Alarm::new({
                let this = this.clone();
                move || {
                    if let Some(driver) = this.upgrade() {
                        driver.alarm.rang();
                        driver.on_alarm();
                    }
                }
            }),
            line: RefCell::new(None),
            inspects: Cell::new(false),
            bypass: Cell::new(None),
            rings_at: Cell::new(None),
            watched,
            #[cfg(feature = "client")]
            signals: RefCell::new(None),
        });
        if watched {
            let page = driver.watch();
            let now = driver.now();
            for (holds, signal) in [(page.offline, Signal::Offline), (page.hidden, Signal::Hidden)] {
                if holds {
                    driver.engine(|engine| engine.handle_signal(now, signal));
                }
            }
        }
        driver.drain_outputs();
        if fixed && driver.native().is_none() {
            return Err(Refused::Dial);
        }
        Ok(driver)
    }

    /// Runs the engine, which is never borrowed while JavaScript runs.
    pub fn engine<R>(&self, run: impl FnOnce(&mut Engine<JsValue>) -> R) -> R {
        run(&mut self.engine.borrow_mut())
    }

    /// Runs a command of the application or its host on the engine, and executes the resulting outputs.
    ///
    /// Before [`Engine::close`], the host has closed the browser's socket, if there is one, with the code and reason that were
    /// given: what the browser throws there is the application's.
    pub fn command<R>(&self, run: impl FnOnce(&mut Engine<JsValue>, Instant) -> R) -> R {
        let now = self.now();
        let answer = self.engine(|engine| run(engine, now));
        self.drain_outputs();
        answer
    }

    /// Returns the current time. Before that, it reports direct messages and a jump of the wall clock to the engine.
    pub fn now(&self) -> Instant {
        self.sync_activity();
        let now = self.clock.now();
        if self.clock.take_jump() {
            self.engine(|engine| engine.handle_signal(now, Signal::Jump));
        }
        now
    }

    /// A point on the engine's clock as `Date.now()` would have it.
    pub fn to_epoch(&self, at: Instant) -> f64 {
        self.clock.to_epoch(at)
    }

    /// The native socket of the current connection, or of the last one.
    pub fn native(&self) -> Option<Native> {
        self.line.borrow().as_ref().map(|line| line.native.clone())
    }
}

impl<H: Host> Drop for Driver<H> {
    fn drop(&mut self) {
        if self.watched {
            self.host.watch(false);
        }
        // The line takes off the other three.
        if let Some(line) = self.line.take() {
            self.host.set_message_listener(&line.native, &JsValue::NULL);
        }
    }
}
