//! The loop of the simulation: in each millisecond, all clients that are due dial, and the server answers.
//!
//! Only the server must see attempts in the order of time. Inputs between two attempts of a client concern that client only, so
//! they are passed at once, while the client is in the processor's cache.

use holdfast_ws::engine::Random;

use crate::client::{Crowd, Way};
use crate::input::{Hint, Input, Millis};
use crate::peers::between;
use crate::report::Report;
use crate::wheel::Wheel;
use crate::world::{Answer, START, Scenario, Server};

/// The end of the simulation.
const END: Millis = START + 900_000;

struct Simulation {
    crowd: Crowd,
    server: Server,
    /// The time of each client's loss, in milliseconds. Kept apart from the clients, because every attempt reads it and the round trip.
    lost: Vec<u32>,
    round_trips: Vec<u8>,
    report: Report,
    back: u32,
}

/// Simulates this many clients. Calls `progress` with the number of reconnected clients now and then.
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
    /// Passes an input to a client. Returns when it dials next.
    fn happens(&mut self, client: u32, now: Millis, input: Input) -> Option<Millis> {
        self.report.steps += 1;
        self.crowd.handle(client, now, input)
    }

    /// Makes an attempt of a client. Returns when it dials again, unless it is connected.
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
