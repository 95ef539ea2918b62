//! The server's end of connections: what it hears, and what it can do.

use alloc::borrow::ToOwned;
use alloc::vec::Vec;

use super::happening::Happening;
use super::ids::{ServerId, SocketId};
use super::payload::Payload;
use super::servers::{Answer, Server};
use super::socket::{Packet, Peer, Socket};
use super::state::Machine;
use super::step::{Closed, Step};
use super::time::{Instant, Span};
use super::url::{Address, AddressError};

impl Machine {
    /// Adds a server. It answers connections to its URL, whatever their query.
    ///
    /// # Errors
    /// The URL is none.
    pub fn add_server(&mut self, url: &str) -> Result<ServerId, AddressError> {
        let address = Address::parse(url)?;
        let id = ServerId(u32::try_from(self.servers.len()).unwrap_or(u32::MAX));
        self.servers.push(Server {
            address,
            answer: Answer::Accept,
            down_until: Instant::ORIGIN,
            received: Vec::new(),
        });
        Ok(id)
    }

    /// Returns all servers.
    #[must_use]
    pub fn servers(&self) -> Vec<ServerId> {
        let count = u32::try_from(self.servers.len()).unwrap_or(u32::MAX);
        (0..count).map(ServerId).collect()
    }

    /// Sets how a server answers handshakes from now on.
    pub fn set_answer(&mut self, id: ServerId, answer: Answer) {
        if let Some(server) = self.server_mut(id) {
            server.answer = answer;
            match answer {
                Answer::Accept => self.note(format_args!("server accepts connections")),
                Answer::Refuse(status) => self.note(format_args!("server answers with status {status}")),
                Answer::Hang => self.note(format_args!("server answers no handshake")),
            }
        }
    }

    /// Closes all connections of a server, and refuses others for a while. With a code each gets a close frame before; without one,
    /// all are reset.
    pub fn restart(&mut self, id: ServerId, down: Span, code: Option<u16>, reason: &str) {
        self.note(format_args!("server restarts"));
        for socket in self.connections(id) {
            match code {
                Some(code) => {
                    self.peer_close(socket, Some(code), reason);
                    self.push_down(socket, Packet::End);
                    self.server_loses(socket);
                }
                None => self.terminate(socket),
            }
        }
        let asked = |socket: &Socket| socket.server == Some(id) && socket.peer == Peer::Asked;
        let sockets = self.sockets.iter().filter(|(_, socket)| asked(socket));
        let asked: Vec<SocketId> = sockets.map(|(id, _)| *id).collect();
        for socket in asked {
            self.set_peer(socket, Peer::Gone);
            self.push_down(socket, Packet::Reset);
        }
        let until = self.now.saturating_add(down);
        if let Some(server) = self.server_mut(id) {
            server.down_until = until;
            self.agenda.plan(until, Happening::Up(id));
        }
    }

    /// Sends a close frame on each connection of a server, and never answers on them again.
    pub(in super::super) fn close_and_vanish(&mut self, id: ServerId, code: Option<u16>, reason: &str) {
        for socket in self.connections(id) {
            self.peer_close(socket, code, reason);
            self.server_loses(socket);
        }
    }

    /// Returns the connections that a server has, in the order of their sockets.
    #[must_use]
    pub fn connections(&self, id: ServerId) -> Vec<SocketId> {
        let sockets = self.sockets.iter();
        let connected = sockets.filter(|(_, socket)| socket.server == Some(id) && socket.is_accepted());
        connected.map(|(id, _)| *id).collect()
    }

    /// Returns what a server has received, in order.
    #[must_use]
    pub fn received(&self, id: ServerId) -> &[(SocketId, Payload)] {
        let server = usize::try_from(id.0).ok().and_then(|index| self.servers.get(index));
        server.map_or(&[], |server| &server.received)
    }

    /// Returns the server of a connection, once the handshake has arrived there.
    #[must_use]
    pub fn server_of(&self, id: SocketId) -> Option<ServerId> {
        self.sockets.get(&id).and_then(|socket| socket.server)
    }

    /// Accepts a connection, with one of the subprotocols that were offered, or with none.
    pub fn accept(&mut self, id: SocketId, protocol: &str) {
        if let Some(socket) = self.sockets.get_mut(&id).filter(|socket| socket.peer == Peer::Asked) {
            socket.peer = Peer::Open;
            self.note(format_args!("server accepts {id}"));
            self.push_down(id, Packet::Accept(protocol.to_owned()));
        }
    }

    /// Answers a handshake with an HTTP status.
    pub fn reject(&mut self, id: SocketId, status: u16) {
        if let Some(socket) = self.sockets.get_mut(&id).filter(|socket| socket.peer == Peer::Asked) {
            socket.peer = Peer::Gone;
            self.note(format_args!("server answers {id} with status {status}"));
            self.push_down(id, Packet::Status(status));
        }
    }

    /// Sends a message from the server. After its close frame nothing is sent.
    pub fn peer_send(&mut self, id: SocketId, payload: Payload) {
        let now = self.now;
        if let Some(socket) = self.sockets.get_mut(&id).filter(|socket| socket.peer == Peer::Open) {
            let bytes = payload.len();
            self.log.note(now, format_args!("server sends {payload} to {id}"));
            socket.down.push(now, Packet::Message(payload), bytes);
        }
    }

    /// Begins the closing handshake from the server. Any code is sent, also one that breaks the protocol; of a reason, 123 bytes.
    pub fn peer_close(&mut self, id: SocketId, code: Option<u16>, reason: &str) {
        if let Some(socket) = self.sockets.get_mut(&id).filter(|socket| socket.peer == Peer::Open) {
            socket.peer = Peer::Closing;
            let reason = code.map_or("", |_| within(reason, 123));
            match code {
                Some(code) => self.note(format_args!("server closes {id} with {code} {reason:?}")),
                None => self.note(format_args!("server closes {id}")),
            }
            self.push_down(id, Packet::CloseFrame(code, reason.to_owned()));
        }
    }

    /// Drops a connection without a close frame.
    pub fn terminate(&mut self, id: SocketId) {
        let now = self.now;
        if let Some(socket) = self.sockets.get_mut(&id).filter(|socket| socket.is_accepted()) {
            socket.down.drop_queue(now, &mut self.chance);
            self.note(format_args!("server drops {id}"));
            self.push_down(id, Packet::Reset);
            self.server_loses(id);
        }
    }

    pub(super) fn server_is_up(&mut self, id: ServerId) {
        let now = self.now;
        if self.server_mut(id).is_some_and(|server| server.down_until <= now) {
            self.note(format_args!("server is up"));
        }
    }

    pub(super) fn server_hears(&mut self, id: SocketId, packet: Packet) {
        let Some(socket) = self.sockets.get(&id) else {
            return;
        };
        match (socket.peer, packet) {
            (Peer::Unaware, Packet::Request) => self.hears_request(id),
            (Peer::Open | Peer::Closing, Packet::Message(payload)) => {
                self.note(format_args!("server receives {payload} from {id}"));
                if let Some(server) = socket_server(self, id) {
                    server.received.push((id, payload.clone()));
                }
                self.told.push_back(Step::Received(id, payload));
            }
            (peer @ (Peer::Open | Peer::Closing), Packet::CloseFrame(code, reason)) => {
                if peer == Peer::Open {
                    self.push_down(id, Packet::CloseFrame(code, reason.clone()));
                }
                self.push_down(id, Packet::End);
                let code = code.unwrap_or(1005);
                let clean = true;
                self.server_leaves(id, Closed { code, reason, clean });
            }
            (Peer::Unaware | Peer::Asked, Packet::End | Packet::Reset) => self.set_peer(id, Peer::Gone),
            (Peer::Open | Peer::Closing, Packet::End | Packet::Reset) => self.server_loses(id),
            // Nobody is there any more.
            (Peer::Gone, Packet::Message(_)) => self.push_down(id, Packet::Reset),
            _ => {}
        }
    }

    fn hears_request(&mut self, id: SocketId) {
        let now = self.now;
        let Some(socket) = self.sockets.get_mut(&id) else {
            return;
        };
        let index = self
            .servers
            .iter()
            .position(|server| server.address.serves(&socket.address));
        let Some((index, server)) = index.and_then(|index| self.servers.get(index).map(|server| (index, server)))
        else {
            return;
        };
        socket.server = u32::try_from(index).ok().map(ServerId);
        socket.peer = Peer::Asked;
        let (down, answer) = (server.down_until > now, server.answer);
        if down {
            self.set_peer(id, Peer::Gone);
            return self.push_down(id, Packet::Reset);
        }
        match answer {
            Answer::Accept => self.told.push_back(Step::Request(id)),
            Answer::Refuse(status) => self.reject(id, status),
            Answer::Hang => {}
        }
    }

    /// A connection ends for its server without a close frame.
    pub(super) fn server_loses(&mut self, id: SocketId) {
        self.server_leaves(id, Closed::lost());
    }

    fn server_leaves(&mut self, id: SocketId, closed: Closed) {
        let accepted = self.sockets.get(&id).is_some_and(Socket::is_accepted);
        self.set_peer(id, Peer::Gone);
        if accepted {
            self.note(format_args!("server sees {id} end with {}", closed.code));
            self.told.push_back(Step::Left(id, closed));
        }
    }

    fn set_peer(&mut self, id: SocketId, peer: Peer) {
        if let Some(socket) = self.sockets.get_mut(&id) {
            socket.peer = peer;
        }
    }

    fn push_down(&mut self, id: SocketId, packet: Packet) {
        let now = self.now;
        if let Some(socket) = self.sockets.get_mut(&id) {
            socket.down.push(now, packet, 0);
            self.sockets.begin_to_carry(id);
        }
    }

    fn server_mut(&mut self, id: ServerId) -> Option<&mut Server> {
        let index = usize::try_from(id.0).ok()?;
        self.servers.get_mut(index)
    }
}

fn socket_server(machine: &mut Machine, id: SocketId) -> Option<&mut Server> {
    let server = machine.server_of(id)?;
    machine.server_mut(server)
}

/// Returns the beginning of a text, of so many bytes at most.
fn within(text: &str, bytes: usize) -> &str {
    let mut end = text.len().min(bytes);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or("")
}
