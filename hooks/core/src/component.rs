//! A component that uses a socket, for as long as it is mounted.

use std::{
    cell::{Cell, RefCell},
    fmt,
    rc::{Rc, Weak},
};

use holdfast_ws::{Event, Message, SendError, Status, WebSocket};

use crate::{
    IN_BROWSER,
    options::{Callback, Options, call},
    shared::{Lease, Occurrence},
    state::State,
    target::Target,
};

/// A framework's side of a component. No method is called after [`Component::end`].
pub trait Frontend {
    /// Called with each change of the state.
    fn set_state(&self, state: State);

    /// Called with each message, before the component's callbacks; with `None` when another URL begins.
    fn set_message(&self, message: Option<&Message>);

    /// Runs a component's callbacks, in the context in which the framework expects them.
    fn run(&self, callbacks: &mut dyn FnMut()) {
        callbacks();
    }
}

type WeakCallback = Weak<RefCell<dyn FnMut(&Message)>>;

/// A component that uses a socket. Dropping it is [`end`](Self::end).
pub struct Component {
    frontend: Box<dyn Frontend>,
    options: RefCell<Options>,
    target: RefCell<Target>,
    lease: RefCell<Option<Lease>>,
    listeners: RefCell<Vec<WeakCallback>>,
    phase: Cell<Phase>,
    this: Weak<Self>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    New,
    Started,
    Ended,
}

impl Component {
    /// Returns a component that has no socket yet: see [`start`](Self::start).
    pub fn new(target: Target, options: Options, frontend: impl Frontend + 'static) -> Rc<Self> {
        Rc::new_cyclic(|this| Self {
            frontend: Box::new(frontend),
            options: RefCell::new(options),
            target: RefCell::new(target),
            lease: RefCell::default(),
            listeners: RefCell::default(),
            phase: Cell::new(Phase::New),
            this: this.clone(),
        })
    }

    /// Acquires the socket, unless that has been done. For when the component is mounted.
    pub fn start(&self) {
        if self.phase.get() == Phase::New {
            self.connect();
        }
    }

    /// Replaces the callbacks, and the options of the next socket.
    pub fn set_options(&self, options: Options) {
        let before = self.options.replace(options);
        drop(before);
    }

    /// Takes another URL, and [starts](Self::start). A function in the place of another is no change.
    pub fn set_target(&self, target: Target) {
        let is_same = *self.target.borrow() == target;
        if is_same && self.phase.get() != Phase::New {
            return;
        }
        self.replace_target(target);
    }

    /// Takes another URL, even a function in the place of another.
    pub fn replace_target(&self, target: Target) {
        let before = self.target.replace(target);
        drop(before);
        self.connect();
    }

    fn connect(&self) {
        let is_first = match self.phase.get() {
            Phase::New => true,
            Phase::Started => false,
            Phase::Ended => return,
        };
        self.phase.set(Phase::Started);
        let target = self.target.borrow().clone();
        let before = self.lease.take();
        let state = if target == Target::None || !IN_BROWSER {
            State::first(&target)
        } else {
            let options = self.options.borrow().clone();
            match Lease::acquire(&target, &options, self.notifier()) {
                Ok(lease) => {
                    let state = lease.state();
                    self.lease.replace(Some(lease));
                    state
                }
                Err(error) => State::failed(error),
            }
        };
        // After the new one is acquired, which may be the same.
        drop(before);
        self.frontend.run(&mut || {
            if !is_first {
                self.frontend.set_message(None);
            }
            self.frontend.set_state(state.clone());
        });
    }

    fn notifier(&self) -> impl Fn(&Occurrence<'_>) + 'static {
        let this = self.this.clone();
        move |occurrence| {
            if let Some(component) = this.upgrade() {
                component.frontend.run(&mut || component.notify(occurrence));
            }
        }
    }

    /// A callback may end the component, or give it another URL. Then no further one is called.
    fn notify(&self, occurrence: &Occurrence<'_>) {
        let Some(ws) = self.lease.borrow().as_ref().map(Lease::ws) else {
            return;
        };
        let is_current = || self.lease.borrow().as_ref().is_some_and(|lease| lease.ws() == ws);
        let options = self.options.borrow().clone();
        match occurrence {
            Occurrence::State(state) => self.frontend.set_state((*state).clone()),
            Occurrence::Message(message) => {
                self.frontend.set_message(Some(message));
                let listeners: Vec<Callback<Message>> =
                    self.listeners.borrow().iter().filter_map(Weak::upgrade).collect();
                for callback in options.on_message.iter().chain(&listeners) {
                    if is_current() {
                        call(callback, message);
                    }
                }
            }
            Occurrence::Event(event) => {
                for callback in options.on_open.iter().filter(|_| matches!(event, Event::Open)) {
                    if is_current() {
                        call(callback, &ws);
                    }
                }
                for callback in &options.on_event {
                    if is_current() {
                        call(callback, event);
                    }
                }
            }
        }
    }

    /// Calls a further callback with each message, until the listener is dropped.
    pub fn listen(&self, callback: impl FnMut(&Message) + 'static) -> Listener {
        let callback: Callback<Message> = Rc::new(RefCell::new(callback));
        let mut listeners = self.listeners.borrow_mut();
        listeners.retain(|listener| listener.strong_count() > 0);
        listeners.push(Rc::downgrade(&callback));
        Listener { _callback: callback }
    }

    /// Returns the socket. It is acquired if it wasn't yet, so a component can send before it is mounted.
    ///
    /// # Errors
    /// [`SendError::Closed`] without a URL, on a server, and after [`end`](Self::end).
    pub fn socket(&self) -> Result<WebSocket, SendError> {
        if IN_BROWSER {
            self.start();
        }
        self.lease.borrow().as_ref().map(Lease::ws).ok_or(SendError::Closed)
    }

    /// Ends the component's share of its socket. For when the component is unmounted.
    pub fn end(&self) {
        self.phase.set(Phase::Ended);
        let lease = self.lease.take();
        drop(lease);
    }
}

impl Drop for Component {
    fn drop(&mut self) {
        self.end();
    }
}

impl fmt::Debug for Component {
    /// Without the URL, whose query may be a secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let status = self.lease.borrow().as_ref().map(|lease| lease.state().status);
        let mut shown = f.debug_struct("Component");
        shown
            .field("status", &status.unwrap_or(Status::Closed))
            .finish_non_exhaustive()
    }
}

/// A further callback for messages: see [`Component::listen`].
#[must_use = "dropping it ends it"]
pub struct Listener {
    _callback: Callback<Message>,
}

impl fmt::Debug for Listener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Listener")
    }
}
