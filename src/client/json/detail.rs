//! `Detail`: the text of serde's error, which `Debug` and `Display` of our errors leave out because it may quote data.

use alloc::string::{String, ToString};
use core::fmt;

/// The text of serde's error, or of a codec's. It may quote the data, so it is for development and not for logs. `Debug` hides it, too.
#[derive(Clone, PartialEq, Eq)]
pub struct Detail(String);

impl Detail {
    /// A text, as a [`Codec`](crate::Codec) gives it.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The text of any error. So `Detail` is no error itself.
impl<E: core::error::Error> From<E> for Detail {
    fn from(error: E) -> Self {
        Self(error.to_string())
    }
}

impl fmt::Debug for Detail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Detail(..)")
    }
}
