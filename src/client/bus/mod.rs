//! The channels of a broker over one connection: publish and subscribe, with history, members, and what is proven of messages that may be
//! missing.
//!
//! A [`Bus`] has the connection, an adapter such as [`Nats`] or [`Nchan`] knows the broker, and a [`Channel`] is a stream of messages. See
//! `docs/channels.md` for the brokers' configuration.

mod answer;
mod builder;
mod channel;
mod connected;
mod events;
mod holder;
mod http;
mod inner;
mod join_error;
mod load;
mod loading;
#[cfg(feature = "channels-nats")]
mod nats;
#[cfg(feature = "channels-nchan")]
mod nchan;
mod options;
mod token;
mod values;
mod via;

pub use self::answer::{Answer, ChannelError};
pub use self::builder::BusBuilder;
pub use self::channel::{Channel, ChannelEvents};
pub use self::connected::Bus;
pub use self::events::{BusEvent, BusEvents};
pub use self::http::{HttpFuture, HttpRequest, HttpResponse};
pub use self::join_error::JoinError;
pub use self::loading::Loading;
#[cfg(feature = "channels-nats")]
pub use self::nats::{Nats, NatsLogin};
#[cfg(feature = "channels-nchan")]
pub use self::nchan::Nchan;
pub use self::options::ChannelOptions;
pub use self::token::Token;
pub use self::values::{ChannelEvent, ChannelMessage, ChannelStatus, Member, Position, Update};
pub use self::via::Via;
pub use crate::channels::{Can, Change, Failure, Payload, Recovered};
