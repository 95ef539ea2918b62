//! The place in one stream of the server, and where it is stored.

use alloc::boxed::Box;
use alloc::format;
use alloc::string::String;
use core::cell::{Cell, RefCell};
use core::task::Waker;

use super::position::Place;
use super::store::{Changes, Store};
use crate::client::socket::handle::WebSocket;
use crate::engine::{Instant, ReadyState};
use crate::outbox::Inbox;

/// No box has a name that goes on so.
const CURSOR: &str = "/@";

/// True if it is no box, but where a position is stored.
pub(super) fn is_cursor(name: &str) -> bool {
    name.contains(CURSOR)
}

type Subscribe = Box<dyn Fn(Option<&Place>) -> Option<String>>;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// Another page may receive the stream.
    Waiting,
    /// The stored position is being read.
    Reading,
    Begun,
    Ended,
}

/// The places of the stream.
#[derive(Debug, Default)]
struct Places {
    inbox: Inbox,
    received: Option<Place>,
    committed: Option<Place>,
}

/// The place in one stream of the server.
pub(super) struct Cursor {
    /// `None` if the application stores its position itself.
    name: Option<String>,
    subscribe: Subscribe,
    places: RefCell<Places>,
    phase: Cell<Phase>,
    has_lock: Cell<bool>,
    is_writing: Cell<bool>,
    written: RefCell<Option<Place>>,
    waker: RefCell<Option<Waker>>,
}

impl Cursor {
    fn make(name: Option<String>, subscribe: Subscribe) -> Self {
        Self {
            name,
            subscribe,
            places: RefCell::default(),
            phase: Cell::new(Phase::Waiting),
            has_lock: Cell::new(false),
            is_writing: Cell::new(false),
            written: RefCell::default(),
            waker: RefCell::default(),
        }
    }

    /// The cursor of a user's stream of this name.
    pub(super) fn new(user: &str, name: &str, subscribe: impl Fn(Option<&Place>) -> Option<String> + 'static) -> Self {
        Self::make(Some(format!("{user}{CURSOR}{name}")), Box::new(subscribe))
    }

    /// The cursor of an application that stores its position itself: it begins behind `start`.
    pub(super) fn own(
        now: Instant,
        start: Option<Place>,
        subscribe: impl Fn(Option<&Place>) -> Option<String> + 'static,
    ) -> Self {
        let cursor = Self::make(None, Box::new(subscribe));
        cursor.begin(now, start);
        cursor
    }

    fn begin(&self, now: Instant, start: Option<Place>) {
        let mut inbox = Inbox::new(match start {
            Some(Place::Number(number)) => Some(number),
            _ => None,
        });
        if let Some(Place::Id(id)) = &start {
            inbox.handle_id(now, id);
        }
        *self.places.borrow_mut() = Places {
            inbox,
            received: start.clone(),
            committed: start,
        };
        self.phase.set(Phase::Begun);
    }

    /// Returns the last position that is committed; `None` if there is none, or before it is read.
    pub(super) fn committed(&self) -> Option<Place> {
        self.places.borrow().committed.clone()
    }

    /// A message is handled. Returns true if its position is one to write.
    pub(super) fn commit(&self, place: Place) -> bool {
        let mut places = self.places.borrow_mut();
        let is_new = match &place {
            Place::Number(number) => places.inbox.commit(*number),
            Place::Id(_) => true,
        };
        if is_new {
            places.committed = Some(place);
        }
        is_new && self.name.is_some()
    }

    /// A message with this position has come. Returns true if it is to be handled.
    pub(super) fn handle_place(&self, now: Instant, place: &Place) -> bool {
        let mut places = self.places.borrow_mut();
        let is_new = match place {
            Place::Number(number) => places.inbox.handle_position(*number),
            Place::Id(id) => places.inbox.handle_id(now, id),
        };
        if is_new {
            places.received = Some(place.clone());
        }
        is_new
    }

    /// True once the stored position is read. Until then the waker is kept.
    pub(super) fn poll_begun(&self, waker: &Waker) -> bool {
        let has_begun = matches!(self.phase.get(), Phase::Begun | Phase::Ended);
        if !has_begun {
            let old = self.waker.replace(Some(waker.clone()));
            drop(old);
        }
        has_begun
    }

    pub(super) fn has_ended(&self) -> bool {
        self.phase.get() == Phase::Ended
    }

    /// Asks the server for what comes behind the last message that was received.
    pub(super) fn ask(&self, socket: &WebSocket) {
        if self.phase.get() != Phase::Begun || socket.ready_state() != ReadyState::Open {
            return;
        }
        let received = self.places.borrow().received.clone();
        if let Some(text) = (self.subscribe)(received.as_ref()) {
            // If it can't be sent now, it is on the next connection.
            let _ = socket.send_with_str(&text);
        }
    }

    /// Reads the stored position, unless another page receives the stream: there is one position.
    pub(super) async fn read(&self, now: Instant, socket: &WebSocket, store: &dyn Store) {
        let Some(name) = self.name.as_ref().filter(|_| self.phase.get() == Phase::Waiting) else {
            return;
        };
        self.phase.set(Phase::Reading);
        if !store.lock(name).await.unwrap_or(false) {
            if self.phase.get() == Phase::Reading {
                self.phase.set(Phase::Waiting);
            }
            return;
        }
        self.has_lock.set(true);
        let records = store.read(name).await.unwrap_or_default();
        if self.has_ended() {
            self.unlock(store);
            return;
        }
        let place = records.first().and_then(|(_, text)| Place::parse(text));
        self.written.replace(place.clone());
        self.begin(now, place);
        self.ask(socket);
        self.wake();
    }

    /// Stores the position, one write after the other.
    pub(super) async fn write(&self, store: &dyn Store) {
        let Some(name) = &self.name else { return };
        if self.is_writing.replace(true) {
            return;
        }
        loop {
            let committed = self.committed();
            let Some(place) = committed.filter(|place| Some(place) != self.written.borrow().as_ref()) else {
                break;
            };
            let put = [(0, place.to_text())].into();
            self.written.replace(Some(place));
            let changes = Changes {
                put,
                ..Changes::default()
            };
            // If there is no room, the next one is stored, or the messages come again.
            let _ = store.write(name, changes).await;
        }
        self.is_writing.set(false);
        if self.has_ended() {
            self.unlock(store);
        }
    }

    /// Nothing more is received; another page may do so when what was committed is written.
    pub(super) fn end(&self, store: &dyn Store) {
        self.phase.set(Phase::Ended);
        if !self.is_writing.get() && *self.written.borrow() == self.places.borrow().committed {
            self.unlock(store);
        }
        self.wake();
    }

    /// Nothing more is received, or written.
    pub(super) fn abandon(&self, store: &dyn Store) {
        let committed = self.committed();
        self.written.replace(committed);
        self.phase.set(Phase::Ended);
        self.unlock(store);
        self.wake();
    }

    fn unlock(&self, store: &dyn Store) {
        if let Some(name) = self.name.as_ref().filter(|_| self.has_lock.replace(false)) {
            store.unlock(name);
        }
    }

    fn wake(&self) {
        let waker = self.waker.take();
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}
