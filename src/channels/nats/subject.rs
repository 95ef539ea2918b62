//! Names of channels and users as NATS subjects.

use alloc::format;
use alloc::string::String;
use core::fmt::Write as _;

/// The longest name of a channel, in bytes.
const MAX_NAME: usize = 255;

/// Returns why a channel can't have this name; [`None`] if it can.
///
/// A dot divides a name into tokens, as in subjects.
#[must_use]
pub fn name_error(name: &str) -> Option<String> {
    let shown: String = name.chars().take(40).collect();
    if name.is_empty() {
        Some("a channel's name is empty; it takes at least one character".into())
    } else if name.len() > MAX_NAME {
        Some(format!("the channel's name {shown:?}… has more than {MAX_NAME} bytes"))
    } else if name.split('.').any(str::is_empty) {
        Some(format!(
            "the channel's name {shown:?} begins or ends with a dot, or has two in a row"
        ))
    } else {
        name.contains(['*', '>']).then(|| {
            format!("the channel's name {shown:?} has \"*\" or \">\"; a channel is one subject, not a pattern")
        })
    }
}

/// Returns a name as a part of a subject. Characters that a subject can't have are written as [`encode`] does, and so is `=`.
#[must_use]
pub fn subject_part(name: &str) -> String {
    let mut out = String::new();
    for char in name.chars() {
        if char.is_whitespace() || char.is_control() || char == '=' {
            out.push_str(&encode(char.encode_utf8(&mut [0; 4]), false));
        } else {
            out.push(char);
        }
    }
    out
}

/// Returns the text as a part of a key: letters, digits, `-`, `_` and `/` stay, and each other byte is `=` and two hexadecimal digits.
/// Dots stay if they divide tokens.
#[must_use]
pub fn encode(text: &str, dots: bool) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'/') || (dots && byte == b'.') {
            out.push(char::from(byte));
        } else {
            // Writing to a string doesn't fail.
            let _ = write!(out, "={byte:02X}");
        }
    }
    out
}

/// Returns the text that was encoded; [`None`] if none was.
#[must_use]
pub fn decode(encoded: &str) -> Option<String> {
    let mut bytes = alloc::vec::Vec::new();
    let mut rest = encoded.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'=' {
            let digit = |byte: Option<u8>| char::from(byte?).to_digit(16);
            let value = digit(rest.next())? * 16 + digit(rest.next())?;
            bytes.push(u8::try_from(value).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}
