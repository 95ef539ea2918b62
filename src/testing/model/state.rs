//! The state of a world, its log, its chance and its timers.

use alloc::collections::VecDeque;
use alloc::vec::Vec;
use core::fmt;

use super::admission::Admission;
use super::agenda::Agenda;
use super::browser::Browser;
use super::browser::Habits;
use super::happening::Happening;
use super::ids::TimerId;
use super::log::Entry;
use super::log::Log;
use super::network::Network;
use super::page::Page;
use super::random::Random;
use super::servers::Server;
use super::sockets::Sockets;
use super::step::Step;
use super::time::{Instant, Span};
use super::timers::Timers;

/// A world. A caller acts on it, calls [`Machine::next`] for what happens next, and carries that out.
#[derive(Debug)]
pub struct Machine {
    pub(super) seed: u64,
    pub(super) browser: Browser,
    pub(super) habits: Habits,
    pub(super) now: Instant,
    /// The wall clock was set ahead by so many milliseconds.
    pub(super) wall_ahead: i64,
    pub(super) chance: Random,
    pub(super) agenda: Agenda<Happening>,
    pub(super) page: Page,
    pub(super) timers: Timers,
    pub(super) network: Network,
    pub(super) admission: Admission,
    pub(super) servers: Vec<Server>,
    pub(super) sockets: Sockets,
    /// Counts tasks: what one task does is seen together.
    pub(super) task: u64,
    /// Steps at this time.
    pub(super) steps_now: u32,
    /// The events that servers are to be told.
    pub(super) told: VecDeque<Step>,
    pub(super) server_timers: u32,
    pub(super) log: Log,
}

impl Machine {
    /// A world at the beginning of its time: a visible page in `browser`, a network that is well, and no servers.
    #[must_use]
    pub fn new(browser: Browser, seed: u64) -> Self {
        Self {
            seed,
            browser,
            habits: browser.habits(),
            now: Instant::ORIGIN,
            wall_ahead: 0,
            chance: Random::new(seed),
            agenda: Agenda::new(),
            page: Page::new(),
            timers: Timers::new(),
            network: Network::new(),
            admission: Admission::default(),
            servers: Vec::new(),
            sockets: Sockets::default(),
            task: 0,
            steps_now: 0,
            told: VecDeque::new(),
            server_timers: 0,
            log: Log::default(),
        }
    }

    /// Returns the browser.
    #[must_use]
    pub const fn browser(&self) -> Browser {
        self.browser
    }

    /// Returns the seed.
    #[must_use]
    pub const fn seed(&self) -> u64 {
        self.seed
    }

    /// Returns 64 bits by chance: for `Math.random()`, and for seeds of what runs in the world.
    pub fn random(&mut self) -> u64 {
        self.chance.bits()
    }

    /// Returns everything that has happened, in order.
    #[must_use]
    pub fn log(&self) -> &[Entry] {
        &self.log.entries
    }

    /// Adds a line of the caller's own to the log.
    pub fn write(&mut self, text: &str) {
        self.note(format_args!("{text}"));
    }

    pub(super) fn note(&mut self, text: fmt::Arguments<'_>) {
        self.log.note(self.now, text);
    }

    /// Sets a timer of the page, as `setTimeout` and `setInterval` do.
    pub fn set_timer(&mut self, millis: i32, repeats: bool) -> TimerId {
        let now = self.page_time(self.now);
        self.timers.set(now, millis, repeats)
    }

    /// Sets a timer of a worker of the page, which isn't throttled when the page is hidden. Its [`Step::Timer`] is a task of the page's:
    /// the worker's message.
    pub fn set_worker_timer(&mut self, millis: i32) -> TimerId {
        let now = self.page_time(self.now);
        self.timers.set_worker(now, millis)
    }

    /// Clears a timer, as `clearTimeout` and `clearInterval` do.
    pub fn clear_timer(&mut self, id: TimerId) {
        self.timers.clear(id);
    }

    /// Clears all timers of the page.
    pub fn clear_timers(&mut self) {
        self.timers.clear_all();
    }

    /// Sets a timer of a server: [`Step::Tick`] with this number, once. It knows nothing of pages.
    pub fn set_server_timer(&mut self, after: Span) -> u32 {
        self.server_timers += 1;
        let number = self.server_timers;
        self.agenda
            .plan(self.now.saturating_add(after), Happening::Tick(number));
        number
    }

    /// Returns the number of timers that are set.
    #[must_use]
    pub fn timers(&self) -> usize {
        self.timers.len()
    }
}
