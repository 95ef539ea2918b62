//! The header fields of a message.

use alloc::string::String;
use alloc::vec::Vec;

/// The status and the header fields of a message.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Headers {
    /// The status, for messages of the server itself: 100, 404, 503.
    pub status: Option<u16>,
    /// The text after the status.
    pub description: String,
    fields: Vec<(String, String)>,
}

impl Headers {
    /// Returns the first value of a field. Names are compared without regard to case.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        let found = self.fields.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// Returns the headers in these bytes: a version, perhaps a status, and a field a line. [`None`] if they are no headers.
    pub(super) fn parse(bytes: &[u8]) -> Option<Self> {
        let text = core::str::from_utf8(bytes).ok()?;
        let mut lines = text.split("\r\n");
        let first = lines.next()?.strip_prefix("NATS/1.0")?.trim();
        let mut headers = Self::default();
        if !first.is_empty() {
            let (status, description) = first.split_once(' ').unwrap_or((first, ""));
            headers.status = Some(status.parse().ok()?);
            headers.description = description.trim().into();
        }
        for line in lines.filter(|line| !line.is_empty()) {
            let (name, value) = line.split_once(':')?;
            headers.fields.push((name.into(), value.trim().into()));
        }
        Some(headers)
    }
}
