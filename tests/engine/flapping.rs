//! A server that accepts and resets at once must not be stormed.

use holdfast_ws::engine::{Close, Config};

use crate::server::{Fate, Server};
use crate::world::World;

const SEEDS: u64 = 10_000;

/// How many connections a server that resets each after 20 ms sees within 12 s.
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

/// Delays are drawn, so the figure has a tail: of these seeds 925 see 5 connections, 6,914 see 6, 1,995 see 7, 158 see 8,
/// 7 see 9 and one sees 10.
#[test]
fn a_server_that_resets_each_connection_after_20_ms_sees_at_most_8_in_12_seconds_but_for_one_seed_in_a_thousand() {
    let mut seen = [0_u64; 16];
    for seed in 0..SEEDS {
        seen[connections(seed)] += 1;
    }
    let more: u64 = seen[9..].iter().sum();
    assert!(more * 1_000 < SEEDS, "seeds by connections: {seen:?}");
    let up_to_seven: u64 = seen[..8].iter().sum();
    assert!(up_to_seven * 100 > SEEDS * 98, "seeds by connections: {seen:?}");
}
