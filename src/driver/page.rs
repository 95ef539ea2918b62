//! The page's signals, on their way to the engine.

use super::host::{Host, Page};
use super::lifecycle::Driver;
#[cfg(feature = "client")]
use super::signals::{self, Signals};
use crate::engine::Signal;

impl<H: Host + 'static> Driver<H> {
    /// Follows the page's signals. Returns how the page is now.
    pub(super) fn watch(&self) -> Page {
        let watched = self.host.watch(true);
        #[cfg(feature = "client")]
        if watched.is_none() {
            let driver = self.this.clone();
            let listener = move |signal| {
                if let Some(driver) = driver.upgrade() {
                    driver.signal(signal, 0);
                }
            };
            self.signals.replace(Some(Signals::listen(listener)));
            return signals::now();
        }
        watched.unwrap_or_default()
    }

    /// Reports a signal of the page. `passed` is the total number of messages that have bypassed the driver so far.
    pub fn signal(&self, signal: Signal, passed: u64) {
        self.dispatch_pending();
        self.poll_native_state();
        self.signal_in_call(signal, passed);
        self.dispatch();
    }

    /// The same within a call of the application's: events are dispatched later.
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

    /// A connection that was abandoned has closed.
    pub fn gone(&self) {
        self.dispatch_pending();
        let now = self.now();
        self.engine(|engine| engine.handle_linger_ended(now));
        self.dispatch();
    }
}
