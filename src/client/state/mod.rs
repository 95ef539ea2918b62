//! The state of one socket, which its handles, its streams and its driver share: [`shared`] holds it all.

pub(crate) mod handlers;
pub(crate) mod invocation;
pub(crate) mod shared;
#[cfg(feature = "outbox")]
pub(crate) mod taps;
pub(crate) mod transmit;

#[cfg(feature = "futures")]
pub(crate) mod sinks;
#[cfg(feature = "futures")]
pub(crate) mod subscribers;
#[cfg(feature = "futures")]
pub(crate) mod wakers;

#[cfg(feature = "serde")]
pub(crate) mod incoming;
#[cfg(feature = "serde")]
pub(crate) mod inspection;
#[cfg(feature = "serde")]
pub(crate) mod pending;
#[cfg(feature = "serde")]
pub(crate) mod pending_requests;
#[cfg(feature = "serde")]
pub(crate) mod request;
#[cfg(feature = "serde")]
pub(crate) mod rpc_handlers;

#[cfg(feature = "tabs")]
pub(crate) mod tab;
#[cfg(feature = "tabs")]
pub(crate) mod tabs_options;
