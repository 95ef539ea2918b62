//! `use_websocket` for [Leptos](https://docs.rs/leptos) 0.8: a WebSocket that stays connected, as signals.
//!
//! ```
//! use holdfast_ws_leptos::{Options, use_websocket};
//! use leptos::prelude::*;
//! use serde::{Deserialize, Serialize};
//!
//! #[derive(Clone, Deserialize)]
//! struct Line { from: String, text: String }
//!
//! #[derive(Serialize)]
//! struct Join { join: String }
//!
//! #[component]
//! fn Chat(room: RwSignal<String>) -> impl IntoView {
//!     let lines = RwSignal::new(Vec::<Line>::new());
//!     let options = Options::new().on_json(move |line| {
//!         if let Ok(line) = line {
//!             lines.update(|lines| lines.push(line));
//!         }
//!     });
//!     // Another room is another socket.
//!     let live = use_websocket(move || format!("/rooms/{}", room.get()), options);
//!     let members = LocalResource::new(move || async move {
//!         live.request::<_, Vec<String>>(&Join { join: room.get_untracked() }).await.unwrap_or_default()
//!     });
//!     view! {
//!         <p>{move || live.status.get().to_string()}</p>
//!         <p>{move || members.get().map(|members| members.join(", "))}</p>
//!         <ul>{move || lines.get().into_iter().map(|line| view! { <li>{line.from} ": " {line.text}</li> }).collect_view()}</ul>
//!         <button on:click=move |_| _ = live.send("hello")>"Hello"</button>
//!     }
//! }
//! ```
//!
//! * **Lifetime.** The socket is opened by an effect, after the first render, or by the first [`send`](UseWebSocket::send). It closes
//!   when the owner of the hook, the component, is disposed. A component that is mounted in the same turn takes it over.
//! * **Sharing.** Components with the same URL and the same options share one socket. [`Options::share`] turns that off.
//! * **Rendering on a server** dials nothing. [`status`](UseWebSocket::status) is `Connecting`, as in the first render in the
//!   browser, so hydration finds what it expects.
//! * **Reconnection** is the library's own: see [`holdfast_ws`].
//! * **Delivery.** `use_outbox`, with the feature `outbox`, is what has not reached the server yet.
#![forbid(unsafe_code)]

#[cfg(feature = "outbox")]
mod pending;

use std::{fmt, rc::Rc, time::Duration};

#[doc(no_inline)]
pub use holdfast_ws::{self, *};
use holdfast_ws_hooks::{Component, Frontend, IN_BROWSER, Listener, State, socket_methods};
pub use holdfast_ws_hooks::{Options, Target};
#[cfg(feature = "outbox")]
pub use pending::{UseOutbox, use_outbox};
#[cfg(debug_assertions)]
use reactive_graph::diagnostics::SpecialNonReactiveZone;
use reactive_graph::{
    effect::Effect,
    graph::untrack,
    owner::{LocalStorage, StoredValue},
    send_wrapper_ext::SendOption,
    signal::{ReadSignal, RwSignal},
    traits::{ReadUntracked, ReadValue, Set, With},
};

/// A component's WebSocket: see [`use_websocket`]. It is `Copy`, and may be handed to other components.
#[derive(Clone, Copy)]
pub struct UseWebSocket {
    /// The status. `Connecting` before there is a socket, and on a server; `Closed` without a URL.
    pub status: ReadSignal<Status>,
    /// The number of the attempt under way or planned; 0 for the first, and on a stable connection.
    pub attempt: ReadSignal<u32>,
    /// The time of the next attempt since the Unix epoch, as in `Date.now()`. `None` if none is planned.
    pub retry_at: ReadSignal<Option<Duration>>,
    /// The reason why there is no socket, if the URL or an option is impossible.
    pub error: ReadSignal<Option<ConnectError>>,
    message: RwSignal<SendOption<Message>>,
    component: StoredValue<SendOption<Guard>>,
}

/// Ends the component with its owner, after the owner's clean-ups, which may send.
struct Guard(Rc<Component>);

impl Drop for Guard {
    fn drop(&mut self) {
        self.0.end();
    }
}

/// Connects the component to `url`, for as long as it is mounted.
///
/// `url` is a function that returns a URL: text, a [`Url`] that is asked before each attempt, or `None` for no socket. Signals that
/// it reads are tracked, and another URL is another socket.
///
/// ```
/// # use holdfast_ws_leptos::{Options, Url, use_websocket};
/// # use leptos::prelude::*;
/// # async fn token() -> Result<String, std::io::Error> { Ok(String::new()) }
/// # Owner::new().set();
/// # let user = RwSignal::new(None::<u32>);
/// let live = use_websocket(|| "/live", Options::new());
/// let news = use_websocket(move || user.get().map(|user| format!("/news/{user}")), Options::new());
/// let own = use_websocket(|| Url::from_async_fn(|_| async { token().await.map(|token| format!("/own?{token}")) }), Options::new());
/// ```
pub fn use_websocket<T: Into<Target>>(url: impl Fn() -> T + 'static, options: Options) -> UseWebSocket {
    let target = untrack(|| url().into());
    let state = State::first(&target);
    let signals = Signals {
        status: RwSignal::new(state.status),
        attempt: RwSignal::new(0),
        retry_at: RwSignal::new(None),
        error: RwSignal::new(None),
        // Neither a message nor a socket may move to another thread. A server has none.
        message: RwSignal::new(SendOption::new_local(None)),
    };
    let component = IN_BROWSER.then(|| Component::new(target, options, signals));
    if let Some(component) = component.clone() {
        Effect::<LocalStorage>::new(move |before: Option<()>| {
            let target = url().into();
            if before.is_none() {
                component.set_target(target);
            } else {
                component.replace_target(target);
            }
        });
    }
    UseWebSocket {
        status: signals.status.read_only(),
        attempt: signals.attempt.read_only(),
        retry_at: signals.retry_at.read_only(),
        error: signals.error.read_only(),
        message: signals.message,
        component: StoredValue::new(SendOption::new_local(component.map(Guard))),
    }
}

impl UseWebSocket {
    socket_methods!();

    /// Returns the last message, and tracks it. Only the last of those that come before an effect runs is seen: use
    /// [`Options::on_message`] or [`on_message`](Self::on_message) for all of them.
    #[must_use]
    pub fn message(&self) -> Option<Message> {
        self.message.with(|message| (**message).clone())
    }

    /// Returns the last message, read as JSON, and tracks it.
    #[must_use]
    pub fn json<T: serde::de::DeserializeOwned>(&self) -> Option<Result<T, MessageError>> {
        self.message.with(|message| message.as_ref().map(Message::json))
    }

    /// Calls a function with each message, for as long as the current owner, the component that calls this, is mounted.
    pub fn on_message(&self, callback: impl FnMut(&Message) + 'static) {
        let listener: Option<Listener> = self.with_component(|component| component.listen(callback));
        StoredValue::new(SendOption::new_local(listener));
    }

    /// Returns the socket, for `reconnect()`, `stats()` and so on. Its handlers (`set_on…`) belong to the hook. It is shared: `close()`
    /// ends it for all components, until another one is mounted.
    ///
    /// # Errors
    /// [`SendError::Closed`] without a URL, on a server, and once the component is unmounted.
    pub fn socket(&self) -> Result<WebSocket, SendError> {
        self.with_component(Component::socket).unwrap_or(Err(SendError::Closed))
    }

    fn with_component<T>(&self, read: impl FnOnce(&Component) -> T) -> Option<T> {
        let component = self
            .component
            .try_read_value()?
            .as_ref()
            .map(|guard| Rc::clone(&guard.0));
        // Nothing is borrowed while it runs.
        component.map(|component| read(&component))
    }
}

impl fmt::Debug for UseWebSocket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UseWebSocket")
    }
}

#[derive(Clone, Copy)]
struct Signals {
    status: RwSignal<Status>,
    attempt: RwSignal<u32>,
    retry_at: RwSignal<Option<Duration>>,
    error: RwSignal<Option<ConnectError>>,
    message: RwSignal<SendOption<Message>>,
}

impl Frontend for Signals {
    fn set_state(&self, state: State) {
        set(self.status, state.status);
        set(self.attempt, state.attempt);
        set(self.retry_at, state.retry_at);
        set(self.error, state.error);
    }

    fn set_message(&self, message: Option<&Message>) {
        self.message.try_set(SendOption::new_local(message.cloned()));
    }

    /// A callback reads signals as they are, and isn't run again when they change.
    fn run(&self, callbacks: &mut dyn FnMut()) {
        #[cfg(debug_assertions)]
        let _zone = SpecialNonReactiveZone::enter();
        callbacks();
    }
}

/// Sets a signal if its value changes, and if it is there still.
fn set<T: Clone + PartialEq + Send + Sync + 'static>(signal: RwSignal<T>, value: T) {
    let is_new = signal.try_read_untracked().is_some_and(|now| *now != value);
    if is_new {
        signal.try_set(value);
    }
}
