//! The order of everything: what happens next, and when.

use super::happening::Happening;
use super::ids::SocketId;
use super::page::{Life, Task};
use super::socket::Way;
use super::state::Machine;
use super::step::{Closed, PageEvent, Step};
use super::time::{Instant, Span};
use super::timers::{Throttle, Throttling};
use crate::engine::ReadyState;

/// After so many steps at one time, a millisecond passes: tasks take time, and a loop of them must not hold the world up.
const STEPS_AT_ONE_TIME: u32 = 1_000;

impl Machine {
    /// Moves time on to the next step, or to `until` if there is none by then. Carry the step out before any other call.
    ///
    /// With the current time it returns what is due without any time passing.
    pub fn next(&mut self, until: Instant) -> Option<Step> {
        self.task += 1;
        self.timers.ran();
        loop {
            if let Some(step) = self.told.pop_front() {
                return self.counted(step);
            }
            if self.happen() {
                continue;
            }
            if self.page.runs(self.now)
                && let Some(task) = self.page.take_task(&mut self.chance)
            {
                match self.run(task) {
                    Some(step) => return self.counted(step),
                    None => continue,
                }
            }
            match self.next_at() {
                Some(at) if at <= until => self.pass(at),
                _ => {
                    self.pass(until);
                    return None;
                }
            }
        }
    }

    /// Moves time on to `at`, if nothing happens until then: for a caller that has a second clock.
    pub fn wait_until(&mut self, at: Instant) {
        if self.next_at().is_none_or(|next| next >= at) {
            self.pass(at);
        }
    }

    fn pass(&mut self, at: Instant) {
        if at > self.now {
            self.now = at;
            self.steps_now = 0;
        }
    }

    #[allow(clippy::unnecessary_wraps)] // What `next` returns.
    fn counted(&mut self, step: Step) -> Option<Step> {
        self.steps_now += 1;
        if self.steps_now >= STEPS_AT_ONE_TIME {
            self.pass(self.now.saturating_add(Span::from_millis(1)));
        }
        Some(step)
    }

    /// Returns when something next happens, were nothing done to the world meanwhile. `None` means never.
    #[must_use]
    pub fn next_at(&self) -> Option<Instant> {
        let timer = self.timers.next_at(self.throttling());
        let timer = timer.and_then(|at| self.virtual_time(at));
        let planned = [timer, self.sockets.next_at(), self.agenda.next_at()];
        let planned = planned.into_iter().flatten();
        planned.min().filter(|at| *at != Instant::NEVER)
    }

    /// Lets one thing happen that is due. False if there is none.
    fn happen(&mut self) -> bool {
        let now = self.now;
        let page_now = self.page_time(now);
        if self.virtual_time(page_now).is_some()
            && let Some(id) = self.timers.take_due(page_now, self.throttling())
        {
            self.page.queue(Task::Timer(id));
            return true;
        }
        if let Some(happening) = self.agenda.take_due(now) {
            self.handle(happening);
            return true;
        }
        self.carry()
    }

    /// Lets one packet arrive.
    fn carry(&mut self) -> bool {
        let now = self.now;
        let Some((id, way)) = self.sockets.first_due(now) else {
            return false;
        };
        let Some(socket) = self.sockets.get_mut(&id) else {
            return false;
        };
        let pipe = match way {
            Way::Up => &mut socket.up,
            Way::Down => &mut socket.down,
        };
        if pipe.take_given_up(now) {
            self.give_up(id, way);
        } else if let Some(packet) = pipe.take_arrived(now, &mut self.chance) {
            match way {
                Way::Up => self.server_hears(id, packet),
                Way::Down => self.client_hears(id, packet),
            }
        }
        self.forget_finished(id);
        true
    }

    fn handle(&mut self, happening: Happening) {
        let client = !matches!(
            happening,
            Happening::Up(_) | Happening::Tick(_) | Happening::Left | Happening::Wake | Happening::Idle
        );
        if client && self.page.asleep_since.is_some() {
            // The client's machine sleeps.
            return self.page.deferred.push(happening);
        }
        match happening {
            Happening::Dial(id) => self.dial(id),
            Happening::Knock(id, lost) => self.knock(id, lost),
            Happening::Connected(id) => self.connected(id),
            Happening::Refused(id) => self.fail_attempt(id, format_args!("is refused")),
            Happening::HandshakeTimeout(id) => self.handshake_is_due(id),
            Happening::ClosingTimeout(id) => self.closing_is_due(id),
            Happening::EndTimeout(id) => self.end_is_due(id),
            Happening::Up(id) => self.server_is_up(id),
            Happening::Tick(number) => self.told.push_back(Step::Tick(number)),
            Happening::Left => self.left(),
            Happening::Wake => self.wake_is_due(),
            Happening::Idle => {}
        }
    }

    /// Runs a task of the page. `None` if there is nothing in it for the page to notice.
    fn run(&mut self, task: Task) -> Option<Step> {
        if let Some(id) = task.socket() {
            return self.run_socket_task(id, task);
        }
        match task {
            Task::Timer(id) => {
                let now = self.page_time(self.now);
                self.timers.runs(now, id).then_some(Step::Timer(id))
            }
            Task::Event(event) => {
                self.note(format_args!("page dispatches {}", event.name()));
                let told = match event {
                    PageEvent::Freeze | PageEvent::Resume => self.habits.lifecycle_events,
                    _ => true,
                };
                told.then_some(Step::Page(event))
            }
            Task::Froze => {
                self.page.life = Life::Frozen;
                None
            }
            Task::Navigate => {
                self.navigate();
                None
            }
            Task::Cached => {
                self.enter_cache();
                None
            }
            Task::Unload => {
                self.unload();
                None
            }
            _ => None,
        }
    }

    fn run_socket_task(&mut self, id: SocketId, task: Task) -> Option<Step> {
        let socket = self.sockets.get_mut(&id)?;
        match task {
            Task::Open(_) if socket.state == ReadyState::Connecting => {
                socket.state = ReadyState::Open;
                self.note(format_args!("{id} dispatches open"));
                Some(Step::Open(id))
            }
            Task::Message(_, payload) if socket.state == ReadyState::Open => {
                self.note(format_args!("{id} dispatches message {payload}"));
                Some(Step::Message(id, payload))
            }
            Task::Closing(_) if socket.state == ReadyState::Open => {
                socket.state = ReadyState::Closing;
                self.note(format_args!("{id} is closing"));
                None
            }
            Task::Error(_) => {
                socket.state = ReadyState::Closed;
                self.note(format_args!("{id} dispatches error"));
                Some(Step::Error(id))
            }
            Task::Close(_, closed) => {
                socket.state = ReadyState::Closed;
                let Closed { code, reason, clean } = &closed;
                let how = if *clean { "clean" } else { "not clean" };
                self.note(format_args!("{id} dispatches close {code} {reason:?}, {how}"));
                Some(Step::Close(id, closed))
            }
            _ => None,
        }
    }

    fn throttling(&self) -> Throttling {
        let page = &self.page;
        let chained_from = match self.habits.throttles_by_minute_after {
            Some(after) if page.hidden => page.hidden_since.saturating_add(after),
            _ => Instant::NEVER,
        };
        match page.throttle {
            Some(throttle) => Throttling {
                seconds: throttle == Throttle::Second,
                chained_from: Instant::NEVER,
                minutes: throttle == Throttle::Minute,
            },
            None => Throttling {
                seconds: page.hidden,
                chained_from,
                minutes: false,
            },
        }
    }
}
