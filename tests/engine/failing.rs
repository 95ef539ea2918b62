//! A connection that reports an error before it opens has failed, whether or not a close event follows: Node 22's class has none.

use holdfast_ws::engine::{Close, Config, ReadyState};

use crate::server::Server;
use crate::world::{World, ms};

fn erring(config: Config) -> World {
    let mut world = World::new(config, Server::gone());
    world.run(10);
    let connection = world.connection();
    world.engine.handle_error(world.now(), connection);
    world.pump();
    world.story();
    world
}

#[test]
fn without_a_close_event_the_attempt_fails_a_moment_after_its_error_which_is_told_once() {
    let mut world = erring(Config::default());
    world.run(49);
    assert!(world.story().is_empty(), "the close event may follow");
    world.run(1);
    assert_eq!(
        world.story(),
        [
            "abandon",
            "ended 1006 Failed, goes on",
            "attempt 1 planned: Failed",
            "now Waiting"
        ]
    );
}

#[test]
fn the_close_event_that_follows_is_the_end_and_there_is_one() {
    let mut world = erring(Config::default());
    world.end(Close::ABNORMAL);
    world.run(200);
    assert_eq!(
        world.story(),
        ["ended 1006 Failed, goes on", "attempt 1 planned: Failed", "now Waiting"]
    );
}

#[test]
fn closing_while_the_close_event_is_awaited_ends_all_the_same() {
    let mut world = erring(Config::default());
    world.engine.close(world.now());
    assert!(
        world
            .engine
            .poll_timeout()
            .is_some_and(|at| at <= world.now().saturating_add(ms(50)))
    );
    world.run(1_000);
    assert_eq!(world.engine.ready_state(), ReadyState::Closed);
    assert_eq!(world.count("ended"), 1);
}

#[test]
fn an_error_while_a_connection_that_never_opened_closes_is_its_end() {
    let mut world = World::new(Config::default(), Server::gone());
    world.run(10);
    let connection = world.connection();
    world.engine.close(world.now());
    world.engine.handle_error(world.now(), connection);
    // Its close event never comes: the world's is not asked for before `pump`.
    while world.engine.poll_output().is_some() {}
    world.run(60);
    assert_eq!(world.engine.ready_state(), ReadyState::Closed);
}

#[test]
fn an_open_connection_s_error_and_another_connection_s_change_nothing() {
    let mut world = World::open(Config::default(), Server::good());
    let connection = world.connection();
    world.engine.handle_error(world.now(), connection);
    world.run(3_000);
    assert_eq!(world.engine.ready_state(), ReadyState::Open);

    let mut world = World::new(Config::default(), Server::gone());
    world.run(10);
    let connection = world.connection();
    world.reconnect();
    world.engine.handle_error(world.now(), connection);
    world.run(1_000);
    assert_eq!(world.engine.ready_state(), ReadyState::Connecting);
    assert_eq!(world.count("dial"), 2);
}

#[test]
fn without_reconnection_the_native_socket_speaks_for_itself() {
    let config = Config {
        reconnect: None,
        ..Config::default()
    };
    let mut world = erring(config);
    world.run(60_000);
    assert_eq!(world.engine.ready_state(), ReadyState::Connecting);
}
