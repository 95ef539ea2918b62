//! The sending half of a role: passes its messages to the connection's writer.

use std::{sync::Arc, time::Duration};

use tokio::{sync::mpsc::UnboundedSender, time::Instant};
use tokio_tungstenite::tungstenite::Message;

use super::endpoints::{Command, Endpoint};

/// Sends a [`Role`](super::paths::Role)'s messages. Replies are sent in order, each with the endpoint's delay at that moment.
#[derive(Clone, Debug)]
pub(super) struct Outbox {
    pub(super) endpoint: Arc<Endpoint>,
    pub(super) replies: UnboundedSender<Reply>,
    pub(super) commands: UnboundedSender<Command>,
}

/// A message and the time at which it leaves.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) due: Instant,
    pub(super) message: Message,
}

impl Outbox {
    pub(super) fn send(&self, message: Message) {
        let _ = self.replies.send(Reply {
            due: Instant::now() + self.endpoint.delay(),
            message,
        });
    }

    pub(super) fn text(&self, text: impl Into<String>) {
        self.send(Message::text::<String>(text.into()));
    }

    pub(super) fn binary(&self, bytes: impl Into<Vec<u8>>) {
        self.send(Message::binary(bytes.into()));
    }

    /// Sends a text after `wait`, out of order with messages sent meanwhile.
    pub(super) fn text_in(&self, wait: Duration, text: String) {
        let outbox = self.clone();
        tokio::spawn(async move {
            tokio::time::sleep(wait).await;
            outbox.text(text);
        });
    }

    pub(super) fn close(&self, code: Option<u16>, reason: &str) {
        let _ = self.commands.send(Command::Close(code, reason.to_owned()));
    }
}
