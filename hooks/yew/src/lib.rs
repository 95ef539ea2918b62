//! `use_websocket` for [Yew](https://docs.rs/yew) 0.23: a WebSocket that stays connected, as a hook.
//!
//! ```
//! use holdfast_ws_yew::{Options, use_websocket, use_websocket_messages};
//! use serde::Deserialize;
//! use yew::prelude::*;
//!
//! #[derive(Clone, Deserialize)]
//! struct Line { from: String, text: String }
//!
//! #[derive(PartialEq, Properties)]
//! struct Props { room: AttrValue }
//!
//! #[component]
//! fn Chat(props: &Props) -> Html {
//!     // Another room is another socket.
//!     let live = use_websocket(format!("/rooms/{}", props.room), Options::new());
//!     let lines = use_websocket_messages(&live, Vec::<Line>::new, |lines, message| lines.extend(message.json::<Line>()));
//!     let hello = Callback::from({
//!         let live = live.clone();
//!         move |_| _ = live.send("hello")
//!     });
//!     html! {
//!         <>
//!             <p>{ live.status().to_string() }</p>
//!             { for lines.iter().map(|line| html! { <p>{ &line.from }{ ": " }{ &line.text }</p> }) }
//!             <button onclick={hello}>{ "Hello" }</button>
//!         </>
//!     }
//! }
//! ```
//!
//! * **Lifetime.** The socket is opened by an effect, after the first render, or by the first [`send`](UseWebSocketHandle::send). It
//!   closes when the component is unmounted. A component that is mounted in the same turn takes it over.
//! * **Rendering.** The component renders again when the state changes, but not with each message. [`use_websocket_message`] and
//!   [`use_websocket_messages`] are for components that show messages; [`Options::on_message`] renders nothing.
//! * **Sharing.** Components with the same URL and the same options share one socket. [`Options::share`] turns that off.
//! * **Rendering on a server** dials nothing. [`status()`](UseWebSocketHandle::status) is `Connecting`, as in the first render in
//!   the browser, so hydration finds what it expects.
//! * **Reconnection** is the library's own: see [`holdfast_ws`].
//! * **Delivery.** `use_outbox`, with the feature `outbox`, is what has not reached the server yet.
#![forbid(unsafe_code)]

#[cfg(feature = "outbox")]
mod pending;

use std::{cell::RefCell, rc::Rc, time::Duration};

#[doc(no_inline)]
pub use holdfast_ws::{self, *};
use holdfast_ws_hooks::{Component, Frontend, State, socket_methods};
pub use holdfast_ws_hooks::{Options, Target};
#[cfg(feature = "outbox")]
pub use pending::use_outbox;
use yew::{UseStateSetter, hook, use_effect, use_effect_with, use_force_update, use_memo, use_mut_ref, use_state_eq};

/// A component's WebSocket: see [`use_websocket`]. Clones of it may be handed to other components.
#[derive(Clone, PartialEq, Debug)]
pub struct UseWebSocketHandle {
    /// As of the render that made this handle.
    state: State,
    component: Owned,
}

/// Connects the component to `url`, for as long as it is mounted.
///
/// `url` is text, a [`Url`] that is asked before each attempt, or `None` for no socket. Another URL in a later render is another
/// socket; a function in the place of another is no change. Callbacks are those of the last render. Options of the socket are
/// those of the render in which it is made.
#[hook]
pub fn use_websocket<T>(url: T, options: Options) -> UseWebSocketHandle
where
    T: Into<Target>,
{
    let target = url.into();
    let first = target.clone();
    let state = use_state_eq(|| State::first(&first));
    let setter = state.setter();
    let given = (target.clone(), options.clone());
    let component = use_memo((), |()| Owned(Component::new(given.0, given.1, Setter(setter))));
    {
        let component = Rc::clone(&component);
        use_effect(move || component.0.set_options(options));
    }
    {
        let component = Rc::clone(&component);
        use_effect_with(target, move |target| component.0.set_target(target.clone()));
    }
    {
        let component = Rc::clone(&component);
        use_effect_with((), move |()| move || component.0.end());
    }
    UseWebSocketHandle {
        state: (*state).clone(),
        component: (*component).clone(),
    }
}

/// Returns the last message, and renders with each one. `None` before the first. Several messages may share a render, which sees
/// the last of them.
#[hook]
pub fn use_websocket_message(live: &UseWebSocketHandle) -> Option<Rc<Message>> {
    let messages = use_websocket_messages(live, || None, |last, message| *last = Some(Rc::new(message.clone())));
    (*messages).clone()
}

/// Returns a state that a function makes of the messages, and renders with each one. The function gets every message once and in
/// order; several may share a render.
#[hook]
pub fn use_websocket_messages<S, I, R>(live: &UseWebSocketHandle, initial: I, reduce: R) -> Rc<S>
where
    S: Clone + 'static,
    I: FnOnce() -> S,
    R: Fn(&mut S, &Message) + 'static,
{
    let state = use_mut_ref(|| Rc::new(initial()));
    let latest = use_mut_ref(|| None::<Rc<R>>);
    latest.replace(Some(Rc::new(reduce)));
    let update = use_force_update();
    {
        let state = Rc::clone(&state);
        use_effect_with(live.component.clone(), move |component| {
            let listener = component.0.listen(move |message| {
                let reduce: Option<Rc<R>> = latest.borrow().clone();
                if let Some(reduce) = reduce {
                    apply(&state, |state| reduce(state, message));
                    update.force_update();
                }
            });
            move || drop(listener)
        });
    }
    Rc::clone(&state.borrow())
}

/// Changes a state of which the last render may have a copy.
fn apply<S: Clone>(state: &RefCell<Rc<S>>, change: impl FnOnce(&mut S)) {
    let mut next = Rc::clone(&state.borrow());
    change(Rc::make_mut(&mut next));
    state.replace(next);
}

impl UseWebSocketHandle {
    socket_methods!();

    /// The status, as of this render. `Connecting` before there is a socket, and on a server; `Closed` without a URL.
    #[must_use]
    pub fn status(&self) -> Status {
        self.state.status
    }

    /// The number of the attempt under way or planned; 0 for the first, and on a stable connection.
    #[must_use]
    pub fn attempt(&self) -> u32 {
        self.state.attempt
    }

    /// The time of the next attempt since the Unix epoch, as in `Date.now()`. `None` if none is planned.
    #[must_use]
    pub fn retry_at(&self) -> Option<Duration> {
        self.state.retry_at
    }

    /// The reason why there is no socket, if the URL or an option is impossible.
    #[must_use]
    pub fn error(&self) -> Option<&ConnectError> {
        self.state.error.as_ref()
    }

    /// Returns the socket, for `reconnect()`, `stats()` and so on. Its handlers (`set_on…`) belong to the hook. It is shared: `close()`
    /// ends it for all components, until another one is mounted.
    ///
    /// # Errors
    /// [`SendError::Closed`] without a URL, on a server, and once the component is unmounted.
    pub fn socket(&self) -> Result<WebSocket, SendError> {
        self.component.0.socket()
    }
}

/// A component is the same as itself.
#[derive(Clone, Debug)]
struct Owned(Rc<Component>);

impl PartialEq for Owned {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

struct Setter(UseStateSetter<State>);

impl Frontend for Setter {
    fn set_state(&self, state: State) {
        self.0.set(state);
    }

    /// Components that show messages listen to them.
    fn set_message(&self, _: Option<&Message>) {}
}
