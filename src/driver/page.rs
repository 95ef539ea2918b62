//! The page's signals, on their way to the engine.

use super::host::{Heard, Page};
use super::lifecycle::Driver;
#[cfg(feature = "client")]
use super::signals::{self, Signals};
use crate::engine::Signal;

impl<H: Heard + 'static> Driver<H> {
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

    /// The page has told something of its network or of itself. So many messages in all have gone past us by then.
    pub fn signal(&self, signal: Signal, passed: u64) {
        self.tell_waiting();
        self.look();
        self.signal_in_call(signal, passed);
        self.tell();
    }

    /// The same in a call of the application's, which is told later.
    pub fn signal_in_call(&self, signal: Signal, passed: u64) {
        let now = self.now();
        // Whether the time of a message matters may change.
        self.listen_again();
        self.engine(|engine| {
            engine.handle_bypassed(passed);
            engine.handle_signal(now, signal);
        });
        self.settle();
    }

    /// A connection that was abandoned has closed.
    pub fn gone(&self) {
        self.tell_waiting();
        let now = self.now();
        self.engine(|engine| engine.handle_linger_ended(now));
        self.tell();
    }
}
