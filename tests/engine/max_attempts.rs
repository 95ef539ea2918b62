//! After so many failures in a row it is over.

use holdfast_ws::engine::{Close, Config, ReadyState, Reconnect};

use crate::server::{Fate, Server};
use crate::world::World;

const BRIEF: Fate = Fate::Ends {
    after: 5,
    lasts: 20,
    close: Close::ABNORMAL,
};
const LASTING: Fate = Fate::Ends {
    after: 5,
    lasts: 6_000,
    close: Close::ABNORMAL,
};
const REFUSED: Fate = Fate::Refused { after: 5 };

fn at_most(max_attempts: u32) -> Config {
    Config {
        reconnect: Some(Reconnect {
            max_attempts,
            ..Reconnect::default()
        }),
        ..Config::default()
    }
}

/// Returns how many dials are made before the socket is closed.
fn dials(max_attempts: u32, server: Server) -> usize {
    let mut world = World::new(at_most(max_attempts), server);
    world.run(3_600_000);
    assert_eq!(world.engine.ready_state(), ReadyState::Closed);
    world.count("dial")
}

#[test]
fn so_many_failures_in_a_row_end_it() {
    assert_eq!(dials(1, Server::down()), 1);
    assert_eq!(dials(5, Server::down()), 5);
    assert_eq!(dials(3, Server::gone()), 3);
}

#[test]
fn the_last_failure_says_that_it_is_over() {
    let mut world = World::new(at_most(2), Server::down());
    world.run(60_000);
    let goes_on: Vec<_> = world.ends().iter().map(|end| end.goes_on).collect();
    assert_eq!(goes_on, [true, false]);
}

#[test]
fn a_connection_that_did_not_last_counts_as_a_failure() {
    assert_eq!(dials(4, Server::down().first(&[REFUSED, BRIEF, BRIEF])), 4);
}

#[test]
fn a_connection_that_lasted_starts_the_count_over() {
    assert_eq!(dials(3, Server::down().first(&[REFUSED, REFUSED, LASTING])), 6);
}

#[test]
fn without_a_limit_it_never_ends() {
    let mut world = World::new(Config::default(), Server::down());
    world.run(3_600_000);
    assert!(world.count("dial") > 200);
    assert_eq!(world.engine.ready_state(), ReadyState::Connecting);
}

#[test]
fn reconnecting_by_hand_starts_the_count_over() {
    let mut world = World::new(at_most(2), Server::down());
    world.run(60_000);
    world.reconnect();
    world.run(60_000);
    assert_eq!(world.count("dial"), 4);
    assert_eq!(world.engine.ready_state(), ReadyState::Closed);
}
