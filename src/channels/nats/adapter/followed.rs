//! The channels that the bus has subscribed, and questions for their streams.

use alloc::string::String;
use alloc::vec::Vec;

use crate::channels::adapter::Payload;
use crate::channels::output::Subscription;

use super::present::Present;
use super::reader::Asked;

/// A channel that the bus has subscribed.
#[derive(Debug)]
pub(super) struct Followed {
    /// The number of its consumer's subscription.
    pub(super) reader: u64,
    /// Its members, if they are wanted.
    pub(super) present: Option<Present>,
}

/// A subscription with the number of its consumer's subscription.
pub(super) type Numbered = (u64, Subscription<Payload, String>);

/// A question for a stream, and what is done when the answer is there.
#[derive(Debug)]
pub(super) enum Question {
    /// For the stream of the channels, to subscribe to these.
    Stream(Vec<Numbered>),
    /// For the bucket of the members, to subscribe to these.
    Bucket(Vec<Numbered>),
    /// For the stream of the channels, to read messages of before.
    History(Asked, String),
}
