//! Operations from pieces of any size.

use alloc::vec::Vec;

use super::headers::Headers;
use super::line::{Announced, Line};
use super::operation::{Delivery, Operation, ProtocolError};

/// The longest line. `INFO` names every server of the cluster.
const MAX_LINE: usize = 256 * 1024;

/// Makes operations of what the server has sent.
#[derive(Debug)]
pub struct Parser {
    /// The bytes that have come and are not yet read.
    bytes: Vec<u8>,
    /// How many of the bytes have been read.
    read: usize,
    /// How many of the bytes are known to be without an end of line.
    searched: usize,
    /// The message whose line has been read.
    announced: Option<Announced>,
    /// The greatest number of bytes of a message.
    max_message: usize,
    failed: Option<ProtocolError>,
}

impl Parser {
    /// A parser that fails when a message has more bytes than these.
    #[must_use]
    pub const fn new(max_message: usize) -> Self {
        Self {
            bytes: Vec::new(),
            read: 0,
            searched: 0,
            announced: None,
            max_message,
            failed: None,
        }
    }

    /// Adds what has come.
    pub fn push(&mut self, bytes: &[u8]) {
        if self.failed.is_some() {
            return;
        }
        if self.read > 0 {
            self.bytes.drain(..self.read.min(self.bytes.len()));
            self.searched = self.searched.saturating_sub(self.read);
            self.read = 0;
        }
        self.bytes.extend_from_slice(bytes);
    }

    /// Returns the next operation that is complete; [`None`] until more has come.
    ///
    /// # Errors
    ///
    /// The bytes are not NATS' protocol, or are too many. After an error there is nothing more to read.
    pub fn next_operation(&mut self) -> Result<Option<Operation>, ProtocolError> {
        if let Some(error) = self.failed {
            return Err(error);
        }
        let next = self.read_operation();
        if let Err(error) = next {
            self.failed = Some(error);
            self.bytes = Vec::new();
            self.read = 0;
        }
        next
    }

    fn read_operation(&mut self) -> Result<Option<Operation>, ProtocolError> {
        loop {
            if let Some(announced) = self.announced.take() {
                if announced.total > self.max_message {
                    return Err(ProtocolError::TooLong);
                }
                return self.read_message(announced);
            }
            let Some(line) = self.read_line()? else {
                return Ok(None);
            };
            match Line::parse(&line)? {
                Line::Whole(operation) => return Ok(Some(operation)),
                Line::Message(announced) => self.announced = Some(announced),
            }
        }
    }

    fn read_line(&mut self) -> Result<Option<Vec<u8>>, ProtocolError> {
        let start = self.read;
        let from = self.searched.max(start);
        let rest = self.bytes.get(from..).unwrap_or_default();
        let found = rest.iter().position(|byte| *byte == b'\n').map(|at| from + at);
        if found.unwrap_or(self.bytes.len()).saturating_sub(start) > MAX_LINE {
            return Err(ProtocolError::TooLong);
        }
        let Some(end) = found else {
            self.searched = self.bytes.len();
            return Ok(None);
        };
        let line = self.bytes.get(start..end).unwrap_or_default();
        let line = line.strip_suffix(b"\r").ok_or(ProtocolError::Malformed)?.to_vec();
        self.read = end + 1;
        Ok(Some(line))
    }

    fn read_message(&mut self, announced: Announced) -> Result<Option<Operation>, ProtocolError> {
        let rest = self.bytes.get(self.read..).unwrap_or_default();
        let Some((message, after)) = rest.split_at_checked(announced.total) else {
            self.announced = Some(announced);
            return Ok(None);
        };
        match after {
            [b'\r', b'\n', ..] => {}
            [] | [b'\r'] => {
                self.announced = Some(announced);
                return Ok(None);
            }
            _ => return Err(ProtocolError::Malformed),
        }
        let (headers, payload) = message
            .split_at_checked(announced.headers)
            .ok_or(ProtocolError::Malformed)?;
        let headers = Headers::parse(headers);
        let payload = payload.to_vec();
        self.read += announced.total + 2;
        Ok(Some(Operation::Message(Delivery {
            subject: announced.subject,
            sid: announced.sid,
            reply: announced.reply,
            headers,
            payload,
        })))
    }
}
