//! The lines: named bundles of connections, so that tests which run side by side hurt only their own.
//!
//! A line holds its standing [`Faults`], a record of every connection it ever had and the messages they sent. Everything the
//! control API does to connections is decided here; how bytes stop is [`wire`](super::wire)'s business, what is answered
//! [`paths`](super::paths)'.

use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
    time::{Duration, Instant},
};

use parking_lot::{Mutex, MutexGuard};
use serde::Serialize;
use serde_json::{Value, json};
use tokio::sync::mpsc::UnboundedSender;
use tokio_tungstenite::tungstenite::Message;

use super::{
    faults::Faults,
    wire::{Tap, Way},
};

/// What is remembered of received messages: so many, and so many bytes of text; the oldest go first.
const MOST_MESSAGES: usize = 100_000;
const MOST_BYTES: usize = 256 << 20;

/// All lines, by name. A line exists from the first mention of its name.
#[derive(Debug)]
pub(super) struct Lines {
    started: Instant,
    lines: Mutex<HashMap<String, Arc<Line>>>,
}

/// One line.
#[derive(Debug)]
pub(super) struct Line {
    started: Instant,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    faults: Faults,
    refused: u64,
    connections: Vec<Connection>,
    received: VecDeque<Received>,
    received_bytes: usize,
}

/// An order to one connection's writer, carried out before any reply that still waits.
#[derive(Clone, Debug)]
pub(super) enum Order {
    Text(String),
    /// So many texts, `flood 1` and on.
    Flood(u64),
    /// A frame with an opcode that means nothing.
    Garble,
    /// A close frame with this code, whatever the standard thinks of it, or an empty one.
    Close(Option<u16>, String),
}

#[derive(Debug)]
struct Connection {
    stage: Stage,
    opened_at: u64,
    close_code: Option<u16>,
    protocol: String,
    received: u64,
}

#[derive(Debug)]
enum Stage {
    /// The 101 is on its way. The client may have it already, so orders count, but a freeze waits until it is surely out.
    Opening {
        handle: Handle,
        freeze: Option<Way>,
    },
    Open(Handle),
    /// When, on the server's clock.
    Ended(u64),
}

#[derive(Clone, Debug)]
struct Handle {
    tap: Tap,
    orders: UnboundedSender<Order>,
}

#[derive(Debug, Serialize)]
struct Received {
    connection: usize,
    #[serde(flatten)]
    payload: Payload,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "lowercase")]
enum Payload {
    Text(String),
    Binary(usize),
}

impl Lines {
    pub(super) fn new() -> Self {
        Self {
            started: Instant::now(),
            lines: Mutex::default(),
        }
    }

    pub(super) fn get(&self, name: &str) -> Arc<Line> {
        let mut lines = self.lines.lock();
        if let Some(line) = lines.get(name) {
            return line.clone();
        }
        let line = Arc::new(Line {
            started: self.started,
            state: Mutex::default(),
        });
        lines.insert(name.to_owned(), line.clone());
        line
    }

    /// Forgets a line with its faults and records, and resets what is still connected to it.
    pub(super) fn forget(&self, name: &str) {
        if let Some(line) = self.lines.lock().remove(name) {
            line.drop_all();
        }
    }
}

impl Line {
    /// The line's standing orders, to read or to change. Held briefly.
    pub(super) fn faults(&self) -> parking_lot::MappedMutexGuard<'_, Faults> {
        MutexGuard::map(self.state.lock(), |state| &mut state.faults)
    }

    pub(super) fn count_refusal(&self) {
        self.state.lock().refused += 1;
    }

    /// Takes a connection in just before its handshake is answered. Returns its number, from 1.
    pub(super) fn opening(&self, tap: Tap, orders: UnboundedSender<Order>, protocol: String) -> usize {
        let mut state = self.state.lock();
        state.connections.push(Connection {
            stage: Stage::Opening {
                handle: Handle { tap, orders },
                freeze: None,
            },
            opened_at: self.now(),
            close_code: None,
            protocol,
            received: 0,
        });
        state.connections.len()
    }

    /// The handshake is done: what was ordered for this moment happens now.
    pub(super) fn open(self: &Arc<Self>, number: usize) {
        let mut state = self.state.lock();
        let (freeze_new, flap) = (state.faults.freeze_new, state.faults.flap);
        let connection = &mut state.connections[number - 1];
        let Stage::Opening { handle, freeze } = &connection.stage else {
            return;
        };
        for way in [*freeze, freeze_new].into_iter().flatten() {
            handle.tap.freeze(way);
        }
        connection.stage = Stage::Open(handle.clone());
        drop(state);
        if let Some(after) = flap {
            let line = self.clone();
            tokio::spawn(async move {
                tokio::time::sleep(after).await;
                line.reset(number);
            });
        }
    }

    pub(super) fn received(&self, number: usize, message: &Message) {
        let payload = match message {
            Message::Text(text) => Payload::Text(text.to_string()),
            Message::Binary(bytes) => Payload::Binary(bytes.len()),
            _ => return,
        };
        let mut state = self.state.lock();
        state.connections[number - 1].received += 1;
        state.received_bytes += payload.weight();
        state.received.push_back(Received {
            connection: number,
            payload,
        });
        while state.received.len() > MOST_MESSAGES || state.received_bytes > MOST_BYTES {
            let Some(oldest) = state.received.pop_front() else {
                break;
            };
            state.received_bytes -= oldest.payload.weight();
        }
    }

    /// Notes the code of the client's close frame, 1005 for an empty one.
    pub(super) fn closed(&self, number: usize, code: u16) {
        self.state.lock().connections[number - 1].close_code = Some(code);
    }

    pub(super) fn ended(&self, number: usize) {
        let now = self.now();
        self.state.lock().connections[number - 1].end(now);
    }

    fn reset(&self, number: usize) {
        let now = self.now();
        self.state.lock().connections[number - 1].reset(now);
    }

    /// Resets every live connection. Returns how many.
    pub(super) fn drop_all(&self) -> usize {
        let now = self.now();
        self.each(|connection| connection.reset(now))
    }

    /// Gives every live connection's writer an order. Returns how many.
    pub(super) fn order_all(&self, order: &Order) -> usize {
        self.each(|connection| {
            if let Some(handle) = connection.handle() {
                let _ = handle.orders.send(order.clone());
            }
        })
    }

    /// Freezes every live connection. Returns how many.
    pub(super) fn freeze_all(&self, way: Way) -> usize {
        self.each(|connection| match &mut connection.stage {
            Stage::Opening { freeze, .. } => *freeze = Some(way),
            Stage::Open(handle) => handle.tap.freeze(way),
            Stage::Ended(_) => {}
        })
    }

    /// Thaws every live connection and lets new ones be. Returns how many.
    pub(super) fn thaw_all(&self) -> usize {
        self.faults().freeze_new = None;
        self.each(|connection| match &mut connection.stage {
            Stage::Opening { freeze, .. } => *freeze = None,
            Stage::Open(handle) => handle.tap.thaw(),
            Stage::Ended(_) => {}
        })
    }

    /// The line as `GET /lines/{line}` shows it.
    pub(super) fn summary(&self) -> Value {
        let state = self.state.lock();
        let connections: Vec<Value> = state
            .connections
            .iter()
            .enumerate()
            .map(|(index, connection)| connection.summary(index + 1))
            .collect();
        json!({
            "accepted": connections.len(),
            "refused": state.refused,
            "live": state.connections.iter().filter(|connection| connection.handle().is_some()).count(),
            "connections": connections,
        })
    }

    /// Every message still remembered, oldest first.
    pub(super) fn received_messages(&self) -> Value {
        json!(self.state.lock().received)
    }

    /// How late replies are at the moment.
    pub(super) fn delay(&self) -> Duration {
        self.state.lock().faults.delay
    }

    fn each(&self, mut act: impl FnMut(&mut Connection)) -> usize {
        let mut state = self.state.lock();
        let live = state
            .connections
            .iter_mut()
            .filter(|connection| connection.handle().is_some());
        live.map(&mut act).count()
    }

    fn now(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

impl Connection {
    fn handle(&self) -> Option<&Handle> {
        match &self.stage {
            Stage::Opening { handle, .. } | Stage::Open(handle) => Some(handle),
            Stage::Ended(_) => None,
        }
    }

    fn reset(&mut self, now: u64) {
        if let Some(handle) = self.handle() {
            handle.tap.reset();
        }
        self.end(now);
    }

    fn end(&mut self, now: u64) {
        if self.handle().is_some() {
            self.stage = Stage::Ended(now);
        }
    }

    fn summary(&self, number: usize) -> Value {
        let ended_at = match self.stage {
            Stage::Ended(at) => Some(at),
            Stage::Opening { .. } | Stage::Open(_) => None,
        };
        json!({
            "id": number,
            "openedAt": self.opened_at,
            "endedAt": ended_at,
            "closeCode": self.close_code,
            "protocol": self.protocol,
            "received": self.received,
        })
    }
}

impl Payload {
    fn weight(&self) -> usize {
        match self {
            Self::Text(text) => text.len(),
            Self::Binary(_) => 0,
        }
    }
}
