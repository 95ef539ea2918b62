//! Simulates single clients whose server is down for a while.

use holdfast_ws::engine::Random;

use crate::client::Way;
use crate::input::{Hint, Input, Millis};
use crate::peers::between;
use crate::world::START;

/// Returns the delays of single clients after their server is up again, in milliseconds, sorted. The server has refused every
/// attempt for about `outage` milliseconds. The outage varies by a tenth, because clients without jitter would otherwise all have
/// the same delay.
#[must_use]
pub fn waits(way: Way, outage: Millis, clients: u32, seed: u64) -> Vec<u32> {
    let mut crowd = way.crowd(clients);
    let mut random = Random::new(seed);
    let mut waits: Vec<u32> = (0..clients)
        .filter_map(|client| {
            let up = START + between(&mut random, outage - outage / 10, outage + outage / 10);
            let round_trip = between(&mut random, 20, 200);
            let mut dials = crowd.handle(client, START, Input::Lost(Hint::None))?;
            while dials < up {
                dials = crowd.handle(client, dials + round_trip, Input::Refused)?;
            }
            u32::try_from(dials + round_trip - up).ok()
        })
        .collect();
    waits.sort_unstable();
    waits
}
