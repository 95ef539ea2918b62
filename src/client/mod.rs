//! What a Rust app uses: [`WebSocket`] and what belongs to it. It converts between Rust's values and the browser's, and hands
//! events on; the [engine](crate::engine) decides.
//!
//! Nothing is borrowed while a closure of the application's runs, so a handler may call anything, even set itself anew.

mod address;
mod asking;
mod builder;
mod bytes;
mod error;
mod event;
mod handlers;
mod host;
mod message;
mod native;
mod options;
mod provide;
mod resume;
mod send;
mod shared;
mod socket;
mod stats;
mod transmit;

#[cfg(feature = "futures")]
mod buffer;
#[cfg(feature = "futures")]
mod channel;
#[cfg(feature = "futures")]
mod events;
#[cfg(feature = "futures")]
mod sinks;
#[cfg(feature = "futures")]
mod waiting;

#[cfg(feature = "serde")]
mod calls;
#[cfg(feature = "serde")]
mod detail;
#[cfg(feature = "serde")]
mod inbox;
#[cfg(feature = "serde")]
mod json;
#[cfg(feature = "serde")]
mod json_error;
#[cfg(feature = "serde")]
mod json_rpc;
#[cfg(feature = "serde")]
mod requests;
#[cfg(feature = "serde")]
mod typed;

pub use self::address::{Address, Attempt, Target};
pub use self::builder::Builder;
pub use self::error::{CloseError, ConnectError, SendError};
pub use self::event::{CloseEvent, Reconnecting};
pub use self::message::Message;
pub use self::options::{BinaryType, Heartbeat, Hidden, Queue, Reconnect};
pub use self::socket::{WeakWebSocket, WebSocket};
pub use self::stats::{RoundTrip, Stats};
pub use crate::engine::{Cause, ReadyState, Status};

#[cfg(feature = "futures")]
pub use self::channel::Channel;
#[cfg(feature = "futures")]
pub use self::error::OpenError;
#[cfg(feature = "futures")]
pub use self::event::Event;
#[cfg(feature = "futures")]
pub use self::events::Events;

#[cfg(feature = "serde")]
pub use self::detail::Detail;
#[cfg(feature = "serde")]
pub use self::json_error::{MessageError, RequestError, SendJsonError};
#[cfg(feature = "serde")]
pub use self::json_rpc::RpcError;
#[cfg(feature = "serde")]
pub use self::requests::RequestOptions;
#[cfg(feature = "serde")]
pub use self::typed::Messages;
