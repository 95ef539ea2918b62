//! The rules of a WebSocket that reconnects, sans-I/O.
//!
//! An [`Engine`] takes inputs with their time, and returns outputs, events and the next timeout. It owns no socket, reads no clock,
//! and draws its randomness from the seed that it was given. The same inputs give the same outputs, natively and in a browser.
//!
//! After **every** call that changes the engine, the caller
//!
//! 1. executes every [`Engine::poll_output`], at once and in order;
//! 2. dispatches every [`Engine::poll_event`] to the application, in a task of its own (never inside the application's own call);
//! 3. calls [`Engine::handle_timeout`] at [`Engine::poll_timeout`]. A late call is allowed: deadlines are checked by the clock. If a
//!    call is late, the engine assumes that the page was suspended.
//!
//! Methods come in four kinds: getters; `handle_*`, which take inputs; `poll_*`; and commands of the application. Those are
//! [`Engine::send`], [`Engine::send_on`], [`Engine::close`], [`Engine::reconnect`], [`Engine::watch_drain`], and for requests
//! [`Engine::number_request`], [`Engine::request`], [`Engine::abort_request`].

mod backoff;
mod cause;
mod close;
mod config;
mod display;
mod error;
mod ids;
mod instant;
mod machine;
mod ordered;
mod outbox;
mod output;
mod queue;
mod random;
mod requests;
mod round_trips;
mod signal;
mod state;
mod stats;
mod ticks;
mod timer;

pub use backoff::Backoff;
pub use cause::{CloseCause, RetryCause};
pub use close::Close;
pub use config::{Config, Heartbeat, Hidden, QueueLimits, Reconnect};
pub use error::{ConfigError, SendError};
pub use ids::{ConnectionId, DecisionId, RequestId, ResolveId};
pub use instant::{Instant, Span};
pub use machine::Engine;
pub use outbox::{Outbox, Sent};
pub use output::{Event, Failure, Output};
#[cfg(any(feature = "channels-rules", feature = "tabs-rules"))]
pub(crate) use queue::Queue;
pub use random::Random;
pub use requests::{Reply, Route};
pub use round_trips::{Percentiles, RoundTrips};
pub use signal::Signal;
pub use state::{ReadyState, Status};
pub use stats::Stats;
