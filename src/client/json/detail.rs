//! `Detail`: the text of serde's error, which `Debug` and `Display` of our errors leave out because it may quote data.

use alloc::string::String;
use core::fmt;

/// The text of serde's error. It may quote the data, so it is for development and not for logs. `Debug` hides it, too.
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
