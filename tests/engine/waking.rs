//! Sleep, throttling, and coming back: a late tick proves that the page slept, not that the connection is dead.

use holdfast_ws::engine::{Config, Heartbeat, ReadyState, Signal};

use crate::server::Server;
use crate::world::{World, ms};

const INTERVAL: u64 = 25_000;
const TIMEOUT: u64 = 10_000;
const GRACE: u64 = 50;
const HOUR: u64 = 3_600_000;

fn beating() -> Config {
    Config {
        heartbeat: Some(Heartbeat::default()),
        ..Config::default()
    }
}

#[test]
fn the_tests_know_the_defaults() {
    let heartbeat = Heartbeat::default();
    assert_eq!((heartbeat.interval, heartbeat.timeout), (ms(INTERVAL), ms(TIMEOUT)));
}

#[test]
fn a_page_that_slept_for_an_hour_asks_first() {
    let mut world = World::open(beating(), Server::good());
    world.sleep(HOUR);
    world.run(60_000);
    assert_eq!(world.story()[0], "ping");
    assert_eq!(world.count("ended"), 0);
}

#[test]
fn a_page_that_fell_asleep_with_a_ping_out_asks_again() {
    let mut world = World::open(
        beating(),
        Server {
            pong: None,
            ..Server::good()
        },
    );
    world.run(INTERVAL + 100);
    assert_eq!(world.story(), ["ping"]);
    world.sleep(HOUR);
    world.run(0);
    assert_eq!(world.story(), ["ping"]);
    world.server.pong = Some(20);
    world.run(TIMEOUT - 1);
    world.hear(true);
    world.run(60_000);
    assert_eq!(world.count("ended"), 0);
}

#[test]
fn a_connection_that_died_during_sleep_is_found_within_the_timeout_of_waking() {
    for asleep_after in [0, INTERVAL - 1, INTERVAL + 5, INTERVAL + 500] {
        for wakes in [false, true] {
            let mut world = World::open(beating(), Server::good());
            world.run(asleep_after);
            world.cut();
            world.sleep(HOUR);
            let woke = world.elapsed();
            if wakes {
                world.signal(Signal::Wake);
            }
            world.run(TIMEOUT + GRACE);
            assert!(world.last_end().at <= woke + TIMEOUT + GRACE);
        }
    }
}

#[test]
fn a_connection_that_died_during_a_short_sleep_is_found_within_the_timeout_of_a_signal() {
    // Too short for any tick to be late.
    let mut world = World::open(beating(), Server::good());
    world.cut();
    world.sleep(15_000);
    world.signal(Signal::Wake);
    assert_eq!(world.story(), ["ping"]);
    world.run(TIMEOUT + GRACE);
    assert_eq!(world.count("ended"), 1);
}

#[test]
fn every_signal_probes_an_open_connection_at_once() {
    for signal in [Signal::Wake, Signal::Online, Signal::Offline] {
        let mut world = World::open(beating(), Server::good());
        world.run(1_000);
        world.signal(signal);
        assert_eq!(world.story(), ["ping"], "{signal:?}");
    }
}

#[test]
fn signals_in_a_row_probe_once_and_do_not_postpone_the_judgement() {
    // Coming back from the back/forward cache brings `pageshow`, `resume`, `visibilitychange` and maybe `online` together.
    let mut world = World::open(beating(), Server::good());
    world.cut();
    for _ in 0..100 {
        world.signal(Signal::Wake);
        world.signal(Signal::Online);
        world.run(100);
    }
    assert_eq!(world.story(), ["ping"]);
    world.run(GRACE);
    assert_eq!(world.count("ended"), 1);
}

#[test]
fn a_signal_without_a_heartbeat_asks_nothing() {
    let mut world = World::open(Config::default(), Server::good());
    world.signal(Signal::Wake);
    assert!(world.story().is_empty());
}

#[test]
fn a_probe_does_not_shift_the_silence_that_brings_the_next_ping() {
    let mut world = World::open(beating(), Server::good());
    world.run(10_000);
    world.signal(Signal::Wake);
    world.run(20);
    world.story();
    world.run(INTERVAL - 1);
    assert!(world.story().is_empty());
    world.run(1);
    assert_eq!(world.story(), ["ping"]);
}

#[test]
fn an_answer_to_an_earlier_ping_is_no_round_trip_of_the_later() {
    let mut world = World::open(
        beating(),
        Server {
            pong: None,
            ..Server::good()
        },
    );
    world.run(INTERVAL);
    world.sleep(HOUR);
    world.run(10);
    assert_eq!(world.count("ping"), 2);
    world.hear(true);
    assert_eq!(
        world.engine.latency(),
        None,
        "it may well be the first ping's answer, and an hour old"
    );
}

#[test]
fn after_a_sleep_the_next_round_trip_is_measured_again() {
    let mut world = World::open(beating(), Server::good());
    world.run(INTERVAL);
    world.sleep(HOUR);
    world.run(60_000);
    assert_eq!(world.engine.latency(), Some(ms(20)));
}

#[test]
fn a_tab_throttled_to_a_timer_a_minute_raises_no_false_alarm() {
    let mut world = World::open(beating(), Server::good());
    world.throttle = Some(60_000);
    world.run(24 * HOUR);
    assert_eq!(world.count("ended"), 0);
    assert!(world.count("ping") > 100);
}

#[test]
fn a_tab_throttled_to_a_timer_a_minute_finds_a_dead_connection_within_the_timeout_of_waking() {
    let mut world = World::open(beating(), Server::good());
    world.throttle = Some(60_000);
    world.run(HOUR);
    world.cut();
    world.run(10 * 60_000 + 7_000);
    world.throttle = None;
    let woke = world.elapsed();
    world.signal(Signal::Wake);
    world.run(TIMEOUT + GRACE);
    assert!(world.last_end().at <= woke + TIMEOUT + GRACE);
}

#[test]
fn a_hidden_tab_with_a_timer_a_second_raises_no_false_alarm() {
    let mut world = World::open(
        beating(),
        Server {
            pong: Some(9_990),
            ..Server::good()
        },
    );
    world.throttle = Some(1_000);
    world.run(24 * HOUR);
    assert_eq!(world.count("ended"), 0);
}

#[test]
fn a_hidden_tab_with_a_timer_a_second_still_finds_a_dead_connection() {
    // https://developer.chrome.com/blog/timer-throttling-in-chrome-88: hidden tabs wake once a second, so that nearly every
    // tick is late by nearly a second. That is no sleep.
    for dies in (0..60_000).step_by(777) {
        let mut world = World::open(beating(), Server::good());
        world.throttle = Some(1_000);
        world.run(dies);
        world.cut();
        world.run(INTERVAL + TIMEOUT + 6_000);
        assert_eq!(world.count("ended"), 1, "dead after {dies} ms");
    }
}

#[test]
fn a_close_that_a_sleep_interrupts_still_ends() {
    let mut world = World::open(beating(), Server::good());
    world.cut();
    world.close();
    world.sleep(HOUR);
    world.run(TIMEOUT + GRACE);
    assert_eq!(world.engine.ready_state(), ReadyState::Closed);
}

#[test]
fn a_close_that_was_answered_during_sleep_ends_as_the_server_said() {
    let mut world = World::open(beating(), Server::good());
    world.close();
    world.sleep(HOUR);
    world.run(100);
    assert_eq!(world.last_end().close.code, 1000);
}
