//! The settings of an endpoint for new connections: refuse, delay, reset or freeze them; and the delay of replies.
//!
//! Nothing is injected here. [`wire`](super::wire) resets, freezes and slows a connection, [`endpoints`](super::endpoints) chooses the
//! connections, and [`control`](super::control) takes the requests for both.

use std::time::{Duration, Instant};

use axum::http::StatusCode;

use super::wire::Direction;

/// The faults of one endpoint. All are off at first.
#[derive(Debug, Default)]
pub(super) struct Faults {
    refusal: Refusal,
    /// The delay of each reply.
    pub(super) delay: Duration,
    /// The delay of each handshake's response.
    pub(super) handshake: Duration,
    /// A new connection is reset this long after it opened.
    pub(super) flap: Option<Duration>,
    /// A new connection is frozen right after its handshake.
    pub(super) freeze_new: Option<Direction>,
}

/// The way in which a handshake is refused.
#[derive(Clone, Copy, Debug)]
pub(super) enum Refuse {
    /// By an HTTP response that isn't 101.
    Status(StatusCode),
    /// By a TCP reset, as on a host where no server listens any more.
    Reset,
}

#[derive(Debug, Default)]
enum Refusal {
    #[default]
    Off,
    Until(Instant, Refuse),
    UntilAccept(Refuse),
}

impl Faults {
    /// Refuses handshakes for this long, or until [`accept`](Self::accept).
    pub(super) fn refuse(&mut self, how: Refuse, length: Option<Duration>) {
        let end = length.map(|length| Instant::now().checked_add(length));
        self.refusal = match end {
            Some(Some(end)) => Refusal::Until(end, how),
            Some(None) | None => Refusal::UntilAccept(how),
        };
    }

    /// Returns how a handshake that arrives now is refused; `None` if it is accepted.
    pub(super) fn refusing(&self) -> Option<Refuse> {
        match self.refusal {
            Refusal::Until(end, how) => (Instant::now() < end).then_some(how),
            Refusal::UntilAccept(how) => Some(how),
            Refusal::Off => None,
        }
    }

    /// Turns all faults off.
    pub(super) fn accept(&mut self) {
        *self = Self::default();
    }
}
