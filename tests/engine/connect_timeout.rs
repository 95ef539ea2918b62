//! An attempt that has not opened in time is abandoned. It is looked at twice, 50 ms apart, like every deadline.

use holdfast_ws::engine::{CloseCause, Config, ReadyState, Reconnect};

use crate::server::{Answer, Fate, Server};
use crate::world::{World, ms};

fn provided() -> Config {
    Config {
        resolves: true,
        ..Config::default()
    }
}

#[test]
fn an_attempt_that_does_not_open_is_abandoned_and_made_again() {
    let mut world = World::new(Config::default(), Server::gone());
    world.run(10_049);
    assert_eq!(world.story(), ["dial"]);
    world.run(1);
    assert_eq!(
        world.story(),
        [
            "abandon",
            "error",
            "ended 1006 ConnectTimeout, goes on",
            "attempt 1 planned: ConnectTimeout",
            "now Waiting"
        ]
    );
    assert_eq!(world.last_end().cause.reason(), "connect timeout");
    assert!(!world.last_end().close.clean);
}

#[test]
fn every_attempt_has_the_whole_time() {
    let mut world = World::new(Config::default(), Server::gone());
    world.run(120_000);
    let (dials, ends) = (world.times("dial"), world.times("ended"));
    assert!(ends.len() > 3);
    for (dial, end) in dials.iter().zip(&ends) {
        assert!((10_050..=10_051).contains(&(end - dial)), "{dial} to {end}");
    }
}

#[test]
fn one_that_opens_just_in_time_stays() {
    let mut world = World::new(Config::default(), Server::which(Fate::Opens { after: 9_999 }));
    world.run(60_000);
    assert_eq!(world.count("dial"), 1);
    assert_eq!(world.engine.ready_state(), ReadyState::Open);
}

#[test]
fn one_that_opened_in_time_behind_the_timer_stays() {
    // The answer came at 9,990 ms, but stood in the browser's task queue for 40 ms.
    let mut world = World::new(Config::default(), Server::which(Fate::Opens { after: 10_030 }));
    world.run(60_000);
    assert_eq!(world.count("dial"), 1);
    assert_eq!(world.engine.ready_state(), ReadyState::Open);
}

#[test]
fn an_abandoned_attempt_that_opens_after_all_is_ignored() {
    let server = Server::good().first(&[Fate::Opens { after: 11_000 }]);
    let mut world = World::new(Config::default(), server);
    world.run(60_000);
    assert_eq!(world.count("open"), 1);
    assert_eq!(world.count("dial"), 2);
}

#[test]
fn a_provider_that_never_answers_holds_nothing_up() {
    let mut world = World::new(provided(), Server::good().asked(&[Answer::Silent]));
    world.run(10_050);
    assert_eq!(
        world.story(),
        [
            "resolve",
            "error",
            "ended 1006 ConnectTimeout, goes on",
            "attempt 1 planned: ConnectTimeout",
            "now Waiting"
        ]
    );
    world.run(510);
    assert_eq!(world.engine.ready_state(), ReadyState::Open);
}

#[test]
fn a_slow_provider_and_a_slow_server_share_the_time() {
    let server = Server::which(Fate::Opens { after: 6_000 }).asked(&[Answer::Gives { after: 6_000 }]);
    let mut world = World::new(provided(), server);
    world.run(10_050);
    assert_eq!(world.last_end().cause, CloseCause::ConnectTimeout);
}

#[test]
fn a_page_that_slept_through_the_timeout_still_lets_it_open() {
    let mut world = World::new(Config::default(), Server::which(Fate::Opens { after: 5_000 }));
    world.run(1_000);
    world.sleep(3_600_000);
    world.run(60_000);
    assert_eq!(world.count("dial"), 1);
    assert_eq!(world.engine.ready_state(), ReadyState::Open);
}

#[test]
fn a_page_that_slept_through_the_timeout_soon_gives_up_a_silent_server() {
    let mut world = World::new(Config::default(), Server::gone());
    world.run(1_000);
    world.sleep(3_600_000);
    world.run(2_000);
    assert_eq!(world.last_end().cause, CloseCause::ConnectTimeout);
}

#[test]
fn an_open_connection_has_no_connect_timeout() {
    let mut world = World::open(Config::default(), Server::good());
    world.run(100_000);
    assert_eq!(world.count("abandon"), 0);
}

#[test]
fn the_time_can_be_set() {
    let reconnect = Reconnect {
        connect_timeout: ms(300),
        ..Reconnect::default()
    };
    let mut world = World::new(
        Config {
            reconnect: Some(reconnect),
            ..Config::default()
        },
        Server::gone(),
    );
    world.run(350);
    assert_eq!(world.times("ended"), [350]);
}
