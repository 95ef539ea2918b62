//! Why a message can't be delivered.

use core::fmt;

/// Why a message can't be delivered.
#[derive(Debug)]
#[non_exhaustive]
pub enum DeliverError {
    /// It can't be written as JSON.
    Json(serde_json::Error),
    /// It is no object, or has a field that the outbox needs.
    Unfit(&'static str),
    /// The outbox is closed.
    Closed,
}

impl fmt::Display for DeliverError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Json(error) => write!(f, "the message can't be written as JSON: {error}"),
            Self::Unfit(why) => f.write_str(why),
            Self::Closed => f.write_str("the outbox is closed"),
        }
    }
}

impl core::error::Error for DeliverError {}
