//! `statuschange`: told in order, and only when it is another than was told.

use holdfast_ws::engine::{Close, Config, ReadyState, Reconnect, Signal, Status};

use crate::server::{Fate, Server, closed_with};
use crate::world::World;

use Status::{Closed, Closing, Connecting, Offline, Open, Waiting};

#[test]
fn the_first_is_connecting_and_is_not_told() {
    let world = World::new(Config::default(), Server::gone());
    assert_eq!(world.engine.status(), Connecting);
    assert!(world.statuses().is_empty());
}

#[test]
fn a_life_is_told_in_order() {
    let mut world = World::new(Config::default(), Server::good().first(&[Fate::Refused { after: 10 }]));
    world.run(600);
    world.end(Close::ABNORMAL);
    world.signal(Signal::Offline);
    world.signal(Signal::Online);
    world.run(600);
    world.closing();
    world.end(closed_with(1001));
    world.run(4_100);
    world.close();
    world.run(100);
    assert_eq!(
        world.statuses(),
        [
            Waiting, Connecting, Open, Waiting, Offline, Waiting, Connecting, Open, Closing, Waiting, Connecting, Open,
            Closing, Closed
        ]
    );
}

#[test]
fn the_same_is_never_told_twice() {
    let mut world = World::new(Config::default(), Server::good());
    for round in 0..200 {
        match round % 7 {
            0 | 4 => world.reconnect(),
            1 | 2 => world.signal(Signal::Offline),
            3 => world.signal(Signal::Online),
            5 => world.signal(Signal::Wake),
            _ if world.engine.ready_state() == ReadyState::Open => world.end(Close::ABNORMAL),
            _ => {}
        }
        world.run(round);
    }
    let told = world.statuses();
    assert!(told.len() > 50);
    assert!(told.windows(2).all(|pair| pair[0] != pair[1]), "{told:?}");
}

#[test]
fn what_is_told_is_what_can_be_read() {
    let mut world = World::new(
        Config::default(),
        Server::good().first(&[Fate::Refused { after: 10 }; 3]),
    );
    for _ in 0..700 {
        world.run(10);
        assert_eq!(world.engine.status(), *world.statuses().last().unwrap_or(&Connecting));
    }
    assert_eq!(world.engine.status(), Open);
}

#[test]
fn offline_is_only_a_way_of_waiting() {
    let mut world = World::open(Config::default(), Server::good());
    world.signal(Signal::Offline);
    assert_eq!(world.engine.status(), Open);
    world.end(Close::ABNORMAL);
    assert_eq!(world.statuses(), [Open, Offline]);
    world.run(8_000);
    assert_eq!(world.statuses(), [Open, Offline, Connecting]);
}

#[test]
fn the_ready_state_is_connecting_as_long_as_another_attempt_is_planned() {
    let reconnect = Reconnect {
        max_attempts: 3,
        ..Reconnect::default()
    };
    let config = Config {
        reconnect: Some(reconnect),
        ..Config::default()
    };
    let mut world = World::new(config, Server::down());
    while world.ends().len() < 3 {
        assert_eq!(world.engine.ready_state(), ReadyState::Connecting);
        world.run(1);
    }
    assert_eq!(world.engine.ready_state(), ReadyState::Closed);
}

#[test]
fn the_numbers_are_those_of_the_standard() {
    let states = [
        ReadyState::Connecting,
        ReadyState::Open,
        ReadyState::Closing,
        ReadyState::Closed,
    ];
    assert_eq!(states.map(|state| state as u8), [0, 1, 2, 3]);
    let statuses = [Connecting, Open, Waiting, Offline, Closing, Closed, Status::Idle];
    assert_eq!(statuses.map(|status| status as u8), [0, 1, 2, 3, 4, 5, 6]);
}

#[test]
fn each_status_is_told_once_in_order_though_it_is_told_late() {
    let mut world = World::open(Config::default(), Server::good());
    world.end(Close::ABNORMAL);
    world.story();
    // In one call of the application's, before anything is told.
    world.engine.close(world.now());
    world.engine.reconnect(world.now());
    world.pump();
    let statuses: Vec<_> = world.statuses().split_off(2);
    assert_eq!(statuses, [Status::Closed, Status::Connecting]);
}
