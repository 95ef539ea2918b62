//! What the server sends by itself or as an answer, on its way to the connection's writer.

use std::{sync::Arc, time::Duration};

use tokio::{sync::mpsc::UnboundedSender, time::Instant};
use tokio_tungstenite::tungstenite::Message;

use super::lines::{Line, Order};

/// Sends a [`Role`](super::paths::Role)'s messages. Replies leave in order, each as late as the line says at that moment.
#[derive(Clone, Debug)]
pub(super) struct Outbox {
    pub(super) line: Arc<Line>,
    pub(super) replies: UnboundedSender<Reply>,
    pub(super) orders: UnboundedSender<Order>,
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
            due: Instant::now() + self.line.delay(),
            message,
        });
    }

    pub(super) fn text(&self, text: impl Into<String>) {
        self.send(Message::text::<String>(text.into()));
    }

    pub(super) fn binary(&self, bytes: impl Into<Vec<u8>>) {
        self.send(Message::binary(bytes.into()));
    }

    /// Sends a text after so long, out of order with what is sent meanwhile.
    pub(super) fn text_in(&self, wait: Duration, text: String) {
        let outbox = self.clone();
        tokio::spawn(async move {
            tokio::time::sleep(wait).await;
            outbox.text(text);
        });
    }

    pub(super) fn close(&self, code: Option<u16>, reason: &str) {
        let _ = self.orders.send(Order::Close(code, reason.to_owned()));
    }
}
