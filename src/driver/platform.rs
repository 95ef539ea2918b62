//! The trait of the platform that the driver runs on (a browser, a test): clocks, one timer, a socket, and the page.

use crate::engine::{ConnectionId, ReadyState};

/// The state of the page.
#[derive(Debug, Clone, Copy, Default)]
pub struct Page {
    /// True if the browser reports that it is offline.
    pub offline: bool,
    /// True if the page is hidden.
    pub hidden: bool,
}

/// A clock, one timer, sockets, and the page.
///
/// The driver speaks to one socket: the one that was dialled last. The platform keeps it, listens to it, and calls
/// [`Driver::on_open`](super::Driver::on_open) and its like. It may call them, and anything else of the driver's, within any of
/// these methods. None of them may throw.
pub trait Platform {
    /// The data of a message. The driver only passes it on.
    type Payload: Clone;
    /// An event of a socket. The driver only passes it on.
    type Event;
    /// The reason why a socket didn't take a payload.
    type Exception;

    /// Returns milliseconds on a clock that never runs backwards, like `performance.now()`.
    fn now(&self) -> f64;
    /// Returns milliseconds since the Unix epoch, like `Date.now()`. The user may set this clock.
    fn wall_time(&self) -> f64;
    /// Returns a random number from 0 to 1, like `Math.random()`.
    fn random(&self) -> f64;

    /// Calls [`Driver::on_alarm`](super::Driver::on_alarm) once, after `millis` milliseconds. Replaces the timer that was set before.
    /// Returns false if no timer could be set. The driver then tries again after its next call of the engine.
    fn set_timer(&self, millis: i32) -> bool;
    /// Clears the timer.
    fn clear_timer(&self);

    /// Starts to report the page's signals by [`Driver::signal`](super::Driver::signal), or stops. Returns the state of the page.
    fn watch_page(&self, on: bool) -> Page;

    /// Makes a socket, and listens to it. Returns false if the browser refuses the URL or a subprotocol.
    fn dial(&self, id: ConnectionId) -> bool;
    /// Returns `readyState` of the socket dialled last; `None` if there has been none.
    fn ready_state(&self) -> Option<ReadyState>;
    /// Returns `bufferedAmount` of the socket dialled last, or 0. It may be beyond 2^32.
    fn buffered_amount(&self) -> f64;
    /// Sends a message on the socket dialled last.
    ///
    /// # Errors
    /// Returns what the socket throws.
    fn transmit(&self, payload: &Self::Payload) -> Result<(), Self::Exception>;
    /// True if the page is visible, and was hidden when last signalled. A message may be sent before the page's event comes.
    fn found_visible(&self) -> bool {
        false
    }
    /// Stops listening to the socket dialled last, and closes it in the background. Returns true if
    /// [`Driver::on_linger_ended`](super::Driver::on_linger_ended) will be called when it has closed.
    fn abandon(&self) -> bool;
}
