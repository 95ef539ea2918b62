//! Carries out what the machines of the boxes decide: sends, stores, tells the deliveries.

mod adopting;
mod executing;
mod storing;

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::rc::{Rc, Weak};
use alloc::string::String;
use alloc::vec::Vec;
use core::cell::{Cell, RefCell};
use core::time::Duration;

use serde_json::Value;

use super::cursor::Cursor;
use super::pending::{Cancel, Delivery, DeliveryError, Slot};
use super::records::{Records, Stored};
use super::store::Store;
use super::wire::{self, Answer};
use crate::client::platform::Browser;
use crate::client::socket::handle::WebSocket;
use crate::engine::{Instant, ReadyState};
use crate::outbox::{Config, Outbox as Machine};

/// How often a page looks for boxes of pages that are gone.
const ADOPT: Duration = Duration::from_secs(10);

type Handler = Rc<dyn Fn()>;

/// One box.
struct OneBox {
    machine: Machine,
    slots: BTreeMap<u64, Rc<Slot>>,
    records: Records,
    /// The receipt or the error of the answer that is being handled.
    said: Option<(u64, Value)>,
}

/// An outbox.
pub(super) struct Inner {
    pub(super) socket: WebSocket,
    pub(super) user: String,
    pub(super) keep: Duration,
    pub(super) store: Rc<dyn Store>,
    config: Config,
    platform: Browser,
    own: String,
    boxes: RefCell<BTreeMap<String, OneBox>>,
    /// True once the lock of the own box is taken.
    is_started: Cell<bool>,
    is_writing: Cell<bool>,
    is_adopting: Cell<bool>,
    is_changed: Cell<bool>,
    pub(super) is_closed: Cell<bool>,
    adopt_at: Cell<f64>,
    retry_at: Cell<f64>,
    onchange: RefCell<Option<Handler>>,
    cursors: RefCell<Vec<Weak<Cursor>>>,
    this: Weak<Inner>,
}

impl Cancel for Inner {
    fn cancel(&self, slot: &Slot) {
        let now = self.now();
        self.with(&slot.name, |one| one.machine.cancel(now, slot.number));
        self.settle();
    }
}

impl Inner {
    pub(super) fn new(
        socket: WebSocket,
        user: String,
        keep: Duration,
        store: Rc<dyn Store>,
        config: Config,
    ) -> Rc<Self> {
        let platform = Browser::default();
        let random = format!("{:x}{:x}", bits(platform.random()), bits(platform.random()));
        let inner = Rc::new_cyclic(|this| Self {
            own: format!("{user}/{random}"),
            socket,
            user,
            keep,
            store,
            config,
            platform,
            boxes: RefCell::default(),
            is_started: Cell::new(false),
            is_writing: Cell::new(false),
            is_adopting: Cell::new(false),
            is_changed: Cell::new(false),
            is_closed: Cell::new(false),
            adopt_at: Cell::new(0.0),
            retry_at: Cell::new(f64::INFINITY),
            onchange: RefCell::default(),
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
        self.spawn(async |this| {
            // The name is random, so nobody else has it.
            let _ = this.store.lock(&this.own).await;
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
            machine: Machine::new(self.config),
            slots: BTreeMap::new(),
            records: Records::default(),
            said: None,
        };
        let old = self.boxes.borrow_mut().insert(name, one);
        drop(old);
    }

    fn now(&self) -> Instant {
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
        let ttl = ttl.min(self.keep);
        let deadline = self.now().saturating_add(ttl.into());
        let until = self.platform.wall_time() + ttl.as_secs_f64() * 1_000.0;
        let slot = self.with(&self.own, |one| {
            let number = one.machine.add(deadline);
            let slot = Slot::new(self.own.clone(), number, message.clone());
            one.slots.insert(number, Rc::clone(&slot));
            one.records.put(Stored { number, until, message });
            slot
        });
        self.settle();
        let slot = slot.unwrap_or_else(|| Slot::new(self.own.clone(), 0, String::new()));
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

    pub(super) fn set_onchange(&self, handler: Option<Handler>) {
        let old = self.onchange.replace(handler);
        drop(old);
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
        let cursors = self.cursors.borrow().clone();
        for cursor in cursors.iter().filter_map(Weak::upgrade) {
            cursor.ask(&self.socket);
        }
    }

    pub(super) fn add_cursor(&self, cursor: &Rc<Cursor>) {
        let mut cursors = self.cursors.borrow_mut();
        cursors.retain(|each| each.strong_count() > 0);
        cursors.push(Rc::downgrade(cursor));
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
        if !name.strip_prefix(&self.user).is_some_and(|rest| rest.starts_with('/')) {
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
        if self.is_changed.replace(true) {
            return;
        }
        self.spawn(async |this| {
            this.is_changed.set(false);
            let handler = this.onchange.borrow().clone();
            if let Some(handler) = handler {
                handler();
            }
        });
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
            self.adopt_at.set(self.platform.now() + ADOPT.as_secs_f64() * 1_000.0);
        }
        self.settle();
    }

    /// Cancels everything, and ends it at once.
    pub(super) fn drop_all(&self) {
        let now = self.now();
        for name in self.names() {
            let slots = self.with(&name, |one| {
                let slots = core::mem::take(&mut one.slots);
                for number in slots.keys() {
                    one.machine.cancel(now, *number);
                }
                slots
            });
            for slot in slots.unwrap_or_default().into_values() {
                slot.end(Err(DeliveryError::Cancelled));
            }
        }
        self.changed();
        self.settle();
    }

    /// Stops. What is on the disk stays there.
    pub(super) fn close(&self) -> usize {
        self.is_closed.set(true);
        self.platform.clear_timer();
        let boxes = self.boxes.take();
        let mut left = 0;
        for (name, one) in boxes {
            self.store.unlock(&name);
            left += one.slots.len();
            for slot in one.slots.into_values() {
                slot.end(Err(DeliveryError::Closed));
            }
        }
        left
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

/// The function that an outbox calls when something has changed.
pub(super) fn handler(call: impl Fn() + 'static) -> Handler {
    let boxed: Box<dyn Fn()> = Box::new(call);
    Rc::from(boxed)
}
