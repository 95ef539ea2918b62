//! The data of a message.

use alloc::rc::Rc;
use core::fmt;

/// The data of a message. Cloning it copies no data.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Payload {
    /// A text message.
    Text(Rc<str>),
    /// A binary message.
    Binary(Rc<[u8]>),
    /// Binary data that the caller keeps, by its number. Only in the npm package.
    #[doc(hidden)]
    Kept {
        /// The caller's number for it.
        number: u32,
        /// Its size in bytes.
        bytes: u64,
    },
}

impl Payload {
    /// Returns the number of bytes, of text as UTF-8.
    #[must_use]
    pub fn len(&self) -> u64 {
        match self {
            Self::Text(text) => text.len() as u64,
            Self::Binary(bytes) => bytes.len() as u64,
            Self::Kept { bytes, .. } => *bytes,
        }
    }

    /// True if there are no bytes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns the text; `None` of a binary message.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Binary(_) | Self::Kept { .. } => None,
        }
    }
}

impl From<&str> for Payload {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

impl From<alloc::string::String> for Payload {
    fn from(text: alloc::string::String) -> Self {
        Self::Text(text.into())
    }
}

impl From<&[u8]> for Payload {
    fn from(bytes: &[u8]) -> Self {
        Self::Binary(bytes.into())
    }
}

impl From<alloc::vec::Vec<u8>> for Payload {
    fn from(bytes: alloc::vec::Vec<u8>) -> Self {
        Self::Binary(bytes.into())
    }
}

impl fmt::Display for Payload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => write!(f, "{text:?}"),
            Self::Binary(_) | Self::Kept { .. } => write!(f, "{} bytes", self.len()),
        }
    }
}
