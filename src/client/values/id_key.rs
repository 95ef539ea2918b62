//! The name of the field with a request's number.

use alloc::string::{String, ToString};

/// The name of the field with a request's number, where the protocol is not JSON-RPC.
#[derive(Debug, Clone)]
pub(crate) struct IdKey {
    name: String,
    /// The name as JSON.
    quoted: String,
}

impl IdKey {
    pub(crate) fn new(name: String) -> Self {
        let quoted = serde_json::Value::from(name.as_str()).to_string();
        Self { name, quoted }
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn quoted(&self) -> &str {
        &self.quoted
    }
}

impl Default for IdKey {
    fn default() -> Self {
        Self::new("id".into())
    }
}
