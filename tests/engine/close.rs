//! `close()` in every phase ends it, and leaves nothing behind.

use holdfast_ws::engine::{Close, Config, Heartbeat, ReadyState, Signal};

use crate::server::{Answer, Server, closed_with};
use crate::world::World;

/// Everything on, so that every timer there is could be left behind.
fn everything() -> Config {
    Config {
        heartbeat: Some(Heartbeat::default()),
        idle_timeout: crate::world::ms(60_000),
        stall_timeout: crate::world::ms(5_000),
        ..Config::default()
    }
}

/// Asserts that no input has any effect any more.
fn is_over(mut world: World) {
    assert_eq!(world.engine.ready_state(), ReadyState::Closed);
    assert_eq!(world.engine.poll_timeout(), None);
    assert_eq!(world.engine.connection(), None);
    world.story();
    world.run(86_400_000);
    world.signal(Signal::Offline);
    world.signal(Signal::Online);
    world.signal(Signal::Wake);
    world.decision(true);
    world.close();
    world.engine.handle_timeout(world.now());
    world.pump();
    world.run(86_400_000);
    assert!(world.story().is_empty());
}

#[test]
fn while_the_url_is_asked_for() {
    let config = Config {
        resolves: true,
        ..everything()
    };
    let mut world = World::new(config, Server::good().asked(&[Answer::Silent]));
    world.close();
    assert_eq!(world.story(), ["resolve", "ended 1006 Closed, over", "now Closed"]);
    is_over(world);
}

#[test]
fn while_connecting() {
    let mut world = World::new(everything(), Server::good());
    world.run(5);
    world.close();
    assert_eq!(world.engine.ready_state(), ReadyState::Closing);
    world.run(1);
    assert_eq!(
        world.story(),
        ["dial", "close", "now Closing", "ended 1006 Closed, over", "now Closed"]
    );
    is_over(world);
}

#[test]
fn while_open() {
    let mut world = World::open(everything(), Server::good());
    world.close();
    assert_eq!(world.engine.ready_state(), ReadyState::Closing);
    world.run(14);
    assert_eq!(world.story(), ["close", "now Closing"]);
    world.run(1);
    assert_eq!(world.story(), ["ended 1000 Closed, over", "now Closed"]);
    is_over(world);
}

#[test]
fn while_the_server_is_closing() {
    let mut world = World::open(everything(), Server::good());
    world.closing();
    world.close();
    assert_eq!(world.story(), ["now Closing", "close"]);
    world.end(closed_with(1001));
    assert_eq!(world.story(), ["ended 1001 Closed, over", "now Closed"]);
    is_over(world);
}

#[test]
fn while_waiting() {
    let mut world = World::open(everything(), Server::good());
    world.end(Close::ABNORMAL);
    world.story();
    world.close();
    assert_eq!(world.story(), ["ended 1006 Closed, over", "now Closed"]);
    is_over(world);
}

#[test]
fn while_offline() {
    let mut world = World::open(everything(), Server::good());
    world.signal(Signal::Offline);
    world.end(Close::ABNORMAL);
    world.story();
    world.close();
    assert_eq!(world.story(), ["ended 1006 Closed, over", "now Closed"]);
    is_over(world);
}

#[test]
fn while_a_ping_is_unanswered() {
    let mut server = Server::good();
    server.pong = None;
    let mut world = World::open(everything(), server);
    world.run(26_000);
    assert_eq!(world.story(), ["ping"]);
    world.close();
    world.run(100);
    is_over(world);
}

#[test]
fn a_connection_that_is_being_closed_has_the_deadline_of_its_heartbeat_or_a_generous_one() {
    let mut world = World::open(everything(), Server::good());
    world.close();
    let left = world.engine.poll_timeout().map(|at| at.saturating_since(world.now()));
    assert_eq!(left, Some(Heartbeat::default().timeout));
    let without = Config {
        heartbeat: None,
        ..everything()
    };
    let mut server = Server::good();
    server.farewell = 74_000;
    let mut world = World::open(without.clone(), server.clone());
    world.close();
    world.run(74_000);
    assert_eq!(world.last_end().close.code, 1000, "the browser's own end comes first");
    server.farewell = 1_000_000;
    let mut world = World::open(without, server);
    world.close();
    world.run(80_000);
    assert_eq!(world.times("ended 1006 Closed, over").len(), 1);
    assert_eq!(world.count("abandon"), 1);
    is_over(world);
}

#[test]
fn a_connection_that_the_server_never_finishes_closing_is_left_for_another() {
    for heartbeat in [None, Some(Heartbeat::default())] {
        let config = Config {
            heartbeat,
            ..Config::default()
        };
        let mut world = World::open(config, Server::good());
        world.closing();
        world.run(74_000);
        assert_eq!(world.count("ended"), 0, "the browser may yet tell the code");
        world.run(6_000);
        assert_eq!(world.count("ended 1006 Closed, goes on"), 1);
        assert_eq!(world.engine.ready_state(), ReadyState::Open);
    }
}

#[test]
fn twice_is_once() {
    let mut world = World::open(everything(), Server::good());
    world.close();
    world.close();
    world.run(100);
    assert_eq!(world.count("close"), 1);
    assert_eq!(world.count("ended"), 1);
    is_over(world);
}

#[test]
fn whatever_code_the_connection_then_ends_with() {
    let mut world = World::open(everything(), Server::good());
    world.close();
    world.end(closed_with(1013));
    is_over(world);
}

#[test]
fn a_dial_that_opens_after_close_is_not_told() {
    let mut world = World::new(everything(), Server::good());
    world.close();
    let connection = world.connection();
    world.engine.handle_open(world.now(), connection);
    world.pump();
    assert_eq!(world.count("open"), 0);
    assert_eq!(world.engine.ready_state(), ReadyState::Closing);
}

#[test]
fn what_waits_is_reported_as_unsent() {
    let mut world = World::new(everything(), Server::good());
    world.send(1).unwrap();
    world.send(2).unwrap();
    world.close();
    world.run(1);
    assert_eq!(world.last_end().unsent, [1, 2]);
    assert!(world.transmitted().is_empty());
}

#[test]
fn what_was_sent_before_close_goes_out_before_it() {
    let mut world = World::open(everything(), Server::good());
    world.engine.send(world.now(), 1, 10).unwrap();
    world.engine.close(world.now());
    world.pump();
    let story: Vec<_> = world
        .story()
        .into_iter()
        .filter(|line| !line.starts_with("now"))
        .collect();
    assert_eq!(story, ["transmit 1", "close"]);
}

#[test]
fn messages_still_count_until_the_connection_has_ended() {
    let mut world = World::open(everything(), Server::good());
    world.close();
    world.hear(false);
    assert_eq!(world.engine.stats().received, 1);
}
