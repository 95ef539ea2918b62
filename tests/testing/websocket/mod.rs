//! The crate's `WebSocket` in the world, feature by feature: without a browser, and in no time.

mod chat;
mod polls;
mod requests;
mod speed;

use std::cell::RefCell;
use std::rc::Rc;

use holdfast_ws::testing::{Browser, Connection, Entered, Server, World};
use holdfast_ws::{Builder, Heartbeat, Message, WebSocket};

use crate::diary::{Diary, secs};

pub(crate) const URL: &str = "wss://api.test/live";

/// A world that is entered, with a server that echoes.
pub(crate) struct Scene {
    pub(crate) world: World,
    pub(crate) server: Server,
    _entered: Entered,
}

impl Scene {
    pub(crate) fn new() -> Self {
        Self::with(|connection| {
            let echo = connection.clone();
            connection.on_message(move |message| echo.send(message));
        })
    }

    pub(crate) fn with(accept: impl FnMut(&Connection) + 'static) -> Self {
        let world = World::new(Browser::Chromium, 7);
        Self {
            server: world.server(URL, accept).expect("a URL"),
            _entered: world.enter(),
            world,
        }
    }

    /// A socket with these options that has opened.
    pub(crate) fn open(&self, builder: Builder) -> WebSocket {
        let ws = builder.connect().expect("the world takes it");
        self.until_open(&ws);
        ws
    }

    pub(crate) fn until_open(&self, ws: &WebSocket) {
        let open = || ws.ready_state() == holdfast_ws::ReadyState::Open;
        self.world.until(open, secs(30)).expect("it opens");
    }

    /// What the server has received, as text.
    pub(crate) fn received(&self) -> Vec<String> {
        let text = |payload: &holdfast_ws::testing::Payload| payload.as_text().unwrap_or("binary").to_owned();
        self.server.received().iter().map(text).collect()
    }
}

pub(crate) fn heartbeat() -> Heartbeat {
    Heartbeat::new().interval(secs(10)).timeout(secs(5)).pong("ping")
}

/// Writes down the messages of a socket.
pub(crate) fn messages(ws: &WebSocket) -> Rc<RefCell<Vec<Message>>> {
    let messages = Rc::new(RefCell::new(Vec::new()));
    let seen = Rc::clone(&messages);
    ws.set_onmessage(move |message| seen.borrow_mut().push(message));
    messages
}

/// Writes down the events of a socket.
pub(crate) fn diary(ws: &WebSocket) -> Diary {
    let diary = Diary::default();
    let note = diary.clone();
    ws.set_onopen(move || note.note("open"));
    let note = diary.clone();
    ws.set_onmessage(move |message| note.note(message.as_text().unwrap_or("binary")));
    let note = diary.clone();
    ws.set_onerror(move || note.note("error"));
    let note = diary.clone();
    ws.set_onclose(move |event| note.note(format!("close {} {}", event.code, event.will_reconnect)));
    let note = diary.clone();
    ws.set_onreconnecting(move |planned| note.note(format!("attempt {}: {:?}", planned.attempt, planned.cause)));
    diary
}
