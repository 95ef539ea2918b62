//! Sends messages: decides by the engine whether each goes to the native socket at once, or into the queue.

use super::host::Host;
use super::lifecycle::Driver;
use crate::engine::{ConnectionId, Engine, Instant, ReadyState, SendError, Sent, Signal};

impl<H: Host> Driver<H> {
    /// Sends at once if a connection is open. `Ok(false)`: it is not, and [`Driver::queue`] takes a copy.
    ///
    /// # Errors
    /// Returns what the browser throws: of data that it doesn't take, and without reconnection of a socket that isn't open.
    pub fn send(&self, data: &H::Payload) -> Result<bool, H::Exception> {
        self.check_visible();
        // The browser may call us while the queue is being sent. The queue goes first.
        self.execute_outputs();
        let Some(connection) = self.dialled.get() else {
            return Ok(false);
        };
        let open = self.can_send_now(connection);
        if !open && self.engine(|engine| engine.reconnects()) {
            return Ok(false);
        }
        self.transmit(connection, data)?;
        if open {
            self.engine(Engine::handle_transmitted);
        }
        self.drain_outputs();
        Ok(true)
    }

    /// True if a message would be sent at once; otherwise [`Driver::queue`] takes a copy. The host asks when it may not send directly: it
    /// gets its permission anew.
    pub fn can_send(&self) -> bool {
        let can_send = self
            .dialled
            .get()
            .is_some_and(|connection| self.can_send_now(connection));
        if can_send {
            self.engine(Engine::handle_direct_expired);
            self.drain_outputs();
        }
        can_send
    }

    /// Keeps a message that could not be sent at once. Its payload must be a copy.
    pub fn queue(&self, copy: H::Payload, bytes: u64) -> Result<Sent, SendError> {
        // Most queues have no use for the time, and then the clock is not read.
        let now = if self.engine(|engine| engine.limits_age() || engine.is_parked() || engine.is_idle()) {
            self.now()
        } else {
            Instant::ORIGIN
        };
        let sent = self.engine(|engine| engine.send(now, copy, bytes))?;
        self.drain_outputs();
        Ok(sent)
    }

    /// The page is visible again, and its event hasn't come yet: what is sent now may have to wait for a sign of life.
    pub fn check_visible(&self) {
        if self.host.found_visible() {
            self.signal_in_call(Signal::Wake, 0);
        }
    }

    /// True if a message can be sent now. Once the server has started the closing handshake, the browser would drop it silently.
    pub(super) fn can_transmit(&self, connection: ConnectionId) -> bool {
        let (open, free) = self.engine(|engine| (engine.ready_state() == ReadyState::Open, engine.can_transmit()));
        if open && self.host.ready_state() != Some(ReadyState::Open) {
            let now = self.now();
            self.engine(|engine| engine.handle_peer_closing(now, connection));
            self.drain_outputs();
            return false;
        }
        free
    }

    /// True if a message of the application's can be sent now. After long silence the connection is in doubt, and the message waits.
    pub(super) fn can_send_now(&self, connection: ConnectionId) -> bool {
        if self.can_transmit(connection) && self.engine(|engine| engine.doubts()) {
            let now = self.now();
            self.engine(|engine| engine.handle_inactivity(now));
            self.drain_outputs();
        }
        self.can_transmit(connection)
    }

    /// Tells the engine if the browser has seen the server begin to close, for which it has no event.
    pub(super) fn poll_native_state(&self) {
        let _ = self
            .dialled
            .get()
            .is_some_and(|connection| self.can_transmit(connection));
    }

    /// Hands a message to the browser.
    pub(super) fn transmit(&self, connection: ConnectionId, payload: &H::Payload) -> Result<(), H::Exception> {
        self.report_buffered_amount(connection);
        let taken = self.host.transmit(payload);
        self.report_buffered_amount(connection);
        taken
    }

    pub(super) fn report_buffered_amount(&self, connection: ConnectionId) {
        if self.engine(|engine| engine.needs_buffered_amount()) {
            let now = self.now();
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // A count of bytes.
            let amount = self.host.buffered_amount() as u64;
            self.engine(|engine| engine.handle_buffered_amount(now, connection, amount));
        }
    }
}
