//! One connection: the page's socket, the server's end, and the two pipes between.

use alloc::string::String;
use alloc::vec::Vec;

use super::ids::ServerId;
use super::payload::Payload;
use super::pipe::{Pipe, Quality};
use super::url::Address;
use crate::engine::ReadyState;

/// The direction in which something goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Way {
    Up,
    Down,
}

/// The things that go through the pipes of a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Packet {
    /// The client's handshake.
    Request,
    /// The server's, with the subprotocol that it chose.
    Accept(String),
    /// An HTTP status instead of a handshake.
    Status(u16),
    Message(Payload),
    CloseFrame(Option<u16>, String),
    /// The end of the TCP connection, in order.
    End,
    /// A reset of the TCP connection.
    Reset,
}

/// The server's end of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Peer {
    /// The handshake has not arrived.
    Unaware,
    /// The handshake was not answered yet.
    Asked,
    Open,
    /// It has sent a close frame.
    Closing,
    Gone,
}

/// How far the client's end has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    Attempt,
    /// The handshake was answered.
    Established,
    /// Nothing that comes from the network changes anything any more.
    Over,
}

/// The fate of packets, besides what the whole network does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Carries {
    Well,
    /// Nothing comes or goes.
    Nothing,
    /// Nothing ever will: the client no longer has this address.
    Never,
}

/// One connection.
#[derive(Debug)]
pub(super) struct Socket {
    pub(super) address: Address,
    pub(super) server: Option<ServerId>,
    pub(super) offered: Vec<String>,
    pub(super) protocol: String,
    pub(super) state: ReadyState,
    pub(super) stage: Stage,
    pub(super) said_close: bool,
    /// The server's close frame.
    pub(super) heard_close: Option<(u16, String)>,
    /// The bytes that are counted in `bufferedAmount` and never sent.
    pub(super) discarded: u64,
    /// The task that last looked at `bufferedAmount`, and what the system had taken when it began.
    pub(super) looked: (u64, u64),
    pub(super) peer: Peer,
    pub(super) up: Pipe<Packet>,
    pub(super) down: Pipe<Packet>,
    pub(super) carries: Carries,
}

impl Socket {
    pub(super) fn new(address: Address, offered: Vec<String>, up: Quality, down: Quality) -> Self {
        Self {
            address,
            server: None,
            offered,
            protocol: String::new(),
            state: ReadyState::Connecting,
            stage: Stage::Attempt,
            said_close: false,
            heard_close: None,
            discarded: 0,
            looked: (0, 0),
            peer: Peer::Unaware,
            up: Pipe::new(up),
            down: Pipe::new(down),
            carries: Carries::Well,
        }
    }

    /// True if the server has accepted it and has not lost it.
    pub(super) const fn is_accepted(&self) -> bool {
        matches!(self.peer, Peer::Open | Peer::Closing)
    }

    /// True if nothing that comes from the network changes it any more.
    pub(super) const fn is_over(&self) -> bool {
        matches!(self.stage, Stage::Over)
    }

    /// True if nothing can happen to it any more.
    pub(super) fn is_finished(&self) -> bool {
        self.is_over() && matches!(self.peer, Peer::Gone) && self.up.is_empty() && self.down.is_empty()
    }
}
