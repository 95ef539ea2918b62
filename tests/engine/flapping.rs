//! A server that accepts and resets at once must not be stormed.

use holdfast_ws::engine::{Close, Config};

use crate::server::{Fate, Server};
use crate::world::World;

const SEEDS: u64 = 10_000;

/// Returns how many connections a server gets within 12 s if it resets each after 20 ms.
fn connections(seed: u64) -> usize {
    let resets = Fate::Ends {
        after: 0,
        lasts: 20,
        close: Close::ABNORMAL,
    };
    let mut world = World::seeded(Config::default(), Server::which(resets), seed);
    world.run(12_000);
    world.engine.stats().connections as usize
}

/// No seed could see more than 7: the least delays in a row are 0.25, 0.75, 1.5 and then 3 s each. That all of six are the
/// least there is has yet to happen.
#[test]
fn a_server_that_resets_each_connection_after_20_ms_sees_at_most_7_in_12_seconds() {
    let mut seen = [0_u64; 16];
    for seed in 0..SEEDS {
        seen[connections(seed)] += 1;
    }
    assert_eq!(seen[8..].iter().sum::<u64>(), 0, "seeds by connections: {seen:?}");
    let four_to_six: u64 = seen[4..7].iter().sum();
    assert!(four_to_six * 1_000 > SEEDS * 999, "seeds by connections: {seen:?}");
}
