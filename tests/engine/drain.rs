//! A look at what drains: once for each call, soon while it can fall, seldom while it can't, never after the end.

use holdfast_ws::engine::Config;

use crate::server::{Fate, Server, closed_with};
use crate::story::tell;
use crate::world::World;

fn open() -> World {
    World::open(Config::default(), Server::good())
}

#[test]
fn a_look_at_what_drains_comes_once_and_soon() {
    let mut world = open();
    world.engine.watch_drain(world.now());
    world.run(1_000);
    assert_eq!(world.times("drain"), [30]);
}

#[test]
fn a_look_at_what_drains_comes_seldom_while_nothing_can() {
    let mut world = World::new(Config::default(), Server::which(Fate::Opens { after: 2_500 }));
    for _ in 0..3 {
        world.engine.watch_drain(world.now());
        world.run(1_000);
    }
    assert_eq!(world.times("drain"), [1_000, 2_000, 2_520], "and soon once it can");
}

#[test]
fn nobody_looks_at_what_drains_after_the_end() {
    let mut world = open();
    world.engine.watch_drain(world.now());
    world.end(closed_with(1_000));
    world.engine.watch_drain(world.now());
    assert_eq!(world.engine.poll_timeout(), None);
    assert!(!world.notes.iter().any(|(_, note)| tell(note) == "drain"));
}

#[test]
fn one_who_waits_does_not_make_another_wait_longer() {
    let mut world = open();
    for _ in 0..10 {
        world.engine.watch_drain(world.now());
        world.run(5);
    }
    assert_eq!(world.times("drain"), [30, 50]);
}
