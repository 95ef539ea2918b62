//! The peers' algorithms with their defaults, as read in their sources. None of them uses hints from the server, and none has a
//! limit of attempts. rpc-websockets and graphql-ws stop after 5 attempts, `SignalR` after 4; they are left out.

use holdfast_ws::engine::{Random, Span};

use crate::input::{Input, Millis};

/// A rule for the delays, and for their reset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rule {
    /// From 1 to 5 s, drawn once, × 1.3 up to 10 s; reset after 5 s of connection.
    ReconnectingWebsocket,
    /// From 3 s, × 1.3 up to 10 s, no jitter; reset after 5 s of connection.
    PartySocket,
    /// 1 s × 2ⁿ up to 5 s, ± 50 %; reset on opening.
    SocketIo,
    /// 0.5 s and up to 0.5 s × 2ⁿ, up to 20 s; reset on opening.
    Centrifuge,
    /// A list from 10 ms to 5 s, no jitter; reset on opening.
    Phoenix,
    /// Every second.
    Mqtt,
}

/// The duration after which a connection counts as stable, for the rules that use it.
const STABLE: Millis = 5_000;

const PHOENIX: [Millis; 9] = [10, 50, 100, 150, 200, 250, 500, 1_000, 2_000];

/// One client, in 24 bytes: the simulation is bound by cache misses.
#[derive(Debug)]
pub(crate) struct Peer {
    random: Random,
    opened: Millis,
    failures: u32,
    /// Its first delay, for the rule that draws it once.
    first: u16,
}

impl Peer {
    /// Creates a client that is connected from the beginning; `number` is its seed.
    pub(crate) fn connected(number: u64) -> Self {
        let mut random = Random::new(number);
        Self {
            first: u16::try_from(between(&mut random, 1_000, 5_000)).unwrap_or(u16::MAX),
            random,
            failures: 0,
            opened: 0,
        }
    }

    /// Passes an input to the client. Returns when it dials.
    pub(crate) fn handle(&mut self, rule: Rule, now: Millis, input: Input) -> Option<Millis> {
        match input {
            Input::Opened => {
                self.opened = now;
                if !matches!(rule, Rule::ReconnectingWebsocket | Rule::PartySocket) {
                    self.failures = 0;
                }
                return None;
            }
            Input::Lost(_) if now - self.opened >= STABLE => self.failures = 0,
            Input::Lost(_) | Input::Refused => {}
        }
        let dials_at = now + self.delay(rule);
        self.failures = self.failures.saturating_add(1);
        Some(dials_at)
    }

    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        clippy::cast_possible_wrap
    )] // Milliseconds below an hour.
    fn delay(&mut self, rule: Rule) -> Millis {
        let failures = self.failures.min(30);
        let grown = |first: Millis| (first as f64 * 1.3_f64.powi(failures as i32)).min(10_000.0) as Millis;
        match rule {
            Rule::ReconnectingWebsocket => grown(self.first.into()),
            Rule::PartySocket => grown(3_000),
            Rule::SocketIo => {
                let delay = 1_000 << failures.min(12);
                let deviation = between(&mut self.random, 0, delay);
                (delay / 2 + deviation).min(5_000)
            }
            Rule::Centrifuge => {
                let width = (500 << failures.min(12)).min(20_000);
                (500 + between(&mut self.random, 0, width)).min(20_000)
            }
            Rule::Phoenix => PHOENIX.get(failures as usize).copied().unwrap_or(5_000),
            Rule::Mqtt => 1_000,
        }
    }
}

/// Draws a number uniformly, both ends included.
pub(crate) fn between(random: &mut Random, low: Millis, high: Millis) -> Millis {
    let drawn = random.between(Span::from_millis(low), Span::from_millis(high));
    drawn.as_millis()
}
