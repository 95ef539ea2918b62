//! The world: its time, and what it calls when something happens.

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::rc::Rc;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::cell::{Cell, RefCell};
use core::fmt;
use core::time::Duration;

use super::executor::Executor;
use super::handlers::{Ends, Handler, Listeners, Timer, handler};
use super::model::{Browser, Entry, Instant, Machine, PageEvent, ServerId, SocketId, TimerId};

/// A world for tests: see the [module](super). Clones are handles of the same world.
#[derive(Clone)]
pub struct World(pub(super) Rc<Inner>);

pub(super) struct Inner {
    pub(super) machine: RefCell<Machine>,
    pub(super) accepts: RefCell<BTreeMap<ServerId, Handler<(World, SocketId)>>>,
    pub(super) ends: RefCell<BTreeMap<SocketId, Ends>>,
    pub(super) sockets: RefCell<BTreeMap<SocketId, Listeners>>,
    pub(super) timers: RefCell<BTreeMap<TimerId, Timer>>,
    pub(super) ticks: RefCell<BTreeMap<u32, (Duration, Timer)>>,
    pub(super) page: RefCell<Vec<Handler<PageEvent>>>,
    pub(super) executor: Executor,
    running: Cell<bool>,
}

/// The time was up before a condition held.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Elapsed {
    /// The time that was given.
    pub within: Duration,
    /// The last lines of the world's log.
    pub last: Vec<Entry>,
}

impl fmt::Display for Elapsed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "it didn't hold within {:?}; the last that happened:", self.within)?;
        self.last.iter().try_for_each(|entry| write!(f, "\n{entry}"))
    }
}

impl core::error::Error for Elapsed {}

/// So many lines of the log are shown when a time is up.
const SHOWN: usize = 20;

impl World {
    /// A world at the beginning of its time: a visible page, a network that takes 10 ms each way, and no servers. All its chance comes
    /// from `seed`.
    #[must_use]
    pub fn new(browser: Browser, seed: u64) -> Self {
        Self(Rc::new(Inner {
            machine: RefCell::new(Machine::new(browser, seed)),
            accepts: RefCell::default(),
            ends: RefCell::default(),
            sockets: RefCell::default(),
            timers: RefCell::default(),
            ticks: RefCell::default(),
            page: RefCell::default(),
            executor: Executor::default(),
            running: Cell::new(false),
        }))
    }

    /// Runs something on the machine, which is never borrowed while a function of the test's runs.
    pub(super) fn machine<R>(&self, run: impl FnOnce(&mut Machine) -> R) -> R {
        run(&mut self.0.machine.borrow_mut())
    }

    /// Returns the browser.
    #[must_use]
    pub fn browser(&self) -> Browser {
        self.machine(|machine| machine.browser())
    }

    /// Returns the seed.
    #[must_use]
    pub fn seed(&self) -> u64 {
        self.machine(|machine| machine.seed())
    }

    /// Returns the virtual time since the world began.
    #[must_use]
    pub fn now(&self) -> Duration {
        self.machine(|machine| machine.now())
            .saturating_since(Instant::ORIGIN)
            .into()
    }

    /// Returns `performance.now()` of the page, which in some browsers stands still while the machine sleeps.
    #[must_use]
    pub fn page_now(&self) -> Duration {
        self.machine(|machine| machine.page_now())
            .saturating_since(Instant::ORIGIN)
            .into()
    }

    /// Returns `Date.now()` of the page, in milliseconds since 1970. A world begins with the year 2030.
    #[must_use]
    pub fn wall_now(&self) -> i64 {
        self.machine(|machine| machine.wall_now())
    }

    /// Returns 64 random bits, from the seed.
    #[must_use]
    pub fn random(&self) -> u64 {
        self.machine(Machine::random)
    }

    /// Calls a function of the page once, after `delay`: `setTimeout`, throttled as the page is.
    pub fn set_timeout(&self, delay: Duration, run: impl FnOnce() + 'static) -> TimerId {
        let mut run = Some(run);
        self.set_timer(delay, false, move || {
            if let Some(run) = run.take() {
                run();
            }
        })
    }

    /// Calls a function of the page over and over: `setInterval`.
    pub fn set_interval(&self, delay: Duration, run: impl FnMut() + 'static) -> TimerId {
        self.set_timer(delay, true, run)
    }

    fn set_timer(&self, delay: Duration, repeats: bool, mut run: impl FnMut() + 'static) -> TimerId {
        let millis = i32::try_from(delay.as_millis()).unwrap_or(i32::MAX);
        let id = self.machine(|machine| machine.set_timer(millis, repeats));
        let run = handler(move |()| run());
        self.0.timers.borrow_mut().insert(id, Timer { run, repeats });
        id
    }

    /// Clears a timer: `clearTimeout` and `clearInterval`.
    pub fn clear_timer(&self, id: TimerId) {
        self.machine(|machine| machine.clear_timer(id));
        let timer = self.0.timers.borrow_mut().remove(&id);
        drop(timer);
    }

    /// Lets so much time pass, and everything happen that is due by then, in order. Within a callback it does nothing.
    pub fn advance(&self, time: Duration) {
        let until = self.machine(|machine| machine.now()).saturating_add(time.into());
        while self.step(until) {}
    }

    /// Lets everything happen that is due now. No time passes.
    pub fn settle(&self) {
        self.advance(Duration::ZERO);
    }

    /// Lets time pass until a condition holds, which is checked after each event.
    ///
    /// # Errors
    /// It doesn't hold within the time given.
    pub fn until(&self, mut holds: impl FnMut() -> bool, within: Duration) -> Result<(), Elapsed> {
        let until = self.machine(|machine| machine.now()).saturating_add(within.into());
        loop {
            if holds() {
                return Ok(());
            }
            if !self.step(until) {
                if holds() {
                    return Ok(());
                }
                return Err(self.elapsed(within));
            }
        }
    }

    /// The error of a time that is up, with the end of the log.
    pub(super) fn elapsed(&self, within: Duration) -> Elapsed {
        let log = self.log();
        let last = log.get(log.len().saturating_sub(SHOWN)..).unwrap_or_default().to_vec();
        Elapsed { within, last }
    }

    /// Returns everything that has happened, in order.
    #[must_use]
    pub fn log(&self) -> Vec<Entry> {
        self.machine(|machine| machine.log().to_vec())
    }

    /// Returns the log as text: a line for each entry, with its time.
    #[must_use]
    pub fn transcript(&self) -> String {
        self.machine(|machine| {
            let mut text = String::new();
            for entry in machine.log() {
                text += &entry.to_string();
                text.push('\n');
            }
            text
        })
    }

    /// Adds a line of the test's own to the log.
    pub fn write(&self, text: &str) {
        self.machine(|machine| machine.write(text));
    }

    /// Returns what the page has left behind, a line each: sockets that are not closed, timers, and futures that are not done. A test that
    /// ends with `assert_eq!(world.leaks(), [""; 0])` names what its application forgot.
    #[must_use]
    pub fn leaks(&self) -> Vec<String> {
        let (sockets, timers) = self.machine(|machine| {
            let open = machine.open_sockets().into_iter();
            let name = |id| {
                machine
                    .address(id)
                    .map(|address| format!("{id} to {address} is not closed"))
            };
            (open.filter_map(name).collect::<Vec<_>>(), machine.timers())
        });
        let counts = [
            (timers, "timers are set"),
            (self.0.executor.len(), "futures are not done"),
        ];
        let counts = counts.iter().filter(|(count, _)| *count > 0);
        let counts = counts.map(|(count, what)| format!("{count} {what}"));
        sockets.into_iter().chain(counts).collect()
    }

    /// Lets one thing happen that is due by then. Returns false if there is nothing.
    fn step(&self, until: Instant) -> bool {
        if self.0.running.replace(true) {
            return false;
        }
        let _entered = self.enter();
        self.run_futures();
        let (step, gone) = self.machine(|machine| (machine.next(until), machine.is_gone()));
        if gone {
            // Timers, futures and listeners of a page that was unloaded went with it.
            self.forget_page();
        }
        let happened = step.is_some();
        if let Some(step) = step {
            self.carry_out(step);
            self.run_futures();
        }
        self.0.running.set(false);
        happened
    }

    fn run_futures(&self) {
        self.0.executor.run();
    }
}

impl fmt::Debug for World {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (browser, seed) = (self.browser(), self.seed());
        f.debug_struct("World")
            .field("browser", &browser)
            .field("seed", &seed)
            .field("now", &self.now())
            .finish_non_exhaustive()
    }
}
