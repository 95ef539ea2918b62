//! The rules of one connection for all tabs of an origin, sans-I/O.
//!
//! Each tab has a [`Tab`]. One of them, whoever holds a lock of the browser's, is the *hub*: it holds the connection. Every tab, the
//! hub's too, is a *spoke*: it dispatches what the hub gives it, and keeps what it sends until the hub hands it over. The machine owns
//! no lock, no channel, no clock and no connection. It takes inputs with their time, and returns outputs, events and the next timeout,
//! as the [engine](crate::engine) does.
//!
//! These hold, whatever tabs, locks and channels do:
//!
//! - A hub that isn't sure to be the hub still hands nothing over, and passes nothing on.
//! - A tab dispatches each message at most once, in order. If it may have missed one, it is told ([`Event::Gap`]).
//! - What a tab sends is handed over at most once, in order, and by the next hub if the one before had not begun to. A connection that
//!   would only queue it is handed nothing: what is in such a queue would be lost with the hub.
//! - Each request is settled once.
//!
//! Which tab has read least is known by terms and numbers, since tokens have no order. After a hub has resumed from an old token and read
//! again what others knew, that is a guess. Where it is wrong, a tab waits in vain for its token, and is told a gap.

mod config;
mod frame;
mod hub;
mod ids;
mod output;
mod queues;
mod request;
mod signal;
mod spoke;
mod tab;
#[cfg(feature = "tabs-wire")]
pub mod wire;

pub use config::Config;
pub use frame::{Ask, Common, Down, Fence, Frame, Handed, Message, Numbered, Up};
pub use hub::Call;
pub use ids::{Mark, Position, RequestNumber, TabId, Term};
pub use output::{Event, Output, Role};
pub use request::Request;
pub use signal::Signal;
pub use tab::Tab;
