//! Calls of the application on its socket, carried out by the tab.

use alloc::string::String;

use wasm_bindgen::JsValue;

use super::member::{Core, Member};
use super::payload::write_closing;
use crate::client::state::tab::Closing;
use crate::engine::{Span, Status};

/// How long what was sent may take to be handed over before a tab leaves without.
const DRAIN: Span = Span::from_millis(3_000);

impl Member {
    /// The application closes the socket: the tab leaves when what it has sent is handed over.
    pub(super) fn leave_by(&self, closing: Closing, everyone: bool) {
        if self.is_ended() || self.view.is_closing() {
            return;
        }
        let all = everyone.then(|| write_closing(&closing));
        self.view.set_closing(closing);
        if self.view.socket().is_none() {
            // The socket closes at once, and reports what was never handed over.
            return self.run(|core, now| core.leave_when_sent(now, Span::ZERO, all));
        }
        // What the connection was given before its end goes out, by the next leader if this one is lost.
        let is_open = self
            .view
            .description
            .borrow()
            .as_ref()
            .is_some_and(|known| known.status == Status::Open);
        let wait = if is_open { DRAIN } else { Span::ZERO };
        self.soon(move |member| member.run(|core, now| core.leave_when_sent(now, wait, all)));
    }

    pub(super) fn leave(&self) {
        self.run(Core::leave);
    }

    /// The tab answers calls of these methods, and no others.
    pub(super) fn answer_calls(&self, methods: &[String]) {
        let names = methods.iter().map(|method| JsValue::from_str(method)).collect();
        self.run(|core, now| core.set_methods(now, names));
    }

    /// Makes the connection anew, wherever it is.
    pub(super) fn reconnect(&self) {
        let connection = self.connection.borrow().clone();
        match (connection, &*self.channels.borrow()) {
            (Some(connection), _) => connection.socket.reconnect(),
            (None, Some(channels)) => channels.post_reconnect(),
            (None, None) => {}
        }
    }
}
