//! The loop: has all who are due dial, millisecond by millisecond, and the server answer.
//!
//! Only the server must see the clients in the order of time. What happens to a client between two of its attempts is nobody
//! else's affair, so it happens at once, while that client is in the processor's cache.

use holdfast_ws::engine::Random;

use crate::client::{Crowd, Way};
use crate::input::{Hint, Input, Millis};
use crate::peers::between;
use crate::report::Report;
use crate::wheel::Wheel;
use crate::world::{Answer, START, Scenario, Server};

/// After this nobody waits any longer.
const END: Millis = START + 900_000;

struct Simulation {
    crowd: Crowd,
    server: Server,
    /// When each was lost, in milliseconds; and its round trip. Beside the clients, because both are read at every attempt.
    lost: Vec<u32>,
    round_trips: Vec<u8>,
    report: Report,
    back: u32,
}

/// Simulates so many clients. `progress` is told now and then how many of them are back.
pub fn run(way: Way, scenario: Scenario, clients: u32, seed: u64, mut progress: impl FnMut(u32)) -> Report {
    let mut random = Random::new(seed);
    let mut wheel = Wheel::new();
    let mut simulation = Simulation {
        crowd: way.crowd(clients),
        server: Server::new(scenario),
        lost: Vec::with_capacity(clients as usize),
        round_trips: Vec::with_capacity(clients as usize),
        report: Report {
            clients,
            ..Report::default()
        },
        back: 0,
    };
    for client in 0..clients {
        let (at, hint) = scenario.loss(&mut random);
        let round_trip = between(&mut random, 20, 200);
        simulation.round_trips.push(u8::try_from(round_trip).unwrap_or(u8::MAX));
        simulation.lost.push(u32::try_from(at).unwrap_or(u32::MAX));
        if let Some(dials) = simulation.happens(client, at, Input::Lost(hint)) {
            wheel.add(dials, client);
        }
    }
    let mut now = 0;
    while now < END && !wheel.is_empty() {
        now = wheel.turn(|client, now| simulation.dial(client, now));
        if now.is_multiple_of(500) {
            progress(simulation.back);
        }
    }
    simulation.report.finish();
    simulation.report
}

impl Simulation {
    /// Tells a client something. Returns when it dials next.
    fn happens(&mut self, client: u32, now: Millis, input: Input) -> Option<Millis> {
        self.report.steps += 1;
        self.crowd.handle(client, now, input)
    }

    /// A client dials. Returns when it will do so again, unless it is back.
    fn dial(&mut self, client: u32, now: Millis) -> Option<Millis> {
        self.report.steps += 1;
        self.report.attempt(now.saturating_sub(START));
        let round_trip = Millis::from(self.round_trips[client as usize]);
        match self.server.attempt(now, round_trip) {
            Answer::Refused(after) => self.happens(client, now + after, Input::Refused),
            Answer::Accepted(after) => {
                let opened = now + after;
                let away = opened - Millis::from(self.lost[client as usize]);
                self.report.is_back(opened.saturating_sub(START), away);
                self.back += 1;
                self.happens(client, opened, Input::Opened)
            }
            Answer::Dropped(after, lasts) => {
                self.happens(client, now + after, Input::Opened);
                self.happens(client, now + after + lasts, Input::Lost(Hint::None))
            }
        }
    }
}
