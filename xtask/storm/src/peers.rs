//! The peers' algorithms with their defaults, as read in their sources. None of them takes a hint from the server, and none
//! that is here gives up; rpc-websockets and graphql-ws do after 5 attempts, `SignalR` after 4.

use holdfast_ws::engine::{Random, Span};

use crate::input::{Input, Millis};

/// How long to wait, and when the waiting starts over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rule {
    /// From 1 to 5 s, drawn once, × 1.3 up to 10 s; over after 5 s of connection.
    ReconnectingWebsocket,
    /// From 3 s, × 1.3 up to 10 s, no jitter; over after 5 s of connection.
    PartySocket,
    /// 1 s × 2ⁿ up to 5 s, ± 50 %; over on opening.
    SocketIo,
    /// 0.5 s and up to 0.5 s × 2ⁿ, up to 20 s; over on opening.
    Centrifuge,
    /// A list from 10 ms to 5 s, no jitter; over on opening.
    Phoenix,
    /// Each second.
    Mqtt,
}

/// How long a connection must last for the rules that ask for it.
const STABLE: Millis = 5_000;

const PHOENIX: [Millis; 9] = [10, 50, 100, 150, 200, 250, 500, 1_000, 2_000];

/// One client, in 24 bytes: what doesn't fit the cache is what a simulation waits for.
#[derive(Debug)]
pub(crate) struct Peer {
    random: Random,
    opened: Millis,
    failures: u32,
    /// Where its delays begin, if that is drawn once.
    first: u16,
}

impl Peer {
    /// One that is connected from the beginning; `number` seeds its chance.
    pub(crate) fn connected(number: u64) -> Self {
        let mut random = Random::new(number);
        Self {
            first: u16::try_from(between(&mut random, 1_000, 5_000)).unwrap_or(u16::MAX),
            random,
            failures: 0,
            opened: 0,
        }
    }

    /// Something happens to a client of this rule. Returns when it dials.
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

/// A number drawn uniformly, both ends included.
pub(crate) fn between(random: &mut Random, low: Millis, high: Millis) -> Millis {
    let drawn = random.between(Span::from_millis(low), Span::from_millis(high));
    drawn.as_millis()
}
