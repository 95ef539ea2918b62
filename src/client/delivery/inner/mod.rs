//! Carries out what the machines of the boxes decide: sends, stores, tells the deliveries.

mod adopting;
mod erasing;
mod executing;
mod leaving;
mod storing;

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::rc::{Rc, Weak};
use alloc::string::String;
use alloc::vec::Vec;
use core::cell::{Cell, RefCell};
use core::time::Duration;

use serde_json::Value;

use self::erasing::Erasing;
use super::changes::Listeners;
use super::cursor::Cursor;
use super::flush::OnLeave;
use super::options::Options;
use super::pending::{Delivery, Home, Slot};
use super::records::{Records, State, Stored};
use super::wire::{self, Answer};
use crate::client::platform::Browser;
use crate::client::socket::handle::WebSocket;
use crate::engine::{Instant, ReadyState};
use crate::outbox::Outbox as Machine;

/// How often a page looks for boxes of pages that are gone.
const ADOPT: Duration = Duration::from_secs(10);

/// One box.
struct OneBox {
    machine: Machine,
    slots: BTreeMap<u64, Rc<Slot>>,
    records: Records,
    /// The receipt or the error of the answer that is being handled.
    said: Option<(u64, Value)>,
}

impl OneBox {
    /// The state that is stored besides the messages.
    fn state(&self) -> State {
        State {
            confirmed: self.machine.confirmed(),
            is_stopped: self.machine.is_stopped(),
        }
    }
}

/// An outbox.
pub(super) struct Inner {
    pub(super) socket: WebSocket,
    pub(super) options: Options,
    platform: Browser,
    own: String,
    boxes: RefCell<BTreeMap<String, OneBox>>,
    /// True once the lock of the own box is taken.
    is_started: Cell<bool>,
    is_writing: Cell<bool>,
    is_adopting: Cell<bool>,
    pub(super) is_closed: Cell<bool>,
    erasing: Erasing,
    adopt_at: Cell<f64>,
    retry_at: Cell<f64>,
    pub(super) listeners: Listeners,
    /// The boxes of pages that are gone, of which this page's `migrate` knows nothing.
    unreadable: RefCell<BTreeSet<String>>,
    on_leave: RefCell<Option<OnLeave>>,
    cursors: RefCell<Vec<Weak<Cursor>>>,
    this: Weak<Inner>,
}

impl Home for Inner {
    fn cancel(&self, slot: &Slot) {
        let now = self.now();
        self.with(&slot.name, |one| one.machine.cancel(now, slot.number.get()));
        self.settle();
    }

    fn deliver_again(&self, message: &str, ttl: Duration) -> Option<Delivery> {
        (!self.is_closed.get()).then(|| self.deliver(message.into(), ttl))
    }
}

impl Inner {
    pub(super) fn new(socket: WebSocket, options: Options) -> Rc<Self> {
        let platform = Browser::default();
        let random = format!("{:x}{:x}", bits(platform.random()), bits(platform.random()));
        let inner = Rc::new_cyclic(|this| Self {
            own: format!("{}/{random}", options.user),
            socket,
            options,
            platform,
            boxes: RefCell::default(),
            is_started: Cell::new(false),
            is_writing: Cell::new(false),
            is_adopting: Cell::new(false),
            is_closed: Cell::new(false),
            erasing: Erasing::default(),
            adopt_at: Cell::new(0.0),
            retry_at: Cell::new(f64::INFINITY),
            listeners: Listeners::default(),
            unreadable: RefCell::default(),
            on_leave: RefCell::default(),
            cursors: RefCell::default(),
            this: this.clone(),
        });
        inner.begin(inner.own.clone());
        inner
    }

    pub(super) fn spawn(&self, work: impl AsyncFnOnce(Rc<Self>) + 'static) {
        let this = self.this.clone();
        self.platform.spawn(async move {
            if let Some(this) = this.upgrade().filter(|this| !this.is_closed.get()) {
                work(this).await;
            }
        });
    }

    /// Takes the lock of the own box, and adopts others.
    pub(super) fn start(&self) {
        if self.options.flush.is_some() {
            let this = self.this.clone();
            let on_leave = OnLeave::listen(move || {
                if let Some(this) = this.upgrade() {
                    this.flush();
                }
            });
            self.on_leave.replace(on_leave);
        }
        self.spawn(async |this| {
            // The name is random, so nobody else has it.
            let _ = this.options.store.lock(&this.own).await;
            this.is_started.set(true);
            if this.is_open() {
                this.opened();
            }
            this.write();
            this.adopt_all().await;
        });
    }

    fn begin(&self, name: String) {
        let one = OneBox {
            machine: Machine::new(self.options.config),
            slots: BTreeMap::new(),
            records: Records::default(),
            said: None,
        };
        let old = self.boxes.borrow_mut().insert(name, one);
        drop(old);
    }

    pub(super) fn now(&self) -> Instant {
        Instant::from_millis_f64(self.platform.now())
    }

    fn is_open(&self) -> bool {
        self.socket.ready_state() == ReadyState::Open
    }

    fn with<T>(&self, name: &str, call: impl FnOnce(&mut OneBox) -> T) -> Option<T> {
        self.boxes.borrow_mut().get_mut(name).map(call)
    }

    fn names(&self) -> Vec<String> {
        self.boxes.borrow().keys().cloned().collect()
    }

    pub(super) fn deliver(&self, message: String, ttl: Duration) -> Delivery {
        let ttl = ttl.min(self.options.keep);
        let version = self.options.version;
        let deadline = self.now().saturating_add(ttl.into());
        let until = self.platform.wall_time() + ttl.as_secs_f64() * 1_000.0;
        let slot = self.with(&self.own, |one| {
            let number = one.machine.add(deadline);
            let slot = Slot::new(self.own.clone(), number, message.clone(), ttl);
            one.slots.insert(number, Rc::clone(&slot));
            one.records.put(Stored {
                number,
                until,
                message,
                version,
            });
            slot
        });
        self.settle();
        let slot = slot.unwrap_or_else(|| Slot::new(self.own.clone(), 0, String::new(), ttl));
        Delivery::new(slot, self.this.clone())
    }

    pub(super) fn resume(&self) {
        let now = self.now();
        for one in self.boxes.borrow_mut().values_mut() {
            one.machine.resume(now);
            one.records.touch();
        }
        self.settle();
    }

    pub(super) fn is_stopped(&self) -> bool {
        self.boxes.borrow().values().any(|one| one.machine.is_stopped())
    }

    pub(super) fn pending(&self) -> Vec<Delivery> {
        let boxes = self.boxes.borrow();
        let slots = boxes.values().flat_map(|one| one.slots.values());
        slots
            .map(|slot| Delivery::new(Rc::clone(slot), self.this.clone()))
            .collect()
    }

    pub(super) fn len(&self) -> usize {
        self.boxes.borrow().values().map(|one| one.slots.len()).sum()
    }

    /// A connection is open.
    pub(super) fn opened(&self) {
        if !self.is_started.get() {
            return;
        }
        let now = self.now();
        for one in self.boxes.borrow_mut().values_mut() {
            one.machine.handle_open(now);
        }
        self.adopt_at.set(0.0);
        self.settle();
        for cursor in self.cursors() {
            cursor.ask(&self.socket);
        }
    }

    pub(super) fn add_cursor(&self, cursor: &Rc<Cursor>) {
        let mut cursors = self.cursors.borrow_mut();
        cursors.retain(|each| each.strong_count() > 0);
        cursors.push(Rc::downgrade(cursor));
    }

    fn cursors(&self) -> Vec<Rc<Cursor>> {
        self.cursors.borrow().iter().filter_map(Weak::upgrade).collect()
    }

    /// Begins to receive what no other page receives.
    pub(super) fn read_cursors(&self) {
        for cursor in self.cursors() {
            self.spawn(async move |this| cursor.read(this.now(), &this.socket, &*this.options.store).await);
        }
    }

    pub(super) fn lost(&self) {
        for one in self.boxes.borrow_mut().values_mut() {
            one.machine.handle_close();
            // Of a record some may be done. Without a connection, the page that adopts the box learns of it by this alone.
            one.records.touch();
        }
        self.settle();
    }

    /// Returns true if the message is an answer to an outbox of this user.
    pub(super) fn hear(&self, text: &str) -> bool {
        let Some((name, answer)) = wire::read(text) else {
            return false;
        };
        if !name
            .strip_prefix(&self.options.user)
            .is_some_and(|rest| rest.starts_with('/'))
        {
            return false;
        }
        let now = self.now();
        self.with(&name, |one| match answer {
            Answer::Hello(done) => one.machine.handle_hello(now, done),
            Answer::Done(done) => one.machine.handle_done(now, done),
            Answer::Ok(number, receipt) => {
                one.said = Some((number, receipt));
                one.machine.handle_acknowledged(now, number);
            }
            Answer::Refused {
                number,
                is_final,
                error,
            } => {
                one.said = Some((number, error));
                one.machine.handle_refused(now, number, is_final);
                one.records.touch();
            }
        });
        self.settle();
        self.with(&name, |one| one.said = None);
        true
    }

    /// Tells the application once for all that happens in a task.
    fn changed(&self) {
        if self.listeners.change() {
            self.spawn(async |this| this.listeners.tell_change());
        }
    }

    fn set_timer(&self) {
        if self.is_closed.get() {
            return;
        }
        let due = self
            .boxes
            .borrow()
            .values()
            .filter_map(|one| one.machine.poll_timeout())
            .min();
        let due = due.map_or(f64::INFINITY, Instant::as_millis_f64);
        let at = due.min(self.retry_at.get()).min(self.adopt_at.get().max(1.0));
        #[allow(clippy::cast_possible_truncation)] // Casts saturate.
        let wait = (at - self.platform.now()).ceil().clamp(0.0, f64::from(i32::MAX)) as i32;
        let this = self.this.clone();
        self.platform.set_timer(wait, move || {
            if let Some(this) = this.upgrade() {
                this.ring();
            }
        });
    }

    fn ring(&self) {
        let now = self.now();
        for one in self.boxes.borrow_mut().values_mut() {
            one.machine.handle_timeout(now);
        }
        if self.retry_at.get() <= self.platform.now() {
            self.retry_at.set(f64::INFINITY);
        }
        if self.adopt_at.get() <= self.platform.now() {
            self.spawn(async |this| this.adopt_all().await);
            self.read_cursors();
            self.adopt_at.set(self.platform.now() + ADOPT.as_secs_f64() * 1_000.0);
        }
        self.settle();
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.close();
    }
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // Casts saturate.
fn bits(random: f64) -> u32 {
    (random * 4_294_967_296.0) as u32
}
