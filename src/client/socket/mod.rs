//! The handles that an application holds, and how it makes and uses them.

pub(crate) mod builder;
pub(crate) mod connection;
pub(crate) mod handle;
mod handlers;
mod send;
mod unsent;

#[cfg(feature = "futures")]
pub(crate) mod channel;
#[cfg(feature = "futures")]
pub(crate) mod events;

#[cfg(feature = "serde")]
pub(crate) mod calls;
#[cfg(feature = "serde")]
pub(crate) mod coded;
#[cfg(feature = "serde")]
pub(crate) mod messages;
#[cfg(feature = "serde")]
mod notifications;
#[cfg(feature = "serde")]
pub(crate) mod replies;
#[cfg(feature = "serde")]
pub(crate) mod requests;
#[cfg(feature = "serde")]
mod send_json;
#[cfg(feature = "serde")]
mod target;

#[cfg(feature = "tabs")]
mod tabs;
