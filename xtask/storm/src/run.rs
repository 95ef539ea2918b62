//! The loop: takes what is due millisecond by millisecond, and has clients and server act on it.

use holdfast_ws::engine::Random;

use crate::client::{Crowd, Hint, Input, Millis, Way};
use crate::peers::between;
use crate::report::Report;
use crate::wheel::Wheel;
use crate::world::{Answer, START, Scenario, Server};

/// After this nobody waits any longer.
const END: Millis = START + 900_000;

/// Something that is due.
#[derive(Debug, Clone, Copy)]
enum Due {
    Lost(Hint),
    Opened { drops: bool },
    Refused,
    Dropped,
    Tick,
}

struct Simulation {
    crowd: Crowd,
    server: Server,
    wheel: Wheel<(u32, Due)>,
    /// When each client is next called, if it is.
    called: Vec<Millis>,
    /// When each was lost; never, if it is back for good.
    lost: Vec<Millis>,
    round_trips: Vec<u8>,
    report: Report,
    back: u32,
}

const NEVER: Millis = Millis::MAX;

/// Simulates so many clients. `progress` is told now and then how many of them are back.
pub fn run(way: Way, scenario: Scenario, clients: u32, seed: u64, mut progress: impl FnMut(u32)) -> Report {
    let mut random = Random::new(seed);
    let mut simulation = Simulation {
        crowd: way.crowd(clients),
        server: Server::new(scenario),
        wheel: Wheel::new(),
        called: vec![NEVER; clients as usize],
        lost: vec![NEVER; clients as usize],
        round_trips: Vec::with_capacity(clients as usize),
        report: Report {
            clients,
            ..Report::default()
        },
        back: 0,
    };
    let mut losses = Vec::with_capacity(clients as usize);
    for client in 0..clients {
        let (at, hint) = scenario.loss(&mut random);
        let round_trip = between(&mut random, 20, 200);
        simulation.round_trips.push(u8::try_from(round_trip).unwrap_or(u8::MAX));
        losses.push((at, client, hint));
    }
    losses.sort_unstable_by_key(|&(at, client, _)| (core::cmp::Reverse(at), client));
    let mut now = 0;
    while now < END && simulation.back < clients && !(losses.is_empty() && simulation.wheel.is_empty()) {
        // What is further ahead than the wheel is long stays in the list.
        while let Some(&(at, client, hint)) = losses.last() {
            if at > now + 1_000 {
                break;
            }
            simulation.wheel.add(at, (client, Due::Lost(hint)));
            losses.pop();
        }
        let (next, due) = simulation.wheel.next();
        now = next;
        for (client, due) in due {
            simulation.happens(client, now, due);
        }
        if now.is_multiple_of(500) {
            progress(simulation.back);
        }
    }
    simulation.report.finish();
    simulation.report
}

impl Simulation {
    fn happens(&mut self, client: u32, now: Millis, due: Due) {
        let index = client as usize;
        let input = match due {
            Due::Lost(hint) => {
                self.lost[index] = now;
                Input::Lost(hint)
            }
            Due::Opened { drops } => {
                if !drops {
                    self.back += 1;
                    let away = now - self.lost[index];
                    self.report.is_back(now.saturating_sub(START), away);
                    self.lost[index] = NEVER;
                }
                Input::Opened
            }
            Due::Refused => Input::Refused,
            Due::Dropped => Input::Lost(Hint::None),
            Due::Tick => {
                // Asked for an earlier time since, which has come already.
                if self.called[index] != now {
                    return;
                }
                self.called[index] = NEVER;
                Input::Tick
            }
        };
        self.report.steps += 1;
        let wants = self.crowd.handle(client, now, input);
        if wants.dials {
            self.dial(client, now);
        }
        if let Some(at) = wants.at
            && at < self.called[index]
            // One who is back has nothing more to say that would matter.
            && self.lost[index] != NEVER
        {
            self.called[index] = self.wheel.add(at, (client, Due::Tick));
        }
    }

    fn dial(&mut self, client: u32, now: Millis) {
        self.report.attempt(now.saturating_sub(START));
        let round_trip = Millis::from(self.round_trips[client as usize]);
        let (after, due) = match self.server.attempt(now, round_trip) {
            Answer::Refused(after) => (after, Due::Refused),
            Answer::Accepted(after) => (after, Due::Opened { drops: false }),
            Answer::Dropped(after, lasts) => {
                self.wheel.add(now + after + lasts, (client, Due::Dropped));
                (after, Due::Opened { drops: true })
            }
        };
        self.wheel.add(now + after, (client, due));
    }
}
