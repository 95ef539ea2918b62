//! Channels on NATS `JetStream`: a channel is a subject of one stream, and each subscription is an ordered consumer.
//!
//! - A position is the stream's creation and a message's number in it, so that positions of all channels are of one row.
//! - A consumer numbers what it delivers. If a number is missing, or heartbeats are, the subscription is begun anew from the last
//!   message, and the stream's first number proves that none is lost.
//! - A publication has an identity, so that the server takes it once, and is acknowledged with its number.
//! - Members are keys of a bucket that forgets them: each connection writes its own again and again.
//!
//! Not for applications: its interface may change in any release.

mod adapter;
pub mod answer;
pub mod delivered;
mod json;
mod options;
pub mod ordered;
pub mod proof;
pub mod protocol;
pub mod request;
pub mod search;
pub mod subject;
mod time;

pub use adapter::Nats;
pub use options::Options;
