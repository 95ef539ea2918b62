//! The page's life: hidden, frozen, asleep, in the back/forward cache, left, crashed.

use alloc::string::String;
use alloc::vec::Vec;

use super::browser::Cached;
use super::happening::Happening;
use super::ids::SocketId;
use super::page::{Life, Page, Task};
use super::socket::{Packet, Socket};
use super::state::Machine;
use super::step::{Closed, PageEvent};
use super::time::Span;
use super::timers::Throttle;
use crate::engine::ReadyState;

impl Machine {
    /// True if `document.hidden`.
    #[must_use]
    pub const fn is_hidden(&self) -> bool {
        self.page.hidden
    }

    /// True if the page has crashed, was left, or was discarded: nothing happens in it any more.
    #[must_use]
    pub const fn is_gone(&self) -> bool {
        matches!(self.page.life, Life::Gone)
    }

    /// True if a task of the page may run.
    #[must_use]
    pub fn is_running(&self) -> bool {
        self.page.runs(self.now)
    }

    /// Hides the page. Its timers are throttled from now on.
    pub fn hide(&mut self) {
        if !self.page.hidden {
            self.note(format_args!("page is hidden"));
            self.page.hidden = true;
            self.page.hidden_since = self.page_time(self.now);
            self.page.queue(Task::Event(PageEvent::Hidden));
        }
    }

    /// Shows the page. One that is frozen is resumed first.
    pub fn show(&mut self) {
        self.resume();
        if self.page.hidden && self.page.life != Life::Cached {
            self.note(format_args!("page is visible"));
            self.page.hidden = false;
            self.page.queue(Task::Event(PageEvent::Visible));
        }
    }

    /// Throttles the page's timers, in place of what the browser does; `None` leaves it to the browser.
    pub fn set_throttle(&mut self, throttle: Option<Throttle>) {
        self.note(format_args!("page's timers are throttled: {throttle:?}"));
        self.page.throttle = throttle;
    }

    /// Freezes the page, and hides it before: no task of it runs, while the network goes on.
    pub fn freeze(&mut self) {
        self.hide();
        if self.page.life == Life::Running {
            self.note(format_args!("page is frozen"));
            self.page.queue(Task::Event(PageEvent::Freeze));
            self.page.queue(Task::Froze);
        }
    }

    /// Resumes a frozen page. The event comes before all that has waited.
    pub fn resume(&mut self) {
        let freezes = |task: &Task| matches!(task, Task::Froze | Task::Event(PageEvent::Freeze));
        self.page.tasks.retain(|task| !freezes(task));
        if self.page.life == Life::Frozen {
            self.note(format_args!("page is resumed"));
            self.page.life = Life::Running;
            self.page.tasks.push_front(Task::Event(PageEvent::Resume));
        }
    }

    /// The machine sleeps for so long from now on: nothing in the page runs, nothing comes or goes on the network.
    pub fn sleep(&mut self, long: Span) {
        if self.page.asleep_since.is_none() {
            self.note(format_args!("page's machine sleeps for {} ms", long.as_millis()));
            self.page.asleep_since = Some(self.now);
            self.page.wakes_at = self.now.saturating_add(long);
            self.agenda.plan(self.page.wakes_at, Happening::Wake);
            self.apply_holds();
        }
    }

    pub(super) fn wake_is_due(&mut self) {
        if self.page.wakes_at <= self.now {
            self.wake();
        }
    }

    /// Wakes the machine.
    pub fn wake(&mut self) {
        if let Some(since) = self.page.asleep_since.take() {
            self.note(format_args!("page's machine wakes"));
            self.wake_clock(self.now.saturating_since(since));
            self.apply_holds();
            for happening in core::mem::take(&mut self.page.deferred) {
                self.agenda.plan(self.now, happening);
            }
        }
    }

    /// A task of the page takes so long: timers and events wait.
    pub fn block(&mut self, long: Span) {
        let until = self.now.saturating_add(long);
        self.note(format_args!("page is busy for {} ms", long.as_millis()));
        self.page.busy_until = self.page.busy_until.max(until);
        self.agenda.plan(until, Happening::Idle);
    }

    /// Leaves which source's task is next to chance. Tasks of one source keep their order.
    pub fn set_any_order(&mut self, any: bool) {
        self.page.any_order = any;
    }

    /// The user goes to another page, which takes so long to load. Then this one enters the back/forward cache, or is discarded: see
    /// [`Machine::back`].
    pub fn leave(&mut self, loading: Span) {
        let leaves = |task: &Task| matches!(task, Task::Cached | Task::Unload);
        let left = matches!(self.page.life, Life::Cached | Life::Gone) || self.page.tasks.iter().any(leaves);
        if left || self.page.leaving.is_some() {
            return;
        }
        self.note(format_args!("page is about to be left"));
        let at = self.now.saturating_add(loading);
        let discards = self.habits.cached == Cached::Discards && !self.open_sockets().is_empty();
        self.page.leaving = Some((at, discards));
        self.page.queue(Task::Event(PageEvent::BeforeUnload));
        self.page.queue(Task::Navigate);
        self.agenda.plan(at, Happening::Left);
    }

    /// Another page begins to load: Firefox ends the connections of this one, which may still hear of it.
    pub(super) fn navigate(&mut self) {
        if self.habits.ends_at_navigation {
            for id in self.open_sockets() {
                let established = self.close_in_leaving(id);
                let closed = Closed {
                    code: 1001,
                    reason: String::new(),
                    clean: true,
                };
                let closed = if established { closed } else { Closed::lost() };
                self.disconnect(id, closed, false);
            }
        }
    }

    /// Another page has loaded, unless the user has gone back before.
    pub(super) fn left(&mut self) {
        let now = self.now;
        let Some((_, discards)) = self.page.leaving.take_if(|(at, _)| *at <= now) else {
            return;
        };
        self.note(format_args!("page is left"));
        let persisted = !discards;
        self.page.queue(Task::Event(PageEvent::PageHide { persisted }));
        self.page.hidden_since = self.page_time(self.now);
        if !self.page.hidden {
            self.page.hidden = true;
            self.page.queue(Task::Event(PageEvent::Hidden));
        }
        self.page.queue(if discards { Task::Unload } else { Task::Cached });
    }

    pub(super) fn enter_cache(&mut self) {
        self.note(format_args!("page is in the back/forward cache"));
        self.page.life = Life::Cached;
        for id in self.open_sockets() {
            self.disconnect(id, Closed::lost(), true);
        }
    }

    /// The user goes back, or stops the other page's loading. Returns true if this page is shown again.
    pub fn back(&mut self) -> bool {
        if self.page.leaving.take().is_some() {
            self.note(format_args!("page stays"));
            return true;
        }
        let events = [PageEvent::Visible, PageEvent::PageShow].map(Task::Event);
        let leaving = self.page.tasks.iter().position(|task| *task == Task::Cached);
        if let Some(index) = leaving {
            // It hadn't got round to leaving.
            self.page.tasks.remove(index);
            self.page.tasks.extend(events);
        } else if self.page.life == Life::Cached {
            // Before all that has waited.
            events
                .into_iter()
                .rev()
                .for_each(|event| self.page.tasks.push_front(event));
        } else {
            return false;
        }
        self.note(format_args!("page is back"));
        if self.page.life == Life::Cached {
            self.page.life = Life::Running;
        }
        self.page.hidden = false;
        true
    }

    /// The page is unloaded: its sockets are closed with 1001, and nothing in it runs any more.
    pub(super) fn unload(&mut self) {
        self.note(format_args!("page is unloaded"));
        for id in self.open_sockets() {
            self.close_in_leaving(id);
            self.disconnect(id, Closed::lost(), false);
        }
        self.end_page();
    }

    /// The page crashes: its connections end without a close frame, and nothing in it runs any more.
    pub fn crash(&mut self) {
        if !self.is_gone() {
            self.note(format_args!("page crashes"));
            for id in self.open_sockets() {
                self.disconnect(id, Closed::lost(), true);
            }
            self.end_page();
        }
    }

    /// Loads the page anew after it is gone: visible, without sockets and timers.
    pub fn load(&mut self) {
        self.crash();
        // A test may have set some after the page was gone.
        self.timers.clear_all();
        self.note(format_args!("page is loaded"));
        let (asleep_since, wakes_at) = (self.page.asleep_since, self.page.wakes_at);
        let any_order = self.page.any_order;
        let deferred = core::mem::take(&mut self.page.deferred);
        self.page = Page {
            asleep_since,
            wakes_at,
            any_order,
            stood: self.page.stood,
            deferred,
            ..Page::new()
        };
    }

    fn end_page(&mut self) {
        self.page.tasks.clear();
        self.timers.clear_all();
        self.page.life = Life::Gone;
        let sockets: Vec<SocketId> = self.page.sockets.drain(..).collect();
        for id in sockets {
            if let Some(socket) = self.sockets.get_mut(&id) {
                socket.state = ReadyState::Closed;
            }
        }
    }

    /// The browser says goodbye with 1001. Returns false if there is nobody to say it to.
    fn close_in_leaving(&mut self, id: SocketId) -> bool {
        let now = self.now;
        let Some(socket) = self.sockets.get_mut(&id) else {
            return false;
        };
        let open = socket.state == ReadyState::Open && !socket.said_close && !socket.is_over();
        if open {
            socket.said_close = true;
            socket.up.push(now, Packet::CloseFrame(Some(1001), String::new()), 0);
        }
        open
    }

    /// The browser ends a connection by itself.
    fn disconnect(&mut self, id: SocketId, closed: Closed, abruptly: bool) {
        if self.sockets.get(&id).is_none_or(Socket::is_over) {
            return;
        }
        if self.sockets.carries(id) {
            if abruptly {
                self.abort(id);
            } else if let Some(socket) = self.sockets.get_mut(&id) {
                socket.up.push(self.now, Packet::End, 0);
            }
        }
        let error = self.habits.error_on_loss && !closed.clean;
        self.finish(id, closed, error);
    }
}
