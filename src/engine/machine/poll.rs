//! Polling by the caller: the order of outputs and events, the next timeout, and which deadline is handled first.

use super::super::instant::Instant;
use super::super::output::{Event, Output};
use super::super::timer::Timer;
use super::Engine;
use super::liveness::LATE;

impl<P: Clone> Engine<P> {
    /// Returns the next output. Execute each one before any other call to the engine.
    #[must_use]
    pub fn poll_output(&mut self) -> Option<Output<P>> {
        self.outputs.pop().or_else(|| self.poll_direct())
    }

    /// Returns the next event for the application.
    #[must_use]
    pub fn poll_event(&mut self) -> Option<Event<P>> {
        self.events.pop()
    }

    /// True if there are events to dispatch.
    #[must_use]
    pub const fn has_events(&self) -> bool {
        self.pending_events() > 0
    }

    /// Returns the number of events to dispatch.
    ///
    /// Dispatch no more than these in one task. Otherwise an application that causes an event in each listener holds up everything
    /// else.
    #[must_use]
    pub const fn pending_events(&self) -> usize {
        self.events.len()
    }

    /// Returns the time for the next call to [`Engine::handle_timeout`]; `None` means never. Every call may move it. An early call does
    /// nothing.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Instant> {
        Some(self.timers.next()).filter(|&at| at != Instant::NEVER && !self.page.is_left())
    }

    /// Handles every deadline that has passed, each once.
    #[allow(clippy::needless_bitwise_bool)] // Smaller than a branch.
    pub fn handle_timeout(&mut self, now: Instant) {
        if self.page.is_left() {
            return;
        }
        let next = self.timers.next();
        let late = now.saturating_since(next) > LATE;
        self.ticks.tick(now, late | (next > now));
        if late {
            self.ticked_late(now);
        }
        for timer in Timer::ALL {
            if let Some(due) = self.timers.take_due(timer, now) {
                match timer {
                    Timer::Stable => self.stable_is_due(),
                    Timer::Failed => self.failure_is_due(now),
                    Timer::Connect => self.connect_is_due(now, due),
                    Timer::PongTimeout => self.pong_timeout_is_due(now, due),
                    Timer::Idle => self.idle_is_due(now, due),
                    Timer::Stall => self.stall_is_due(now, due),
                    Timer::Request => self.requests_are_due(now),
                    Timer::Drain => self.events.push(Event::Drain),
                    Timer::Ping => self.ping_is_due(now, due),
                    Timer::Close => self.close_is_due(now, due),
                    Timer::Age => self.age_is_due(now),
                    Timer::Leave => self.report_held(now),
                    Timer::Hidden => self.hidden_is_due(now),
                    Timer::Retry => self.retry_is_due(now),
                }
            }
        }
        if late {
            self.probe_in_doubt(now);
        }
    }

    /// Reports the status if it has changed since the last report.
    pub(super) fn report_status(&mut self) {
        let status = self.status();
        if status != self.last_reported {
            self.last_reported = status;
            self.events.push(Event::Status(status));
        }
    }
}
