//! The WebSocket paths: the messages that each sends unprompted, and its answers.

use std::time::Duration;

use serde_json::json;
use tokio_tungstenite::tungstenite::Message;

use super::{
    outbox::Outbox,
    params::{BadParam, Params},
    rpc::Rpc,
};

/// All paths. [`Role::new`] handles each of them.
pub(super) const PATHS: [&str; 12] = [
    "/echo", "/push", "/sink", "/close", "/greet", "/sizes", "/types", "/pong", "/rpc", "/drain", "/busy", "/boxes",
];

/// The server's behaviour on one connection.
#[derive(Clone, Debug)]
pub(super) enum Role {
    /// Echoes each message.
    Echo,
    /// Sends 1, 2, … up to `count`, one number per interval `every`; echoes, too.
    Push { every: Duration, count: u64 },
    /// Reads everything and answers nothing; limited to `rate` bytes per second, if given.
    Sink { rate: Option<u32> },
    /// Closes the connection after a time.
    Close {
        code: Option<u16>,
        reason: String,
        after: Duration,
    },
    /// Sends `hello` as soon as the connection is open, then echoes.
    Greet,
    /// Answers each message with its type and size.
    Sizes,
    /// Sends one of each kind of message, then echoes.
    Types,
    /// Answers pings, and sends its own at the interval `pings`, if given.
    Pong { reply: String, pings: Option<Duration> },
    /// Answers JSON requests.
    Rpc(Rpc),
    /// Keeps the server's half of an outbox, for all connections of the endpoint.
    Boxes,
    /// Behaves as an application's server: sends a number per interval `every`, answers pings and JSON requests.
    Busy { every: Duration, rpc: Rpc },
}

impl Role {
    /// Returns the role of a path; `None` if there is no such path.
    pub(super) fn new(path: &str, params: &Params) -> Result<Option<Self>, BadParam> {
        let text = |name, default: &str| params.text(name).unwrap_or(default).to_owned();
        Ok(Some(match path {
            "/echo" => Self::Echo,
            "/push" => Self::Push {
                every: every(params)?,
                count: params.number("count")?.unwrap_or(u64::MAX),
            },
            "/sink" => Self::Sink { rate: None },
            "/drain" => {
                let kbps: u32 = params.number("kbps")?.unwrap_or(1_000);
                Self::Sink {
                    rate: Some(kbps.saturating_mul(125)),
                }
            }
            "/close" => Self::Close {
                code: params.number("code")?,
                reason: text("reason", ""),
                after: params.millis("after")?.unwrap_or_default(),
            },
            "/greet" => Self::Greet,
            "/sizes" => Self::Sizes,
            "/types" => Self::Types,
            "/pong" => Self::Pong {
                reply: text("reply", "pong"),
                pings: params.millis("pings")?,
            },
            "/rpc" => Self::Rpc(Rpc::default()),
            "/boxes" => Self::Boxes,
            "/busy" => Self::Busy {
                every: every(params)?,
                rpc: Rpc::default(),
            },
            _ => return Ok(None),
        }))
    }

    /// Returns the limit at which this role reads, in bytes per second; `None` without a limit.
    pub(super) fn reading_rate(&self) -> Option<u32> {
        match self {
            Self::Sink { rate } => *rate,
            _ => None,
        }
    }

    /// Sends the messages that answer nothing. Runs concurrently with [`answer`](Self::answer).
    pub(super) async fn send_unprompted(self, out: Outbox) {
        match self {
            Self::Push { every, count } => {
                let mut clock = tokio::time::interval(every);
                clock.tick().await;
                for number in 1..=count {
                    clock.tick().await;
                    out.text(number.to_string());
                }
            }
            Self::Busy { every, .. } => {
                let mut clock = tokio::time::interval(every);
                let mut number: u64 = 0;
                loop {
                    clock.tick().await;
                    number += 1;
                    out.text(format!("push {number}"));
                }
            }
            Self::Pong { pings: Some(every), .. } => {
                let mut clock = tokio::time::interval(every.max(Duration::from_millis(1)));
                loop {
                    clock.tick().await;
                    out.text("ping");
                }
            }
            Self::Close { code, reason, after } => {
                tokio::time::sleep(after).await;
                out.close(code, &reason);
            }
            Self::Greet => out.text("hello"),
            Self::Types => {
                out.text("text");
                out.binary([1, 2, 3]);
                out.text("");
                out.binary([]);
            }
            _ => {}
        }
    }

    /// Answers a message.
    pub(super) fn answer(&mut self, message: Message, out: &Outbox) {
        match self {
            Self::Echo | Self::Push { .. } | Self::Greet | Self::Types => out.send(message),
            Self::Sink { .. } | Self::Close { .. } => {}
            Self::Sizes => {
                let kind = if message.is_text() { "text" } else { "binary" };
                out.text(json!({ "type": kind, "bytes": message.len() }).to_string());
            }
            Self::Pong { reply, .. } => match message {
                Message::Text(text) if text.as_str() == "ping" => out.text(reply.clone()),
                Message::Binary(bytes) if bytes[..] == [0x9] => out.binary([0xA]),
                _ => {}
            },
            Self::Rpc(rpc) => {
                if let Message::Text(text) = message {
                    rpc.answer(&text, out);
                }
            }
            Self::Boxes => {
                if let Message::Text(text) = message
                    && let Some(answer) = out.endpoint.answer_box(&text)
                {
                    out.text(answer.to_string());
                }
            }
            Self::Busy { rpc, .. } => match message {
                Message::Text(text) if text.as_str() == "ping" => out.text("pong"),
                Message::Text(text) if text.starts_with('{') => rpc.answer(&text, out),
                _ => {}
            },
        }
    }
}

/// Returns the interval at which a role sends numbers.
fn every(params: &Params) -> Result<Duration, BadParam> {
    let every = params.millis("every")?.unwrap_or(Duration::from_secs(1));
    Ok(every.max(Duration::from_millis(1)))
}
