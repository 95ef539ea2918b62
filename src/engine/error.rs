//! What the engine refuses.

use core::fmt;

/// An impossible configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct ConfigError {
    /// The option's name as JavaScript has it, with its group: `reconnect.minDelay`.
    pub option: &'static str,
    /// What it takes.
    pub takes: &'static str,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} takes {}", self.option, self.takes)
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
}

impl fmt::Display for SendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotOpen => "no connection is open, and the queue is off",
            Self::Full => "the queue is full",
        })
    }
}

impl core::error::Error for SendError {}
