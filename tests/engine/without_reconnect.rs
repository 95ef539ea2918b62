//! `reconnect: None`: one connection, as the browser's class makes it.

use holdfast_ws::engine::{Close, Config, Heartbeat, ReadyState, SendError, Sent, Signal, Span};

use crate::server::{Fate, Server, closed_with};
use crate::world::{World, ms};

fn once() -> Config {
    Config {
        reconnect: None,
        ..Config::default()
    }
}

#[test]
fn it_opens_and_ends_for_good_whatever_the_code() {
    for code in [1000, 1001, 1006, 1012, 1013, 4000] {
        let mut world = World::open(once(), Server::good());
        world.end(closed_with(code));
        assert_eq!(
            world.story(),
            [format!("ended {code} Closed, over"), "now Closed".into()]
        );
        world.run(3_600_000);
        assert!(world.story().is_empty());
    }
}

#[test]
fn a_failure_ends_it() {
    let mut world = World::new(once(), Server::down());
    world.run(10);
    assert_eq!(world.story(), ["dial", "ended 1006 Failed, over", "now Closed"]);
}

#[test]
fn it_needs_no_timer_but_for_its_end() {
    let mut world = World::new(once(), Server::which(Fate::Opens { after: 3_600_000 }));
    assert_eq!(world.engine.poll_timeout(), None);
    world.run(3_600_000);
    assert_eq!(
        world.engine.ready_state(),
        ReadyState::Open,
        "the browser's class waits as long as the browser does"
    );
    assert_eq!(world.engine.poll_timeout(), None);
    world.close();
    let left = world.engine.poll_timeout().map(|at| at.saturating_since(world.now()));
    assert_eq!(left, Some(Span::from_millis(75_000)), "longer than any browser takes");
}

#[test]
fn sending_before_it_is_open_is_refused() {
    let mut world = World::new(once(), Server::good());
    assert_eq!(world.send(1), Err(SendError::NotOpen));
    world.run(10);
    assert_eq!(world.send(2), Ok(Sent::Transmitted));
    world.close();
    assert_eq!(world.send(3), Ok(Sent::Discarded));
    world.run(100);
    assert_eq!(world.send(4), Ok(Sent::Discarded));
    assert_eq!(world.transmitted(), [2]);
}

#[test]
fn signals_change_nothing() {
    let mut world = World::open(once(), Server::good());
    for signal in [Signal::Offline, Signal::Online, Signal::Wake] {
        world.signal(signal);
    }
    world.end(Close::ABNORMAL);
    for signal in [Signal::Offline, Signal::Online, Signal::Wake] {
        world.signal(signal);
    }
    assert_eq!(world.story(), ["ended 1006 Closed, over", "now Closed"]);
}

#[test]
fn a_heartbeat_still_finds_a_dead_connection_and_ends_it() {
    let config = Config {
        heartbeat: Some(Heartbeat {
            interval: ms(1_000),
            timeout: ms(500),
            matches: false,
        }),
        ..once()
    };
    let mut world = World::open(config, Server::good());
    world.cut();
    world.run(1_550);
    assert_eq!(
        world.story(),
        ["ping", "abandon", "ended 1006 Heartbeat, over", "now Closed"]
    );
}

#[test]
fn it_says_that_it_does_not_reconnect() {
    assert!(!World::new(once(), Server::good()).engine.reconnects());
    assert!(World::new(Config::default(), Server::good()).engine.reconnects());
}
