//! The server: it says numbered messages to all connections, resumes from a number, and notes what it is sent.

use std::collections::BTreeMap;

/// A message of a tab: the tab's number, and that of the message.
pub(crate) type Sent = (usize, u64);

#[derive(Debug)]
pub(crate) struct Server {
    /// True if it replies to requests.
    pub(crate) answers: bool,
    /// How many requests it was told to give up.
    pub(crate) cancelled: u32,
    /// The number of the last message that it has said.
    pub(crate) said: u64,
    /// The messages that have arrived, in order.
    pub(crate) received: Vec<Sent>,
    /// The number of the last call, and who has answered each.
    pub(crate) called: u64,
    pub(crate) answered: BTreeMap<u64, &'static str>,
    /// The open connections, and who holds each.
    pub(crate) connections: BTreeMap<u64, usize>,
}

impl Server {
    pub(crate) const fn new() -> Self {
        Self {
            answers: true,
            cancelled: 0,
            said: 0,
            received: Vec::new(),
            called: 0,
            answered: BTreeMap::new(),
            connections: BTreeMap::new(),
        }
    }
}
