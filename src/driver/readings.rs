//! Computes `readyState` and `bufferedAmount` from the engine and the native socket.

use super::host::Host;
use super::lifecycle::Driver;
use crate::engine::{ReadyState, Status};

impl<H: Host> Driver<H> {
    /// Returns `readyState`. Without reconnection it is the native socket's, which changes before its events: it is CLOSED
    /// already when `error` is fired. With reconnection, a native CLOSED before its `close` event means CLOSED if the
    /// application closed it, else CONNECTING, because another attempt follows.
    pub fn ready_state(&self) -> u32 {
        let (reconnects, current, closed_by_us, state) = self.engine(|engine| {
            let current = engine.connection().is_some();
            (engine.reconnects(), current, engine.discards(), engine.ready_state())
        });
        let native = self.host.ready_state();
        // While the URL is being resolved, the native socket is still that of the connection before.
        let is_shown = current || !reconnects && state != ReadyState::Connecting;
        match (native.filter(|_| is_shown), state) {
            (Some(native), _) if !reconnects => native as u32,
            (Some(ReadyState::Closed), ReadyState::Closing) if closed_by_us => ReadyState::Closed as u32,
            (Some(ReadyState::Closed), ReadyState::Closing | ReadyState::Open) => ReadyState::Connecting as u32,
            _ => state as u32,
        }
    }

    /// Returns `bufferedAmount`: the bytes in the queue, those in the native buffer, and those sent after `close()`.
    #[allow(clippy::cast_precision_loss)] // Exact up to 2^53 bytes.
    pub fn buffered_amount(&self) -> f64 {
        let (queued, counts) = self.engine(|engine| {
            // Between two connections the last one's buffer is lost, not waiting. Once the socket is closed it counts, as in the browser's class.
            let counts = engine.connection().is_some() || engine.status() == Status::Closed || !engine.reconnects();
            (engine.buffered_amount(), counts)
        });
        let native = if counts { self.host.buffered_amount() } else { 0.0 };
        queued as f64 + native
    }
}
