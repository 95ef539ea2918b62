//! Passes to the engine what happens outside of the current connection: the page's signals (visibility, network, back/forward
//! cache), and that an abandoned connection has closed.

use super::host::Host;
use super::lifecycle::Driver;
use crate::engine::Signal;

impl<H: Host> Driver<H> {
    /// Reports a signal of the page. `passed` is the total number of messages that have bypassed the driver so far.
    pub fn signal(&self, signal: Signal, passed: u64) {
        self.dispatch_pending();
        self.poll_native_state();
        self.signal_in_call(signal, passed);
        self.dispatch();
    }

    /// Reports a signal of the page within a call of the application's. Events are dispatched later.
    pub fn signal_in_call(&self, signal: Signal, passed: u64) {
        let now = self.now();
        // It may change whether the times of messages matter.
        self.stop_bypass();
        self.engine(|engine| {
            engine.handle_bypassed(passed);
            engine.handle_signal(now, signal);
        });
        self.drain_outputs();
    }

    /// An abandoned connection has closed.
    pub fn on_linger_ended(&self) {
        self.dispatch_pending();
        let now = self.now();
        self.engine(|engine| engine.handle_linger_ended(now));
        self.dispatch();
    }
}
