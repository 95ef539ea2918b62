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

    /// Returns the headers in these bytes: a version, perhaps a status, and a field a line.
    ///
    /// The server passes on whatever a publisher has sent. Lines that are none of these are left out: if they were errors, one such message
    /// would end every connection that gets it, again and again.
    pub(super) fn parse(bytes: &[u8]) -> Self {
        let text = String::from_utf8_lossy(bytes);
        let mut lines = text.split("\r\n");
        let mut headers = Self::default();
        let first = lines.next().and_then(|first| first.strip_prefix("NATS/1.0"));
        let first = first.map(str::trim).unwrap_or_default();
        let (status, description) = first.split_once(' ').unwrap_or((first, ""));
        if let Ok(status) = status.parse() {
            headers.status = Some(status);
            headers.description = description.trim().into();
        }
        for (name, value) in lines.filter_map(|line| line.split_once(':')) {
            headers.fields.push((name.into(), value.trim().into()));
        }
        headers
    }
}
