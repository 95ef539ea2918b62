//! The page's sockets, as the [WebSockets standard](https://websockets.spec.whatwg.org/) has them: what their methods do and refuse.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use super::browser::Falls;
use super::happening::Happening;
use super::ids::SocketId;
use super::payload::Payload;
use super::socket::{Packet, Peer, Socket, Stage};
use super::state::Machine;
use super::step::Closed;
use super::url::{Address, AddressError};
use crate::engine::ReadyState;

/// The longest close reason, in bytes.
const LONGEST_REASON: usize = 123;

/// Returns the bytes of a client's frame beside its payload: header and mask.
const fn frame(bytes: u64) -> u64 {
    match bytes {
        0..126 => 6,
        126..65_536 => 8,
        _ => 14,
    }
}

/// The constructor throws a `SyntaxError`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum OpenError {
    /// The URL is none.
    Url(AddressError),
    /// A subprotocol is no token, or there twice.
    Protocol,
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Url(error) => error.fmt(f),
            Self::Protocol => f.write_str("subprotocols take tokens, each once"),
        }
    }
}

impl core::error::Error for OpenError {}

/// `send()` throws an `InvalidStateError`: the socket is connecting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct SendError;

impl fmt::Display for SendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the socket is still connecting")
    }
}

impl core::error::Error for SendError {}

/// `close()` throws.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum CloseError {
    /// An `InvalidAccessError`: the code is neither 1000 nor from 3000 to 4999.
    Code,
    /// A `SyntaxError`: the reason has more than 123 bytes.
    Reason,
}

impl fmt::Display for CloseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Code => "the close code takes 1000, or 3000 to 4999",
            Self::Reason => "the close reason takes at most 123 bytes",
        })
    }
}

impl core::error::Error for CloseError {}

impl Machine {
    /// Makes a socket, as the constructor does.
    ///
    /// # Errors
    /// [`OpenError`], where the constructor throws.
    pub fn open(&mut self, url: &str, protocols: &[&str]) -> Result<SocketId, OpenError> {
        let address = Address::parse(url).map_err(OpenError::Url)?;
        for (index, protocol) in protocols.iter().enumerate() {
            let twice = protocols.iter().take(index).any(|other| other == protocol);
            if twice || !is_token(protocol) {
                return Err(OpenError::Protocol);
            }
        }
        let number = self.sockets.len().saturating_add(1);
        let id = SocketId(u32::try_from(number).unwrap_or(u32::MAX));
        self.note(format_args!("page makes {id} to {address}"));
        let offered = protocols.iter().map(|protocol| (*protocol).to_owned()).collect();
        let mut socket = Socket::new(address, offered, self.network.up, self.network.down);
        if self.is_gone() {
            socket.stage = Stage::Over;
        }
        self.sockets.insert(id, socket);
        self.page.sockets.push(id);
        self.admit(id);
        Ok(id)
    }

    /// Returns `readyState`.
    #[must_use]
    pub fn ready_state(&self, id: SocketId) -> ReadyState {
        self.sockets.get(&id).map_or(ReadyState::Closed, |socket| socket.state)
    }

    /// Returns `url`.
    #[must_use]
    pub fn address(&self, id: SocketId) -> Option<&Address> {
        self.sockets.get(&id).map(|socket| &socket.address)
    }

    /// Returns `protocol`: the subprotocol that the server chose.
    #[must_use]
    pub fn protocol(&self, id: SocketId) -> &str {
        self.sockets.get(&id).map_or("", |socket| &socket.protocol)
    }

    /// Returns the subprotocols that the page offered.
    #[must_use]
    pub fn offered(&self, id: SocketId) -> &[String] {
        self.sockets.get(&id).map_or(&[], |socket| &socket.offered)
    }

    /// Returns `bufferedAmount`. It doesn't fall within a task.
    pub fn buffered_amount(&mut self, id: SocketId) -> u64 {
        let (now, task) = (self.now, self.task);
        let falls = self.habits.buffered_falls;
        let Some(socket) = self.sockets.get_mut(&id) else {
            return 0;
        };
        if socket.is_over() {
            return socket.discarded;
        }
        if socket.looked.0 != task {
            let taken = match falls {
                Falls::ByBytes => socket.up.taken(now),
                Falls::ByMessages => socket.up.taken_whole(now),
                Falls::AtOnce => socket.up.queued(),
            };
            socket.looked = (task, taken);
        }
        let waiting = socket.up.queued().saturating_sub(socket.looked.1);
        waiting.saturating_add(socket.discarded)
    }

    /// Sends, as `send()` does. On a socket that is closing or closed it only counts in `bufferedAmount`.
    ///
    /// # Errors
    /// The socket is connecting.
    pub fn send(&mut self, id: SocketId, payload: Payload) -> Result<(), SendError> {
        // The amount is that of the task's beginning, and this.
        self.buffered_amount(id);
        let now = self.now;
        let header = if self.habits.counts_frames_after_end {
            frame(payload.len())
        } else {
            0
        };
        let Some(socket) = self.sockets.get_mut(&id) else {
            return Ok(());
        };
        match socket.state {
            ReadyState::Connecting => return Err(SendError),
            ReadyState::Open if !socket.is_over() && !socket.said_close => {
                self.note(format_args!("{id} sends {payload}"));
                let bytes = payload.len();
                if let Some(socket) = self.sockets.get_mut(&id) {
                    socket.up.push(now, Packet::Message(payload), bytes);
                }
            }
            ReadyState::Open | ReadyState::Closing | ReadyState::Closed => {
                socket.discarded = socket.discarded.saturating_add(payload.len() + header);
                self.note(format_args!("{id} discards {payload}"));
            }
        }
        Ok(())
    }

    /// Begins the closing handshake, or fails a socket that is connecting, as `close()` does.
    ///
    /// # Errors
    /// [`CloseError`], where `close()` throws.
    pub fn close(&mut self, id: SocketId, code: Option<u16>, reason: &str) -> Result<(), CloseError> {
        if code.is_some_and(|code| code != 1000 && !(3000..=4999).contains(&code)) {
            return Err(CloseError::Code);
        }
        let lenient = code.is_none() && self.habits.takes_long_reason_without_code;
        if reason.len() > LONGEST_REASON && !lenient {
            return Err(CloseError::Reason);
        }
        let state = self.ready_state(id);
        if !matches!(state, ReadyState::Connecting | ReadyState::Open) {
            return Ok(());
        }
        match code {
            Some(code) => self.note(format_args!("page closes {id} with {code} {reason:?}")),
            None => self.note(format_args!("page closes {id}")),
        }
        let now = self.now;
        let timeout = now.saturating_add(self.habits.closing_timeout);
        let Some(socket) = self.sockets.get_mut(&id) else {
            return Ok(());
        };
        socket.state = ReadyState::Closing;
        if state == ReadyState::Connecting {
            if socket.peer != Peer::Unaware || self.sockets.carries(id) {
                self.abort(id);
            }
            self.count_failure(id, true);
            self.finish(id, Closed::lost(), true);
        } else if !socket.is_over() && !socket.said_close {
            socket.said_close = true;
            // Without a code there is no reason either.
            let reason = code.map_or_else(String::new, |_| reason.to_owned());
            socket.up.push(now, Packet::CloseFrame(code, reason), 0);
            self.agenda.plan(timeout, Happening::ClosingTimeout(id));
        }
        Ok(())
    }

    /// Returns the sockets that this page has made and that have not closed.
    #[must_use]
    pub fn open_sockets(&self) -> Vec<SocketId> {
        let open = |id: &&SocketId| self.ready_state(**id) != ReadyState::Closed;
        self.page.sockets.iter().filter(open).copied().collect()
    }
}

/// True of a [token](https://www.rfc-editor.org/rfc/rfc7230#section-3.2.6).
fn is_token(text: &str) -> bool {
    let separator = |byte: u8| b"()<>@,;:\\\"/[]?={} \t".contains(&byte);
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic() && !separator(byte))
}
