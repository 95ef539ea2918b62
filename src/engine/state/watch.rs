//! What is known of the connection.

use super::super::instant::Instant;

/// What is known of the line.
#[derive(Debug)]
#[allow(clippy::struct_excessive_bools)] // Each is independent of the others.
pub(crate) struct Watch {
    /// When the line last proved to be alive.
    pub(crate) proved: Instant,
    /// When any message last came.
    pub(crate) heard: Instant,
    /// The ping that is yet to be answered.
    pub(crate) asked: Option<Asked>,
    /// Bytes in the native buffer when last weighed.
    pub(crate) buffered: u64,
    /// Whether the weighing that is under way is the last one.
    pub(crate) condemned: bool,
    /// A ping is to be sent, and not yet reported as sent.
    pub(crate) asking: bool,
    /// The last ping went out after a late tick.
    pub(crate) late: bool,
    /// Messages wait for the answer: see [`doubt`](super::doubt).
    pub(crate) in_doubt: bool,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked {
    pub(crate) at: Instant,
    /// Whether its answer can't be taken for an earlier ping's.
    pub(crate) alone: bool,
}

impl Watch {
    pub(crate) const fn new(now: Instant) -> Self {
        Self {
            proved: now,
            heard: now,
            asked: None,
            buffered: 0,
            condemned: false,
            asking: false,
            late: false,
            in_doubt: false,
        }
    }

    /// When any message last came, if that was [looked at](Engine::listens).
    pub(crate) const fn heard(&self) -> Instant {
        self.heard
    }

    /// When the line last gave proof of life.
    pub(crate) const fn silent_since(&self) -> Instant {
        self.proved
    }
}
