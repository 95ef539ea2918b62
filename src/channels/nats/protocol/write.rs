//! Writes the client's messages. The arguments are known to be free of spaces and line ends.

use alloc::format;
use alloc::vec::Vec;

/// A header field: its name and its value.
pub type HeaderField<'a> = (&'a str, &'a str);

/// Writes `CONNECT` with these options, which are JSON.
pub fn connect(out: &mut Vec<u8>, options: &str) {
    out.extend_from_slice(format!("CONNECT {options}\r\n").as_bytes());
}

/// Writes `PING`.
pub fn ping(out: &mut Vec<u8>) {
    out.extend_from_slice(b"PING\r\n");
}

/// Writes `PONG`.
pub fn pong(out: &mut Vec<u8>) {
    out.extend_from_slice(b"PONG\r\n");
}

/// Writes `SUB`: from now on messages to the subject come with this number.
pub fn subscribe(out: &mut Vec<u8>, subject: &str, sid: u64) {
    out.extend_from_slice(format!("SUB {subject} {sid}\r\n").as_bytes());
}

/// Writes `UNSUB`.
pub fn unsubscribe(out: &mut Vec<u8>, sid: u64) {
    out.extend_from_slice(format!("UNSUB {sid}\r\n").as_bytes());
}

/// Writes `PUB`, or `HPUB` if there are header fields.
pub fn publish(out: &mut Vec<u8>, subject: &str, reply: Option<&str>, headers: &[HeaderField<'_>], payload: &[u8]) {
    let reply = reply.unwrap_or_default();
    let space = if reply.is_empty() { "" } else { " " };
    if headers.is_empty() {
        out.extend_from_slice(format!("PUB {subject} {reply}{space}{}\r\n", payload.len()).as_bytes());
    } else {
        let mut fields = Vec::from(*b"NATS/1.0\r\n");
        for (name, value) in headers {
            fields.extend_from_slice(format!("{name}: {value}\r\n").as_bytes());
        }
        fields.extend_from_slice(b"\r\n");
        let (size, total) = (fields.len(), fields.len() + payload.len());
        out.extend_from_slice(format!("HPUB {subject} {reply}{space}{size} {total}\r\n").as_bytes());
        out.extend_from_slice(&fields);
    }
    out.extend_from_slice(payload);
    out.extend_from_slice(b"\r\n");
}
