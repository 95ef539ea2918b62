//! How the network between the page and all servers is.

use super::pipe::Quality;
use super::time::Span;

/// The network as a whole.
#[derive(Debug)]
pub(super) struct Network {
    pub(super) up: Quality,
    pub(super) down: Quality,
    pub(super) silent: bool,
    pub(super) offline: bool,
}

/// Of a network that is well.
const WELL: Quality = Quality {
    latency: Span::from_millis(10),
    jitter: Span::ZERO,
    rate: None,
};

impl Network {
    pub(super) const fn new() -> Self {
        Self {
            up: WELL,
            down: WELL,
            silent: false,
            offline: false,
        }
    }
}
