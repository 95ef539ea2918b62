//! Carries out what the machine of a bus decides: dials, sends, asks the application, tells the channels.

mod connection;
mod dispatching;
mod executing;

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::rc::{Rc, Weak};
use alloc::string::String;
use alloc::vec::Vec;
use core::cell::{Cell, RefCell};

use super::answer::{Answer, Slot};
use super::events::BusEvent;
use super::holder::Holder;
use super::http::Http;
use super::join_error::JoinError;
use super::options::ChannelOptions;
use super::token::Ask;
use super::values::{ChannelMessage, Member, Position};
use super::via::{Make, Pulse};
use crate::channels::{
    Action, Adapter, AdapterOutput, Can, ChannelId, Config, Connected, HistoryRange, HolderId, OtherUser, Payload,
    PublicationId, QuestionId,
};
use crate::client::platform::Browser;
use crate::client::socket::handle::WebSocket;
use crate::client::state::subscribers::Buffer;
use crate::client::values::options::Reconnect;
use crate::client::values::url::Url;
use crate::engine::Instant;

/// The options of a bus.
pub(super) struct Settings {
    pub(super) url: Url,
    pub(super) token: Option<Ask>,
    pub(super) reconnect: Reconnect,
    pub(super) http: Option<Http>,
    pub(super) pulse: Option<Pulse>,
}

type Machine = Connected<Box<dyn Adapter>>;

/// A bus.
pub(super) struct Inner {
    settings: Settings,
    pub(super) can: Can,
    machine: RefCell<Machine>,
    platform: Browser,
    socket: RefCell<Option<WebSocket>>,
    /// The number of the socket: what an earlier one says is not heard.
    generation: Cell<u64>,
    holders: RefCell<BTreeMap<ChannelId, Vec<Rc<Holder>>>>,
    publications: RefCell<BTreeMap<PublicationId, Rc<Slot<Option<Position>>>>>,
    questions: RefCell<BTreeMap<QuestionId, Rc<Slot<Vec<ChannelMessage>>>>>,
    events: RefCell<Vec<Weak<Buffer<BusEvent>>>>,
    is_scheduled: Cell<bool>,
    is_flushing: Cell<bool>,
    /// There is something more to carry out.
    is_again: Cell<bool>,
    pub(super) is_closed: Cell<bool>,
    this: Weak<Self>,
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // The numbers are between 0 and 2^52.
fn seed(platform: &Browser) -> u64 {
    (platform.random() * 4_503_599_627_370_496.0) as u64
}

impl Inner {
    pub(super) fn new(settings: Settings, make: Make) -> Rc<Self> {
        let platform = Browser::default();
        let adapter = make(seed(&platform));
        let can = adapter.can();
        let now = Instant::from_millis_f64(platform.now());
        let machine = Connected::new(now, Config::default(), adapter, seed(&platform));
        Rc::new_cyclic(|this| Self {
            settings,
            can,
            machine: RefCell::new(machine),
            platform,
            socket: RefCell::default(),
            generation: Cell::new(0),
            holders: RefCell::default(),
            publications: RefCell::default(),
            questions: RefCell::default(),
            events: RefCell::default(),
            is_scheduled: Cell::new(false),
            is_flushing: Cell::new(false),
            is_again: Cell::new(false),
            is_closed: Cell::new(false),
            this: this.clone(),
        })
    }

    /// Calls the machine with the time, which is not borrowed after that.
    fn with<T>(&self, call: impl FnOnce(&mut Machine, Instant) -> T) -> T {
        let now = Instant::from_millis_f64(self.platform.now());
        call(&mut self.machine.borrow_mut(), now)
    }

    pub(super) fn listen(&self, buffer: &Rc<Buffer<BusEvent>>) {
        let mut events = self.events.borrow_mut();
        events.retain(|each| each.strong_count() > 0);
        events.push(Rc::downgrade(buffer));
    }

    /// Out of the list, which isn't borrowed while anybody is woken.
    pub(super) fn listeners(&self) -> Vec<Rc<Buffer<BusEvent>>> {
        self.events.borrow().iter().filter_map(Weak::upgrade).collect()
    }

    pub(super) fn join(
        &self,
        name: &str,
        options: ChannelOptions,
        make: impl FnOnce(HolderId, ChannelId, ChannelOptions) -> Holder,
    ) -> Result<Rc<Holder>, JoinError> {
        if self.is_closed.get() {
            return Err(JoinError::Closed);
        }
        if options.config.identity.is_some() && !self.can.presence {
            return Err(JoinError::NoPresence);
        }
        if options.authorize.is_some() && !self.can.tokens {
            return Err(JoinError::NoTokens);
        }
        let config = options.config.clone();
        let joined = self.with(|machine, now| machine.bus_mut().join(now, name, config));
        let (channel, id) = joined.map_err(|OtherUser| JoinError::OtherUser)?;
        let holder = Rc::new(make(id, channel, options));
        let mut holders = self.holders.borrow_mut();
        holders.entry(channel).or_default().push(Rc::clone(&holder));
        drop(holders);
        self.schedule();
        Ok(holder)
    }

    pub(super) fn leave(&self, holder: &Holder) {
        self.forget(holder);
        holder.finish();
        if !self.is_closed.get() {
            self.with(|machine, now| machine.bus_mut().leave(now, holder.channel, holder.id));
            self.schedule();
        }
    }

    fn forget(&self, holder: &Holder) {
        let mut holders = self.holders.borrow_mut();
        let Some(all) = holders.get_mut(&holder.channel) else {
            return;
        };
        let place = all.iter().position(|each| each.id == holder.id);
        let gone = place.map(|place| all.remove(place));
        if all.is_empty() {
            holders.remove(&holder.channel);
        }
        drop(holders);
        drop(gone);
    }

    /// The holders of a channel, out of the list, which isn't borrowed while anybody is woken.
    fn holders_of(&self, channel: ChannelId) -> Vec<Rc<Holder>> {
        self.holders.borrow().get(&channel).cloned().unwrap_or_default()
    }

    pub(super) fn retry(&self, holder: &Holder) {
        self.with(|machine, now| machine.bus_mut().retry(now, holder.channel));
        self.schedule();
    }

    pub(super) fn position(&self, holder: &Holder) -> Option<Position> {
        self.with(|machine, _| machine.bus().position(holder.channel).cloned())
    }

    pub(super) fn members(&self, holder: &Holder) -> Vec<Member> {
        let member = |(user, data): (&str, &Payload)| Member {
            user: user.into(),
            data: data.clone(),
        };
        self.with(|machine, _| machine.bus().members(holder.channel).map(member).collect())
    }

    pub(super) fn publish(&self, name: &str, data: Payload) -> Answer<Option<Position>> {
        if self.is_closed.get() {
            return Answer(Slot::closed());
        }
        let slot = Slot::new();
        let id = self.with(|machine, now| machine.bus_mut().publish(now, name, data));
        self.publications.borrow_mut().insert(id, Rc::clone(&slot));
        self.schedule();
        Answer(slot)
    }

    pub(super) fn history(&self, name: &str, limit: u32, before: Option<Position>) -> Answer<Vec<ChannelMessage>> {
        if self.is_closed.get() {
            return Answer(Slot::closed());
        }
        let slot = Slot::new();
        let range = HistoryRange { limit, before };
        let id = self.with(|machine, now| machine.bus_mut().ask_history(now, name, range));
        self.questions.borrow_mut().insert(id, Rc::clone(&slot));
        self.schedule();
        Answer(slot)
    }

    pub(super) fn close(&self) {
        if self.is_closed.replace(true) {
            return;
        }
        self.platform.clear_timer();
        self.leave_all();
        self.hang_up();
        for holder in self.holders.take().into_values().flatten() {
            holder.finish();
        }
        for answer in self.publications.take().into_values() {
            answer.lose();
        }
        for answer in self.questions.take().into_values() {
            answer.lose();
        }
        self.status_changed();
        for buffer in self.listeners() {
            buffer.finish();
        }
    }

    /// Leaves all channels at once, so that others are told that the user has left.
    fn leave_all(&self) {
        self.with(|machine, _| machine.bus_mut().leave_all());
        while let Some(action) = self.with(Machine::poll_output) {
            if matches!(action, Action::Adapter(AdapterOutput::Send(_))) {
                self.execute(action);
            }
        }
    }

    /// Runs work in a task of its own, if the bus is still there then.
    fn spawn(&self, work: impl FnOnce(&Self) + 'static) {
        let this = self.this.clone();
        self.platform.spawn(async move {
            if let Some(this) = this.upgrade() {
                work(&this);
            }
        });
    }

    /// Carries out soon what the machine has decided, so that channels that are joined together are one batch.
    pub(super) fn schedule(&self) {
        if !self.is_scheduled.replace(true) {
            self.spawn(|this| {
                this.is_scheduled.set(false);
                this.flush();
            });
        }
    }

    /// Carries out what the machine has decided.
    fn flush(&self) {
        self.is_again.set(true);
        if self.is_flushing.replace(true) {
            return;
        }
        while self.is_again.replace(false) && !self.is_closed.get() {
            while let Some(action) = self.with(Machine::poll_output) {
                self.execute(action);
            }
            while let Some(event) = self.with(|machine, _| machine.poll_event()) {
                self.dispatch(event);
            }
        }
        self.is_flushing.set(false);
        self.set_timer();
    }

    fn set_timer(&self) {
        let due = self.with(|machine, _| machine.poll_timeout());
        let Some(due) = due.filter(|_| !self.is_closed.get()) else {
            return self.platform.clear_timer();
        };
        let this = self.this.clone();
        self.platform
            .set_timer(millis(due.as_millis_f64() - self.platform.now()), move || {
                if let Some(this) = this.upgrade() {
                    this.with(Machine::handle_timeout);
                    this.flush();
                }
            });
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.close();
    }
}

/// Whole milliseconds of a timer, rounded up.
#[allow(clippy::cast_possible_truncation)] // Clamped.
fn millis(millis: f64) -> i32 {
    let whole = millis as i32;
    let up = if f64::from(whole) < millis {
        whole.saturating_add(1)
    } else {
        whole
    };
    up.max(0)
}

/// The reason of a refusal, as text.
fn text(reason: Payload) -> String {
    match reason {
        Payload::Text(text) => text,
        Payload::Binary(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
    }
}
