//! The locks: who holds the first is the hub. Each tab also holds one that is its own, by which its number is known for the client that
//! holds the first, and by whose release the hub learns that a tab is gone.

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::rc::{Rc, Weak};
use alloc::string::String;
use alloc::vec::Vec;
use core::cell::{Cell, RefCell};

use js_sys::Array;
use js_sys::futures::{JsFuture, spawn_local};
use wasm_bindgen::{JsCast, JsValue};

use super::lock::{Hold, Lock, manager};
use super::object::{get, text};
use crate::tabs::TabId;

/// Told of the locks.
pub(super) trait LockListener {
    /// The first lock is granted; so many others wait for it.
    fn granted(&self, others: usize);
    fn stolen(&self);
    /// The result of a lookup: who holds the first lock.
    fn holder(&self, tab: Option<TabId>);
    /// A tab that is watched seems to be gone.
    fn gone(&self, tab: TabId);
    /// The result of a lookup.
    fn presence(&self, tab: TabId, present: bool);
    /// The browser refuses locks.
    fn refused(&self);
}

/// A holder whom no tab's own lock names. No tab has this number.
const UNKNOWN: TabId = TabId::new(1);

/// The locks of one tab.
pub(super) struct Locks {
    me: Weak<Self>,
    name: String,
    id: TabId,
    listener: Weak<dyn LockListener>,
    /// The first lock, held or asked for.
    first: RefCell<Option<Rc<Lock>>>,
    /// The tab's own.
    alive: RefCell<Option<Rc<Lock>>>,
    watched: RefCell<BTreeMap<TabId, Rc<Lock>>>,
    /// True once they are given up for good.
    ended: Cell<bool>,
}

impl Locks {
    pub(super) fn new(name: &str, id: TabId, listener: Weak<dyn LockListener>) -> Rc<Self> {
        let locks = Rc::new_cyclic(|me| Self {
            me: Weak::clone(me),
            name: name.into(),
            id,
            listener,
            first: RefCell::default(),
            alive: RefCell::default(),
            watched: RefCell::default(),
            ended: Cell::new(false),
        });
        locks.live();
        locks
    }

    /// Takes this tab's own lock.
    pub(super) fn live(&self) {
        if self.alive.borrow().is_none() {
            let lock = Lock::hold(&self.own_name(self.id), Hold::Exclusive, |_| {}, |_, _| {});
            self.alive.replace(Some(lock));
        }
    }

    fn own_name(&self, tab: TabId) -> String {
        format!("{}:alive:{tab}", self.name)
    }

    pub(super) fn request(&self, steal: bool) {
        self.release();
        let hold = if steal { Hold::Steal } else { Hold::Exclusive };
        let (granted, lost) = (Weak::clone(&self.me), Weak::clone(&self.me));
        let lock = Lock::hold(
            &self.name,
            hold,
            move |lock| {
                let (me, lock) = (Weak::clone(&granted), Rc::clone(lock));
                spawn_local(async move {
                    let name = match me.upgrade() {
                        Some(me) => me.name.clone(),
                        None => return lock.release(),
                    };
                    let snapshot = look_up().await;
                    let others = entries(&snapshot, "pending")
                        .iter()
                        .filter(|entry| text(entry, "name") == name)
                        .count();
                    if let Some(me) = me.upgrade()
                        && me.is_first(&lock)
                    {
                        me.tell(|listener| listener.granted(others));
                    }
                });
            },
            move |lock, refused| {
                let Some(me) = lost.upgrade().filter(|me| me.is_first(lock)) else {
                    return;
                };
                me.first.take();
                me.tell(|listener| if refused { listener.refused() } else { listener.stolen() });
            },
        );
        self.first.replace(Some(lock));
    }

    fn is_first(&self, lock: &Rc<Lock>) -> bool {
        self.first
            .borrow()
            .as_ref()
            .is_some_and(|first| Rc::ptr_eq(first, lock))
    }

    fn tell(&self, tell: impl FnOnce(&dyn LockListener)) {
        if let Some(listener) = self.listener.upgrade().filter(|_| !self.ended.get()) {
            tell(&*listener);
        }
    }

    pub(super) fn release(&self) {
        let old = self.first.take();
        if let Some(old) = old {
            old.release();
        }
    }

    /// Looks up who holds the first lock.
    pub(super) fn query(&self) {
        self.with_snapshot(|me, snapshot| {
            let holder = me.holder(snapshot);
            me.tell(|listener| listener.holder(holder));
        });
    }

    fn holder(&self, snapshot: &JsValue) -> Option<TabId> {
        let held = entries(snapshot, "held");
        let first = held.iter().find(|entry| text(entry, "name") == self.name)?;
        let holder = text(first, "clientId");
        let prefix = format!("{}:alive:", self.name);
        let tabs: Vec<_> = held
            .iter()
            .filter_map(|entry| {
                let name = text(entry, "name");
                let tab = name.strip_prefix(&prefix)?.parse().ok()?;
                Some((TabId::new(tab), text(entry, "clientId")))
            })
            .collect();
        // This page may have more than one socket.
        let granted = self.first.borrow().as_ref().is_some_and(|first| first.is_granted());
        if granted && tabs.iter().any(|(tab, client)| *tab == self.id && *client == holder) {
            return Some(self.id);
        }
        let other = tabs.iter().find(|(tab, client)| *client == holder && *tab != self.id);
        Some(other.map_or(UNKNOWN, |(tab, _)| *tab))
    }

    /// Watches for the end of a tab.
    pub(super) fn watch(&self, tab: TabId) {
        // One whose end has come is in the list until it is clear that it is gone.
        if self.watched.borrow().get(&tab).is_some_and(|lock| !lock.is_granted()) {
            return;
        }
        let me = Weak::clone(&self.me);
        let lock = Lock::hold(
            &self.own_name(tab),
            Hold::Shared,
            move |lock| {
                lock.release();
                let Some(me) = me.upgrade() else { return };
                let watched = me
                    .watched
                    .borrow()
                    .get(&tab)
                    .is_some_and(|watched| Rc::ptr_eq(watched, lock));
                if watched {
                    me.tell(|listener| listener.gone(tab));
                }
            },
            |_, _| {},
        );
        self.watched.borrow_mut().insert(tab, lock);
    }

    /// Looks up whether a tab is there.
    pub(super) fn look_up(&self, tab: TabId) {
        self.with_snapshot(move |me, snapshot| {
            let name = me.own_name(tab);
            // Nobody knows, if the lookup has failed.
            let present = get(snapshot, "held").is_undefined()
                || entries(snapshot, "held")
                    .iter()
                    .any(|entry| text(entry, "name") == name);
            me.tell(|listener| listener.presence(tab, present));
        });
    }

    pub(super) fn unwatch(&self, tab: TabId) {
        let old = self.watched.borrow_mut().remove(&tab);
        if let Some(old) = old {
            old.release();
        }
    }

    pub(super) fn unwatch_all(&self) {
        for lock in self.watched.take().into_values() {
            lock.release();
        }
    }

    /// Holds nothing and waits for nothing, or the page would be kept out of the back/forward cache.
    pub(super) fn close(&self) {
        self.release();
        self.unwatch_all();
        let old = self.alive.take();
        if let Some(old) = old {
            old.release();
        }
    }

    /// Closes it for good: the listener is told nothing more.
    pub(super) fn end(&self) {
        self.ended.set(true);
        self.close();
    }

    fn with_snapshot(&self, run: impl FnOnce(&Self, &JsValue) + 'static) {
        let me = Weak::clone(&self.me);
        spawn_local(async move {
            let snapshot = look_up().await;
            if let Some(me) = me.upgrade() {
                run(&me, &snapshot);
            }
        });
    }
}

/// Returns all locks of the origin; `undefined` if the browser doesn't tell.
async fn look_up() -> JsValue {
    let Some(promise) = manager().and_then(|manager| manager.query().ok()) else {
        return JsValue::UNDEFINED;
    };
    JsFuture::from(promise).await.unwrap_or_default()
}

fn entries(snapshot: &JsValue, kind: &str) -> Vec<JsValue> {
    let entries = get(snapshot, kind);
    entries.dyn_ref::<Array>().map(Array::to_vec).unwrap_or_default()
}
