//! Clocks that tick rarely, as in a hidden tab. A late tick may mean sleep, but a row of them is no sleep.

use holdfast_ws::engine::{CloseCause, Config, Heartbeat, ReadyState, Reconnect, Route};
use proptest::prelude::*;

use crate::cases::try_all;
use crate::server::{Answer, Fate, Server};
use crate::world::{World, ms};

const MINUTE: u64 = 60_000;
const HOUR: u64 = 60 * MINUTE;

/// The time between the checks of a deadline.
const GRACE: u64 = 50;

/// From here on a tick is late.
const LATE: u64 = 1_500;

fn beating(interval: u64, timeout: u64) -> Config {
    let heartbeat = Heartbeat {
        interval: ms(interval),
        timeout: ms(timeout),
        matches: false,
    };
    Config {
        heartbeat: Some(heartbeat),
        ..Config::default()
    }
}

fn throttled(config: Config, server: Server, tick: u64) -> World {
    let mut world = World::new(config, server);
    world.throttle = Some(tick);
    world
}

#[test]
fn a_tab_with_a_timer_a_minute_finds_a_dead_connection_while_it_is_hidden() {
    for dies in (0..HOUR).step_by(777_777) {
        let mut world = throttled(beating(5_000, 3_000), Server::good(), MINUTE);
        world.run(10 + dies);
        world.cut();
        world.run(8_000 + 3 * MINUTE);
        assert_eq!(world.engine.stats().dead_connections, 1, "dead after {dies} ms");
    }
}

#[test]
fn a_message_does_not_put_off_the_end_of_a_dead_connection() {
    for tick in [1_000, 1_400] {
        for sent_after in (0..20_000).step_by(90) {
            let mut world = throttled(beating(10_000, 5_000), Server::good(), tick);
            world.run(3_333);
            world.cut();
            world.run(sent_after);
            // As the driver does for each message.
            let now = world.now();
            world.engine.handle_inactivity(now);
            let _ = world.send(1);
            world.run((15_000 + 3 * tick).saturating_sub(sent_after));
            assert_eq!(
                world.engine.stats().dead_connections,
                1,
                "ticks of {tick} ms, a message after {sent_after} ms"
            );
        }
    }
}

#[test]
fn so_it_does_by_silence_alone() {
    let config = Config {
        idle_timeout: ms(30_000),
        ..Config::default()
    };
    let mut world = throttled(config, Server::good(), MINUTE);
    world.run(30_000 + 3 * MINUTE);
    assert_eq!(world.engine.stats().dead_connections, 1);
}

#[test]
fn a_connection_that_answers_is_kept_however_rarely_the_clock_ticks() {
    for tick in [1_000, 1_499, 1_501, 2_000, 10_000, MINUTE, 10 * MINUTE] {
        let slow = Server {
            pong: Some(9_999),
            ..Server::good()
        };
        let mut world = throttled(beating(25_000, 10_000), slow, tick);
        world.run(24 * HOUR);
        assert_eq!(world.count("ended"), 0, "ticks of {tick} ms");
    }
}

#[test]
fn an_attempt_and_a_provider_that_never_answer_are_given_up_at_the_second_late_tick() {
    for resolves in [false, true] {
        let config = Config {
            resolves,
            ..Config::default()
        };
        let silent = std::iter::repeat_n(Answer::Silent, 5);
        let mut world = throttled(
            config,
            Server {
                provider: silent.collect(),
                ..Server::gone()
            },
            MINUTE,
        );
        world.run(10_000 + 2 * MINUTE);
        assert_eq!(world.last_end().cause, CloseCause::ConnectTimeout);
        assert!(
            world.last_end().at > 10_000 + LATE,
            "the first late tick may mean sleep"
        );
    }
}

#[test]
fn a_close_that_nobody_answers_ends() {
    let mut world = throttled(beating(25_000, 10_000), Server::good(), MINUTE);
    world.run(10);
    world.cut();
    world.close();
    world.run(10_000 + 3 * MINUTE);
    assert_eq!(world.engine.ready_state(), ReadyState::Closed);
}

#[test]
fn a_request_without_a_reply_is_given_up_at_the_second_late_tick() {
    let mut world = throttled(Config::default(), Server::good(), MINUTE);
    world.run(10);
    let id = world.engine.number_request();
    let now = world.now();
    world.engine.request(now, id, 1, 1, ms(10_000), Route::Any).unwrap();
    world.run(MINUTE + 10_000);
    assert_eq!(world.engine.pending_requests(), 1, "the page may have slept");
    world.run(MINUTE);
    assert_eq!(world.engine.pending_requests(), 0);
}

#[test]
fn a_request_that_a_sleep_interrupts_has_time_to_hear_its_reply() {
    for (timeout, has) in [(2_000, 2_000), (10_000, 5_000), (60_000, 5_000)] {
        let mut world = World::open(beating(25_000, 10_000), Server::good());
        let id = world.engine.number_request();
        let now = world.now();
        world.engine.request(now, id, 1, 1, ms(timeout), Route::Any).unwrap();
        world.sleep(HOUR);
        world.run(has - 1);
        assert_eq!(world.engine.pending_requests(), 1, "timeout of {timeout} ms");
        world.run(1);
        assert_eq!(world.engine.pending_requests(), 0);
    }
}

#[test]
fn sleep_after_sleep_with_a_little_time_awake_is_no_throttling() {
    // As a laptop in a bag, which looks after its mail now and then. The answer stands behind the timer each time.
    let slow = Server {
        pong: Some(500),
        ..Server::good()
    };
    let mut world = World::open(beating(25_000, 10_000), slow);
    for nap in [HOUR, HOUR / 2, HOUR / 3, 40_000, 20_000, HOUR] {
        world.sleep(nap);
        world.run(100);
        assert_eq!(world.count("ended"), 0);
    }
}

/// Ticks from a millisecond to ten minutes apart, as likely short as long.
fn ticks() -> impl Strategy<Value = u64> {
    prop_oneof![
        1_u64..10,
        10_u64..100,
        100_u64..1_000,
        1_000_u64..10_000,
        10_000_u64..=600_000
    ]
}

#[test]
fn no_dead_connection_outlives_its_time_by_more_than_a_few_ticks() {
    // The first late tick may mean sleep, so the connection is asked again and has its time again, once.
    let settings = (50_u64..40_000, 50_u64..20_000, ticks(), 0_u64..4_000_000);
    try_all(1_000, &settings, |(interval, timeout, tick, dies)| {
        let mut world = throttled(beating(interval, timeout), Server::good(), tick);
        world.run(10 + dies);
        world.cut();
        // Once the clock is known to tick so rarely, the second late tick counts at once.
        let known = tick > interval + timeout + LATE && dies > 4 * tick;
        let most = if known { 2 * tick } else { timeout + 4 * tick };
        world.run(interval + timeout + 2 * GRACE + most);
        assert_eq!(world.engine.stats().dead_connections, 1);
    });
}

#[test]
fn no_live_connection_is_given_up_whatever_the_ticks() {
    let settings = (50_u64..40_000, 50_u64..20_000, ticks(), 0_u64..=1_000);
    try_all(1_000, &settings, |(interval, timeout, tick, takes)| {
        let server = Server {
            pong: Some(timeout * takes / 1_000),
            ..Server::good()
        };
        let mut world = throttled(beating(interval, timeout), server, tick);
        world.run(10 + 20 * (interval + timeout + tick));
        assert_eq!(world.count("ended"), 0);
        assert!(world.count("ping") > 0);
    });
}

#[test]
fn no_attempt_outlives_its_time_by_more_than_a_few_ticks() {
    let settings = (50_u64..40_000, ticks(), any::<bool>());
    try_all(300, &settings, |(connect_timeout, tick, resolves)| {
        let reconnect = Reconnect {
            connect_timeout: ms(connect_timeout),
            ..Reconnect::default()
        };
        let config = Config {
            reconnect: Some(reconnect),
            resolves,
            ..Config::default()
        };
        let silent = std::iter::repeat_n(Answer::Silent, 5).collect();
        let server = Server {
            provider: silent,
            ..Server::which(Fate::Silent)
        };
        let mut world = throttled(config, server, tick);
        world.run(connect_timeout + 2 * GRACE + LATE + 4 * tick);
        assert!(world.count("ended") > 0);
    });
}
