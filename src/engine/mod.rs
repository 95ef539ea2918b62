//! The rules of a connection that holds, sans-I/O.
//!
//! An [`Engine`] is told what happened and when, and answers with what to do. It owns no socket, reads no clock and draws no
//! randomness but from the seed it was given, so the same inputs give the same outputs, natively and in a browser.
//!
//! The caller's loop, after **every** call that changes the engine:
//!
//! 1. carry out every [`Engine::poll_output`], at once and in order;
//! 2. tell the application every [`Engine::poll_event`], from a task of its own (never inside the application's own call);
//! 3. call [`Engine::handle_timeout`] when [`Engine::poll_timeout`] has come. Late is allowed: deadlines are judged by the
//!    clock, and a late tick is taken for a page that slept.
//!
//! Methods come in four kinds: getters; `handle_*`, which take what happened; commands of the application
//! ([`Engine::send`], [`Engine::close`], [`Engine::reconnect`]); and `poll_*`.

mod backoff;
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
pub use close::{Cause, Close};
pub use config::{Config, Heartbeat, Hidden, QueueLimits, Reconnect};
pub use error::{ConfigError, SendError};
pub use ids::{ConnectionId, DecisionId, RequestId, ResolveId};
pub use instant::{Instant, Span};
pub use machine::Engine;
pub use outbox::{Outbox, Sent};
pub use output::{Event, Failure, Output};
pub use random::Random;
pub use requests::{Reply, Route};
pub use round_trips::{Percentiles, RoundTrips};
pub use signal::Signal;
pub use state::{ReadyState, Status};
pub use stats::Stats;
