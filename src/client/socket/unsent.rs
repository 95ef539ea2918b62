//! Sending now or never, and the count of what is not sent yet.

use super::handle::WebSocket;
use crate::client::state::transmit;
use crate::client::values::data;
use crate::client::values::message::Message;

impl WebSocket {
    /// Sends a message now, or returns false and keeps nothing. For messages that are useless later, such as a typing indicator.
    ///
    /// ```no_run
    /// # use holdfast_ws::WebSocket;
    /// # fn run(ws: &WebSocket) {
    /// ws.try_send(&"typing".into());
    /// # }
    /// ```
    #[allow(clippy::must_use_candidate)] // What may be lost may be ignored.
    pub fn try_send(&self, message: &Message) -> bool {
        let data = data::of_message(message);
        data.is_some_and(|(data, _)| transmit::send_now(self.driver(), &data).unwrap_or_default())
    }

    /// Returns the number of messages that were accepted and are not sent yet, requests among them, and one more if the browser's buffer
    /// isn't empty. To ask the user before they leave the page, for example.
    ///
    /// ```no_run
    /// # use holdfast_ws::WebSocket;
    /// # fn run(ws: &WebSocket) {
    /// let may_leave = ws.unsent_count() == 0;
    /// # }
    /// ```
    #[must_use]
    pub fn unsent_count(&self) -> usize {
        let (queued, connection) = self
            .driver()
            .engine(|engine| (engine.outbox().len(), engine.connection()));
        let native = self.shared().browser.native().filter(|_| connection.is_some());
        let buffered = native.is_some_and(|native| native.buffered_amount() > 0.0);
        #[cfg(feature = "futures")]
        let queued = queued.saturating_add(self.shared().sinks.held());
        queued.saturating_add(usize::from(buffered))
    }
}
