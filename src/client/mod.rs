//! The Rust client: [`WebSocket`] and what belongs to it. It converts between Rust's values and the browser's, and hands
//! events on; the [engine](crate::engine) decides.
//!
//! Its layers are folders. Each knows only those above it in this list:
//!
//! 1. `values`: messages, events, options, URLs, errors;
//! 2. `json` (feature `serde`): JSON and JSON-RPC, between text and types;
//! 3. `codec` (feature `serde`): the application's own way to write values;
//! 4. `browser`: the browser's objects that one socket uses. Natively, with the feature `testing`, `world` is in its place. The
//!    others know whichever it is as `platform`;
//! 5. `state`: the state of one socket;
//! 6. `host`: the driver's platform and its callbacks, on that state;
//! 7. `socket`: the handles that an application holds.
//!
//! `delivery` (feature `outbox`) stands above them: messages that are kept until the server has acknowledged them. So do `tabs` (feature
//! `tabs`): one connection for all tabs; and `bus` (feature `channels`): the channels of a broker.
//!
//! `trace`, beside them, has spans and events for the feature `tracing`.
//!
//! Nothing is borrowed while a closure of the application's runs, so a handler may call anything, even set itself anew.

#[cfg(not(all(feature = "testing", not(target_arch = "wasm32"))))]
mod browser;
#[cfg(feature = "channels")]
pub mod bus;
#[cfg(feature = "serde")]
mod codec;
#[cfg(feature = "outbox")]
pub mod delivery;
mod host;
#[cfg(feature = "serde")]
mod json;
mod socket;
mod state;
#[cfg(feature = "tabs")]
mod tabs;
mod trace;
mod values;
#[cfg(all(feature = "testing", not(target_arch = "wasm32")))]
mod world;

#[cfg(not(all(feature = "testing", not(target_arch = "wasm32"))))]
use self::browser as platform;
#[cfg(all(feature = "testing", not(target_arch = "wasm32")))]
use self::world as platform;

pub use self::socket::builder::Builder;
pub use self::socket::connection::Connection;
pub use self::socket::handle::{WeakWebSocket, WebSocket};
pub use self::values::error::{CloseError, ConnectError, SendError};
pub use self::values::event::{CloseEvent, EndReason, Reconnecting};
pub use self::values::message::Message;
pub use self::values::options::{BinaryType, Heartbeat, Hidden, Queue, Reconnect};
pub use self::values::protocols::IntoProtocols;
pub use self::values::stats::{RoundTrip, Stats};
pub use self::values::url::{Attempt, IntoUrl, Url};
pub use crate::engine::{CloseCause, ReadyState, RetryCause, Status};

#[cfg(feature = "futures")]
pub use self::socket::channel::Channel;
#[cfg(feature = "futures")]
pub use self::socket::events::Events;
#[cfg(feature = "futures")]
pub use self::values::error::OpenError;
#[cfg(feature = "futures")]
pub use self::values::event::Event;

#[cfg(feature = "serde")]
pub use self::codec::{Codec, ReplyHead};
#[cfg(feature = "serde")]
pub use self::json::detail::Detail;
#[cfg(feature = "serde")]
pub use self::json::error::{MessageError, RequestError, SendJsonError};
#[cfg(feature = "serde")]
pub use self::json::rpc::RpcError;
#[cfg(feature = "serde")]
pub use self::socket::calls::HandlerId;
#[cfg(feature = "serde")]
pub use self::socket::coded::Coded;
#[cfg(feature = "serde")]
pub use self::socket::messages::Messages;
#[cfg(feature = "serde")]
pub use self::socket::replies::Replies;
#[cfg(feature = "serde")]
pub use self::values::request_options::RequestOptions;

#[cfg(feature = "tabs")]
pub use self::state::tabs_options::Tabs;
#[cfg(feature = "tabs")]
pub use self::values::tabs::Role;
