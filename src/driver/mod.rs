//! The one place that touches the browser: it dials, carries payloads past the engine, keeps the clock, and listens to the
//! page. It decides nothing; the [engine](crate::engine) does.
//!
//! Two rules keep it safe. Nothing is borrowed across a call into JavaScript: a listener may call anything of ours. And the
//! application is told of events only from a task of the browser's, never inside a call of its own, as with the browser's
//! class; its own calls merely leave an alarm for now.
//!
//! For the client and for the npm package's bindings alone: its interface may change in any release.
#![allow(missing_debug_implementations)]

mod clock;
mod connection;
mod host;
mod native;
mod outputs;
mod readings;
mod requests;
#[cfg(feature = "client")]
mod signals;
#[cfg(all(test, target_arch = "wasm32"))]
mod tests;

use alloc::rc::{Rc, Weak};
use core::cell::{Cell, RefCell};

use wasm_bindgen::JsValue;

pub use self::host::{Heard, Interest, Page};
pub use self::native::{CloseEvent, Event, Native};

use self::clock::Clock;
use self::connection::Line;
use crate::engine::{self, Config, ConfigError, Engine, Instant, SendError, Signal, Span, Status};

/// One WebSocket that holds: an engine, and the browser's things it is wired to.
pub struct Driver<H: Heard> {
    this: Weak<Self>,
    engine: RefCell<Engine<JsValue>>,
    host: H,
    clock: Clock,
    /// The current connection, or the last one: its `url`, `protocol` and `bufferedAmount` outlive it.
    line: RefCell<Option<Rc<Line>>>,
    /// Whether the application looks at messages even with no request pending.
    inspects: Cell<bool>,
    /// What the host listens for itself, if messages go past us.
    bypass: Cell<Option<Interest>>,
    /// When the host was last told that the alarm rings.
    rings_at: Cell<Option<Instant>>,
    /// Whether the page's signals are of use.
    watched: bool,
    /// Of a host that does not watch the page itself.
    #[cfg(feature = "client")]
    signals: RefCell<Option<signals::Signals>>,
}

/// Why there is no socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// An option is impossible.
    Config(ConfigError),
    /// The browser did not take the URL or a subprotocol; the host knows what it threw.
    Dial,
}

impl<H: Heard + 'static> Driver<H> {
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
            line: RefCell::new(None),
            inspects: Cell::new(false),
            bypass: Cell::new(None),
            rings_at: Cell::new(None),
            watched,
            #[cfg(feature = "client")]
            signals: RefCell::new(None),
        });
        driver.clock.on_alarm(&driver.this);
        if watched {
            let page = driver.watch();
            let now = driver.now();
            for (holds, signal) in [(page.offline, Signal::Offline), (page.hidden, Signal::Hidden)] {
                if holds {
                    driver.engine(|engine| engine.handle_signal(now, signal));
                }
            }
        }
        driver.settle();
        if fixed && driver.native().is_none() {
            return Err(Refused::Dial);
        }
        Ok(driver)
    }

    /// Follows the page's signals. Returns how the page is now.
    fn watch(&self) -> Page {
        let watched = self.host.watch(true);
        #[cfg(feature = "client")]
        if watched.is_none() {
            self.signals.replace(Some(signals::Signals::listen(&self.this)));
            return signals::now();
        }
        watched.unwrap_or_default()
    }

    /// The page has told something of its network or of itself. So many messages in all have gone past us by then.
    pub fn signal(&self, signal: Signal, passed: u64) {
        self.tell_waiting();
        self.look();
        self.signal_in_call(signal, passed);
        self.tell();
    }

    /// The same in a call of the application's, which is told later.
    pub fn signal_in_call(&self, signal: Signal, passed: u64) {
        let now = self.now();
        // Whether the time of a message matters may change.
        self.listen_again();
        self.engine(|engine| {
            engine.handle_passed(passed);
            engine.handle_signal(now, signal);
        });
        self.settle();
    }

    /// A connection that was abandoned has closed.
    pub fn gone(&self) {
        self.tell_waiting();
        let now = self.now();
        self.engine(|engine| engine.handle_gone(now));
        self.tell();
    }

    /// Runs the engine, which is never borrowed while JavaScript runs.
    pub fn engine<R>(&self, run: impl FnOnce(&mut Engine<JsValue>) -> R) -> R {
        run(&mut self.engine.borrow_mut())
    }

    /// Has the engine do something that the application or its host asks for, and carries out what comes of it.
    ///
    /// Before [`Engine::close`], the host has closed the browser's socket, if there is one, with the code and reason that were
    /// given: what the browser throws there is the application's.
    pub fn command<R>(&self, run: impl FnOnce(&mut Engine<JsValue>, Instant) -> R) -> R {
        let now = self.now();
        let answer = self.engine(|engine| run(engine, now));
        self.settle();
        answer
    }

    pub fn now(&self) -> Instant {
        self.catch_up();
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

    /// Sends at once if a connection is open. `Ok(false)`: it is not, and [`Driver::queue`] takes a copy.
    ///
    /// # Errors
    /// Returns what the browser throws: of data that it doesn't take, and without reconnection of a socket that isn't open.
    pub fn send(&self, data: &JsValue) -> Result<bool, JsValue> {
        // The browser may call us while a queue is being sent: that goes first.
        self.carry_out_all();
        let Some(line) = self.line.borrow().clone() else {
            return Ok(false);
        };
        let open = self.can_send_now(&line);
        if !open && self.engine(|engine| engine.reconnects()) {
            return Ok(false);
        }
        self.transmit(&line, data)?;
        if open {
            self.engine(Engine::handle_transmitted);
        }
        self.settle();
        Ok(true)
    }

    /// Whether a message would go out at once; if not, [`Driver::queue`] takes a copy.
    pub fn can_send(&self) -> bool {
        let line = self.line.borrow().clone();
        line.is_some_and(|line| self.can_send_now(&line))
    }

    /// Keeps a message that could not be sent at once. Its payload must be a copy.
    pub fn queue(&self, copy: JsValue, bytes: u64) -> Result<(), SendError> {
        // Most queues have no use for the time.
        let now = if self.engine(|engine| engine.limits_age() || engine.is_parked()) {
            self.now()
        } else {
            Instant::ORIGIN
        };
        self.engine(|engine| engine.send(now, copy, bytes))?;
        self.settle();
        Ok(())
    }

    /// Carries out what the engine asks for. Of events, it leaves word for a task of its own.
    pub fn settle(&self) {
        self.carry_out_all();
        self.arm();
    }

    fn carry_out_all(&self) {
        while let Some(output) = self.engine(Engine::poll_output) {
            self.carry_out(output);
        }
        #[cfg(feature = "client")]
        if let Some(signals) = &*self.signals.borrow() {
            signals.connected(self.engine(|engine| engine.connection()).is_some());
        }
    }

    /// Settles, and tells the application what there is to tell, in a task of the browser's. A listener may cause more, without
    /// end; that has a task of its own.
    fn tell(&self) {
        self.carry_out_all();
        let mut left = self.engine(|engine| engine.untold());
        while left > 0
            && let Some(event) = self.engine(Engine::poll_event)
        {
            left -= 1;
            // The end that the application is asked about is told together with the question.
            let asks = matches!(event, engine::Event::Ask { .. });
            let untold = self.engine(|engine| engine.untold());
            let told = self.tell_event(event);
            if asks {
                left += self.engine(|engine| engine.untold()).saturating_sub(untold);
            }
            self.carry_out_all();
            if !told {
                // The rest has its time after all listeners to this one: `arm` sees to it.
                break;
            }
        }
        self.arm();
    }

    fn wake_up(&self) {
        self.tell_waiting();
        // Before a deadline condemns a line that is on its orderly way out.
        self.look();
        let now = self.now();
        self.engine(|engine| engine.handle_timeout(now));
        self.tell();
    }

    fn arm(&self) {
        let untold = self.engine(|engine| engine.has_events());
        if self
            .bypass
            .get()
            .is_some_and(|interest| untold || interest.replies && !self.awaits_replies())
        {
            // What is untold is told before the next message is.
            self.listen_again();
        }
        let next = self.engine(|engine| {
            if untold {
                Some(Instant::ORIGIN)
            } else if engine.status() == Status::Closed {
                engine.poll_timeout()
            } else {
                // An alarm with nothing to ring for is left to ring: requests, one by one, would set and stop it each time.
                engine.poll_timeout().or(Some(Instant::NEVER))
            }
        });
        self.clock.arm(next);
        let rings_at = self.clock.rings_at();
        if self.rings_at.replace(rings_at) != rings_at {
            let at = rings_at.map_or(f64::NAN, |at| millis(at.since(Instant::ORIGIN)));
            self.host.alarm(at);
        }
    }

    /// The host's own timer rings.
    pub fn ring(&self) {
        self.clock.arm(None);
        self.wake_up();
    }

    /// Returns whether every listener has been called.
    fn tell_event(&self, event: engine::Event<JsValue>) -> bool {
        use engine::Event;
        match event {
            Event::Admit(connection) => self.host.admit(connection),
            // Without an admission it is told where the browser's own event is at hand: see `connection`.
            Event::Open(_) if self.engine(|engine| engine.admits()) => self.host.admitted(),
            Event::Open(_) => {}
            Event::Error => self.host.error(None),
            Event::Ask {
                id,
                close,
                attempt,
                cause,
                would_reconnect,
                ..
            } => {
                let go_on = self.host.should_reconnect(close, cause, attempt, would_reconnect);
                let now = self.now();
                self.engine(|engine| engine.handle_decision(now, id, go_on));
            }
            Event::Close {
                close,
                cause,
                will_reconnect,
                unsent,
                ..
            } => {
                for payload in unsent {
                    self.host.unsent(payload);
                }
                return self.host.close(close, cause, will_reconnect);
            }
            Event::Expired(payloads) => {
                for payload in payloads {
                    self.host.unsent(payload);
                }
                self.host.expired();
            }
            Event::Reconnecting { attempt, delay, cause } => self.host.reconnecting(attempt, delay, cause),
            Event::Failed { id, failure, sent } => self.host.failed(id, failure, sent),
            Event::Drain => self.host.drain(),
            Event::Status(status) => self.host.status(status),
        }
        true
    }
}

impl<H: Heard> Drop for Driver<H> {
    fn drop(&mut self) {
        if self.watched {
            self.host.watch(false);
        }
        // The line takes off the other three.
        if let Some(line) = self.line.take() {
            self.host.hear(&line.native, &JsValue::NULL);
        }
    }
}

/// Milliseconds as JavaScript has them.
#[allow(clippy::cast_precision_loss)] // Exact for 285 years.
#[must_use]
pub fn millis(span: Span) -> f64 {
    span.as_micros() as f64 / 1000.0
}

/// Milliseconds from JavaScript; nonsense saturates to nothing or for ever.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // `as` saturates, and NaN is zero.
#[must_use]
pub fn span(millis: f64) -> Span {
    Span::from_micros((millis * 1000.0) as u64)
}
