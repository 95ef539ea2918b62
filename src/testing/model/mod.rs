//! The world as a sans-I/O machine: clocks, a page, a network and servers, with nothing of a browser's or an operating system's.
//!
//! A caller acts on the machine (makes a socket, sends, cuts the network, hides the page), and calls [`Machine::next`] for what happens
//! because of it. `next` moves virtual time on to the next [`Step`], and the caller carries that out: it dispatches an event, calls a
//! timer's function, or tells a server. The same seed and the same calls give the same steps and the same log, to the byte.
//!
//! Of what is due at one time, timers come before the network's packets, and packets before the page's tasks.
//!
//! Each file is one idea: `agenda`, `happening` and `next` order time; `page`, `timers` and `lifecycle` are the page; `socket`, `client`
//! and `arrivals` its sockets, `peer` and `servers` the other end; `pipe`, `network` and `faults` lie between; `browser` and
//! `admission` hold what browsers do differently.

mod admission;
mod agenda;
mod arrivals;
mod browser;
mod client;
mod clock;
mod dialling;
mod faults;
mod happening;
mod ids;
mod lifecycle;
mod log;
mod network;
mod next;
mod page;
mod payload;
mod peer;
mod pipe;
mod random;
mod servers;
mod socket;
mod sockets;
mod state;
mod step;
mod time;
mod timers;
mod url;

pub use self::browser::Browser;
pub use self::client::{CloseError, OpenError, SendError};
pub use self::ids::{ServerId, SocketId, TimerId};
pub use self::log::Entry;
pub use self::payload::Payload;
pub use self::random::Random;
pub use self::servers::Answer;
pub use self::state::Machine;
pub use self::step::{Closed, PageEvent, Step};
pub use self::time::{Instant, Span};
pub use self::timers::Throttle;
pub use self::url::{Address, AddressError};
