//! A page with one socket that writes down its events, and a server that echoes.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use holdfast_ws::testing::{Browser, Server, Socket, World};

pub(crate) const URL: &str = "ws://api.test/live";

pub(crate) const fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

pub(crate) const fn secs(secs: u64) -> Duration {
    Duration::from_secs(secs)
}

/// The events heard, in order.
#[derive(Clone, Default)]
pub(crate) struct Diary(Rc<RefCell<Vec<String>>>);

impl Diary {
    pub(crate) fn note(&self, entry: impl Into<String>) {
        self.0.borrow_mut().push(entry.into());
    }

    /// Returns the events heard since this was last read.
    pub(crate) fn read(&self) -> Vec<String> {
        self.0.take()
    }
}

pub(crate) struct Scene {
    pub(crate) world: World,
    pub(crate) server: Server,
    pub(crate) diary: Diary,
}

impl Scene {
    pub(crate) fn new() -> Self {
        Self::of(Browser::Chromium)
    }

    pub(crate) fn of(browser: Browser) -> Self {
        let world = World::new(browser, 1);
        let server = world.server(URL, |connection| {
            let echo = connection.clone();
            connection.on_message(move |message| echo.send(message));
        });
        Self {
            world,
            server: server.expect("a URL"),
            diary: Diary::default(),
        }
    }

    /// A socket that writes down its events.
    pub(crate) fn socket(&self) -> Socket {
        let socket = self.world.socket(URL, &[]).expect("a URL");
        let diary = self.diary.clone();
        socket.on_open(move || diary.note("open"));
        let diary = self.diary.clone();
        socket.on_message(move |message| diary.note(message.as_text().unwrap_or("binary")));
        let diary = self.diary.clone();
        socket.on_error(move || diary.note("error"));
        let diary = self.diary.clone();
        socket.on_close(move |closed| {
            let clean = if closed.clean { "clean" } else { "unclean" };
            diary.note(format!("close {} {} {clean}", closed.code, closed.reason));
        });
        socket
    }

    /// One that has opened.
    pub(crate) fn open(&self) -> Socket {
        let socket = self.socket();
        self.world.advance(ms(100));
        assert_eq!(self.diary.read(), ["open"]);
        socket
    }

    pub(crate) fn advance(&self, time: Duration) -> Vec<String> {
        self.world.advance(time);
        self.diary.read()
    }
}
