//! The counters, and the percentiles of round trips.

use holdfast_ws::engine::{Close, Config, Heartbeat, Stats};

use crate::server::{Fate, Server};
use crate::world::{World, ms};

fn beating() -> Config {
    let heartbeat = Heartbeat {
        interval: ms(1_000),
        timeout: ms(500),
        matches: true,
    };
    Config {
        heartbeat: Some(heartbeat),
        ..Config::default()
    }
}

#[test]
fn everything_is_counted_over_all_connections() {
    let mut world = World::new(beating(), Server::good().first(&[Fate::Refused { after: 1 }]));
    world.send(1).unwrap();
    world.run(520);
    world.send(2).unwrap();
    world.hear(false);
    world.run(1_500);
    world.end(Close::ABNORMAL);
    while world.engine.stats().connections < 2 {
        world.run(1);
    }
    world.send(3).unwrap();
    world.cut();
    world.run(1_560);
    world.close();
    world.send(4).unwrap();
    let Stats {
        connections,
        attempts,
        sent,
        received,
        pings,
        pongs,
        unsent,
        dead_connections,
        late_replies,
        ..
    } = *world.engine.stats();
    assert_eq!((connections, attempts), (2, 3));
    assert_eq!((sent, received), (3, 2), "an answer to a ping is received too");
    assert_eq!((pings, pongs), (2, 1));
    assert_eq!((unsent, dead_connections, late_replies), (0, 1, 0));
}

#[test]
fn there_is_no_round_trip_before_the_first() {
    let world = World::open(beating(), Server::good());
    assert_eq!(world.engine.latency(), None);
    assert_eq!(world.engine.round_trips().percentiles(), None);
}

#[test]
fn one_round_trip_is_every_percentile() {
    let mut world = World::open(beating(), Server::good());
    world.run(1_500);
    let percentiles = world.engine.round_trips().percentiles().unwrap();
    assert_eq!(world.engine.round_trips().percentile(usize::MAX), Some(percentiles.max));
    assert_eq!(
        [percentiles.p50, percentiles.p90, percentiles.p99, percentiles.max],
        [ms(20); 4]
    );
}

/// A world after round trips of these lengths, in order.
fn after(round_trips: impl IntoIterator<Item = u64>) -> World {
    let mut world = World::open(beating(), Server::good());
    for pong in round_trips {
        world.server.pong = Some(pong);
        let pongs = world.engine.stats().pongs;
        while world.engine.stats().pongs == pongs {
            world.run(1);
        }
    }
    world
}

#[test]
fn percentiles_are_the_nearest_rank_in_any_order() {
    for order in [|n| n, |n| 11 - n, |n| n * 7 % 11] {
        let world = after((1..=10).map(order));
        let percentiles = world.engine.round_trips().percentiles().unwrap();
        assert_eq!(
            [percentiles.p50, percentiles.p90, percentiles.p99, percentiles.max],
            [ms(5), ms(9), ms(10), ms(10)]
        );
    }
}

#[test]
fn the_last_64_round_trips_are_remembered() {
    let world = after([400; 10].into_iter().chain(1..=64));
    let percentiles = world.engine.round_trips().percentiles().unwrap();
    assert_eq!(
        [percentiles.p50, percentiles.p90, percentiles.p99, percentiles.max],
        [ms(32), ms(58), ms(64), ms(64)]
    );
    assert_eq!(world.engine.latency(), Some(ms(64)));
}

#[test]
fn the_latency_is_the_last_round_trip_and_outlives_the_connection() {
    let mut world = after([30, 70, 50]);
    assert_eq!(world.engine.latency(), Some(ms(50)));
    world.end(Close::ABNORMAL);
    assert_eq!(world.engine.latency(), Some(ms(50)));
}
