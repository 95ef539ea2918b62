//! `use_websocket` for [Dioxus](https://docs.rs/dioxus) 0.7: a WebSocket that stays connected, as signals.
//!
//! ```
//! use dioxus::prelude::*;
//! use holdfast_ws_dioxus::{Options, use_websocket};
//! use serde::{Deserialize, Serialize};
//!
//! #[derive(Clone, PartialEq, Deserialize)]
//! struct Line { from: String, text: String }
//!
//! #[derive(Serialize)]
//! struct Join { join: String }
//!
//! #[component]
//! fn Chat(room: String) -> Element {
//!     let mut lines = use_signal(Vec::<Line>::new);
//!     let mut members = use_signal(Vec::<String>::new);
//!     let options = Options::new().on_json(move |line| {
//!         if let Ok(line) = line {
//!             lines.push(line);
//!         }
//!     });
//!     // Another room is another socket.
//!     let live = use_websocket(format!("/rooms/{room}"), options);
//!     let join = move |_| {
//!         let join = Join { join: room.clone() };
//!         async move { members.set(live.request(&join).await.unwrap_or_default()) }
//!     };
//!     rsx! {
//!         p { "{live.status()}" }
//!         for line in lines.read().iter() { p { "{line.from}: {line.text}" } }
//!         button { onclick: join, "Join" }
//!         for member in members.read().iter() { p { "{member}" } }
//!     }
//! }
//! ```
//!
//! * **Lifetime.** The socket is opened by an effect, after the first render, or by the first [`send`](UseWebSocket::send). It closes
//!   when the component is dropped. A component that is mounted in the same turn takes it over.
//! * **Sharing.** Components with the same URL and the same options share one socket. [`Options::share`] turns that off.
//! * **Rendering on a server** dials nothing. [`status()`](UseWebSocket::status) is `Connecting`, as in the first render in the
//!   browser, so hydration finds what it expects.
//! * **Reconnection** is the library's own: see [`holdfast_ws`].
//! * **Delivery.** `use_outbox`, with the feature `outbox`, is what has not reached the server yet.
#![forbid(unsafe_code)]

#[cfg(feature = "outbox")]
mod pending;

use std::{
    fmt,
    rc::{Rc, Weak},
    time::Duration,
};

use dioxus_core::{Runtime, ScopeId, current_scope_id, use_drop, use_hook};
use dioxus_hooks::{use_effect, use_reactive};
use dioxus_signals::{CopyValue, ReadableExt, Signal, WritableExt};
#[doc(no_inline)]
pub use holdfast_ws::{self, *};
use holdfast_ws_hooks::{Component, Frontend, State, socket_methods};
pub use holdfast_ws_hooks::{Options, Target};
#[cfg(feature = "outbox")]
pub use pending::{UseOutbox, use_outbox};
use serde::de::DeserializeOwned;

/// A component's WebSocket: see [`use_websocket`]. It is `Copy`, and may be handed to other components.
#[derive(Clone, Copy, PartialEq)]
pub struct UseWebSocket {
    state: Signal<State>,
    message: Signal<Option<Message>>,
    component: CopyValue<Rc<Component>>,
}

/// Connects the component to `url`, for as long as it is mounted.
///
/// `url` is text, a [`Url`] that is asked before each attempt, or `None` for no socket. Another URL in a later render is another
/// socket; a function in the place of another is no change. The options are those of the first render.
pub fn use_websocket(url: impl Into<Target>, options: Options) -> UseWebSocket {
    let target = url.into();
    let live = use_hook(|| UseWebSocket::new(target.clone(), options));
    use_drop(move || {
        if let Ok(component) = live.component.try_peek() {
            component.end();
        }
    });
    use_effect(use_reactive((&target,), move |(target,)| {
        let component = live.component.peek().clone();
        component.set_target(target);
    }));
    live
}

/// Calls a function with each message of another component's socket, for as long as this component is mounted.
pub fn use_websocket_message(live: UseWebSocket, mut callback: impl FnMut(&Message) + 'static) {
    use_hook(|| {
        let context = Context::current();
        let callback = move |message: &Message| context.enter(|| callback(message));
        Rc::new(live.component.peek().listen(callback))
    });
}

impl UseWebSocket {
    socket_methods!();

    fn new(target: Target, options: Options) -> Self {
        let signals = Signals {
            state: Signal::new(State::first(&target)),
            message: Signal::new(None),
            context: Context::current(),
        };
        Self {
            state: signals.state,
            message: signals.message,
            component: CopyValue::new(Component::new(target, options, signals)),
        }
    }

    /// The status, which is read as a signal is. `Connecting` before there is a socket, and on a server; `Closed` without a URL.
    #[must_use]
    pub fn status(&self) -> Status {
        self.state.read().status
    }

    /// The number of the attempt under way or planned; 0 for the first, and on a stable connection.
    #[must_use]
    pub fn attempt(&self) -> u32 {
        self.state.read().attempt
    }

    /// The time of the next attempt since the Unix epoch, as in `Date.now()`. `None` if none is planned.
    #[must_use]
    pub fn retry_at(&self) -> Option<Duration> {
        self.state.read().retry_at
    }

    /// The reason why there is no socket, if the URL or an option is impossible.
    #[must_use]
    pub fn error(&self) -> Option<ConnectError> {
        self.state.read().error.clone()
    }

    /// The last message. Several messages may come before a render, which sees the last of them: use [`Options::on_message`] or
    /// [`use_websocket_message`] for all of them.
    #[must_use]
    pub fn message(&self) -> Option<Message> {
        self.message.read().clone()
    }

    /// The last message, read as JSON.
    #[must_use]
    pub fn json<T: DeserializeOwned>(&self) -> Option<Result<T, MessageError>> {
        self.message.read().as_ref().map(Message::json)
    }

    /// Returns the socket, for `reconnect()`, `stats()` and so on. Its handlers (`set_on…`) belong to the hook. It is shared: `close()`
    /// ends it for all components, until another one is mounted.
    ///
    /// # Errors
    /// [`SendError::Closed`] without a URL, on a server, and once the component is unmounted.
    pub fn socket(&self) -> Result<WebSocket, SendError> {
        let component = self.component.try_peek().map(|component| component.clone());
        component.map_or(Err(SendError::Closed), |component| component.socket())
    }
}

impl fmt::Debug for UseWebSocket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UseWebSocket")
    }
}

struct Signals {
    state: Signal<State>,
    message: Signal<Option<Message>>,
    context: Context,
}

impl Frontend for Signals {
    fn set_state(&self, state: State) {
        let mut signal = self.state;
        if *signal.peek() != state {
            signal.set(state);
        }
    }

    fn set_message(&self, message: Option<&Message>) {
        let mut signal = self.message;
        signal.set(message.cloned());
    }

    fn run(&self, callbacks: &mut dyn FnMut()) {
        self.context.enter(callbacks);
    }
}

/// The component in which callbacks run, so that they may `spawn`. The runtime owns the component, so it isn't kept.
struct Context {
    runtime: Weak<Runtime>,
    scope: ScopeId,
}

impl Context {
    fn current() -> Self {
        Self {
            runtime: Rc::downgrade(&Runtime::current()),
            scope: current_scope_id(),
        }
    }

    fn enter(&self, run: impl FnOnce()) {
        if let Some(runtime) = self.runtime.upgrade() {
            runtime.in_scope(self.scope, run);
        }
    }
}
