//! Executes the engine's outputs.

use super::clock::SLEPT;
use super::host::Host;
use super::lifecycle::Driver;
use super::time::millis;
use crate::engine::{ConnectionId, Engine, Instant, Output, ReadyState};

impl<H: Host> Driver<H> {
    /// Executes all outputs of the engine, and sets the timer. Events are dispatched later, in a task of their own.
    pub fn drain_outputs(&self) {
        self.execute_outputs();
        self.arm();
    }

    /// Outputs produced during `dial()` wait until it returns. Before that, there is no socket that they could be about.
    pub(super) fn execute_outputs(&self) {
        while !self.dialling.get()
            && let Some(output) = self.engine(Engine::poll_output)
        {
            self.execute(output);
        }
    }

    fn execute(&self, output: Output<H::Payload>) {
        let connection = match output {
            Output::Resolve(question) => {
                let attempt = self.engine(|engine| engine.attempt());
                return self.host.provide(question.get(), attempt);
            }
            Output::Dial(connection) => return self.dial(connection),
            Output::Transmit(connection, _)
            | Output::AllowDirectSend(connection, _)
            | Output::RevokeDirectSend(connection)
            | Output::Ping(connection)
            | Output::ReadBufferedAmount(connection)
            | Output::CheckIdle(connection)
            | Output::Close(connection)
            | Output::Abandon(connection) => connection,
        };
        if self.dialled.get() != Some(connection) {
            return;
        }
        match output {
            // The connection is open, so `send()` does not throw.
            Output::Transmit(_, payload) => _ = self.transmit(connection, &payload),
            Output::AllowDirectSend(_, until) => {
                let now = self.read_clock();
                let trusted = millis(until.saturating_since(now));
                // A longer sleep is found by the wall clock, which direct sending doesn't compare with the other.
                let trusted = if until == Instant::NEVER {
                    trusted
                } else {
                    trusted.min(SLEPT)
                };
                self.host.allow_direct_send(Some(trusted));
            }
            Output::RevokeDirectSend(_) => self.host.allow_direct_send(None),
            Output::Ping(_) => self.ping(connection),
            Output::ReadBufferedAmount(_) => self.report_buffered_amount(connection),
            Output::CheckIdle(_) => {
                let idle = self.host.buffered_amount() == 0.0 && !self.host.is_busy();
                let now = self.now();
                self.engine(|engine| engine.handle_idle(now, connection, idle));
            }
            Output::Abandon(_) => self.abandon(),
            // Closed already: see `Driver::command`.
            Output::Close(_) | Output::Resolve(_) | Output::Dial(_) => {}
        }
    }

    fn dial(&self, connection: ConnectionId) {
        self.bypass.set(None);
        self.dialled.set(None);
        self.dialling.set(true);
        let dialled = self.host.dial(connection);
        self.dialling.set(false);
        self.dialled.set(dialled.then_some(connection));
        // The application may have closed or reconnected within the call, when it had no socket to close.
        if dialled && self.is_wanted(connection) {
            return;
        }
        if dialled {
            self.abandon();
        }
        let now = self.now();
        self.engine(|engine| engine.handle_refused(now, connection));
    }

    /// True if a connection is the engine's, and its socket is closing if the application has closed.
    fn is_wanted(&self, connection: ConnectionId) -> bool {
        let closes = self.engine(|engine| engine.discards());
        let is_live = || matches!(self.host.ready_state(), Some(ReadyState::Connecting | ReadyState::Open));
        self.is_current(connection) && !(closes && is_live())
    }

    fn abandon(&self) {
        self.dialled.set(None);
        if self.host.abandon() {
            let now = self.now();
            self.engine(|engine| engine.handle_lingering(now));
        }
    }

    fn ping(&self, connection: ConnectionId) {
        let ping = self.host.ping();
        // The application's function may have ended the connection.
        let pinged = self.is_current(connection) && ping.is_some_and(|ping| self.transmit(connection, &ping).is_ok());
        let now = self.now();
        if pinged {
            self.engine(|engine| engine.handle_ping_sent(now, connection));
            self.stop_bypass();
        } else {
            self.engine(|engine| engine.handle_no_ping(now, connection));
        }
    }
}
