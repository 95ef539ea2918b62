//! A socket of the page, as the browser's own class makes it.

use core::fmt;

use alloc::string::{String, ToString};

use super::handlers::{Listeners, handler};
use super::model::{CloseError, Closed, Payload, SendError, SocketId};
use super::world::World;
use crate::engine::ReadyState;

/// A socket of the page: one connection, and what the browser's own class says of it. Clones are handles of the same socket.
#[derive(Clone)]
pub struct Socket {
    world: World,
    id: SocketId,
}

impl Socket {
    pub(super) const fn new(world: World, id: SocketId) -> Self {
        Self { world, id }
    }

    /// Sets the function that `open` calls.
    pub fn on_open(&self, mut run: impl FnMut() + 'static) {
        self.listen(|listeners| listeners.open = Some(handler(move |()| run())));
    }

    /// Sets the function that `message` calls.
    pub fn on_message(&self, run: impl FnMut(Payload) + 'static) {
        self.listen(|listeners| listeners.message = Some(handler(run)));
    }

    /// Sets the function that `error` calls.
    pub fn on_error(&self, mut run: impl FnMut() + 'static) {
        self.listen(|listeners| listeners.error = Some(handler(move |()| run())));
    }

    /// Sets the function that `close` calls.
    pub fn on_close(&self, run: impl FnMut(Closed) + 'static) {
        self.listen(|listeners| listeners.close = Some(handler(run)));
    }

    fn listen(&self, set: impl FnOnce(&mut Listeners)) {
        set(self.world.0.sockets.borrow_mut().entry(self.id).or_default());
    }

    /// Removes all functions that were set.
    pub fn unlisten(&self) {
        let listeners = self.world.0.sockets.borrow_mut().remove(&self.id);
        drop(listeners);
    }

    /// Sends a message. On a socket that is closing or closed it only counts in [`Socket::buffered_amount`].
    ///
    /// # Errors
    /// The socket is connecting.
    pub fn send(&self, message: impl Into<Payload>) -> Result<(), SendError> {
        let message = message.into();
        self.world.machine(|machine| machine.send(self.id, message))
    }

    /// Begins the closing handshake, or fails a socket that is connecting.
    ///
    /// # Errors
    /// The code or the reason is not allowed.
    pub fn close(&self, code: Option<u16>, reason: &str) -> Result<(), CloseError> {
        self.world.machine(|machine| machine.close(self.id, code, reason))
    }

    /// Returns `readyState`.
    #[must_use]
    pub fn ready_state(&self) -> ReadyState {
        self.world.machine(|machine| machine.ready_state(self.id))
    }

    /// Returns `bufferedAmount`.
    #[must_use]
    pub fn buffered_amount(&self) -> u64 {
        self.world.machine(|machine| machine.buffered_amount(self.id))
    }

    /// Returns `url`.
    #[must_use]
    pub fn url(&self) -> String {
        self.world.machine(|machine| {
            let address = machine.address(self.id);
            address.map(ToString::to_string).unwrap_or_default()
        })
    }

    /// Returns the subprotocol that the server chose.
    #[must_use]
    pub fn protocol(&self) -> String {
        self.world.machine(|machine| machine.protocol(self.id).to_string())
    }

    /// Nothing comes or goes on this connection, and nobody is told.
    pub fn silence(&self) {
        self.world.machine(|machine| machine.set_socket_silent(self.id, true));
    }

    /// Resets this connection.
    pub fn cut(&self) {
        self.world.machine(|machine| machine.cut_socket(self.id));
    }
}

impl fmt::Debug for Socket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Socket")
            .field("id", &self.id.0)
            .field("ready_state", &self.ready_state())
            .finish_non_exhaustive()
    }
}
