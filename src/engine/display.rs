//! States and causes in words, for logs and status lines.

use core::fmt;

use super::cause::{CloseCause, RetryCause};
use super::state::{ReadyState, Status};

impl fmt::Display for ReadyState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Connecting => "connecting",
            Self::Open => "open",
            Self::Closing => "closing",
            Self::Closed => "closed",
        })
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Connecting => "connecting",
            Self::Open => "open",
            Self::Waiting => "waiting",
            Self::Offline => "offline",
            Self::Closing => "closing",
            Self::Closed => "closed",
            Self::Idle => "idle",
        })
    }
}

impl fmt::Display for CloseCause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        RetryCause::from(*self).fmt(f)
    }
}

impl fmt::Display for RetryCause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Closed => "closed",
            Self::Failed => "failed",
            Self::ConnectTimeout => "connect timeout",
            Self::Heartbeat => "heartbeat timeout",
            Self::Idle => "idle timeout",
            Self::Stalled => "stalled",
            Self::Manual => "reconnect",
            Self::Online => "online",
            Self::Wake => "wake",
            Self::Hidden => "hidden",
        })
    }
}
