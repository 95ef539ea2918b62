//! A first connection opens, is heard, and ends for good; a dropped one is made again.

use holdfast_ws::engine::{Close, Config, ReadyState, Sent, Status};

use crate::server::{Fate, Server, closed_with};
use crate::world::World;

#[test]
fn the_first_attempt_is_dialled_at_once() {
    let mut world = World::new(Config::default(), Server::gone());
    assert_eq!(world.story(), ["dial"]);
    assert_eq!(world.engine.ready_state(), ReadyState::Connecting);
    assert_eq!(world.engine.status(), Status::Connecting);
    assert_eq!(world.engine.attempt(), 0);
    assert_eq!(world.engine.stats().attempts, 1);
}

#[test]
fn an_answered_dial_opens() {
    let mut world = World::new(Config::default(), Server::good());
    world.run(9);
    assert_eq!(world.engine.ready_state(), ReadyState::Connecting);
    assert!(!world.engine.can_transmit());
    world.run(1);
    assert_eq!(world.engine.ready_state(), ReadyState::Open);
    assert!(world.engine.can_transmit());
    assert_eq!(world.story(), ["dial", "open", "now Open"]);
    assert_eq!(world.engine.stats().connections, 1);
}

#[test]
fn what_is_sent_while_open_goes_out_at_once() {
    let mut world = World::open(Config::default(), Server::good());
    assert_eq!(world.send(7), Ok(Sent::Transmitted));
    assert_eq!(world.story(), ["transmit 7"]);
    assert_eq!(world.engine.buffered_amount(), 0);
    assert_eq!(world.engine.stats().sent, 1);
}

#[test]
fn what_is_heard_is_counted_and_moves_nothing() {
    let mut world = World::open(Config::default(), Server::good());
    world.hear(false);
    world.hear(false);
    assert_eq!(world.engine.stats().received, 2);
    assert!(world.story().is_empty());
}

#[test]
fn a_dropped_connection_is_made_again_within_half_a_second() {
    for seed in 0..1000 {
        let mut world = World::seeded(Config::default(), Server::good(), seed);
        world.run(10_000);
        world.end(Close::ABNORMAL);
        assert_eq!(world.engine.ready_state(), ReadyState::Connecting);
        world.run(510);
        assert_eq!(world.engine.ready_state(), ReadyState::Open, "with seed {seed}");
    }
}

#[test]
fn a_drop_is_told_in_order() {
    let mut world = World::open(Config::default(), Server::good());
    world.end(Close::ABNORMAL);
    assert_eq!(
        world.story(),
        ["ended 1006 Closed, goes on", "attempt 1 planned: Closed", "now Waiting"]
    );
    world.run(510);
    assert_eq!(world.story(), ["dial", "now Connecting", "open", "now Open"]);
}

#[test]
fn a_failed_attempt_is_told_in_order() {
    let mut world = World::new(Config::default(), Server::down());
    world.run(10);
    // No `error`: a failure that the browser reports itself brings its own.
    assert_eq!(
        world.story(),
        [
            "dial",
            "ended 1006 Failed, goes on",
            "attempt 1 planned: Failed",
            "now Waiting"
        ]
    );
}

#[test]
fn an_address_that_the_browser_rejects_is_an_error_and_a_failed_attempt() {
    let mut world = World::new(Config::default(), Server::gone());
    let connection = world.connection();
    world.engine.handle_refused(world.now(), connection);
    world.pump();
    assert_eq!(
        world.story(),
        [
            "dial",
            "error",
            "ended 1006 Failed, goes on",
            "attempt 1 planned: Failed",
            "now Waiting"
        ]
    );
}

#[test]
fn a_server_down_for_a_minute_is_found_again() {
    let mut world = World::new(Config::default(), Server::down());
    world.run(60_000);
    world.server.otherwise = Fate::Opens { after: 10 };
    world.run(30_010);
    assert_eq!(world.engine.ready_state(), ReadyState::Open);
    assert_eq!(world.count("open"), 1);
}

#[test]
fn each_connection_has_a_number_of_its_own() {
    let mut world = World::open(Config::default(), Server::good());
    let first = world.connection();
    world.end(Close::ABNORMAL);
    assert_eq!(world.engine.connection(), None);
    world.run(510);
    assert!(world.connection() > first);
}

#[test]
fn nothing_of_an_ended_connection_counts() {
    let mut world = World::open(Config::default(), Server::good());
    let first = world.connection();
    world.end(Close::ABNORMAL);
    world.run(510);
    world.story();
    let now = world.now();
    assert!(!world.engine.handle_message(now, first, true));
    world.engine.handle_open(now, first);
    world.engine.handle_peer_closing(world.now(), first);
    world.engine.handle_refused(now, first);
    world.engine.handle_closed(now, first, closed_with(1000));
    world.pump();
    assert!(world.story().is_empty());
    assert_eq!(world.engine.ready_state(), ReadyState::Open);
    assert_eq!(world.engine.stats().received, 0);
}
