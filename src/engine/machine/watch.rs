//! Is the line alive? Pings after silence, answers by a deadline, idle and stalled lines.
//!
//! Deadlines are judged by the clock, never by a timer having fired. After a tick that comes late the page may have slept: the
//! line is asked again before it is judged. But that happens once: the second late tick in a row without an answer is no sleep
//! but a clock that ticks rarely, as in a hidden tab, and its verdict counts.
//!
//! A deadline that has come is looked at twice, [`GRACE`] apart, because an answer that came in time may still stand in the
//! browser's task queue behind the very timer that would condemn it; three times if the second look came late itself. Where
//! ticks are [rare and regular](super::super::ticks), nothing stands in that queue for so long.

use super::super::close::Cause;
use super::super::ids::ConnectionId;
use super::super::instant::{Instant, Span};
use super::super::output::{Event, Output};
use super::super::state::{Asked, Phase, Watch};
use super::super::timer::{Deadline, Timer};
use super::Engine;

/// A tick later than this was neither the main thread being busy nor a hidden tab's timers being
/// [run once a second](https://developer.chrome.com/blog/timer-throttling-in-chrome-88): the page was frozen, throttled to
/// less than that, or asleep.
pub(super) const LATE: Span = Span::from_millis(1_500);

/// How long what has arrived may take to reach the page.
pub(super) const GRACE: Span = Span::from_millis(50);

/// Looks at a deadline at most. Where every tick is late, as in a hidden tab, no look would ever be the last otherwise.
const LOOKS: u8 = 3;

/// What to make of a deadline that has come.
enum Judgement {
    Slept,
    LookAgain,
    Dead,
}

impl<P: Clone> Engine<P> {
    /// The ping was sent.
    pub fn handle_pinged(&mut self, now: Instant, connection: ConnectionId) {
        if !self.phase.is_open(connection) {
            return;
        }
        if let Some(heartbeat) = &self.config.heartbeat {
            self.stats.pings += 1;
            self.watch.asking = false;
            self.watch.asked = Some(Asked {
                at: now,
                alone: self.watch.asked.is_none(),
            });
            self.timers.stop(Timer::Ping);
            let due = now.after(heartbeat.timeout);
            self.timers.set_after(Timer::Answer, due, self.watch.late);
        }
    }

    /// There was no ping to send, so no answer will come: what waited for one is sent.
    pub fn handle_not_pinged(&mut self, now: Instant, connection: ConnectionId) {
        if self.phase.is_open(connection) {
            self.watch.asking = false;
            self.trust(now, connection);
        }
    }

    /// This many bytes are yet to leave the native buffer. Told before and after each transmission, and when weighed, if
    /// [`Engine::needs_buffered_amount`]: between two tellings the amount can only have fallen by moving.
    pub fn handle_buffered_amount(&mut self, now: Instant, connection: ConnectionId, amount: u64) {
        let (Some(stall), true) = (self.config.stall_timeout, self.phase.is_open(connection)) else {
            return;
        };
        let moved = amount < self.watch.buffered || self.watch.buffered == 0;
        let condemned = core::mem::take(&mut self.watch.condemned);
        self.watch.buffered = amount;
        if amount == 0 {
            self.timers.stop(Timer::Stall);
        } else if condemned && !moved {
            self.die(now, Cause::Stalled);
        } else if moved {
            self.timers.set(Timer::Stall, now.after(stall));
        }
    }

    /// Whether a ping is yet to be answered: then a message may bring the next deadline forward.
    #[must_use]
    pub const fn awaits_answer(&self) -> bool {
        self.watch.asked.is_some()
    }

    /// The connection was heard at `at`, by messages that [`Engine::handle_message`] wasn't told of; `answer` if the last of them looks
    /// like an answer. To be told before time passes, and only while none is [awaited](Engine::awaits_answer).
    pub fn handle_heard(&mut self, at: Instant, connection: ConnectionId, answer: bool) {
        if self.phase.connection() != Some(connection) {
            return;
        }
        self.online = true;
        if !self.awaits_answer() {
            self.hear(at, answer);
        }
    }

    pub(super) fn start_watch(&mut self, now: Instant) {
        self.watch = Watch::new(now);
        if let Some(heartbeat) = &self.config.heartbeat {
            self.timers.set(Timer::Ping, now.after(heartbeat.interval));
        }
        if let Some(idle) = self.config.idle_timeout {
            self.timers.set(Timer::Idle, now.after(idle));
        }
    }

    pub(super) fn stop_watch(&mut self) {
        for timer in [Timer::Ping, Timer::Answer, Timer::Idle, Timer::Stall] {
            self.timers.stop(timer);
        }
    }

    /// A message has come. Deadlines that only move later are left where they stand: when they come, they are put off.
    pub(super) fn hear(&mut self, now: Instant, answer: bool) {
        self.watch.heard = now;
        let Some(heartbeat) = &self.config.heartbeat else {
            return;
        };
        if heartbeat.matches && !answer {
            return;
        }
        self.watch.proved = now;
        self.watch.late = false;
        self.watch.asking = false;
        if let Some(asked) = self.watch.asked.take() {
            let interval = heartbeat.interval;
            self.stats.pongs += 1;
            if asked.alone {
                self.round_trips.push(now.since(asked.at));
            }
            if matches!(self.phase, Phase::Open(_)) {
                self.timers.stop(Timer::Answer);
                self.timers.set(Timer::Ping, now.after(interval));
            }
        }
        if let Phase::Open(connection) = self.phase {
            self.trust(now, connection);
        }
    }

    /// Asks the line now, unless an answer is already awaited.
    pub(super) fn probe(&mut self, now: Instant, connection: ConnectionId) {
        if !self.watch.asking && self.timers.get(Timer::Answer).is_none_or(|at| at <= now) {
            self.ask(now, connection);
        }
    }

    fn ask(&mut self, now: Instant, connection: ConnectionId) {
        if let Some(heartbeat) = &self.config.heartbeat {
            // In case the application has no ping to give: then again after the interval.
            self.timers.set(Timer::Ping, now.after(heartbeat.interval));
            self.timers.stop(Timer::Answer);
            self.watch.asking = true;
            self.outputs.push(Output::Ping(connection));
        }
    }

    pub(super) fn ping_is_due(&mut self, now: Instant, set: Deadline) {
        let (Some(heartbeat), Phase::Open(connection)) = (&self.config.heartbeat, self.phase) else {
            return;
        };
        let due = self.watch.proved.after(heartbeat.interval);
        if due > now && self.watch.asked.is_none() {
            self.timers.set(Timer::Ping, due);
        } else {
            if self.watch.asking {
                // The last ping was never sent, so nothing will answer it.
                self.trust(now, connection);
            }
            self.watch.late |= now.since(due.max(set.at)) > LATE;
            self.ask(now, connection);
        }
    }

    pub(super) fn answer_is_due(&mut self, now: Instant, due: Deadline) {
        match (self.judge(now, Timer::Answer, due), self.phase) {
            (Judgement::Slept, Phase::Open(connection)) => {
                self.watch.late = true;
                self.ask(now, connection);
            }
            (Judgement::Slept, _) => {
                if let Some(heartbeat) = &self.config.heartbeat {
                    let again = now.after(heartbeat.timeout);
                    self.timers.set_after(Timer::Answer, again, true);
                }
            }
            (Judgement::Dead, _) => self.die(now, Cause::Heartbeat),
            (Judgement::LookAgain, _) => {}
        }
    }

    pub(super) fn idle_is_due(&mut self, now: Instant, due: Deadline) {
        let Some(idle) = self.config.idle_timeout else {
            return;
        };
        let at = self.watch.heard.after(idle);
        if at > now {
            return self.timers.set(Timer::Idle, at);
        }
        match self.judge(now, Timer::Idle, due) {
            Judgement::Slept => {
                // Nothing can be asked of this line, so it gets the whole time again, awake.
                self.watch.heard = now;
                self.timers.set_after(Timer::Idle, now.after(idle), true);
            }
            Judgement::Dead => self.die(now, Cause::Idle),
            Judgement::LookAgain => {}
        }
    }

    pub(super) fn stall_is_due(&mut self, now: Instant, due: Deadline) {
        let (Some(stall), Phase::Open(connection)) = (self.config.stall_timeout, self.phase) else {
            return;
        };
        match self.judge(now, Timer::Stall, due) {
            Judgement::Slept => self.timers.set_after(Timer::Stall, now.after(stall), true),
            Judgement::Dead => {
                self.watch.condemned = true;
                self.outputs.push(Output::ReadBufferedAmount(connection));
            }
            Judgement::LookAgain => {}
        }
    }

    pub(super) fn connect_is_due(&mut self, now: Instant, due: Deadline) {
        match self.judge(now, Timer::Connect, due) {
            // The handshake may have been answered in the meantime: time for that to be told, and a little more.
            Judgement::Slept => self.timers.set_after(Timer::Connect, now.after(LATE), true),
            Judgement::Dead => {
                self.events.push(Event::Error);
                self.abandon(now, Cause::ConnectTimeout);
            }
            Judgement::LookAgain => {}
        }
    }

    fn die(&mut self, now: Instant, cause: Cause) {
        self.stats.dead_lines = self.stats.dead_lines.saturating_add(1);
        self.abandon(now, cause);
    }

    fn judge(&mut self, now: Instant, timer: Timer, due: Deadline) -> Judgement {
        let late = now.since(due.at);
        let looks = due.looks + 1;
        // On a clock that ticks rarely while the page is awake, what came in time has long been heard.
        let heard_all = late > GRACE && self.ticks.are_rare();
        if looks >= LOOKS || (looks > 1 && late <= GRACE) || heard_all {
            return Judgement::Dead;
        }
        let slept = late > LATE && looks == 1;
        if slept && !due.late {
            return Judgement::Slept;
        }
        // What is weighed is read at once, and an attempt given up in error is only made again.
        if slept && matches!(timer, Timer::Stall | Timer::Connect) {
            return Judgement::Dead;
        }
        let again = Deadline {
            at: now.after(GRACE),
            looks: if slept { LOOKS - 1 } else { looks },
            late: due.late,
        };
        self.timers.put(timer, again);
        Judgement::LookAgain
    }
}
