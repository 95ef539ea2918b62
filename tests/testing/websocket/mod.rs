//! The crate's `WebSocket` in the world, feature by feature: without a browser, and in no time.

mod chat;
mod digests;
mod lazy;
mod numbers;
mod page;
mod polls;
mod requests;
mod speed;

use holdfast_ws::testing::{Browser, Connection, Entered, Server, World};
use holdfast_ws::{Builder, Heartbeat, WebSocket};

use crate::diary::secs;

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

    /// The messages that the server has received, as text.
    pub(crate) fn received(&self) -> Vec<String> {
        let text = |payload: &holdfast_ws::testing::Payload| payload.as_text().unwrap_or("binary").to_owned();
        self.server.received().iter().map(text).collect()
    }
}

pub(crate) fn heartbeat() -> Heartbeat {
    Heartbeat::new().interval(secs(10)).timeout(secs(5)).pong("ping")
}
