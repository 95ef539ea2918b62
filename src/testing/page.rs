//! The page that the application runs in.

use core::fmt;
use core::time::Duration;

use super::handlers::handler;
use super::model::{Machine, PageEvent, Throttle};
use super::world::World;

/// The page that the application runs in.
#[derive(Clone)]
pub struct Page(pub(super) World);

impl Page {
    /// Adds a function that the page's events call.
    pub fn on_event(&self, run: impl FnMut(PageEvent) + 'static) {
        self.0.0.page.borrow_mut().push(handler(run));
    }

    /// True if the page is hidden.
    #[must_use]
    pub fn is_hidden(&self) -> bool {
        self.0.machine(|machine| machine.is_hidden())
    }

    /// True if the browser believes that there is a network.
    #[must_use]
    pub fn is_online(&self) -> bool {
        self.0.machine(|machine| machine.is_online())
    }

    /// True if the page has crashed, or was left and is not in the back/forward cache. Nothing happens in it any more.
    #[must_use]
    pub fn is_gone(&self) -> bool {
        self.0.machine(|machine| machine.is_gone())
    }

    /// True if a task of the page may run: it is not frozen, asleep, busy, in the back/forward cache, or gone.
    #[must_use]
    pub fn is_running(&self) -> bool {
        self.0.machine(|machine| machine.is_running())
    }

    /// Hides the page. Its timers are throttled to one a second; in Chromium, after five minutes, chained ones to one a minute.
    pub fn hide(&self) {
        self.0.machine(Machine::hide);
    }

    /// Shows the page. One that is frozen is resumed first.
    pub fn show(&self) {
        self.0.machine(Machine::show);
    }

    /// Throttles the page's timers, in place of what the browser does. `None` leaves it to the browser.
    pub fn throttle(&self, throttle: impl Into<Option<Throttle>>) {
        let throttle = throttle.into();
        self.0.machine(|machine| machine.set_throttle(throttle));
    }

    /// Hides the page and freezes it: nothing in it runs, while the network goes on.
    pub fn freeze(&self) {
        self.0.machine(Machine::freeze);
    }

    /// Resumes a frozen page, which stays hidden. What happened meanwhile is dispatched now.
    pub fn resume(&self) {
        self.0.machine(Machine::resume);
    }

    /// The machine sleeps for so long from now on. Nothing in the page runs, and nothing comes or goes. The page's clock stands still
    /// meanwhile, as on Linux and macOS; the wall clock doesn't.
    pub fn sleep(&self, time: Duration) {
        self.0.machine(|machine| machine.sleep(time.into()));
    }

    /// Wakes the machine before its time.
    pub fn wake(&self) {
        self.0.machine(Machine::wake);
    }

    /// A task of the page takes so long: timers and events wait.
    pub fn block(&self, time: Duration) {
        self.0.machine(|machine| machine.block(time.into()));
    }

    /// Sets the wall clock forward, or back.
    pub fn set_clock(&self, ahead_by_millis: i64) {
        self.0.machine(|machine| machine.set_wall_clock(ahead_by_millis));
    }

    /// Leaves to chance which of the due tasks is next. Timers, the network and the page's events keep their own order.
    pub fn any_order(&self, any: bool) {
        self.0.machine(|machine| machine.set_any_order(any));
    }

    /// The user goes to another page, which takes so long to load. Then this one enters the back/forward cache, unless the browser
    /// discards it. Firefox ends the page's connections as soon as the other is loading.
    pub fn leave(&self, loading: Duration) {
        self.0.machine(|machine| machine.leave(loading.into()));
    }

    /// The user goes back, or stops the other page's loading. Returns true if this page is shown again.
    pub fn back(&self) -> bool {
        self.0.machine(Machine::back)
    }

    /// The page crashes: its connections end without a close frame, its timers and functions are gone.
    pub fn crash(&self) {
        self.0.machine(Machine::crash);
        self.0.forget_page();
    }

    /// Loads the page anew: start the application again after this.
    pub fn load(&self) {
        self.crash();
        self.0.machine(Machine::load);
    }
}

impl fmt::Debug for Page {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Page")
            .field("hidden", &self.is_hidden())
            .field("gone", &self.is_gone())
            .finish_non_exhaustive()
    }
}
