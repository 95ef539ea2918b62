//! Errors: which option is invalid ([`ConfigError`]), and why a message was refused ([`SendError`]).

use core::fmt;

/// Invalid configuration; names the offending option.
///
/// The npm wrapper checks its options itself, with messages of its own, so there this is a second check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
#[repr(u8)]
pub enum ConfigError {
    /// `reconnect.minDelay` is zero.
    MinDelay = 0,
    /// `reconnect.maxDelay` is zero.
    MaxDelay = 1,
    /// `reconnect.minDelay` is more than `maxDelay`.
    MinAboveMax = 2,
    /// `reconnect.factor` is below 1, or no finite number.
    Factor = 3,
    /// `reconnect.maxAttempts` is zero.
    MaxAttempts = 4,
    /// `reconnect.connectTimeout` is zero.
    ConnectTimeout = 5,
    /// `heartbeat.interval` is zero.
    HeartbeatInterval = 6,
    /// `heartbeat.timeout` is zero.
    HeartbeatTimeout = 7,
    /// `authenticate` without reconnection.
    Authenticate = 8,
    /// `idleTimeout` is zero.
    IdleTimeout = 9,
    /// `stallTimeout` is zero.
    StallTimeout = 10,
    /// `queue.maxAge` is zero.
    QueueMaxAge = 11,
    /// `hidden.closeAfter` is zero.
    HiddenCloseAfter = 12,
    /// `hidden` without reconnection.
    Hidden = 13,
    /// `lazy` without reconnection: there is no queue for the first message.
    Lazy = 14,
}

impl ConfigError {
    /// Returns the option's JavaScript name, with its group: `reconnect.minDelay`.
    #[must_use]
    pub const fn option(self) -> &'static str {
        match self {
            Self::MinDelay | Self::MinAboveMax => "reconnect.minDelay",
            Self::MaxDelay => "reconnect.maxDelay",
            Self::Factor => "reconnect.factor",
            Self::MaxAttempts => "reconnect.maxAttempts",
            Self::ConnectTimeout => "reconnect.connectTimeout",
            Self::HeartbeatInterval => "heartbeat.interval",
            Self::HeartbeatTimeout => "heartbeat.timeout",
            Self::Authenticate => "authenticate",
            Self::IdleTimeout => "idleTimeout",
            Self::StallTimeout => "stallTimeout",
            Self::QueueMaxAge => "queue.maxAge",
            Self::HiddenCloseAfter => "hidden.closeAfter",
            Self::Hidden => "hidden",
            Self::Lazy => "lazy",
        }
    }

    /// Returns the valid values of the option, in words.
    #[must_use]
    pub const fn takes(self) -> &'static str {
        match self {
            Self::MinAboveMax => "at most maxDelay",
            Self::Factor => "a finite number from 1",
            Self::MaxAttempts => "1 or more, or Infinity",
            Self::Authenticate | Self::Hidden | Self::Lazy => "reconnection to be on",
            _ => "more than 0 ms",
        }
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} takes {}", self.option(), self.takes())
    }
}

impl core::error::Error for ConfigError {}

/// A message that was not taken. Nothing was changed; the caller still has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum SendError {
    /// No connection is open, and queueing is off. Wait for `open`.
    NotOpen,
    /// The queue holds as much as it may. Wait until it drains, or allow it more.
    Full,
    /// A request has this number, or had it a moment ago. Take each from [`Engine::number_request`](super::Engine::number_request).
    NumberInUse,
}

impl fmt::Display for SendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotOpen => "no connection is open, and the queue is off",
            Self::Full => "the queue is full",
            Self::NumberInUse => "the request's number is in use; take a new one for each request",
        })
    }
}

impl core::error::Error for SendError {}
