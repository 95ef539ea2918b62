//! A world with a server that keeps its half of an outbox.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

use holdfast_ws::delivery::{MemoryStore, Outbox, OutboxBuilder};
use holdfast_ws::testing::{Browser, Server, World};
use holdfast_ws::{Reconnect, WebSocket};
use serde_json::{Value, json};

const URL: &str = "wss://api.test/live";
pub(crate) const LONG: Duration = Duration::from_secs(60);

/// The server's state, in memory.
#[derive(Debug, Default)]
pub(crate) struct Wire {
    pub(crate) last: BTreeMap<String, u64>,
    /// The items, in the order in which they were done.
    pub(crate) done: Vec<u64>,
    /// It says nothing, for so long.
    pub(crate) is_silent: bool,
    pub(crate) refuses: Vec<u64>,
}

impl Wire {
    fn answer(&mut self, frame: &Value) -> Value {
        let hello = &frame["hello"];
        if let (Some(name), Some(from)) = (hello["box"].as_str(), hello["from"].as_u64()) {
            let last = self.last.entry(name.into()).or_default();
            let done = *last;
            *last = done.max(from - 1);
            return json!({ "hello": { "box": name, "done": done } });
        }
        let (name, number) = (
            frame["box"].as_str().expect("a box"),
            frame["n"].as_u64().expect("a number"),
        );
        let item = frame["item"].as_u64().expect("an item");
        let last = self.last.entry(name.into()).or_default();
        if number != *last + 1 {
            return json!({ "box": name, "done": *last });
        }
        *last = number;
        if self.refuses.contains(&item) {
            return json!({ "box": name, "n": number, "error": { "message": "no such item", "final": true } });
        }
        self.done.push(item);
        json!({ "box": name, "n": number, "ok": { "order": self.done.len() } })
    }
}

pub(crate) struct Scene {
    pub(crate) world: World,
    pub(crate) server: Server,
    pub(crate) wire: Rc<RefCell<Wire>>,
    pub(crate) store: MemoryStore,
    _entered: Box<dyn std::any::Any>,
}

impl Scene {
    pub(crate) fn new(seed: u64) -> Self {
        let world = World::new(Browser::Chromium, seed);
        let entered = world.enter();
        let wire = Rc::new(RefCell::new(Wire::default()));
        let shared = Rc::clone(&wire);
        let server = world.server(URL, move |connection| {
            let (wire, answers) = (Rc::clone(&shared), connection.clone());
            connection.on_message(move |message| {
                let Some(text) = message.as_text() else { return };
                let frame = serde_json::from_str(text).expect("JSON");
                let answer = wire.borrow_mut().answer(&frame);
                if !wire.borrow().is_silent {
                    answers.send(answer.to_string().as_str());
                }
            });
        });
        Self {
            world,
            server: server.expect("a URL"),
            wire,
            store: MemoryStore::new(),
            _entered: Box::new(entered),
        }
    }

    pub(crate) fn builder(&self) -> OutboxBuilder {
        Outbox::builder(&connect(), "ada").store(self.store.clone())
    }

    pub(crate) fn until(&self, holds: impl FnMut() -> bool) {
        self.world.until(holds, LONG).expect("it holds within a minute");
    }

    pub(crate) fn done(&self) -> Vec<u64> {
        self.wire.borrow().done.clone()
    }
}

/// Makes a socket in the world.
pub(crate) fn connect() -> WebSocket {
    let delays = Reconnect::new()
        .min_delay(Duration::from_millis(100))
        .max_delay(Duration::from_secs(1));
    WebSocket::builder(URL).reconnect(delays).connect().expect("a socket")
}

pub(crate) fn deliver(outbox: &Outbox, item: u64) -> holdfast_ws::delivery::Delivery {
    outbox.deliver(&json!({ "item": item })).expect("an object")
}
