//! Dispatches the engine's events to the application: in which task, in which order, and how many in one task. Arms the alarm that
//! requests such a task.

use super::host::Host;
use super::lifecycle::Driver;
use crate::engine::{Engine, Event, Instant, Status};

impl<H: Host> Driver<H> {
    /// Executes outputs and dispatches events, in a task of the browser's. Events that listeners cause are dispatched in a task of
    /// their own, because there may be no end to them.
    pub(super) fn dispatch(&self) {
        self.execute_outputs();
        let mut left = self.engine(|engine| engine.pending_events());
        while left > 0
            && let Some(event) = self.engine(Engine::poll_event)
        {
            left -= 1;
            // The `close` event that the application is asked about is dispatched in the same task as the question.
            let asks = matches!(event, Event::ShouldReconnect { .. });
            let pending_events = self.engine(|engine| engine.pending_events());
            let all_called = self.dispatch_event(event);
            if asks {
                left += self
                    .engine(|engine| engine.pending_events())
                    .saturating_sub(pending_events);
            }
            self.execute_outputs();
            if !all_called {
                // The rest is dispatched in a later task, after all listeners of this event; `arm` schedules it.
                break;
            }
        }
        self.arm();
    }

    /// The timer that the driver has set has fired.
    pub fn on_alarm(&self) {
        self.alarm.fired();
        self.dispatch_pending();
        // Detect a closing handshake first, so that no deadline declares a closing connection dead.
        self.poll_native_state();
        let now = self.now();
        self.engine(|engine| engine.handle_timeout(now));
        self.dispatch();
    }

    pub(super) fn arm(&self) {
        let pending_events = self.engine(|engine| engine.has_events());
        if self
            .bypass
            .get()
            .is_some_and(|interest| pending_events || interest.replies && !self.awaits_replies())
        {
            // Pending events must be dispatched before the next message.
            self.stop_bypass();
        }
        let next = self.engine(|engine| {
            if pending_events {
                Some(Instant::ORIGIN)
            } else if engine.status() == Status::Closed {
                engine.poll_timeout()
            } else {
                // A timer that is no longer needed is kept: sequential requests would otherwise set and clear it each time.
                engine.poll_timeout().or(Some(Instant::NEVER))
            }
        });
        self.alarm.arm(&self.host, || self.read_clock(), next);
    }

    /// Returns true if every listener has been called.
    pub(super) fn dispatch_event(&self, event: Event<H::Payload>) -> bool {
        match event {
            Event::Authenticate(connection) => self.host.authenticate(connection),
            // Without `authenticate`, `open` is dispatched in `incoming`, with the native event.
            Event::Open(_) if self.engine(|engine| engine.authenticates()) => self.host.authenticated(),
            Event::Open(_) => {}
            Event::Error => self.host.error(None),
            Event::ShouldReconnect {
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
                ..
            } => return self.host.close(close, cause, will_reconnect),
            Event::Unsent(payload) => self.host.unsent(payload),
            Event::Expired => self.host.expired(),
            Event::Reconnecting { attempt, delay, cause } => self.host.reconnecting(attempt, delay, cause),
            Event::Failed { id, failure, sent } => self.host.failed(id, failure, sent),
            Event::Drain => self.host.drain(),
            Event::Status(status) => self.host.status(status),
        }
        true
    }

    /// Dispatches pending events before an input changes the state that they report. Returns true if there were any.
    ///
    /// On a busy main thread a native event may come before the timer. A host that can run microtasks before it passes that event on
    /// calls this first: each of the browser's own events has microtasks after it.
    pub fn dispatch_pending(&self) -> bool {
        let pending = self.engine(|engine| engine.has_events());
        if pending {
            self.dispatch();
        }
        pending
    }
}
