//! The part that the hooks for Leptos, Dioxus and Yew have in common: sockets that components share, and that close with the
//! last of them.
//!
//! Applications use `holdfast-ws-leptos`, `holdfast-ws-dioxus` or `holdfast-ws-yew`. A hook for another framework is a
//! [`Frontend`] and a [`Component`].
//!
//! * [`Target`] is where to connect, or nowhere; [`Options`] are a component's options and callbacks; [`State`] is what a
//!   component shows.
//! * Components with the same URL and the same options of the socket share one socket.
//! * A socket is closed when its last component has gone, after a [grace](Options::grace) in which another may take over: a
//!   remounted component, the next page of a router.
//! * With the feature `outbox`, `watch_pending` is what `use_outbox` of each framework stands on.
//! * Outside of a browser nothing is dialled. The state is `connecting`, as in the first render in the browser.
#![forbid(unsafe_code)]

mod component;
mod methods;
mod options;
#[cfg(feature = "outbox")]
mod outbox;
mod registry;
mod shared;
mod state;
mod target;

pub use component::{Component, Frontend, Listener};
pub use holdfast_ws;
pub use options::Options;
#[cfg(feature = "outbox")]
pub use outbox::watch_pending;
pub use serde;
pub use state::State;
pub use target::Target;

/// True where there may be a socket. Elsewhere an application is rendered on a server, or tested.
pub const IN_BROWSER: bool = cfg!(all(
    target_arch = "wasm32",
    any(target_os = "unknown", target_os = "none")
));
