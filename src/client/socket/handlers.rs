//! Takes handlers off, each by the name that it was set by.

use super::handle::WebSocket;

impl WebSocket {
    /// Removes the handler that [`set_onopen`](Self::set_onopen) has set.
    pub fn remove_onopen(&self) {
        self.shared().on.open.clear();
    }

    /// Removes the handler that [`set_onmessage`](Self::set_onmessage) has set.
    pub fn remove_onmessage(&self) {
        self.shared().on.message.clear();
    }

    /// Removes the handler that [`set_onerror`](Self::set_onerror) has set.
    pub fn remove_onerror(&self) {
        self.shared().on.error.clear();
    }

    /// Removes the handler that [`set_onclose`](Self::set_onclose) has set.
    pub fn remove_onclose(&self) {
        self.shared().on.close.clear();
    }

    /// Removes the handler that [`set_onstatuschange`](Self::set_onstatuschange) has set.
    pub fn remove_onstatuschange(&self) {
        self.shared().on.status.clear();
    }

    /// Removes the handler that [`set_onexpired`](Self::set_onexpired) has set.
    pub fn remove_onexpired(&self) {
        self.shared().on.expired.clear();
    }

    /// Removes the handler that [`set_onreconnecting`](Self::set_onreconnecting) has set.
    pub fn remove_onreconnecting(&self) {
        self.shared().on.reconnecting.clear();
    }
}
