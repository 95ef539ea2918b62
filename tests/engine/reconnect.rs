//! `reconnect()` starts again from any state.

use holdfast_ws::engine::{Close, Config, ReadyState, Reconnect, RetryCause, Signal, Span, Status};

use crate::server::{Answer, Fate, Server, closed_with};
use crate::world::{World, ms};

/// Whatever the state, it leads to an open connection.
fn opens(mut world: World) {
    world.reconnect();
    assert_eq!(world.engine.status(), Status::Connecting);
    let plan = *world.plans().last().unwrap();
    assert_eq!((plan.cause, plan.delay), (RetryCause::Manual, Span::ZERO));
    world.run(10);
    assert_eq!(world.engine.ready_state(), ReadyState::Open);
    world.run(60_000);
    assert_eq!(world.count("now Open"), world.engine.stats().connections as usize);
    assert_eq!(world.engine.ready_state(), ReadyState::Open);
}

#[test]
fn from_open_it_lets_go_of_the_connection_and_dials() {
    let mut world = World::open(Config::default(), Server::good());
    let first = world.connection();
    world.reconnect();
    assert_eq!(
        world.story(),
        [
            "abandon",
            "dial",
            "ended 1006 Manual, goes on",
            "attempt 1 planned: Manual",
            "now Connecting"
        ]
    );
    assert_eq!(world.last_end().cause.reason(), "reconnect");
    assert!(world.connection() > first);
    world.run(10);
    assert_eq!(world.story(), ["open", "now Open"]);
}

#[test]
fn from_connecting_it_dials_anew() {
    let mut world = World::new(Config::default(), Server::good().first(&[Fate::Silent]));
    world.run(1_000);
    world.story();
    world.reconnect();
    assert_eq!(
        world.story(),
        [
            "abandon",
            "dial",
            "ended 1006 Manual, goes on",
            "attempt 1 planned: Manual"
        ],
        "the status is the same as before"
    );
    opens(world);
}

#[test]
fn from_asking_for_the_url_it_asks_anew() {
    let config = Config {
        resolves: true,
        ..Config::default()
    };
    let mut world = World::new(config, Server::good().asked(&[Answer::Gives { after: 500 }]));
    world.run(100);
    world.story();
    world.reconnect();
    assert_eq!(
        world.story(),
        ["resolve", "ended 1006 Manual, goes on", "attempt 1 planned: Manual"]
    );
    opens(world);
}

#[test]
fn while_the_server_is_closing_it_does_not_wait_for_the_end() {
    let mut world = World::open(Config::default(), Server::good());
    world.closing();
    world.send(1).unwrap();
    world.story();
    world.reconnect();
    assert_eq!(world.story()[..2], ["abandon", "dial"]);
    world.run(10);
    assert_eq!(world.transmitted(), [1]);
    opens(world);
}

#[test]
fn while_closing_it_takes_the_close_back() {
    let mut world = World::open(Config::default(), Server::good());
    world.close();
    world.story();
    world.reconnect();
    assert_eq!(
        world.story(),
        [
            "abandon",
            "dial",
            "ended 1006 Manual, goes on",
            "attempt 1 planned: Manual",
            "now Connecting"
        ]
    );
    opens(world);
}

#[test]
fn while_waiting_it_makes_the_planned_attempt_now() {
    let mut world = World::open(Config::default(), Server::good());
    world.end(Close::ABNORMAL);
    world.story();
    world.reconnect();
    assert_eq!(world.story(), ["dial", "attempt 1 planned: Manual", "now Connecting"]);
    assert_eq!(world.count("ended"), 1, "nothing else has ended");
    opens(world);
}

#[test]
fn while_offline_it_tries_at_once() {
    let mut world = World::open(Config::default(), Server::good());
    world.signal(Signal::Offline);
    world.end(Close::ABNORMAL);
    assert_eq!(world.engine.status(), Status::Offline);
    opens(world);
}

#[test]
fn from_closed_it_starts_again() {
    let mut world = World::open(Config::default(), Server::good());
    world.end(closed_with(1000));
    world.story();
    world.reconnect();
    assert_eq!(world.story(), ["dial", "attempt 1 planned: Manual", "now Connecting"]);
    opens(world);
}

#[test]
fn what_the_old_connection_still_does_is_ignored() {
    let lasts_for_a_while = Fate::Ends {
        after: 10,
        lasts: 100,
        close: closed_with(1000),
    };
    let mut world = World::open(Config::default(), Server::good().first(&[lasts_for_a_while]));
    world.reconnect();
    world.run(60_000);
    assert_eq!(world.count("ended"), 1);
    assert_eq!(world.engine.ready_state(), ReadyState::Open);
}

#[test]
fn a_planned_attempt_made_now_keeps_its_place_in_the_backoff() {
    let mut widest = Span::ZERO;
    for seed in 0..100 {
        let mut world = World::seeded(Config::default(), Server::down(), seed);
        while world.plans().len() < 6 {
            world.run(10);
            if world.engine.status() == Status::Waiting {
                world.reconnect();
            }
        }
        let automatic = world
            .plans()
            .into_iter()
            .filter(|plan| plan.cause == RetryCause::Failed);
        widest = widest.max(automatic.map(|plan| plan.delay).max().unwrap());
    }
    assert!(
        widest > ms(1_500),
        "pressing the button must not keep the delays short: {widest:?}"
    );
}

#[test]
fn from_any_other_state_the_delays_start_over() {
    for seed in 0..100 {
        let mut world = World::seeded(Config::default(), Server::down(), seed);
        world.run(20_000);
        world.server = Server::gone();
        while world.engine.status() != Status::Connecting {
            world.run(100);
        }
        world.server = Server::down();
        world.reconnect();
        assert_eq!(world.engine.attempt(), 1);
        world.run(10);
        let plan = *world.plans().last().unwrap();
        assert_eq!(plan.cause, RetryCause::Failed);
        assert!(plan.delay <= ms(500));
    }
}

#[test]
fn twice_in_a_row_leaves_one_connection() {
    let mut world = World::open(Config::default(), Server::good());
    world.reconnect();
    world.reconnect();
    world.run(60_000);
    assert_eq!(world.count("dial"), 3);
    assert_eq!(world.count("abandon"), 2);
    assert_eq!(world.engine.stats().connections, 2);
}

#[test]
fn after_too_many_failures_it_starts_again() {
    let reconnect = Reconnect {
        max_attempts: 1,
        ..Reconnect::default()
    };
    let config = Config {
        reconnect: Some(reconnect),
        ..Config::default()
    };
    let mut world = World::new(config, Server::good().first(&[Fate::Refused { after: 1 }]));
    world.run(60_000);
    assert_eq!(world.engine.ready_state(), ReadyState::Closed);
    opens(world);
}

/// The loop of a driver whose application calls `reconnect()` in each listener that `calls` picks.
fn eager(world: &mut World, millis: u64, calls: impl Fn(&str) -> bool) {
    for _ in 0..millis {
        let story = world.story();
        for line in story {
            if calls(&line) {
                world.reconnect();
            }
        }
        world.run(1);
    }
}

#[test]
fn reconnecting_within_its_own_event_makes_another_attempt_and_tells_no_more() {
    let mut world = World::open(
        Config::default(),
        Server::which(Fate::Silent).first(&[Fate::Opens { after: 10 }]),
    );
    world.end(Close::ABNORMAL);
    eager(&mut world, 100, |line| line.contains("planned"));
    assert_eq!(world.count("attempt 1 planned: Manual"), 1);
    assert_eq!(world.count("dial"), 3);
    eager(&mut world, 5_000, |line| line.contains("planned"));
    assert_eq!(world.count("dial"), 3);
}

#[test]
fn reconnecting_at_each_end_does_not_dial_without_pause() {
    for server in [
        Server::down(),
        Server::which(Fate::Ends {
            after: 1,
            lasts: 1,
            close: closed_with(1000),
        }),
    ] {
        let mut world = World::new(Config::default(), server);
        eager(&mut world, 10_000, |line| line.starts_with("ended"));
        let dials = world.times("dial");
        assert!(dials[3] < 100, "the first three are made at once: {dials:?}");
        assert!(dials[3..].windows(2).all(|pair| pair[1] - pair[0] >= 500), "{dials:?}");
        assert!(dials.len() > 20);
    }
}

#[test]
fn a_planned_one_is_told_and_not_planned_again() {
    let mut world = World::open(Config::default(), Server::gone().first(&[Fate::Opens { after: 10 }]));
    for _ in 0..3 {
        world.reconnect();
        world.run(10);
    }
    assert_eq!(world.count("attempt 1 planned: Manual"), 1, "the others take its place");
    world.story();
    for _ in 0..10 {
        world.reconnect();
    }
    assert_eq!(
        world.story(),
        [
            "abandon",
            "ended 1006 Manual, goes on",
            "attempt 1 planned: Manual",
            "now Waiting"
        ]
    );
    assert_eq!(world.plans().last().unwrap().delay, ms(490));
    world.run(490);
    assert_eq!(world.story(), ["dial", "now Connecting"]);
}

#[test]
fn after_a_stable_connection_or_a_while_it_is_made_at_once_again() {
    let mut world = World::open(Config::default(), Server::good());
    for _ in 0..10 {
        world.run(600);
        world.reconnect();
        assert_eq!(world.engine.status(), Status::Connecting);
    }
    world.run(6_000);
    for _ in 0..3 {
        world.reconnect();
        assert_eq!(world.engine.status(), Status::Connecting);
    }
}
