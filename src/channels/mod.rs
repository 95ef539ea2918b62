//! The rules of many channels over one connection, sans-I/O.
//!
//! [`Channels`] is the machine. A broker delivers the messages of channels; an adapter translates its protocol. The machine decides what
//! is subscribed, what is dispatched, and what a gap means. It takes inputs with their time, and returns outputs, events and the next
//! timeout, as the [engine](crate::engine) does.
//!
//! These hold, whatever the broker, the connection and the application do:
//!
//! - A channel's messages are dispatched in order, each at most once to a part of the application.
//! - If some may be missing, [`Event::Gap`] stands at their place, and [`Recovered::Yes`] is not reported.
//! - While the missing ones are fetched, or the application loads its state, live messages are held, up to a limit.
//! - A channel that is refused is tried again by its own backoff, and touches no other.
//! - A publication succeeds or fails once.
//! - Members are users: several connections of one user are one member.

mod adapter;
mod bus;
mod channel;
mod config;
mod connected;
mod holder;
mod ids;
mod login;
mod members;
#[cfg(feature = "channels-nats")]
pub mod nats;
#[cfg(feature = "channels-nchan")]
pub mod nchan;
mod other_user;
mod output;
mod position;
mod publications;
mod sorted;
mod stream;
mod timers;

pub use adapter::{Adapter, AdapterOutput, Bus, Can, LoginRefusal, Payload, Response};
pub use bus::Channels;
pub use config::{Abilities, ChannelConfig, Config};
pub use connected::{Action, Connected};
pub use ids::{ChannelId, HolderId, PublicationId, QuestionId, RequestId};
pub use members::Presence;
pub use other_user::OtherUser;
pub use output::{Change, Event, Failure, Found, HistoryRange, Identity, Output, Refusal, Subscription};
pub use position::{Numbering, Position, Recovered, Start};
