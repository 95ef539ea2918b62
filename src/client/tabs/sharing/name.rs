//! The name that tabs of one connection share. With a key it is that of the npm package's tabs.

use alloc::format;
use alloc::string::String;

/// Frames of other versions mean other things. The npm package has the same number.
const WIRE_VERSION: u32 = 1;

/// FNV-1a over the UTF-16 of a text, twice with other offsets: 64 bits as text.
fn hash(text: &str) -> String {
    let half = |offset: u32| {
        let values = text.encode_utf16();
        values.fold(offset, |value, unit| (value ^ u32::from(unit)).wrapping_mul(16_777_619))
    };
    base_36(half(0x811c_9dc5)) + &base_36(half(0x9e37_79b9))
}

fn base_36(mut number: u32) -> String {
    let mut digits = String::new();
    loop {
        digits.insert(0, char::from_digit(number % 36, 36).unwrap_or('0'));
        number /= 36;
        if number == 0 {
            return digits;
        }
    }
}

/// Returns the name. It has the identity as it is, escaped as JSON: a user who may choose it could find one with the hash of another's. `made_of` is the text of URL and options, for tabs without a key.
pub(super) fn name_of(key: Option<&str>, identity: Option<&str>, made_of: &str) -> String {
    let what = key.map_or_else(|| format!("rust:{}", hash(made_of)), Into::into);
    let identity = identity.map(|identity| format!("{}", serde_json::Value::from(identity)));
    let identity = identity.unwrap_or_default();
    format!("holdfast:{WIRE_VERSION}:{what}:{identity}")
}
