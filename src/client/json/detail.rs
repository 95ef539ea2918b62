//! The words of serde about data, which may quote it.

use alloc::string::String;
use core::fmt;

/// The words of serde, which may quote the data: for development, not for logs. `Debug` hides it, too.
#[derive(Clone, PartialEq, Eq)]
pub struct Detail(String);

impl Detail {
    pub(crate) fn new(text: String) -> Self {
        Self(text)
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Detail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Detail(..)")
    }
}
