//! One line of the server.

use alloc::string::String;
use alloc::vec::Vec;

use super::operation::{Operation, ProtocolError};

/// The message that a line announces.
#[derive(Debug)]
pub(super) enum Line {
    /// All of it is here.
    Whole(Operation),
    /// A message whose bytes follow.
    Message(Announced),
}

/// A message whose bytes follow its line.
#[derive(Debug)]
pub(super) struct Announced {
    pub(super) subject: String,
    pub(super) sid: u64,
    pub(super) reply: Option<String>,
    /// The number of bytes of its headers, which come first.
    pub(super) headers: usize,
    /// The number of all its bytes.
    pub(super) total: usize,
}

impl Line {
    /// Reads a line without its end.
    pub(super) fn parse(line: &[u8]) -> Result<Self, ProtocolError> {
        let end = line.iter().position(|byte| matches!(byte, b' ' | b'\t'));
        let (name, rest) = line.split_at(end.unwrap_or(line.len()));
        let rest = rest.trim_ascii();
        let is = |known: &str| name.eq_ignore_ascii_case(known.as_bytes());
        if is("MSG") {
            Announced::parse(rest, false).map(Self::Message)
        } else if is("HMSG") {
            Announced::parse(rest, true).map(Self::Message)
        } else if is("PING") {
            Ok(Self::Whole(Operation::Ping))
        } else if is("PONG") {
            Ok(Self::Whole(Operation::Pong))
        } else if is("+OK") {
            Ok(Self::Whole(Operation::Ok))
        } else if is("INFO") {
            Ok(Self::Whole(Operation::Info(rest.to_vec())))
        } else if is("-ERR") {
            let text = String::from_utf8_lossy(rest);
            Ok(Self::Whole(Operation::Error(text.trim_matches('\'').into())))
        } else {
            Err(ProtocolError::UnknownOperation)
        }
    }
}

impl Announced {
    fn parse(rest: &[u8], with_headers: bool) -> Result<Self, ProtocolError> {
        // Anybody who may write a key of a member chooses the end of its subject.
        let text = String::from_utf8_lossy(rest);
        let fields: Vec<&str> = text.split([' ', '\t']).filter(|field| !field.is_empty()).collect();
        let (subject, sid, reply, headers, total) = match (fields.as_slice(), with_headers) {
            ([subject, sid, total], false) => (subject, sid, None, "0", total),
            ([subject, sid, reply, total], false) => (subject, sid, Some(reply), "0", total),
            ([subject, sid, headers, total], true) => (subject, sid, None, *headers, total),
            ([subject, sid, reply, headers, total], true) => (subject, sid, Some(reply), *headers, total),
            _ => return Err(ProtocolError::Malformed),
        };
        let number = |text: &str| text.parse().map_err(|_| ProtocolError::Malformed);
        let (headers, total) = (number(headers)?, number(total)?);
        if headers > total {
            return Err(ProtocolError::Malformed);
        }
        Ok(Self {
            subject: (*subject).into(),
            sid: sid.parse().map_err(|_| ProtocolError::Malformed)?,
            reply: reply.map(|reply| (*reply).into()),
            headers,
            total,
        })
    }
}
