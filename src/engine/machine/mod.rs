//! The state machine: its state and its getters.
//!
//! Its transitions are beside this file: [`connection`] (dial, open, message, close), [`retry`] (backoff between connections),
//! [`command`] (send, close, reconnect), [`request`] (requests and replies), [`liveness`] (heartbeat and timeouts), [`doubt`]
//! (messages that wait for proof of life), [`direct`] (messages that bypass the engine), [`page`] (page lifecycle), [`hidden`]
//! (connections of a hidden page), [`lingering`] (abandoned connections), [`poll`] (outputs, events, timeouts).

mod command;
mod connection;
mod direct;
mod doubt;
mod hidden;
mod lingering;
mod liveness;
mod page;
mod poll;
mod request;
mod retry;

use super::backoff::Backoff;
use super::cause::RetryCause;
use super::config::Config;
use super::error::ConfigError;
use super::ids::{ConnectionId, ResolveId};
use super::instant::{Instant, Span};
use super::outbox::Outbox;
use super::output::{Event, Output};
use super::queue::Queue;
use super::random::Random;
use super::requests::Requests;
use super::round_trips::RoundTrips;
use super::state::{Ended, Hiding, Lingering, Liveness, Page, Phase, ReadyState, Status};
use super::stats::Stats;
use super::ticks::Ticks;
use super::timer::{Timer, Timers};

/// The rules of one WebSocket that reconnects. It only queues and counts payloads of type `P`.
///
/// See the [module](super) for the loop around it.
///
/// Its fields stand in this order in memory, too: those that are small or used most have small offsets, which take fewer bytes of
/// wasm. This saves 80 bytes of the compressed module.
#[derive(Debug)]
#[repr(C)]
pub struct Engine<P> {
    phase: Phase,
    /// The status that was reported last.
    last_reported: Status,
    /// Why the planned attempt will be made.
    planned: RetryCause,
    /// True if the attempt under way or planned is one of those that `reconnect()` made.
    manual: bool,
    /// True if the attempt under way, or the next one, has a short timeout: the network came back while or before it was made.
    shortened: bool,
    /// True if the page believes that it is online, or a connection has proved it.
    online: bool,
    hiding: Hiding,
    /// The number last given: of the current connection, of the URL that is being resolved, or of the decision that is awaited.
    numbered: u32,
    /// Attempts in a row since a stable connection; the number of the one under way or planned.
    attempt: u32,
    /// Connections in a row that failed, or did not last.
    failures: u32,
    events: Queue<Event<P>>,
    outputs: Queue<Output<P>>,
    timers: Timers,
    /// Attempts that `reconnect()` made since a stable connection.
    manual_attempts: u32,
    /// Before this no attempt may be brought forward: a server asked for that.
    not_before: Instant,
    /// When the wait for the next attempt began.
    waiting_since: Instant,
    /// When the current connection opened.
    opened_at: Instant,
    /// When the last attempt began.
    began_at: Instant,
    /// Before this no other attempt gets a short timeout.
    shortens_from: Instant,
    /// If a connection ends before this time, its retry is brought forward as after the page's return.
    expedites_until: Instant,
    /// Until then a late or repeated reply may come, though no request is pending.
    replies_until: Instant,
    backoff: Backoff,
    config: Config,
    liveness: Liveness,
    page: Page,
    outbox: Outbox<P>,
    requests: Requests<P>,
    stats: Stats,
    ticks: Ticks,
    random: Random,
    /// The permission for direct sending that was reported last.
    direct: Option<ConnectionId>,
    /// How the last connection ended, and why, while a decision about it is awaited.
    ended: Ended,
    /// Bytes sent after `close()`, which `bufferedAmount` counts until `reconnect()`.
    discarded: u64,
    lingering: Lingering,
    round_trips: RoundTrips,
}

impl<P: Clone> Engine<P> {
    /// A machine that starts its first attempt at `now`, unless it is [lazy](Config::lazy). The same `seed` and inputs give the same outputs.
    ///
    /// # Errors
    /// An impossible `config` is refused, naming the option.
    pub fn new(now: Instant, config: Config, seed: u64) -> Result<Self, ConfigError> {
        config.check()?;
        let mut engine = Self {
            config,
            backoff: Backoff::default(),
            phase: Phase::Closed,
            timers: Timers::new(),
            random: Random::new(seed),
            outbox: Outbox::new(),
            outputs: Queue::new(),
            events: Queue::new(),
            liveness: Liveness::new(now),
            ticks: Ticks::new(now),
            page: Page::new(now),
            hiding: Hiding::NONE,
            lingering: Lingering::NONE,
            direct: None,
            stats: Stats::default(),
            round_trips: RoundTrips::new(),
            requests: Requests::new(seed),
            replies_until: Instant::ORIGIN,
            numbered: 0,
            ended: Ended::NONE,
            attempt: 0,
            failures: 0,
            began_at: now,
            manual_attempts: 0,
            manual: false,
            planned: RetryCause::Closed,
            shortened: false,
            shortens_from: Instant::ORIGIN,
            opened_at: now,
            expedites_until: Instant::ORIGIN,
            waiting_since: now,
            not_before: now,
            online: true,
            last_reported: Status::Connecting,
            discarded: 0,
        };
        if engine.config.lazy {
            (engine.phase, engine.last_reported) = (Phase::Idle, Status::Idle);
        } else {
            engine.begin_attempt(now);
        }
        Ok(engine)
    }

    /// `readyState`: CONNECTING also while another attempt is planned, CLOSED only when no attempt follows.
    #[must_use]
    pub const fn ready_state(&self) -> ReadyState {
        self.phase.ready_state()
    }

    /// Returns the status for display.
    #[must_use]
    pub const fn status(&self) -> Status {
        self.phase.status(self.online)
    }

    /// The number of the attempt under way or planned: 0 for the first of all and on a stable connection, 1 for the first
    /// after that, and so on.
    #[must_use]
    pub const fn attempt(&self) -> u32 {
        self.attempt
    }

    /// Returns the time of the next attempt, while one is planned.
    #[must_use]
    pub fn retry_at(&self) -> Option<Instant> {
        Some(self.timers.get(Timer::Retry)).filter(|&at| at != Instant::NEVER)
    }

    /// Returns the connection that is connecting, open or closing.
    #[must_use]
    pub const fn connection(&self) -> Option<ConnectionId> {
        if self.phase.has_connection() {
            Some(self.current())
        } else {
            None
        }
    }

    /// The number last given, as that of the current connection.
    const fn current(&self) -> ConnectionId {
        ConnectionId::new(self.numbered)
    }

    /// Returns the id of the resolution of the URL that is under way.
    #[must_use]
    pub const fn question(&self) -> Option<ResolveId> {
        match self.phase {
            Phase::Resolving => Some(ResolveId::new(self.numbered)),
            _ => None,
        }
    }

    /// True if it reconnects. Otherwise it makes one connection, as the browser's class does.
    #[must_use]
    pub const fn reconnects(&self) -> bool {
        self.config.reconnect.is_some()
    }

    /// True if connections must be authenticated before messages are sent.
    #[must_use]
    pub const fn authenticates(&self) -> bool {
        self.config.authenticates
    }

    /// True if the time of any message matters. Otherwise only a pong's does, because only pongs prove that the connection is alive, and the caller
    /// of [`Engine::handle_message`] need not read the clock for other messages.
    #[must_use]
    pub fn needs_message_times(&self) -> bool {
        let any_proves = self
            .config
            .heartbeat
            .as_ref()
            .is_some_and(|heartbeat| !heartbeat.matches);
        any_proves || self.config.idle_timeout != Span::FOREVER || self.page.needs_message_times()
    }

    /// True if [`Engine::handle_buffered_amount`] must be called around each transmission.
    #[must_use]
    pub fn needs_buffered_amount(&self) -> bool {
        self.config.stall_timeout != Span::FOREVER
    }

    /// True if each message must be matched against the pong.
    #[must_use]
    pub fn matches_pongs(&self) -> bool {
        self.config
            .heartbeat
            .as_ref()
            .is_some_and(|heartbeat| heartbeat.matches)
    }

    /// Returns the queue.
    #[must_use]
    pub const fn outbox(&self) -> &Outbox<P> {
        &self.outbox
    }

    /// Bytes in the queue, and those sent after the end, which the standard has
    /// [`bufferedAmount`](https://websockets.spec.whatwg.org/#dom-websocket-bufferedamount) keep, until
    /// [`reconnect()`](Engine::reconnect).
    #[must_use]
    pub const fn buffered_amount(&self) -> u64 {
        self.outbox.bytes().saturating_add(self.discarded)
    }

    /// Returns the last round trip of the heartbeat.
    #[must_use]
    pub fn latency(&self) -> Option<Span> {
        self.round_trips.last()
    }

    /// Returns the last round trips of the heartbeat.
    #[must_use]
    pub const fn round_trips(&self) -> &RoundTrips {
        &self.round_trips
    }

    /// Returns the counters.
    #[must_use]
    pub const fn stats(&self) -> &Stats {
        &self.stats
    }
}
