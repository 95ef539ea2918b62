//! Endpoints: named groups of connections. Each test uses an endpoint of its own, so its faults reach no other test.
//!
//! An endpoint holds its [`Faults`] and a record of its connections and their messages. This module decides which connections an
//! action of the control API affects. How bytes are stopped is in [`wire`](super::wire), how messages are answered in
//! [`paths`](super::paths).

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
    boxes::Boxes,
    faults::Faults,
    wire::{Direction, Tap},
};

/// The most received messages that are kept, and the most bytes of text; the oldest are dropped first.
const MOST_MESSAGES: usize = 100_000;
const MOST_BYTES: usize = 256 << 20;

/// All endpoints, by name. An endpoint is created when its name is first used.
#[derive(Debug)]
pub(super) struct Endpoints {
    started: Instant,
    endpoints: Mutex<HashMap<String, Arc<Endpoint>>>,
}

/// A named group of connections.
#[derive(Debug)]
pub(super) struct Endpoint {
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
    boxes: Boxes,
}

/// A command to one connection's writer. It takes precedence over replies that are still delayed.
#[derive(Clone, Debug)]
pub(super) enum Command {
    /// Sends a text.
    Text(String),
    /// Sends this many texts: `flood 1`, `flood 2`, …
    Flood(u64),
    /// Sends a frame with a reserved opcode.
    Garble,
    /// Sends a close frame with this code, even one that the standard forbids; without a code, an empty one.
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
    /// The 101 response is being sent. The client may have it already, so commands apply; a freeze waits until it is sent.
    Opening {
        handle: Handle,
        freeze: Option<Direction>,
    },
    Open(Handle),
    /// Ended at this time on the server's clock.
    Ended(u64),
}

#[derive(Clone, Debug)]
struct Handle {
    tap: Tap,
    commands: UnboundedSender<Command>,
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

impl Endpoints {
    pub(super) fn new() -> Self {
        Self {
            started: Instant::now(),
            endpoints: Mutex::default(),
        }
    }

    pub(super) fn get(&self, name: &str) -> Arc<Endpoint> {
        let mut endpoints = self.endpoints.lock();
        if let Some(endpoint) = endpoints.get(name) {
            return endpoint.clone();
        }
        let endpoint = Arc::new(Endpoint {
            started: self.started,
            state: Mutex::default(),
        });
        endpoints.insert(name.to_owned(), endpoint.clone());
        endpoint
    }

    /// Removes an endpoint with its faults and records, and resets its open connections.
    pub(super) fn forget(&self, name: &str) {
        if let Some(endpoint) = self.endpoints.lock().remove(name) {
            endpoint.drop_all();
        }
    }
}

impl Endpoint {
    /// The endpoint's faults, to read or to change. Hold the lock briefly.
    pub(super) fn faults(&self) -> parking_lot::MappedMutexGuard<'_, Faults> {
        MutexGuard::map(self.state.lock(), |state| &mut state.faults)
    }

    /// Returns the answer to a message of an outbox. See [`Boxes`].
    pub(super) fn answer_box(&self, text: &str) -> Option<Value> {
        self.state.lock().boxes.answer(text)
    }

    pub(super) fn count_refusal(&self) {
        self.state.lock().refused += 1;
    }

    /// Adds a connection just before its handshake is answered. Returns its number, from 1.
    pub(super) fn opening(&self, tap: Tap, commands: UnboundedSender<Command>, protocol: String) -> usize {
        let mut state = self.state.lock();
        state.connections.push(Connection {
            stage: Stage::Opening {
                handle: Handle { tap, commands },
                freeze: None,
            },
            opened_at: self.now(),
            close_code: None,
            protocol,
            received: 0,
        });
        state.connections.len()
    }

    /// Called when the handshake is done. Applies the faults that were set for new connections.
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
            let endpoint = self.clone();
            tokio::spawn(async move {
                tokio::time::sleep(after).await;
                endpoint.reset(number);
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

    /// Records the code of the client's close frame, 1005 for an empty one.
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

    /// Sends a command to every live connection's writer. Returns how many.
    pub(super) fn send_command(&self, command: &Command) -> usize {
        self.each(|connection| {
            if let Some(handle) = connection.handle() {
                let _ = handle.commands.send(command.clone());
            }
        })
    }

    /// Freezes every live connection. Returns how many.
    pub(super) fn freeze_all(&self, way: Direction) -> usize {
        self.each(|connection| match &mut connection.stage {
            Stage::Opening { freeze, .. } => *freeze = Some(way),
            Stage::Open(handle) => handle.tap.freeze(way),
            Stage::Ended(_) => {}
        })
    }

    /// Thaws every live connection, and stops freezing new ones. Returns how many.
    pub(super) fn thaw_all(&self) -> usize {
        self.faults().freeze_new = None;
        self.each(|connection| match &mut connection.stage {
            Stage::Opening { freeze, .. } => *freeze = None,
            Stage::Open(handle) => handle.tap.thaw(),
            Stage::Ended(_) => {}
        })
    }

    /// Returns the endpoint's state as `GET /endpoints/{endpoint}` reports it.
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

    /// Returns the received messages that are kept, oldest first.
    pub(super) fn received_messages(&self) -> Value {
        json!(self.state.lock().received)
    }

    /// Returns the current delay of replies.
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
