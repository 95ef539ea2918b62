//! The server and the network: when connections are lost, which attempts succeed, and how long they take.

use holdfast_ws::engine::Random;

use crate::input::{Hint, Millis};
use crate::peers::between;

/// The fault of a server that all clients are connected to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scenario {
    /// One connection drops; the server is healthy.
    Blip,
    /// The server restarts: all connections are reset, for 2 s nothing listens, then 20,000 a second are accepted.
    Restart,
    /// The same, closed with code 1012.
    RestartWithCode,
    /// The same, with a different `{"retryAfter": ms}` for each client, within a minute.
    RestartSpread,
    /// The same, with `{"retryAfter": 10000}` for all clients.
    RestartSameTime,
    /// After a reset the server accepts 2,000 a second at first, and 20,000 only after a minute.
    SlowRecovery,
    /// For 30 s the server accepts every connection and drops it 20 ms later, then it is healthy and accepts 20,000 a second.
    Flapping,
    /// The network is split for a minute: each attempt fails after 3 s. Then the server accepts 20,000 a second.
    Partition,
}

/// The result of an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answer {
    /// Refused after this many milliseconds.
    Refused(Millis),
    /// Accepted after this many milliseconds.
    Accepted(Millis),
    /// Accepted, and dropped: the milliseconds until each.
    Dropped(Millis, Millis),
}

/// Connections that a healthy server accepts per millisecond.
const RATE: f64 = 20.0;

/// The size of a burst, in milliseconds of that rate.
const BURST: f64 = 100.0;

impl Scenario {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Blip,
        Self::Restart,
        Self::RestartWithCode,
        Self::RestartSpread,
        Self::RestartSameTime,
        Self::SlowRecovery,
        Self::Flapping,
        Self::Partition,
    ];

    /// Returns its name on the command line and in files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Blip => "blip",
            Self::Restart => "restart",
            Self::RestartWithCode => "restart-1012",
            Self::RestartSpread => "restart-retry-after",
            Self::RestartSameTime => "restart-retry-after-10-s",
            Self::SlowRecovery => "slow-recovery",
            Self::Flapping => "flapping",
            Self::Partition => "partition",
        }
    }

    /// Returns the same scenario without hints, for clients that ignore them.
    #[must_use]
    pub const fn without_hints(self) -> Self {
        match self {
            Self::RestartWithCode | Self::RestartSpread | Self::RestartSameTime => Self::Restart,
            other => other,
        }
    }

    /// Returns a description, in a sentence.
    #[must_use]
    pub const fn story(self) -> &'static str {
        match self {
            Self::Blip => "One connection at a time drops; the server is healthy.",
            Self::Restart => "The server restarts: all are reset; it is down for 2 s and then accepts 20,000 a second.",
            Self::RestartWithCode => "The same, closed with code 1012.",
            Self::RestartSpread => "The same, with a different {\"retryAfter\": ms} for each client, within a minute.",
            Self::RestartSameTime => "The same, with {\"retryAfter\": 10000} for all clients.",
            Self::SlowRecovery => "All are reset; the server accepts 2,000 a second, rising to 20,000 within a minute.",
            Self::Flapping => "For 30 s the server drops each connection after 20 ms; then it accepts 20,000 a second.",
            Self::Partition => "For a minute attempts fail after 3 s; then the server accepts 20,000 a second.",
        }
    }

    /// Returns when a client's connection is lost, and the server's hint.
    pub(crate) fn loss(self, random: &mut Random) -> (Millis, Hint) {
        // A reset reaches all within 100 ms; a healthy server's drops come one by one.
        match self {
            // Late enough for every connection to count as stable.
            Self::Blip => (between(random, 10_000, 610_000), Hint::None),
            Self::RestartWithCode => (START + between(random, 0, 100), Hint::Restart),
            Self::RestartSpread => (
                START + between(random, 0, 100),
                Hint::RetryAfter(between(random, 2_000, 60_000)),
            ),
            Self::RestartSameTime => (START + between(random, 0, 100), Hint::RetryAfter(10_000)),
            _ => (START + between(random, 0, 100), Hint::None),
        }
    }

    /// Returns how many connections are accepted in a millisecond, of a healthy server that accepts `healthy`.
    const fn rate(self, since: Millis, healthy: f64) -> f64 {
        #[allow(clippy::cast_precision_loss)] // Milliseconds.
        match self {
            Self::Blip => f64::INFINITY,
            Self::Restart | Self::RestartWithCode | Self::RestartSpread | Self::RestartSameTime if since < 2_000 => 0.0,
            Self::SlowRecovery if since < 60_000 => healthy * (0.1 + 0.9 * since as f64 / 60_000.0),
            _ => healthy,
        }
    }
}

/// The time of the fault. By then every connection counts as stable.
pub(crate) const START: Millis = 10_000;

/// The server, and its current capacity.
#[derive(Debug)]
pub(crate) struct Server {
    scenario: Scenario,
    /// Connections that it accepts in a millisecond when it is healthy.
    healthy: f64,
    refilled: Millis,
    tokens: f64,
}

impl Server {
    pub(crate) const fn new(scenario: Scenario) -> Self {
        Self::with_rate(scenario, RATE)
    }

    /// Creates a server that accepts this many connections in a millisecond when it is healthy.
    pub(crate) const fn with_rate(scenario: Scenario, healthy: f64) -> Self {
        Self {
            scenario,
            healthy,
            refilled: START,
            tokens: 0.0,
        }
    }

    /// Answers an attempt of a client with this round trip.
    pub(crate) fn attempt(&mut self, now: Millis, round_trip: Millis) -> Answer {
        let since = now.saturating_sub(START);
        match self.scenario {
            Scenario::Partition if since < 60_000 => return Answer::Refused(3_000),
            Scenario::Flapping if since < 30_000 => return Answer::Dropped(round_trip, 20),
            _ => {}
        }
        while self.refilled < now {
            self.refilled += 1;
            let rate = self.scenario.rate(self.refilled.saturating_sub(START), self.healthy);
            self.tokens = (self.tokens + rate).min((rate * BURST).max(1.0));
        }
        if self.tokens >= 1.0 {
            self.tokens -= 1.0;
            Answer::Accepted(round_trip)
        } else {
            Answer::Refused(round_trip)
        }
    }
}
