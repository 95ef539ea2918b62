//! `stallTimeout`: what was sent does not move.

use holdfast_ws::engine::Config;

use crate::server::Server;
use crate::world::{SIZE, World, ms};

const STALL: u64 = 1_000;
const GRACE: u64 = 50;

fn stalls() -> Config {
    Config {
        stall_timeout: ms(STALL),
        ..Config::default()
    }
}

/// A server whose connections carry this many bytes in a millisecond.
fn carrying(rate: u64) -> Server {
    Server {
        rate: Some(rate),
        ..Server::good()
    }
}

#[test]
fn without_it_nothing_is_weighed() {
    let mut world = World::open(Config::default(), Server::good());
    assert!(!world.engine.needs_buffered_amount());
    world.send(1).unwrap();
    world.run(60_000);
    assert_eq!(world.count("read buffered amount"), 0);
}

#[test]
fn a_connection_on_which_nothing_moves_is_given_up() {
    let mut world = World::open(stalls(), carrying(0));
    world.send(1).unwrap();
    world.run(STALL + GRACE - 1);
    assert_eq!(world.story(), ["transmit 1"]);
    world.run(1);
    assert_eq!(
        world.story(),
        [
            "read buffered amount",
            "abandon",
            "ended 1006 Stalled, goes on",
            "attempt 1 planned: Stalled",
            "now Waiting"
        ]
    );
    assert_eq!(world.last_end().cause.reason(), "stalled");
    assert_eq!(world.engine.stats().dead_connections, 1);
}

#[test]
fn a_connection_on_which_nothing_is_sent_is_left_alone() {
    let mut world = World::open(stalls(), carrying(0));
    world.run(3_600_000);
    assert!(world.story().is_empty());
    assert_eq!(world.engine.poll_timeout(), None);
}

#[test]
fn a_connection_that_empties_is_left_alone() {
    let mut world = World::open(stalls(), carrying(1));
    for message in 0..100 {
        world.send(message).unwrap();
        world.run(STALL);
    }
    assert_eq!(world.count("ended"), 0);
}

#[test]
fn a_slow_connection_that_moves_is_left_alone() {
    // A thousand messages at once, a byte in a millisecond: ten seconds.
    let mut world = World::open(stalls(), carrying(1));
    for message in 0..1_000 {
        world.send(message).unwrap();
    }
    world.run(1_000 * SIZE + 2 * STALL);
    assert_eq!(world.count("ended"), 0);
    assert!(world.count("read buffered amount") > 5);
    world.run(60_000);
    assert_eq!(world.engine.poll_timeout(), None, "nothing is left to watch");
}

#[test]
fn a_slow_connection_to_which_more_is_sent_than_it_carries_is_left_alone() {
    let mut world = World::open(stalls(), carrying(1));
    for message in 0..10_000 {
        world.send(message).unwrap();
        world.run(7);
    }
    assert_eq!(world.count("ended"), 0, "the amount only ever grows, and yet it moves");
}

#[test]
fn a_connection_that_stops_moving_is_given_up_even_while_more_is_sent() {
    let mut world = World::open(stalls(), carrying(1));
    for message in 0..1_000 {
        world.send(message).unwrap();
        world.run(7);
    }
    let stopped = world.elapsed();
    world.carries(0);
    while world.ends().is_empty() {
        world.send(0).unwrap();
        world.run(7);
    }
    assert!((STALL..=STALL + GRACE + 7).contains(&(world.last_end().at - stopped)));
}

#[test]
fn a_connection_that_stops_moving_unseen_is_given_up_within_twice_the_time() {
    for stops in (1..3_000).step_by(13) {
        let mut world = World::open(stalls(), carrying(1));
        for message in 0..1_000 {
            world.send(message).unwrap();
        }
        world.run(stops);
        world.carries(0);
        world.run(2 * (STALL + GRACE));
        assert_eq!(world.count("ended"), 1, "stopped after {stops} ms");
        assert!(world.last_end().at - 10 - stops >= STALL, "given up too soon");
    }
}

#[test]
fn what_waits_in_the_queue_is_weighed_when_it_goes_out() {
    let mut world = World::new(stalls(), carrying(0));
    world.send(1).unwrap();
    world.run(10 + STALL + GRACE);
    assert_eq!(world.last_end().cause.reason(), "stalled");
}

#[test]
fn a_page_that_slept_looks_again() {
    let mut world = World::open(stalls(), carrying(0));
    world.send(1).unwrap();
    world.run(500);
    world.sleep(3_600_000);
    world.run(100);
    assert_eq!(world.count("ended"), 0, "nothing moves while the machine sleeps");
    world.carries(1);
    world.run(60_000);
    assert_eq!(world.count("ended"), 0);
}

#[test]
fn a_connection_that_died_during_sleep_is_given_up_in_time_after_waking() {
    let mut world = World::open(stalls(), carrying(0));
    world.send(1).unwrap();
    world.sleep(3_600_000);
    let woke = world.elapsed();
    world.run(60_000);
    assert_eq!(world.ends()[0].at - woke, STALL + GRACE);
}

#[test]
fn the_next_connection_starts_empty() {
    let mut world = World::open(stalls(), carrying(0));
    world.send(1).unwrap();
    world.run(60_000);
    assert_eq!(world.count("ended"), 1);
}

#[test]
fn amounts_of_another_connection_or_without_the_option_are_ignored() {
    let mut world = World::open(Config::default(), Server::good());
    let connection = world.connection();
    world.engine.handle_buffered_amount(world.now(), connection, 1_000);
    assert_eq!(
        world.engine.poll_timeout().map(|at| at.saturating_since(world.now())),
        Some(ms(5_000)),
        "only the stable timer"
    );
    let mut world = World::open(stalls(), Server::good());
    let old = world.connection();
    world.reconnect();
    world.run(10);
    world.engine.handle_buffered_amount(world.now(), old, 1_000);
    world.run(60_000);
    assert_eq!(world.count("read buffered amount"), 0);
}
