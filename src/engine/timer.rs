//! The timer table: every deadline (timeout) by name, and the earliest of all.

use super::instant::Instant;

/// The purpose of a deadline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Timer {
    /// The next attempt.
    Retry,
    /// The attempt under way should have opened.
    Connect,
    /// The connection reported an error before it opened, and should have been closed.
    Failed,
    /// The connection counts as stable.
    Stable,
    /// The connection has been silent for long enough to send a ping.
    Ping,
    /// The pong should have come.
    PongTimeout,
    /// The connection has been silent for too long.
    Idle,
    /// `bufferedAmount` should have decreased.
    Stall,
    /// The closing handshake should have been completed.
    Close,
    /// The page should have been left.
    Leave,
    /// The oldest message in the queue has waited long enough.
    Age,
    /// The first of the requests should have been replied to.
    Request,
    /// The drain event that the application waits for.
    Drain,
    /// The page has been hidden long enough to close the connection.
    Hidden,
}

impl Timer {
    pub(super) const ALL: [Self; 14] = [
        Self::Stable,
        Self::Failed,
        Self::Connect,
        Self::PongTimeout,
        Self::Idle,
        Self::Stall,
        Self::Ping,
        Self::Close,
        Self::Leave,
        Self::Age,
        Self::Hidden,
        Self::Retry,
        Self::Request,
        Self::Drain,
    ];
}

/// A deadline, and how often it was checked: the engine checks more than once before it declares a connection dead.
#[derive(Debug, Clone, Copy)]
pub(super) struct Deadline {
    pub(super) at: Instant,
    pub(super) checks: u8,
    /// True if the tick before was late and no answer came since.
    pub(super) late: bool,
}

const UNSET: Deadline = Deadline {
    at: Instant::NEVER,
    checks: 0,
    late: false,
};

/// One deadline for each [`Timer`].
#[derive(Debug)]
pub(super) struct Timers([Deadline; Timer::ALL.len()]);

impl Timers {
    pub(super) const fn new() -> Self {
        Self([UNSET; Timer::ALL.len()])
    }

    pub(super) fn set(&mut self, timer: Timer, at: Instant) {
        self.set_after(timer, at, false);
    }

    /// Sets it after a tick that was `late`, or wasn't.
    pub(super) fn set_after(&mut self, timer: Timer, at: Instant, late: bool) {
        self.put(timer, Deadline { at, checks: 0, late });
    }

    pub(super) fn stop(&mut self, timer: Timer) {
        self.put(timer, UNSET);
    }

    /// Stops every timer but those of the queue, of requests and of `drained()`, which outlive a connection.
    pub(super) fn clear_connection_timers(&mut self) {
        for timer in Timer::ALL {
            if !matches!(timer, Timer::Request | Timer::Drain | Timer::Age) {
                self.stop(timer);
            }
        }
    }

    /// Sets it unless it is set to an earlier time.
    pub(super) fn set_earlier(&mut self, timer: Timer, at: Instant) {
        if at < self.get(timer) {
            self.set(timer, at);
        }
    }

    /// Returns its time; [`Instant::NEVER`] if it is not set.
    pub(super) fn get(&self, timer: Timer) -> Instant {
        self.0
            .get(timer as usize)
            .map_or(Instant::NEVER, |deadline| deadline.at)
    }

    pub(super) fn is_set(&self, timer: Timer) -> bool {
        self.get(timer) != Instant::NEVER
    }

    /// Stops and returns the deadline, if it has come.
    pub(super) fn take_due(&mut self, timer: Timer, now: Instant) -> Option<Deadline> {
        let deadline = self.0.get_mut(timer as usize)?;
        if deadline.at > now || deadline.at == Instant::NEVER {
            return None;
        }
        Some(core::mem::replace(deadline, UNSET))
    }

    /// Returns the earliest deadline; [`Instant::NEVER`] if none is set.
    pub(super) fn next(&self) -> Instant {
        self.0
            .iter()
            .fold(Instant::NEVER, |next, deadline| next.min(deadline.at))
    }

    /// Sets a deadline with its history: how often it was checked, and whether the tick before was late.
    #[inline(never)]
    pub(super) fn put(&mut self, timer: Timer, deadline: Deadline) {
        if let Some(slot) = self.0.get_mut(timer as usize) {
            *slot = deadline;
        }
    }
}
