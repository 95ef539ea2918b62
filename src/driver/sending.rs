//! Sends messages: at once on the browser's socket, or by the engine's queue.

use wasm_bindgen::JsValue;

use super::connection::Connection;
use super::host::Host;
use super::lifecycle::Driver;
use super::native::Native;
use crate::engine::{Engine, Instant, ReadyState, SendError};

impl<H: Host + 'static> Driver<H> {
    /// Sends at once if a connection is open. `Ok(false)`: it is not, and [`Driver::queue`] takes a copy.
    ///
    /// # Errors
    /// Returns what the browser throws: of data that it doesn't take, and without reconnection of a socket that isn't open.
    pub fn send(&self, data: &JsValue) -> Result<bool, JsValue> {
        // The browser may call us while a queue is being sent: that goes first.
        self.execute_outputs();
        let Some(line) = self.line.borrow().clone() else {
            return Ok(false);
        };
        let open = self.can_send_now(&line);
        if !open && self.engine(|engine| engine.reconnects()) {
            return Ok(false);
        }
        self.transmit(&line, data)?;
        if open {
            self.engine(Engine::handle_transmitted);
        }
        self.drain_outputs();
        Ok(true)
    }

    /// True if a message would be sent at once; otherwise [`Driver::queue`] takes a copy.
    pub fn can_send(&self) -> bool {
        let line = self.line.borrow().clone();
        line.is_some_and(|line| self.can_send_now(&line))
    }

    /// Keeps a message that could not be sent at once. Its payload must be a copy.
    pub fn queue(&self, copy: JsValue, bytes: u64) -> Result<(), SendError> {
        // Most queues have no use for the time.
        let now = if self.engine(|engine| engine.limits_age() || engine.is_parked()) {
            self.now()
        } else {
            Instant::ORIGIN
        };
        self.engine(|engine| engine.send(now, copy, bytes))?;
        self.drain_outputs();
        Ok(())
    }

    /// True if a message can be sent now. Once the server has started the closing handshake, the browser would drop it silently.
    pub(super) fn can_transmit(&self, line: &Connection) -> bool {
        let (open, free) = self.engine(|engine| (engine.ready_state() == ReadyState::Open, engine.can_transmit()));
        if open && line.native.ready_state() != Native::OPEN {
            let now = self.now();
            self.engine(|engine| engine.handle_peer_closing(now, line.id));
            self.drain_outputs();
            return false;
        }
        free
    }

    /// The same before a message is sent: after long silence the connection is in doubt, and the message waits.
    pub(super) fn can_send_now(&self, line: &Connection) -> bool {
        if self.can_transmit(line) && self.engine(|engine| engine.doubts()) {
            let now = self.now();
            self.engine(|engine| engine.handle_silence(now));
            self.drain_outputs();
        }
        self.can_transmit(line)
    }

    /// Tells the engine if the browser has seen the server begin to close, for which it has no event.
    pub(super) fn poll_native_state(&self) {
        let line = self.line.borrow().clone();
        let _ = line.is_some_and(|line| self.can_transmit(&line));
    }

    /// Hands a message to the browser.
    pub(super) fn transmit(&self, line: &Connection, payload: &JsValue) -> Result<(), JsValue> {
        self.report_buffered_amount(line);
        let taken = line.native.send(payload);
        self.report_buffered_amount(line);
        taken
    }

    pub(super) fn report_buffered_amount(&self, line: &Connection) {
        if self.engine(|engine| engine.needs_buffered_amount()) {
            let now = self.now();
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // A count of bytes.
            let amount = line.native.buffered_amount() as u64;
            self.engine(|engine| engine.handle_buffered_amount(now, line.id, amount));
        }
    }
}
