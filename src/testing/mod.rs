//! A world for tests: a clock, a page, a network and servers, all in the test's hands.
//!
//! Nothing in it is real. Time is virtual and passes when the test says so, so an hour takes milliseconds. The network can be slow,
//! narrow, silent or cut, the page hidden, frozen or asleep, and servers are closures. Everything follows from a seed: the same test
//! gives the same [log](World::log), to the byte.
//!
//! ```
//! use std::time::Duration;
//! use holdfast_ws::testing::{Browser, World};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let world = World::new(Browser::Chromium, 7);
//! let server = world.server("wss://api.test/live", |connection| {
//!     let echo = connection.clone();
//!     connection.on_message(move |message| echo.send(message));
//! })?;
//!
//! let socket = world.socket("wss://api.test/live", &[])?;
//! let sender = socket.clone();
//! socket.on_open(move || _ = sender.send("hello"));
//! world.advance(Duration::from_secs(1));
//! assert_eq!(server.received(), ["hello".into()]);
//!
//! world.network().silence();
//! _ = socket.send("lost?");
//! world.advance(Duration::from_secs(60));
//! assert_eq!(server.received().len(), 1, "the connection is half-open, and nobody is told");
//! # Ok(())
//! # }
//! ```
//!
//! [`World::socket`] makes what the browser's own class makes: one connection, with the habits of the [`Browser`]. [`Simulation`] runs an
//! application in hundreds of worlds with random faults, and shrinks what fails to few of them.

mod current;
mod dispatch;
mod executor;
mod futures;
mod handlers;
mod model;
mod network;
mod page;
#[cfg(all(feature = "client", not(target_arch = "wasm32")))]
mod page_listener;
mod parts;
mod server;
mod simulation;
mod socket;
mod world;

pub use self::current::Entered;
pub use self::model::{
    AddressError, Browser, CloseError, Closed, Entry, OpenError, PageEvent, Payload, SendError, Throttle, TimerId,
};
pub use self::network::Network;
pub use self::page::Page;
#[cfg(all(feature = "client", not(target_arch = "wasm32")))]
pub(crate) use self::page_listener::PageListener;
pub use self::server::{Connection, Server};
pub use self::simulation::{Failure, Fault, Scheduled, Simulation};
pub use self::socket::Socket;
pub use self::world::{Elapsed, World};

/// The world without closures and futures: for the crate that binds it to JavaScript. Its interface may change in any release.
#[doc(hidden)]
pub mod machine {
    pub use super::model::*;
    pub use super::simulation::{Failure, Fault, Moment, Scheduled, Shrinker, draw, heal, moments};
}
