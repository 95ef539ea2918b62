//! The state of its socket that a component shows.

use std::time::Duration;

use holdfast_ws::{ConnectError, Status, WebSocket};

use crate::target::Target;

/// The state of a component's socket. It changes as a whole: no status is shown with another's attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct State {
    /// `Connecting` before there is a socket, and on a server. `Closed` without a URL.
    pub status: Status,
    /// The number of the attempt under way or planned; 0 for the first, and on a stable connection.
    pub attempt: u32,
    /// The time of the next attempt since the Unix epoch, as in `Date.now()`. `None` if none is planned.
    pub retry_at: Option<Duration>,
    /// The reason why there is no socket, if the URL or an option is impossible.
    pub error: Option<ConnectError>,
}

impl State {
    /// Returns the state of the first render, which is the same on a server and in the browser.
    #[must_use]
    pub fn first(target: &Target) -> Self {
        Self::without_socket(if *target == Target::None {
            Status::Closed
        } else {
            Status::Connecting
        })
    }

    pub(crate) fn without_socket(status: Status) -> Self {
        Self {
            status,
            attempt: 0,
            retry_at: None,
            error: None,
        }
    }

    pub(crate) fn failed(error: ConnectError) -> Self {
        Self {
            error: Some(error),
            ..Self::without_socket(Status::Closed)
        }
    }

    /// Reads the state. The same time of the next attempt reads differently by a millisecond or so, as clocks do.
    pub(crate) fn read(ws: &WebSocket, before: Option<&Self>) -> Self {
        let now = ws.retry_at();
        let before = before.and_then(|before| before.retry_at);
        let is_same = matches!((now, before), (Some(now), Some(before)) if now.abs_diff(before) <= SAME);
        Self {
            status: ws.status(),
            attempt: ws.attempt(),
            retry_at: if is_same { before } else { now },
            error: None,
        }
    }
}

const SAME: Duration = Duration::from_millis(100);
