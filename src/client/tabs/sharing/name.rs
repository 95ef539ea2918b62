//! The name that tabs of one connection share. With a key it is that of the npm package's tabs.

use alloc::format;
use alloc::string::String;

/// Frames of other versions mean other things. The npm package has the same number.
const WIRE_VERSION: u32 = 1;

/// Returns the name. It has the identity as it is, escaped as JSON, and `made_of`, the text of URL and options, for tabs without a key. A
/// hash could be that of another text.
pub(super) fn name_of(key: Option<&str>, identity: Option<&str>, made_of: &str) -> String {
    let identity = identity.map(|identity| format!("{}", serde_json::Value::from(identity)));
    let identity = identity.unwrap_or_default();
    match key {
        Some(key) => format!("holdfast:{WIRE_VERSION}:{key}:{identity}"),
        None => format!("holdfast-options:{WIRE_VERSION}:rust:{made_of}:{identity}"),
    }
}
