//! The native socket's events (open, message, error, close): passes them to the engine and the host, and decides when received
//! messages may bypass both (direct delivery).
//!
//! The engine processes each event before the application's listeners run, so the listeners see the new state.

use super::host::{BypassMode, Host};
use super::lifecycle::Driver;
use crate::engine::{ConnectionId, Instant};

impl<H: Host> Driver<H> {
    /// Stops direct delivery: the next message goes through the driver.
    pub(super) fn stop_bypass(&self) {
        self.sync_activity();
        if self.bypass.take().is_some() {
            self.host.set_bypass(None);
        }
    }

    /// Reports to the engine the times of the last message and the last pong that bypassed it.
    pub(super) fn sync_activity(&self) {
        let matches = self.engine(|engine| engine.matches_pongs());
        if self.bypass.get().is_some_and(|interest| interest.time || matches) {
            let Some(connection) = self.dialled.get() else {
                return;
            };
            for answer in [true, false] {
                let at = self.host.last_bypassed_at(answer);
                if !at.is_nan() {
                    let at = self.clock.at(&self.host, at);
                    self.engine(|engine| engine.handle_activity(at, connection, answer));
                }
            }
        }
    }

    /// Returns the aspects that bypassing messages are examined for; `None` if the engine must see each message.
    pub(super) fn interest(&self) -> Option<BypassMode> {
        let (time, each) = self.engine(|engine| {
            (
                engine.needs_message_times(),
                engine.awaits_pong() || engine.has_events(),
            )
        });
        let replies = self.awaits_replies();
        // Late replies are expected for a limited time only, so the engine must see each message until then.
        let each = each || !replies && self.expects_replies();
        (!each).then_some(BypassMode { time, replies })
    }

    pub(super) fn is_current(&self, connection: ConnectionId) -> bool {
        self.engine(|engine| engine.connection()) == Some(connection)
    }

    /// A connection is open.
    pub fn on_open(&self, connection: ConnectionId, event: &H::Event) {
        // On a busy main thread this event may come before the timer: dispatch the previous connection's `close` first.
        self.dispatch_pending();
        let now = self.now();
        self.engine(|engine| engine.handle_open(now, connection));
        // The queue is sent before the application can send more.
        self.drain_outputs();
        // `can_transmit` is false if the connection must still be authenticated, or if a listener has closed it.
        let can_dispatch_open = self.is_current(connection) && self.engine(|engine| engine.can_transmit());
        if !can_dispatch_open || self.host.open(event) {
            self.dispatch();
        } else {
            self.drain_outputs();
        }
    }

    /// Called for each message that doesn't bypass the driver. Starts direct delivery if nothing depends on single messages.
    /// Dispatches no events at its end, because other listeners of this message may still have to run.
    pub fn on_message(&self, connection: ConnectionId, event: &H::Event) {
        self.dispatch_pending();
        let (needs_time, matches, awaits_pong) = self.engine(|engine| {
            (
                engine.needs_message_times(),
                engine.matches_pongs(),
                engine.awaits_pong(),
            )
        });
        let answer = matches && self.host.is_pong(event);
        let now = if needs_time || answer {
            self.now()
        } else {
            Instant::ORIGIN
        };
        let delivers = self.engine(|engine| engine.handle_message(now, connection, answer)) && !answer;
        if awaits_pong {
            // What waited for the pong is sent before what a listener may send.
            self.drain_outputs();
        }
        if delivers && !(self.expects_replies() && self.host.is_reply(event)) {
            self.host.message(event);
        }
        // The application may have ended the connection in its listener.
        if self.is_current(connection) {
            let interest = self.interest();
            let bypass = interest.filter(|_| self.host.set_bypass(interest));
            self.bypass.set(bypass);
        }
        if awaits_pong {
            // A pong brings the next ping before what the alarm was set to.
            self.arm();
        }
    }

    /// A connection has failed. [`Driver::on_close`] follows.
    pub fn on_error(&self, connection: ConnectionId, event: &H::Event) {
        self.dispatch();
        if self.is_current(connection) {
            let now = self.now();
            if self.engine(|engine| engine.handle_error(now, connection)) {
                self.host.error(Some(event));
            }
        }
        self.drain_outputs();
    }

    /// A connection has ended.
    pub fn on_close(&self, connection: ConnectionId, event: &H::Event) {
        self.dispatch_pending();
        if !self.is_current(connection) {
            return;
        }
        let close = self.host.ended(event);
        let now = self.now();
        self.engine(|engine| engine.handle_closed(now, connection, close));
        self.dispatch();
    }
}
