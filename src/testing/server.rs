//! Servers, and their connections.

use alloc::vec::Vec;
use core::fmt;
use core::time::Duration;

use alloc::string::String;

use super::handlers::{Ends, handler};
use super::model::{Answer, Closed, Payload, ServerId, SocketId};
use super::world::World;

/// A server of the world. Clones are handles of the same server.
#[derive(Clone)]
pub struct Server {
    world: World,
    id: ServerId,
}

impl Server {
    pub(super) const fn new(world: World, id: ServerId) -> Self {
        Self { world, id }
    }

    /// Returns the messages that it has received, in order.
    #[must_use]
    pub fn received(&self) -> Vec<Payload> {
        self.world.machine(|machine| {
            let received = machine.received(self.id).iter();
            received.map(|(_, payload)| payload.clone()).collect()
        })
    }

    /// Returns its connections, the oldest first.
    #[must_use]
    pub fn connections(&self) -> Vec<Connection> {
        let ids = self.world.machine(|machine| machine.connections(self.id));
        ids.into_iter()
            .map(|id| Connection::new(self.world.clone(), id))
            .collect()
    }

    /// Sends a message on all its connections.
    pub fn broadcast(&self, message: impl Into<Payload>) {
        let message = message.into();
        for connection in self.connections() {
            connection.send(message.clone());
        }
    }

    /// Calls a function once, after so long. The server's time has nothing to do with the page's.
    pub fn after(&self, delay: Duration, run: impl FnOnce() + 'static) {
        let mut run = Some(run);
        self.world.set_server_timer(delay, false, move || {
            if let Some(run) = run.take() {
                run();
            }
        });
    }

    /// Calls a function over and over.
    pub fn every(&self, period: Duration, run: impl FnMut() + 'static) {
        self.world.set_server_timer(period, true, run);
    }

    /// Answers handshakes with an HTTP status from now on.
    pub fn refuse(&self, status: u16) {
        self.answer(Answer::Refuse(status));
    }

    /// Leaves handshakes without an answer from now on.
    pub fn hang(&self) {
        self.answer(Answer::Hang);
    }

    /// Accepts connections from now on.
    pub fn accept(&self) {
        self.answer(Answer::Accept);
    }

    fn answer(&self, answer: Answer) {
        self.world.machine(|machine| machine.set_answer(self.id, answer));
    }

    /// Resets all connections, and refuses others for so long.
    pub fn restart(&self, down: Duration) {
        self.world
            .machine(|machine| machine.restart(self.id, down.into(), None, ""));
    }

    /// Closes all connections with a code and a reason, and refuses others for so long.
    pub fn restart_with(&self, down: Duration, code: u16, reason: &str) {
        self.world
            .machine(|machine| machine.restart(self.id, down.into(), Some(code), reason));
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server")
            .field("connections", &self.connections().len())
            .finish_non_exhaustive()
    }
}

/// The server's end of a connection. Clones are handles of the same connection.
#[derive(Clone)]
pub struct Connection {
    world: World,
    id: SocketId,
}

impl Connection {
    pub(super) const fn new(world: World, id: SocketId) -> Self {
        Self { world, id }
    }

    /// Sets the function that is called with each message received.
    pub fn on_message(&self, run: impl FnMut(Payload) + 'static) {
        self.listen(|ends| ends.message = Some(handler(run)));
    }

    /// Sets the function that is called when the connection has ended.
    pub fn on_close(&self, run: impl FnMut(Closed) + 'static) {
        self.listen(|ends| ends.close = Some(handler(run)));
    }

    fn listen(&self, set: impl FnOnce(&mut Ends)) {
        set(self.world.0.ends.borrow_mut().entry(self.id).or_default());
    }

    /// Sends a message. On a connection that has ended, or that is being closed, nothing is sent.
    pub fn send(&self, message: impl Into<Payload>) {
        let message = message.into();
        self.world.machine(|machine| machine.peer_send(self.id, message));
    }

    /// Begins the closing handshake. Any code is sent, also one that breaks the protocol.
    pub fn close(&self, code: u16, reason: &str) {
        self.world
            .machine(|machine| machine.peer_close(self.id, Some(code), reason));
    }

    /// Drops the connection without a close frame.
    pub fn terminate(&self) {
        self.world.machine(|machine| machine.terminate(self.id));
    }

    /// Nothing comes or goes on this connection, and nobody is told.
    pub fn silence(&self) {
        self.world.machine(|machine| machine.set_socket_silent(self.id, true));
    }

    /// Returns the query of the URL that the page connected to; empty if there is none.
    #[must_use]
    pub fn query(&self) -> String {
        self.world.machine(|machine| {
            let address = machine.address(self.id);
            address.map(|address| address.query.clone()).unwrap_or_default()
        })
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection")
            .field("id", &self.id.0)
            .finish_non_exhaustive()
    }
}
