//! The world that a test controls: a clock, a timer, sockets, an application, and a diary of what the driver did.

use alloc::boxed::Box;
use alloc::rc::{Rc, Weak};
use alloc::string::String;
use alloc::vec::Vec;
use core::cell::{Cell, RefCell};

use crate::driver::Driver;
use crate::engine::{Config, ConnectionId, Engine, ReadyState, RequestId, Route, Signal, Span};

/// A message by its number; a request's is the request's own.
pub(super) type Payload = u64;

/// An event of a fake socket.
#[derive(Debug, Clone, Copy)]
pub(super) enum Fired {
    Open,
    Message(Payload),
    Error,
    Close(u16),
}

/// The text of a heartbeat's ping, and of its answer.
pub(super) const PING: Payload = 1;
pub(super) const PONG: Payload = 2;

/// A fake socket.
#[derive(Debug)]
pub(super) struct Socket {
    pub(super) id: ConnectionId,
    pub(super) state: ReadyState,
    pub(super) abandoned: bool,
}

/// An action that the platform takes within the driver's call instead of later.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Eager {
    Opens,
    Refuses,
    Answers,
    Fires,
}

type Hook = Box<dyn FnMut(&Driver<Fake>)>;

#[derive(Default)]
pub(super) struct World {
    driver: RefCell<Weak<Driver<Fake>>>,
    pub(super) time: Cell<f64>,
    /// By how much the wall clock is ahead of the other.
    pub(super) wall: Cell<f64>,
    pub(super) timer: Cell<Option<f64>>,
    pub(super) sockets: RefCell<Vec<Socket>>,
    pub(super) eager: Cell<Option<Eager>>,
    /// The number of calls so far, and the one that fails or runs the hook.
    pub(super) calls: Cell<usize>,
    pub(super) failing: Cell<Option<usize>>,
    pub(super) hooked: Cell<Option<usize>>,
    hook: RefCell<Option<Hook>>,
    pub(super) diary: RefCell<Vec<String>>,
    pub(super) transmitted: RefCell<Vec<Payload>>,
    pub(super) unsent: RefCell<Vec<Payload>>,
    pub(super) failed: RefCell<Vec<Payload>>,
    pub(super) accepted: RefCell<Vec<Payload>>,
    pub(super) requested: RefCell<Vec<Payload>>,
    pub(super) settled: RefCell<Vec<Payload>>,
    numbered: Cell<u64>,
}

/// The world as the driver's host.
#[derive(Clone)]
pub(super) struct Fake(pub(super) Rc<World>);

/// Starts a driver in a new world.
pub(super) fn start(prepare: impl FnOnce(&World), config: Config) -> (Rc<Driver<Fake>>, Rc<World>) {
    let world = Rc::new(World::default());
    world.time.set(1_000.0);
    prepare(&world);
    let driver = Driver::new(Fake(Rc::clone(&world)), config).unwrap_or_else(|error| panic!("{error}"));
    let driver = Rc::new(driver);
    world.driver.replace(Rc::downgrade(&driver));
    driver.start();
    (driver, world)
}

impl World {
    pub(super) fn driver(&self) -> Option<Rc<Driver<Fake>>> {
        self.driver.borrow().upgrade()
    }

    pub(super) fn hook(&self, call: usize, run: impl FnMut(&Driver<Fake>) + 'static) {
        self.hooked.set(Some(call));
        self.hook.replace(Some(Box::new(run)));
    }

    /// Called at the beginning of each method of the platform and the host. Returns true if it is to fail.
    pub(super) fn call(&self, name: &str) -> bool {
        let call = self.calls.replace(self.calls.get() + 1);
        self.diary.borrow_mut().push(name.into());
        if let Some(driver) = self.driver() {
            // Panics if the driver has borrowed it.
            driver.engine(|_| ());
        }
        if self.hooked.get() == Some(call) {
            let hook = self.hook.take();
            if let (Some(mut hook), Some(driver)) = (hook, self.driver()) {
                hook(&driver);
            }
        }
        self.failing.get() == Some(call)
    }

    /// The time that has passed, in milliseconds.
    pub(super) fn advance(&self, millis: f64) {
        let end = self.time.get() + millis;
        // More than any scenario needs; an endless loop fails instead of hanging.
        for _ in 0..10_000 {
            let Some(at) = self.timer.get().filter(|&at| at <= end) else {
                self.time.set(end);
                return;
            };
            self.time.set(at.max(self.time.get()));
            self.timer.set(None);
            if let Some(driver) = self.driver() {
                driver.on_alarm();
            }
        }
        panic!("the timer fires without end");
    }

    pub(super) fn has_timer(&self) -> bool {
        self.timer.get().is_some()
    }

    pub(super) fn count(&self, name: &str) -> usize {
        self.diary.borrow().iter().filter(|noted| *noted == name).count()
    }

    /// The connection of the socket that is listened to, if it isn't over.
    pub(super) fn live(&self) -> Option<ConnectionId> {
        let sockets = self.sockets.borrow();
        let socket = sockets.last()?;
        (!socket.abandoned && socket.state != ReadyState::Closed).then_some(socket.id)
    }

    pub(super) fn state(&self) -> Option<ReadyState> {
        self.sockets.borrow().last().map(|socket| socket.state)
    }

    fn set_state(&self, id: ConnectionId, state: ReadyState) {
        for socket in self.sockets.borrow_mut().iter_mut().filter(|socket| socket.id == id) {
            socket.state = state;
        }
    }

    /// The socket that is listened to fires an event.
    pub(super) fn fire(&self, fired: Fired) {
        let (Some(driver), Some(id)) = (self.driver(), self.live()) else {
            return;
        };
        match fired {
            Fired::Open if self.state() == Some(ReadyState::Connecting) => {
                self.set_state(id, ReadyState::Open);
                driver.on_open(id, &fired);
            }
            Fired::Open => {}
            Fired::Message(_) => driver.on_message(id, &fired),
            Fired::Error => driver.on_error(id, &fired),
            Fired::Close(_) => {
                self.set_state(id, ReadyState::Closed);
                driver.on_close(id, &fired);
            }
        }
    }

    /// The application sends a message.
    pub(super) fn send(&self) {
        let Some(driver) = self.driver() else { return };
        let number = self.number();
        if driver.queue(number, 10).is_ok() && !driver.engine(|engine| engine.discards()) {
            self.accepted.borrow_mut().push(number);
        }
    }

    /// The application sends a request.
    pub(super) fn request(&self) -> u64 {
        let Some(driver) = self.driver() else { return 0 };
        let number = self.number();
        let taken = driver.request(RequestId::new(number), number, 10, Span::from_millis(1_000), Route::Any);
        if taken.is_ok() {
            self.requested.borrow_mut().push(number);
        }
        number
    }

    fn number(&self) -> u64 {
        let number = self.numbered.get() + 1;
        self.numbered.set(number);
        number + 1_000
    }

    /// The application closes: the socket first, then the driver is told.
    pub(super) fn close(&self) {
        if let Some(id) = self.live() {
            self.set_state(id, ReadyState::Closing);
        }
        if let Some(driver) = self.driver() {
            driver.command(Engine::close);
        }
    }

    pub(super) fn reconnect(&self) {
        if let Some(driver) = self.driver() {
            driver.command(Engine::reconnect);
        }
    }

    pub(super) fn signal(&self, signal: Signal) {
        if let Some(driver) = self.driver() {
            driver.signal(signal, 0);
        }
    }
}
