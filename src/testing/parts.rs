//! The parts of a world, each by its handle: servers, sockets, the network, the page.

use alloc::vec::Vec;

use super::handlers::handler;
use super::model::{AddressError, OpenError};
use super::network::Network;
use super::page::Page;
use super::server::{Connection, Server};
use super::socket::Socket;
use super::world::World;

impl World {
    /// Adds a server at a URL. Each connection is accepted, with the first subprotocol that the page offers, and `accept` is called
    /// for it.
    ///
    /// # Errors
    /// The URL is none.
    pub fn server(&self, url: &str, mut accept: impl FnMut(&Connection) + 'static) -> Result<Server, AddressError> {
        let id = self.machine(|machine| machine.add_server(url))?;
        let accept = handler(move |(world, id)| accept(&Connection::new(world, id)));
        self.0.accepts.borrow_mut().insert(id, accept);
        Ok(Server::new(self.clone(), id))
    }

    /// Makes a socket of the page, as the browser's own class does: one connection, with the browser's habits.
    ///
    /// # Errors
    /// The constructor would throw.
    pub fn socket(&self, url: &str, protocols: &[&str]) -> Result<Socket, OpenError> {
        let id = self.machine(|machine| machine.open(url, protocols))?;
        Ok(Socket::new(self.clone(), id))
    }

    /// Returns all servers, in the order of adding.
    #[must_use]
    pub fn servers(&self) -> Vec<Server> {
        let ids = self.machine(|machine| machine.servers());
        ids.into_iter().map(|id| Server::new(self.clone(), id)).collect()
    }

    /// Returns the network between the page and all servers.
    #[must_use]
    pub fn network(&self) -> Network {
        Network(self.clone())
    }

    /// Returns the page.
    #[must_use]
    pub fn page(&self) -> Page {
        Page(self.clone())
    }
}
