//! What a line does wrong on request to connections yet to come, and how late its replies are.

use std::time::{Duration, Instant};

use axum::http::StatusCode;

use super::wire::Way;

/// The standing orders of one line. All off at first.
#[derive(Debug, Default)]
pub(super) struct Faults {
    refusal: Refusal,
    /// Each reply comes this late.
    pub(super) delay: Duration,
    /// The answer to a handshake comes this late.
    pub(super) handshake: Duration,
    /// A new connection is reset this long after it opened.
    pub(super) flap: Option<Duration>,
    /// A new connection is frozen right after its handshake.
    pub(super) freeze_new: Option<Way>,
}

/// How a handshake is refused.
#[derive(Clone, Copy, Debug)]
pub(super) enum Refuse {
    /// With an HTTP answer that isn't 101.
    Status(StatusCode),
    /// With no answer but a TCP reset, as a host does where nothing listens any more.
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
    /// Refuses handshakes for so long, or until [`accept`](Self::accept).
    pub(super) fn refuse(&mut self, how: Refuse, length: Option<Duration>) {
        let end = length.map(|length| Instant::now().checked_add(length));
        self.refusal = match end {
            Some(Some(end)) => Refusal::Until(end, how),
            Some(None) | None => Refusal::UntilAccept(how),
        };
    }

    /// Whether a handshake that comes now is refused, and how.
    pub(super) fn refusing(&self) -> Option<Refuse> {
        match self.refusal {
            Refusal::Until(end, how) => (Instant::now() < end).then_some(how),
            Refusal::UntilAccept(how) => Some(how),
            Refusal::Off => None,
        }
    }

    /// Ends all of it: from now on everything is accepted, promptly, and left alone.
    pub(super) fn accept(&mut self) {
        *self = Self::default();
    }
}
