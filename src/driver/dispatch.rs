//! Dispatches events to the application, in tasks of their own, and arms the alarm that requests such a task.

use wasm_bindgen::JsValue;

use super::host::Host;
use super::lifecycle::Driver;
use super::time::millis;
use crate::engine::{Engine, Event, Instant, Status};

impl<H: Host + 'static> Driver<H> {
    /// Executes outputs and dispatches events, in a task of the browser's. Events that listeners cause are dispatched in a task of
    /// their own, because there may be no end to them.
    pub(super) fn dispatch(&self) {
        self.execute_outputs();
        let mut left = self.engine(|engine| engine.pending_events());
        while left > 0
            && let Some(event) = self.engine(Engine::poll_event)
        {
            left -= 1;
            // The end that the application is asked about is told together with the question.
            let asks = matches!(event, Event::ShouldReconnect { .. });
            let pending_events = self.engine(|engine| engine.pending_events());
            let told = self.dispatch_event(event);
            if asks {
                left += self
                    .engine(|engine| engine.pending_events())
                    .saturating_sub(pending_events);
            }
            self.execute_outputs();
            if !told {
                // The rest has its time after all listeners to this one: `arm` sees to it.
                break;
            }
        }
        self.arm();
    }

    pub(super) fn on_alarm(&self) {
        self.dispatch_pending();
        // Before a deadline condemns a line that is on its orderly way out.
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
            // What is pending_events is told before the next message is.
            self.stop_bypass();
        }
        let next = self.engine(|engine| {
            if pending_events {
                Some(Instant::ORIGIN)
            } else if engine.status() == Status::Closed {
                engine.poll_timeout()
            } else {
                // An alarm with nothing to ring for is left to ring: requests, one by one, would set and stop it each time.
                engine.poll_timeout().or(Some(Instant::NEVER))
            }
        });
        self.alarm.arm(|| self.clock.now(), next);
        let rings_at = self.alarm.rings_at();
        if self.rings_at.replace(rings_at) != rings_at {
            let at = rings_at.map_or(f64::NAN, |at| millis(at.saturating_since(Instant::ORIGIN)));
            self.host.alarm(at);
        }
    }

    /// The host's own timer rings.
    pub fn ring(&self) {
        self.alarm.disarm();
        self.on_alarm();
    }

    /// Returns whether every listener has been called.
    pub(super) fn dispatch_event(&self, event: Event<JsValue>) -> bool {
        match event {
            Event::Authenticate(connection) => self.host.authenticate(connection),
            // Without an admission it is told where the browser's own event is at hand: see `connection`.
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
                unsent,
                ..
            } => {
                for payload in unsent {
                    self.host.unsent(payload);
                }
                return self.host.close(close, cause, will_reconnect);
            }
            Event::Expired(payloads) => {
                for payload in payloads {
                    self.host.unsent(payload);
                }
                self.host.expired();
            }
            Event::Reconnecting { attempt, delay, cause } => self.host.reconnecting(attempt, delay, cause),
            Event::Failed { id, failure, sent } => self.host.failed(id, failure, sent),
            Event::Drain => self.host.drain(),
            Event::Status(status) => self.host.status(status),
        }
        true
    }

    /// Tells what has yet to be told, before something else changes the state that it speaks of.
    pub(super) fn dispatch_pending(&self) {
        if self.engine(|engine| engine.has_events()) {
            self.dispatch();
        }
    }
}
