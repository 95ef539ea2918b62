//! The members of one channel, as the adapter keeps them.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use crate::channels::adapter::Payload;
use crate::channels::members::Presence;
use crate::channels::nats::subject::encode;
use crate::channels::output::Identity;
use crate::engine::Instant;

/// The members of a channel, and the page's own membership.
#[derive(Debug)]
pub(super) struct Present {
    /// The channel's name in keys.
    pub(super) channel: String,
    /// The user in keys.
    pub(super) user: String,
    pub(super) data: Payload,
    /// The number of the subscription that tells of the members.
    pub(super) watch: u64,
    /// When they are asked for again, if they have not come.
    pub(super) ask_at: Instant,
    /// When the page's own key is written next.
    pub(super) write_at: Instant,
    /// When each connection counts as lost.
    pub(super) lost_at: BTreeMap<String, Instant>,
    /// The members of the beginning, until all are known.
    pub(super) first: Option<Vec<Presence<Payload>>>,
}

impl Present {
    pub(super) fn new(name: &str, identity: Identity<Payload>) -> Self {
        Self {
            channel: encode(name, true),
            user: encode(&identity.user, false),
            data: identity.data,
            watch: 0,
            ask_at: Instant::NEVER,
            write_at: Instant::NEVER,
            lost_at: BTreeMap::new(),
            first: None,
        }
    }
}
