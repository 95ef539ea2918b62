//! Heartbeat (keepalive), idle timeout, stall timeout and connect timeout: decides when a connection is dead (half-open), or an attempt
//! takes too long.
//!
//! Deadlines are checked by the clock, never by a timer having fired. After a late tick the page may have been suspended, so the
//! connection is pinged again before it can be declared dead. This extra ping is sent only once. If the next tick is late too and no
//! pong came, the clock ticks rarely, as in a hidden tab, and the deadline counts.
//!
//! A deadline is checked twice, [`GRACE`] apart, because a pong that arrived in time may still be in the browser's task queue, behind
//! the timer. It is checked three times if the second check was late. Where ticks are [rare and regular](super::super::ticks),
//! nothing stays in that queue for so long.

use super::super::cause::CloseCause;
use super::super::ids::ConnectionId;
use super::super::instant::{Instant, Span};
use super::super::output::{Event, Output};
use super::super::state::{Liveness, PendingPing, Phase};
use super::super::timer::{Deadline, Timer};
use super::Engine;

/// A tick later than this was neither the main thread being busy nor a hidden tab's timers being
/// [run once a second](https://developer.chrome.com/blog/timer-throttling-in-chrome-88): the page was frozen, throttled to
/// less than that, or asleep.
pub(super) const LATE: Span = Span::from_millis(1_500);

/// The time that an arrived message may wait in the task queue.
pub(super) const GRACE: Span = Span::from_millis(50);

/// A deadline is checked this often at most. Where every tick is late, as in a hidden tab, no check would be the last otherwise.
const MAX_CHECKS: u8 = 3;

/// The state of a deadline that has passed.
enum DeadlineState {
    /// The page was suspended: the deadline proves nothing.
    Suspended,
    /// The answer may still be in the task queue: the deadline is checked again after [`GRACE`].
    Grace,
    /// The deadline has passed.
    Expired,
}

impl<P: Clone> Engine<P> {
    /// The ping was sent.
    pub fn handle_ping_sent(&mut self, now: Instant, connection: ConnectionId) {
        if !self.is_open(connection) {
            return;
        }
        if let Some(heartbeat) = &self.config.heartbeat {
            self.stats.pings += 1;
            self.liveness.ping_requested = false;
            self.liveness.ping = Some(PendingPing {
                sent_at: now,
                unambiguous: self.liveness.ping.is_none(),
            });
            self.timers.stop(Timer::Ping);
            let due = now.saturating_add(heartbeat.timeout);
            self.timers
                .set_after(Timer::PongTimeout, due, self.liveness.after_late_tick);
        }
    }

    /// The application had no ping to send. Messages that waited for the pong are sent.
    pub fn handle_no_ping(&mut self, now: Instant, connection: ConnectionId) {
        if self.is_open(connection) {
            self.liveness.ping_requested = false;
            self.trust(now);
        }
    }

    /// `bufferedAmount` of the connection, in bytes. Call it before and after each transmission, and for
    /// [`Output::ReadBufferedAmount`], if [`Engine::needs_buffered_amount`]. A decrease between two calls means bytes were transmitted.
    pub fn handle_buffered_amount(&mut self, now: Instant, connection: ConnectionId, amount: u64) {
        if !self.needs_buffered_amount() || !self.is_open(connection) {
            return;
        }
        let moved = amount < self.liveness.buffered || self.liveness.buffered == 0;
        let condemned = core::mem::take(&mut self.liveness.final_check);
        self.liveness.buffered = amount;
        if amount == 0 {
            self.timers.stop(Timer::Stall);
        } else if condemned && !moved {
            self.declare_dead(now, CloseCause::Stalled);
        } else if moved {
            self.timers
                .set(Timer::Stall, now.saturating_add(self.config.stall_timeout));
        }
    }

    /// True if a ping is in flight. Then a message may bring the next deadline forward.
    #[must_use]
    pub const fn awaits_pong(&self) -> bool {
        self.liveness.ping.is_some()
    }

    /// Records messages that bypassed [`Engine::handle_message`]. The last of them came at `at`; `answer` is true if it was a pong.
    /// Call it before time advances, and only while no pong is [awaited](Engine::awaits_pong).
    pub fn handle_activity(&mut self, at: Instant, connection: ConnectionId, answer: bool) {
        if !self.is_current(connection) {
            return;
        }
        self.online = true;
        if !self.awaits_pong() {
            self.record_activity(at, answer);
        }
    }

    pub(super) fn start_liveness(&mut self, now: Instant) {
        self.liveness = Liveness::new(now);
        if let Some(heartbeat) = &self.config.heartbeat {
            self.timers.set(Timer::Ping, now.saturating_add(heartbeat.interval));
        }
        self.timers
            .set(Timer::Idle, now.saturating_add(self.config.idle_timeout));
    }

    pub(super) fn stop_liveness(&mut self) {
        for timer in [Timer::Ping, Timer::PongTimeout, Timer::Idle, Timer::Stall] {
            self.timers.stop(timer);
        }
    }

    /// Records a received message. Deadlines that only move later stay armed, and are deferred when they come.
    pub(super) fn record_activity(&mut self, now: Instant, answer: bool) {
        self.liveness.last_activity = self.liveness.last_activity.max(now);
        let Some(heartbeat) = &self.config.heartbeat else {
            return;
        };
        if heartbeat.matches && !answer {
            return;
        }
        self.liveness.last_proof = now;
        self.liveness.after_late_tick = false;
        self.liveness.ping_requested = false;
        if let Some(ping) = self.liveness.ping.take() {
            let interval = heartbeat.interval;
            self.stats.pongs += 1;
            if ping.unambiguous {
                self.round_trips.push(now.saturating_since(ping.sent_at));
            }
            if self.phase == Phase::Open {
                self.timers.stop(Timer::PongTimeout);
                self.timers.set(Timer::Ping, now.saturating_add(interval));
            }
        }
        if self.phase == Phase::Open {
            self.trust(now);
        }
    }

    /// Requests a ping, unless one is requested or in flight. The deadline of a ping in flight decides, even if it has passed and is not
    /// handled yet: another ping would defer it, with every signal or message again.
    pub(super) fn probe(&mut self, now: Instant) {
        if !self.liveness.ping_requested && !self.timers.is_set(Timer::PongTimeout) {
            self.request_ping(now);
        }
    }

    fn request_ping(&mut self, now: Instant) {
        if let Some(heartbeat) = &self.config.heartbeat {
            // In case the application has no ping to give: then again after the interval.
            self.timers.set(Timer::Ping, now.saturating_add(heartbeat.interval));
            self.timers.stop(Timer::PongTimeout);
            self.liveness.ping_requested = true;
            self.outputs.push(Output::Ping(self.current()));
        }
    }

    pub(super) fn ping_is_due(&mut self, now: Instant, set: Deadline) {
        let (Some(heartbeat), Phase::Open) = (&self.config.heartbeat, self.phase) else {
            return;
        };
        let due = self.liveness.last_proof.saturating_add(heartbeat.interval);
        if due > now && self.liveness.ping.is_none() {
            self.timers.set(Timer::Ping, due);
        } else {
            if self.liveness.ping_requested {
                // The last ping was never sent, so nothing will answer it.
                self.trust(now);
            }
            self.liveness.after_late_tick |= now.saturating_since(due.max(set.at)) > LATE;
            self.request_ping(now);
        }
    }

    pub(super) fn pong_timeout_is_due(&mut self, now: Instant, due: Deadline) {
        match (self.check_deadline(now, Timer::PongTimeout, due), self.phase) {
            (DeadlineState::Suspended, Phase::Open) => {
                self.liveness.after_late_tick = true;
                self.request_ping(now);
            }
            (DeadlineState::Suspended, _) => {
                if let Some(heartbeat) = &self.config.heartbeat {
                    let again = now.saturating_add(heartbeat.timeout);
                    self.timers.set_after(Timer::PongTimeout, again, true);
                }
            }
            (DeadlineState::Expired, _) => self.declare_dead(now, CloseCause::Heartbeat),
            (DeadlineState::Grace, _) => {}
        }
    }

    pub(super) fn idle_is_due(&mut self, now: Instant, due: Deadline) {
        let idle = self.config.idle_timeout;
        let at = self.liveness.last_activity.saturating_add(idle);
        if at > now {
            return self.timers.set(Timer::Idle, at);
        }
        match self.check_deadline(now, Timer::Idle, due) {
            DeadlineState::Suspended => {
                // This connection can't be pinged, so its idle timeout starts over.
                self.liveness.last_activity = now;
                self.timers.set_after(Timer::Idle, now.saturating_add(idle), true);
            }
            DeadlineState::Expired => self.declare_dead(now, CloseCause::Idle),
            DeadlineState::Grace => {}
        }
    }

    pub(super) fn stall_is_due(&mut self, now: Instant, due: Deadline) {
        if self.phase != Phase::Open {
            return;
        }
        let stall = self.config.stall_timeout;
        match self.check_deadline(now, Timer::Stall, due) {
            DeadlineState::Suspended => self.timers.set_after(Timer::Stall, now.saturating_add(stall), true),
            DeadlineState::Expired => {
                self.liveness.final_check = true;
                self.outputs.push(Output::ReadBufferedAmount(self.current()));
            }
            DeadlineState::Grace => {}
        }
    }

    pub(super) fn connect_is_due(&mut self, now: Instant, due: Deadline) {
        match self.check_deadline(now, Timer::Connect, due) {
            // The handshake may have been answered meanwhile, and `open` be about to be fired.
            DeadlineState::Suspended => self.timers.set_after(Timer::Connect, now.saturating_add(LATE), true),
            DeadlineState::Expired => {
                self.events.push(Event::Error);
                self.abandon(now, CloseCause::ConnectTimeout);
            }
            DeadlineState::Grace => {}
        }
    }

    fn declare_dead(&mut self, now: Instant, cause: CloseCause) {
        self.stats.dead_connections = self.stats.dead_connections.saturating_add(1);
        self.abandon(now, cause);
    }

    fn check_deadline(&mut self, now: Instant, timer: Timer, due: Deadline) -> DeadlineState {
        let late = now.saturating_since(due.at);
        let checks = due.checks + 1;
        // If the clock ticks rarely but the page is awake, a message that came in time was received long ago.
        let heard_all = late > GRACE && self.ticks.are_rare();
        if checks >= MAX_CHECKS || (checks > 1 && late <= GRACE) || heard_all {
            return DeadlineState::Expired;
        }
        let slept = late > LATE && checks == 1;
        if slept && !due.late {
            return DeadlineState::Suspended;
        }
        // `bufferedAmount` is read synchronously, and an attempt that was abandoned by mistake is merely repeated.
        if slept && matches!(timer, Timer::Stall | Timer::Connect) {
            return DeadlineState::Expired;
        }
        let again = Deadline {
            at: now.saturating_add(GRACE),
            checks: if slept { MAX_CHECKS - 1 } else { checks },
            late: due.late,
        };
        self.timers.put(timer, again);
        DeadlineState::Grace
    }
}
