//! `idleTimeout`: silence alone means a dead connection.

use holdfast_ws::engine::{Config, Heartbeat, Signal};

use crate::server::Server;
use crate::world::{World, ms};

fn idle(millis: u64) -> Config {
    Config {
        idle_timeout: ms(millis),
        ..Config::default()
    }
}

#[test]
fn a_silent_connection_is_given_up() {
    let mut world = World::open(idle(2_000), Server::good());
    assert!(world.engine.needs_message_times() && !world.engine.matches_pongs());
    world.run(2_049);
    assert!(world.story().is_empty());
    world.run(1);
    assert_eq!(
        world.story(),
        [
            "abandon",
            "ended 1006 Idle, goes on",
            "attempt 1 planned: Idle",
            "now Waiting"
        ]
    );
    assert_eq!(world.last_end().cause.reason(), "idle timeout");
    assert_eq!(world.engine.stats().dead_connections, 1);
}

#[test]
fn a_message_in_time_keeps_it() {
    let mut world = World::open(idle(2_000), Server::good());
    for _ in 0..10 {
        world.run(1_999);
        world.hear(false);
    }
    assert_eq!(world.count("ended"), 0);
    world.run(2_050);
    assert_eq!(world.count("ended"), 1);
}

#[test]
fn a_message_that_stands_behind_the_timer_in_the_task_queue_keeps_it() {
    let mut world = World::open(idle(2_000), Server::good());
    for _ in 0..5 {
        world.run(2_049);
        world.hear(false);
    }
    assert_eq!(world.count("ended"), 0);
}

#[test]
fn sending_is_not_hearing() {
    let mut world = World::open(idle(2_000), Server::good());
    for message in 0..40 {
        world.send(message).unwrap();
        world.run(50);
    }
    world.run(50);
    assert_eq!(world.count("ended"), 1);
}

#[test]
fn a_page_that_slept_gives_the_connection_the_whole_time_again() {
    let mut world = World::open(idle(2_000), Server::good());
    world.run(1_000);
    world.sleep(3_600_000);
    world.run(1_999);
    assert_eq!(world.count("ended"), 0);
    world.hear(false);
    world.run(2_049);
    assert_eq!(world.count("ended"), 0);
    world.run(1);
    assert_eq!(world.count("ended"), 1);
}

#[test]
fn a_signal_does_not_keep_it() {
    let mut world = World::open(idle(2_000), Server::good());
    for _ in 0..20 {
        world.run(100);
        world.signal(Signal::Wake);
    }
    world.run(50);
    assert_eq!(world.count("ended"), 1);
}

#[test]
fn with_a_heartbeat_the_answers_keep_it() {
    let heartbeat = Heartbeat {
        interval: ms(1_500),
        timeout: ms(400),
        matches: true,
    };
    let config = Config {
        heartbeat: Some(heartbeat),
        ..idle(2_000)
    };
    let mut world = World::open(config, Server::good());
    world.run(60_000);
    assert_eq!(world.count("ended"), 0);
}

#[test]
fn the_next_connection_has_the_whole_time() {
    let mut world = World::open(idle(2_000), Server::good());
    world.run(20_000);
    let (opens, ends) = (world.times("open"), world.times("ended"));
    assert!(ends.len() > 3);
    assert!(
        opens
            .iter()
            .zip(&ends)
            .all(|(open, end)| (2_050..=2_051).contains(&(end - open)))
    );
}
