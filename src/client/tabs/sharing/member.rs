//! One tab among the others: it carries out what the machine decides, and carries the messages of one socket.

use alloc::collections::BTreeMap;
use alloc::rc::{Rc, Weak};
use alloc::string::String;
use core::cell::{Cell, RefCell};

use gloo_timers::callback::Timeout;
use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Blob;

use super::channels::{Channels, is_reconnect};
use super::connection::{Connection, size};
use super::locks::{LockListener, Locks};
use super::payload::Request;
use super::settings::Settings;
use super::view::{View, code_or_none};
use crate::client::browser::clock::{performance_now, random};
use crate::client::browser::page_watch::{self, PageWatch};
use crate::client::browser::tab_socket::TabSocket;
use crate::client::state::shared::Shared;
use crate::client::values::data::{self, Data};
use crate::client::values::tabs::Role;
use crate::engine::{Instant, RequestId, Span};
use crate::tabs::wire::{self, numbers::whole};
use crate::tabs::{self, Config, RequestNumber, Signal, Tab, TabId};

/// The socket has the requests' timeouts.
const REQUEST: Span = Span::from_millis(86_400_000);

/// More than a timer can wait, in milliseconds.
const FAR: f64 = 2_147_483_647.0;

/// 2^51.
const DRAWN: f64 = 2_251_799_813_685_248.0;

pub(super) type Core = Tab<JsValue, JsValue>;

/// One tab.
pub(super) struct Member {
    me: Weak<Self>,
    pub(super) id: TabId,
    pub(super) settings: Rc<Settings>,
    pub(super) shared: Weak<Shared>,
    core: RefCell<Core>,
    pub(super) view: View,
    pub(super) connection: RefCell<Option<Rc<Connection>>>,
    /// [`None`] if it shares its connection with nobody.
    pub(super) locks: RefCell<Option<Rc<Locks>>>,
    pub(super) channels: RefCell<Option<Rc<Channels>>>,
    page: RefCell<Option<PageWatch>>,
    /// The requests that are pending: by their numbers in the application's protocol, those in the machine.
    pending: RefCell<BTreeMap<u64, RequestNumber>>,
    busy: Cell<bool>,
    ended: Cell<bool>,
    timer: RefCell<Option<Timeout>>,
    /// When it fires.
    timer_due: Cell<Option<Instant>>,
}

pub(super) fn now() -> Instant {
    Instant::from_millis_f64(performance_now())
}

/// Draws a number below 2^51.
fn draw() -> u64 {
    whole(random() * DRAWN)
}

impl Member {
    pub(super) fn new(settings: &Rc<Settings>, shared: Weak<Shared>) -> Rc<Self> {
        // A tab's is odd; it is below 2^53, and not 0 or 1.
        let id = TabId::new(2 * draw().max(1) + 1);
        let config = Config {
            take_over_after: settings.tabs.take_over_after.into(),
            replay: settings.tabs.replay,
            ..Config::default()
        };
        let member = Rc::new_cyclic(|me| Self {
            me: Weak::clone(me),
            id,
            settings: Rc::clone(settings),
            shared,
            core: RefCell::new(Core::new(now(), config, id, draw(), !page_watch::hidden())),
            view: View::new(),
            connection: RefCell::default(),
            locks: RefCell::default(),
            channels: RefCell::default(),
            page: RefCell::default(),
            pending: RefCell::default(),
            busy: Cell::new(false),
            ended: Cell::new(false),
            timer: RefCell::default(),
            timer_due: Cell::new(None),
        });
        if let Some(name) = &settings.name {
            member.join(name);
        }
        let signal = member.caller(Self::signal);
        member.page.replace(Some(PageWatch::listen(signal)));
        // Not before the socket is there that is being made.
        member.soon(|member| member.run(|_, _| {}));
        member
    }

    fn join(&self, name: &str) {
        let receive = self.caller(|member, frame: Array| member.hear(&frame));
        self.channels.replace(Some(Channels::new(name, self.id, receive)));
        let listener: Weak<dyn LockListener> = Weak::clone(&self.me) as Weak<dyn LockListener>;
        self.locks.replace(Some(Locks::new(name, self.id, listener)));
    }

    /// Returns a function that calls the tab as long as it is there.
    fn caller<T: 'static>(&self, run: impl Fn(&Self, T) + Clone + 'static) -> impl Fn(T) + Clone + 'static {
        let me = Weak::clone(&self.me);
        move |given| {
            if let Some(member) = me.upgrade() {
                run(&member, given);
            }
        }
    }

    /// Calls the tab in a task of its own.
    pub(super) fn soon(&self, run: impl FnOnce(&Self) + 'static) {
        self.after(0, run);
    }

    pub(super) fn after(&self, millis: u32, run: impl FnOnce(&Self) + 'static) {
        let me = Weak::clone(&self.me);
        let timer = Timeout::new(millis, move || {
            if let Some(member) = me.upgrade() {
                run(&member);
            }
        });
        timer.forget();
    }

    pub(super) fn weak(&self) -> Weak<Self> {
        Weak::clone(&self.me)
    }

    pub(super) fn role(&self) -> Role {
        if self.locks.borrow().is_none() {
            return Role::Own;
        }
        let leads = !self.ended.get() && self.core.borrow().role() == tabs::Role::Leader;
        if leads { Role::Leader } else { Role::Follower }
    }

    pub(super) fn is_ended(&self) -> bool {
        self.ended.get()
    }

    pub(super) fn is_attached(&self) -> bool {
        !self.ended.get() && self.core.borrow().attached().is_some()
    }

    pub(super) fn expects_replies(&self) -> bool {
        self.core.borrow().expects_replies()
    }

    /// Returns how the reply is recognised to the request with this number in the application's protocol.
    pub(super) fn expected(&self, wire: u64) -> Option<u32> {
        self.core.borrow().expected(wire)
    }

    pub(super) fn awaits_answers(&self) -> bool {
        self.core.borrow().awaits_answers()
    }

    pub(super) fn admits_answer(&self, tab: TabId, id: &str) -> bool {
        self.core.borrow_mut().admits_answer(tab, JsValue::from_str(id))
    }

    pub(super) fn answers_calls(&self) -> bool {
        self.core.borrow().answers_calls()
    }

    /// Calls the machine, carries out what it wants, and dispatches what it tells. A listener may call it again, and is told later.
    pub(super) fn run(&self, call: impl FnOnce(&mut Core, Instant)) {
        if self.ended.get() {
            return;
        }
        call(&mut self.core.borrow_mut(), now());
        if self.busy.replace(true) {
            return;
        }
        loop {
            let output = self.core.borrow_mut().poll_output();
            if let Some(output) = output {
                self.execute(output);
                continue;
            }
            let event = self.core.borrow_mut().poll_event();
            let Some(event) = event else { break };
            self.dispatch(event);
        }
        self.busy.set(false);
        self.set_timer();
    }

    /// Sets the timer, unless one is set that fires earlier: it is set again then. Deadlines move with each message, and timers cost.
    fn set_timer(&self) {
        let due = if self.ended.get() {
            None
        } else {
            self.core.borrow().poll_timeout()
        };
        let set = self.timer_due.get();
        if due == set || matches!((due, set), (Some(due), Some(set)) if due > set) {
            return;
        }
        self.timer_due.set(due);
        let wait = due.map(|due| due.saturating_since(now()).as_millis_f64());
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // Bounded; rounded up.
        let timer = wait.filter(|wait| *wait < FAR).map(|wait| {
            let fired = self.caller(|member, ()| {
                member.timer_due.set(None);
                member.run(Core::handle_timeout);
            });
            Timeout::new((wait + 0.999) as u32, move || fired(()))
        });
        let old = self.timer.replace(timer);
        drop(old);
    }

    fn signal(&self, signal: Signal) {
        let (locks, channels) = (self.locks.borrow().clone(), self.channels.borrow().clone());
        if signal == Signal::Back && !self.ended.get() {
            if let Some(locks) = &locks {
                locks.live();
            }
            if let Some(channels) = &channels {
                channels.open();
            }
        }
        self.run(|core, now| core.handle_signal(now, signal));
        if matches!(signal, Signal::Away | Signal::Unload) {
            if let Some(channels) = &channels {
                channels.close();
            }
            if let Some(locks) = &locks {
                locks.close();
            }
        }
    }

    fn hear(&self, frame: &Array) {
        if is_reconnect(frame) {
            let connection = self.connection.borrow().clone();
            if let Some(connection) = connection {
                connection.socket.reconnect();
            }
        } else if let Some(frame) = wire::read(frame) {
            self.run(|core, now| core.handle_frame(now, frame));
        }
    }

    pub(super) fn attach(&self, socket: &Rc<TabSocket>) {
        self.view.attach(socket);
        self.soon(|member| member.view.open(member.is_attached()));
    }

    /// Returns false if the data can't be copied.
    pub(super) fn send(&self, data: &Data) -> bool {
        if let Some(request) = Request::unwrap(data) {
            let bytes = size(&request.data);
            let asked = tabs::Request {
                wire: request.wire,
                timeout: REQUEST,
                retry: false,
                streams: request.streams,
                kind: request.protocol.kind(),
            };
            self.run(|core, now| {
                if let Some(number) = core.request(now, request.data, bytes, asked) {
                    self.pending.borrow_mut().insert(asked.wire, number);
                }
            });
            return true;
        }
        let copy = match data.dyn_ref::<js_sys::Object>() {
            Some(object) if !data.is_string() && !data.is_instance_of::<Blob>() => {
                data::snapshot(object).map(|(copy, _)| copy)
            }
            _ => Some(data.clone()),
        };
        let Some(copy) = copy else { return false };
        let bytes = size(&copy);
        self.run(|core, now| core.send(now, copy, bytes));
        true
    }

    /// Returns the bytes that were sent, and have not left.
    pub(super) fn buffered(&self) -> u64 {
        if self.ended.get() {
            return 0;
        }
        let told = {
            let core = self.core.borrow();
            core.unsent_bytes().saturating_add(core.buffered())
        };
        // Of its own connection a leader knows more than it has told.
        let own = self
            .connection
            .borrow()
            .as_ref()
            .map(|connection| connection.buffered());
        told.max(own.unwrap_or_default())
    }

    /// The tab has joined a connection that is open, and has missed its beginning.
    pub(super) fn greet(&self) {
        let message = self.settings.tabs.greet.as_ref().and_then(|greet| greet());
        if let Some((data, bytes)) = message.and_then(|message| data::of_message(&message)) {
            self.run(|core, now| core.send(now, data, bytes));
        }
    }

    /// The socket was closed on this side.
    pub(super) fn detach(&self, socket: &Rc<TabSocket>, code: Option<u16>, reason: &str) {
        // It ends when the tab has left.
        if self.view.is_closing() && !self.ended.get() {
            return;
        }
        self.view.detach(socket);
        self.give_up();
        let (socket, reason) = (Rc::clone(socket), String::from(reason));
        Timeout::new(0, move || socket.end(code_or_none(code), &reason, true)).forget();
    }

    /// Nobody waits for the reply to a request any more.
    pub(super) fn request_is_over(&self, id: RequestId) {
        let number = self.pending.borrow_mut().remove(&id.get());
        if let Some(number) = number {
            self.run(|core, now| core.abort(now, number));
        }
    }

    /// Requests are lost with the connection; the socket sends those again that may be.
    pub(super) fn give_up(&self) {
        let pending = self.pending.take();
        if !pending.is_empty() {
            self.run(|core, now| pending.values().for_each(|number| core.abort(now, *number)));
        }
    }

    /// The tab has left: nothing follows.
    pub(super) fn end(&self) {
        self.ended.set(true);
        let old = self.page.take();
        drop(old);
        if let Some(channels) = &*self.channels.borrow() {
            channels.close();
        }
        if let Some(locks) = &*self.locks.borrow() {
            locks.end();
        }
    }
}
