//! Abandoned connections that the browser is yet to close: there are no more than so many.

use holdfast_ws::engine::{Config, Heartbeat, ReadyState, Reconnect, Signal, Status};

use crate::server::Server;
use crate::world::{World, ms};

/// A server that accepts, and says nothing.
fn black_hole() -> World {
    let heartbeat = Heartbeat {
        interval: ms(1_000),
        timeout: ms(1_000),
        ..Heartbeat::default()
    };
    let config = Config {
        heartbeat: Some(heartbeat),
        ..Config::default()
    };
    let server = Server {
        pong: None,
        ..Server::good()
    };
    let mut world = World::new(config, server);
    world.lingers = true;
    world
}

/// The most that were closing at once, if each takes so long.
fn most_in_an_hour(takes: u64) -> usize {
    let mut world = black_hole();
    let (mut gone, mut most) = (0, 0);
    for second in 0..3_600 {
        world.run(1_000);
        let abandoned = world.times("abandon");
        let due = abandoned.iter().filter(|&&at| at + takes <= second * 1_000).count();
        for _ in gone..due {
            let now = world.now();
            world.engine.handle_linger_ended(now);
            world.pump();
        }
        gone = gone.max(due);
        most = most.max(abandoned.len() - gone);
    }
    most
}

#[test]
fn a_black_hole_leaves_few_of_them() {
    let most = most_in_an_hour(60_000);
    assert!((8..=14).contains(&most), "{most} at once");
}

#[test]
fn the_attempt_that_waits_is_made_when_one_has_closed_and_after_ten_seconds_at_most() {
    for closes in [true, false] {
        let mut world = black_hole();
        while world.count("abandon") < 8 {
            world.run(10);
        }
        let dials = world.count("dial");
        world.run(8_500);
        assert_eq!((world.count("dial"), world.engine.status()), (dials, Status::Waiting));
        if closes {
            let now = world.now();
            world.engine.handle_linger_ended(now);
            world.pump();
        } else {
            world.run(10_000);
        }
        assert_eq!(world.count("dial"), dials + 1);
    }
}

#[test]
fn reconnect_waits_for_room_too() {
    let config = Config {
        reconnect: Some(Reconnect {
            min_delay: ms(1),
            ..Reconnect::default()
        }),
        ..Config::default()
    };
    let mut world = World::open(config, Server::good());
    world.lingers = true;
    for _ in 0..1_000 {
        world.reconnect();
        world.run(20);
    }
    assert!(world.count("dial") <= 11, "{} in 20 s", world.count("dial"));
    for _ in 0..8 {
        let now = world.now();
        world.engine.handle_linger_ended(now);
        world.pump();
    }
    world.run(20);
    assert_eq!(world.engine.ready_state(), ReadyState::Open);
}

#[test]
fn an_attempt_that_was_put_off_since_is_not_made_because_one_has_closed() {
    let slow = Reconnect {
        max_delay: ms(60_000),
        ..Reconnect::default()
    };
    let mut world = World::open(
        Config {
            reconnect: Some(slow),
            ..Config::default()
        },
        Server::good(),
    );
    let now = world.now();
    for _ in 0..8 {
        world.engine.handle_lingering(now);
    }
    world.reconnect();
    world.signal(Signal::Offline);
    let now = world.now();
    world.engine.handle_linger_ended(now);
    world.pump();
    world.run(59_999);
    assert_eq!((world.count("dial"), world.engine.status()), (1, Status::Offline));
    world.run(21);
    assert_eq!(world.count("dial"), 2);
}

#[test]
fn a_recovery_feels_nothing_of_it() {
    let mut world = black_hole();
    world.run(14_000);
    assert_eq!(world.count("now Waiting"), world.count("abandon"));
    world.server.pong = Some(20);
    let abandoned = world.count("abandon");
    assert!(abandoned < 8, "{abandoned}");
    world.run(60_000);
    assert!(world.count("abandon") <= abandoned + 1);
    assert_eq!(world.engine.ready_state(), ReadyState::Open);
}

#[test]
fn reconnecting_in_its_own_event_while_there_is_no_room_tells_nothing_more() {
    let mut world = black_hole();
    while world.count("abandon") < 8 {
        world.run(10);
    }
    world.run(3_000);
    assert_eq!(world.engine.status(), Status::Waiting);
    world.story();
    for _ in 0..10 {
        world.reconnect();
    }
    assert!(world.story().is_empty());
}

#[test]
fn reconnect_tells_once_that_its_attempt_waits_for_room() {
    let mut world = World::open(Config::default(), Server::good());
    let now = world.now();
    for _ in 0..8 {
        world.engine.handle_lingering(now);
    }
    world.reconnect();
    assert_eq!(
        world.story(),
        [
            "abandon",
            "ended 1006 Manual, goes on",
            "attempt 1 planned: Manual",
            "now Waiting"
        ]
    );
    world.run(9_999);
    assert_eq!(world.count("dial"), 1);
    world.run(1);
    assert_eq!(world.count("dial"), 2);
}

#[test]
fn connections_that_never_report_their_end_are_forgotten_after_75_seconds() {
    let mut world = World::open(Config::default(), Server::good());
    let now = world.now();
    for _ in 0..100 {
        world.engine.handle_lingering(now);
    }
    world.run(70_000);
    world.reconnect();
    world.run(9_999);
    assert_eq!((world.count("dial"), world.engine.status()), (1, Status::Waiting));
    world.run(11);
    assert_eq!(world.count("dial"), 2);
    // From then on every attempt is made at once.
    for _ in 0..3 {
        world.run(10_000);
        let dials = world.count("dial");
        world.reconnect();
        assert_eq!(world.count("dial"), dials + 1);
    }
}

#[test]
fn a_socket_that_never_fires_close_slows_nothing_down_for_good() {
    let mut world = World::open(Config::default(), Server::good());
    world.lingers = true;
    // Nine in a minute: the last one waits.
    for _ in 0..9 {
        world.reconnect();
        world.run(6_000);
    }
    assert_eq!(world.engine.status(), Status::Waiting);
    world.run(75_000);
    for _ in 0..20 {
        let dials = world.count("dial");
        world.reconnect();
        assert_eq!(world.count("dial"), dials + 1, "at once");
        world.run(12_000);
        assert_eq!(world.engine.ready_state(), ReadyState::Open);
    }
}
