//! Causes: why a connection ended, and why another attempt is made.

/// Why a connection ended, or an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
#[non_exhaustive]
pub enum CloseCause {
    /// An open connection ended, by the server or by a fault; or the application called `close()`.
    Closed = 0,
    /// An attempt failed: the URL was not resolved, the connection did not open, or it was not authenticated.
    Failed = 1,
    /// An attempt had not opened within `connect_timeout`.
    ConnectTimeout = 2,
    /// A ping was not answered.
    Heartbeat = 3,
    /// Nothing was received for `idle_timeout`.
    Idle = 4,
    /// `bufferedAmount` had not decreased for `stall_timeout`.
    Stalled = 5,
    /// The application called `reconnect()`.
    Manual = 6,
    /// The page is back, and the connection may have died: nothing was received for the last 10 s or more, or the machine slept.
    Wake = 8,
    /// The page was hidden for [`close_after`](super::Hidden::close_after), and the connection was closed.
    Hidden = 9,
}

/// Why another attempt is made: the cause of the end before it, with the same number, or `Online`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
#[non_exhaustive]
pub enum RetryCause {
    /// An open connection was closed, by the server or by a fault.
    Closed = 0,
    /// The attempt before failed, or its URL could not be resolved.
    Failed = 1,
    /// The attempt before had not opened within `connect_timeout`.
    ConnectTimeout = 2,
    /// A ping was not answered.
    Heartbeat = 3,
    /// Nothing was received for `idle_timeout`.
    Idle = 4,
    /// `bufferedAmount` had not decreased for `stall_timeout`.
    Stalled = 5,
    /// The application called `reconnect()`.
    Manual = 6,
    /// The network or the page came back, and the attempt was brought forward.
    Online = 7,
    /// The page is back, and the connection may have died: nothing was received for the last 10 s or more, or the machine slept.
    Wake = 8,
    /// The connection of a hidden page was closed.
    Hidden = 9,
}

impl CloseCause {
    /// True if the connection died without a close event: by heartbeat, idle or stall timeout.
    #[must_use]
    pub const fn is_silence(self) -> bool {
        matches!(self, Self::Heartbeat | Self::Idle | Self::Stalled)
    }

    /// True if the engine abandoned a connection that had not failed. Then there is no reason to wait.
    pub(super) const fn is_ours(self) -> bool {
        matches!(self, Self::Wake | Self::Hidden)
    }

    /// Returns the `reason` of the `close` event of a connection that the engine abandoned; empty where the browser's own applies.
    #[must_use]
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Closed | Self::Failed => "",
            Self::ConnectTimeout => "connect timeout",
            Self::Heartbeat => "heartbeat timeout",
            Self::Idle => "idle timeout",
            Self::Stalled => "stalled",
            Self::Manual => "reconnect",
            Self::Wake => "wake",
            Self::Hidden => "hidden",
        }
    }
}

impl From<CloseCause> for RetryCause {
    fn from(cause: CloseCause) -> Self {
        match cause {
            CloseCause::Closed => Self::Closed,
            CloseCause::Failed => Self::Failed,
            CloseCause::ConnectTimeout => Self::ConnectTimeout,
            CloseCause::Heartbeat => Self::Heartbeat,
            CloseCause::Idle => Self::Idle,
            CloseCause::Stalled => Self::Stalled,
            CloseCause::Manual => Self::Manual,
            CloseCause::Wake => Self::Wake,
            CloseCause::Hidden => Self::Hidden,
        }
    }
}
