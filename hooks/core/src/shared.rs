//! One socket for all components with the same key. It is counted by its leases, and closed with the last of them.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    time::Duration,
};

use gloo_timers::callback::Timeout;
use holdfast_ws::{ConnectError, Event, Message, Status, Url, WebSocket};

use crate::{
    options::Options,
    registry::{self, Key},
    state::State,
    target::Target,
};

/// The longest wait that `setTimeout` takes, in milliseconds. A longer one would fire at once.
const LONGEST: u32 = i32::MAX.unsigned_abs();

/// An event of a socket.
pub(crate) enum Occurrence<'a> {
    State(&'a State),
    Message(&'a Message),
    Event(&'a Event),
}

pub(crate) struct Shared {
    pub(crate) ws: WebSocket,
    state: RefCell<State>,
    /// The number of the connection that is open, once its `open` is being dispatched.
    opened: Cell<Option<u32>>,
    connections: Cell<u32>,
    lessees: RefCell<Vec<Rc<Lessee>>>,
    /// Counts how often the last lessee has gone.
    emptied: Cell<u32>,
}

struct Lessee {
    notify: Box<dyn Fn(&Occurrence<'_>)>,
    /// The last connection whose `open` was dispatched to it.
    opened: Cell<Option<u32>>,
    gone: Cell<bool>,
}

/// A component's share of a socket. Dropping it ends the share.
pub(crate) struct Lease {
    shared: Rc<Shared>,
    lessee: Rc<Lessee>,
    grace: Duration,
}

impl Lease {
    /// Returns a share of the socket there is, or of a new one.
    pub(crate) fn acquire(
        target: &Target,
        options: &Options,
        notify: impl Fn(&Occurrence<'_>) + 'static,
    ) -> Result<Self, ConnectError> {
        let key = Key::new(target, options);
        let known = key.as_ref().and_then(registry::find);
        // A socket that is closing or closed isn't shared with new components, unless others still hold it.
        let usable = known.filter(|shared| shared.has_lessees() || !shared.is_closing_or_closed());
        let shared = match usable {
            Some(shared) => shared,
            None => Shared::open(key, target, options)?,
        };
        if shared.is_closing_or_closed() {
            shared.ws.reconnect();
            shared.update();
        }
        let lessee = Rc::new(Lessee {
            notify: Box::new(notify),
            opened: Cell::new(None),
            gone: Cell::new(false),
        });
        shared.lessees.borrow_mut().push(Rc::clone(&lessee));
        if shared.opened.get().is_some() {
            let (shared, lessee) = (Rc::downgrade(&shared), Rc::clone(&lessee));
            let catch_up = move || {
                if let Some(shared) = shared.upgrade() {
                    shared.dispatch_open(&lessee);
                }
            };
            Timeout::new(0, catch_up).forget();
        }
        Ok(Self {
            shared,
            lessee,
            grace: options.grace,
        })
    }

    pub(crate) fn ws(&self) -> WebSocket {
        self.shared.ws.clone()
    }

    pub(crate) fn state(&self) -> State {
        self.shared.state.borrow().clone()
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let Self { shared, lessee, grace } = self;
        lessee.gone.set(true);
        let is_empty = {
            let mut lessees = shared.lessees.borrow_mut();
            lessees.retain(|each| !Rc::ptr_eq(each, lessee));
            lessees.is_empty()
        };
        if !is_empty {
            return;
        }
        let time = shared.emptied.get().wrapping_add(1);
        shared.emptied.set(time);
        let shared = Rc::clone(shared);
        let end = move || {
            if !shared.has_lessees() && shared.emptied.get() == time {
                registry::remove(&shared);
                // The application may have a handle of its own.
                shared.ws.close();
            }
        };
        let wait = u32::try_from(grace.as_millis()).unwrap_or(LONGEST).min(LONGEST);
        Timeout::new(wait, end).forget();
    }
}

impl Shared {
    fn open(key: Option<Key>, target: &Target, options: &Options) -> Result<Rc<Self>, ConnectError> {
        let url = match target {
            Target::None => Url::from(""),
            Target::Text(url) => Url::from(url),
            Target::Function(url) => url.clone(),
        };
        let ws = options.builder(url).connect()?;
        let shared = Rc::new(Self {
            state: RefCell::new(State::read(&ws, None)),
            ws,
            opened: Cell::new(None),
            connections: Cell::new(0),
            lessees: RefCell::default(),
            emptied: Cell::new(0),
        });
        shared.listen();
        if let Some(key) = key {
            registry::insert(key, &shared);
        }
        Ok(shared)
    }

    /// Sets every handler of the socket. None of them keeps it.
    fn listen(self: &Rc<Self>) {
        let ws = &self.ws;
        let weak = Rc::downgrade(self);
        ws.set_onopen(move || {
            if let Some(shared) = weak.upgrade() {
                shared.open_now();
            }
        });
        let weak = Rc::downgrade(self);
        ws.set_onmessage(move |message| {
            if let Some(shared) = weak.upgrade() {
                shared.dispatch(&Occurrence::Message(&message));
            }
        });
        let weak = Rc::downgrade(self);
        let notify = move |event: &Event| {
            if let Some(shared) = weak.upgrade() {
                shared.update();
                shared.dispatch(&Occurrence::Event(event));
            }
        };
        ws.set_onerror({
            let notify = notify.clone();
            move || notify(&Event::Error)
        });
        ws.set_onclose({
            let notify = notify.clone();
            move |event| notify(&Event::Close(event))
        });
        ws.set_onexpired({
            let notify = notify.clone();
            move |messages| notify(&Event::Expired(messages))
        });
        ws.set_onreconnecting({
            let notify = notify.clone();
            move |planned| notify(&Event::Reconnecting(planned))
        });
        ws.set_onstatuschange(move |status| notify(&Event::Status(status)));
    }

    fn open_now(&self) {
        let number = self.connections.get().wrapping_add(1);
        self.connections.set(number);
        self.opened.set(Some(number));
        self.update();
        for lessee in self.present() {
            self.dispatch_open(&lessee);
        }
    }

    /// Dispatches the `open` of this connection, unless the lessee has had it.
    fn dispatch_open(&self, lessee: &Lessee) {
        let opened = self.opened.get();
        if opened.is_some() && lessee.opened.replace(opened) != opened {
            lessee.notify(&Occurrence::Event(&Event::Open));
        }
    }

    /// Notifies the lessees if the state has changed.
    fn update(&self) {
        if self.ws.status() != Status::Open {
            self.opened.set(None);
        }
        let state = State::read(&self.ws, Some(&self.state.borrow()));
        if *self.state.borrow() != state {
            self.state.replace(state.clone());
            self.dispatch(&Occurrence::State(&state));
        }
    }

    fn dispatch(&self, occurrence: &Occurrence<'_>) {
        for lessee in self.present() {
            lessee.notify(occurrence);
        }
    }

    /// Out of the list, which isn't borrowed while anybody is notified.
    fn present(&self) -> Vec<Rc<Lessee>> {
        self.lessees.borrow().clone()
    }

    fn has_lessees(&self) -> bool {
        !self.lessees.borrow().is_empty()
    }

    /// True if it is closing or closed, and won't connect again by itself.
    fn is_closing_or_closed(&self) -> bool {
        matches!(self.ws.status(), Status::Closing | Status::Closed)
    }
}

impl Lessee {
    fn notify(&self, occurrence: &Occurrence<'_>) {
        if !self.gone.get() {
            (self.notify)(occurrence);
        }
    }
}
