//! The network goes and comes back: attempts are put off, and brought forward.

use holdfast_ws::engine::{Close, Config, ReadyState, Reconnect, RetryCause, Signal, Span, Status};

use crate::server::{Fate, Server, closed_with};
use crate::world::{START, World, ms};

/// A world whose only connection was dropped at 10 s, seeded.
fn dropped(seed: u64) -> World {
    let mut world = World::seeded(Config::default(), Server::good(), seed);
    world.run(10_000);
    world.end(Close::ABNORMAL);
    world.story();
    world
}

#[test]
fn offline_puts_the_attempt_off_until_the_greatest_delay() {
    let mut world = dropped(1);
    world.signal(Signal::Offline);
    assert_eq!(world.story(), ["attempt 1 planned: Closed", "now Offline"]);
    assert_eq!(
        world.plans().last().unwrap().delay,
        ms(8_000),
        "it is told when it will be"
    );
    assert_eq!(world.engine.ready_state(), ReadyState::Connecting);
    world.run(7_999);
    assert_eq!(world.count("dial"), 1);
    world.run(1);
    assert_eq!(world.count("dial"), 2, "`navigator.onLine` can be wrong");
}

#[test]
fn while_offline_each_attempt_waits_for_the_greatest_delay() {
    let mut world = World::new(Config::default(), Server::down());
    world.signal(Signal::Offline);
    world.run(40_000);
    assert_eq!(world.times("dial"), [0, 8_010, 16_020, 24_030, 32_040]);
}

#[test]
fn a_wait_that_is_longer_anyway_is_left_alone() {
    let mut world = World::open(Config::default(), Server::good());
    world.end(Close {
        retry_after: Some(ms(90_000)),
        ..closed_with(1013)
    });
    let planned = world.engine.retry_at();
    world.signal(Signal::Offline);
    assert_eq!(world.engine.retry_at(), planned);
}

#[test]
fn online_brings_the_attempt_forward_with_a_little_jitter() {
    let delays: Vec<Span> = (0..200)
        .map(|seed| {
            let mut world = dropped(seed);
            world.signal(Signal::Offline);
            world.run(5_000);
            world.signal(Signal::Online);
            assert_eq!(
                world.story(),
                [
                    "attempt 1 planned: Closed",
                    "now Offline",
                    "attempt 1 planned: Online",
                    "now Waiting"
                ]
            );
            let plan = *world.plans().last().unwrap();
            assert_eq!(world.engine.retry_at(), Some(plan.at.saturating_add(plan.delay)));
            plan.delay
        })
        .collect();
    assert!(delays.iter().all(|delay| *delay <= ms(250)));
    assert!(delays.iter().any(|delay| *delay < ms(25)) && delays.iter().any(|delay| *delay > ms(225)));
}

#[test]
fn coming_back_to_the_page_brings_the_attempt_forward() {
    let mut world = World::new(Config::default(), Server::down());
    world.run(120_000);
    while world
        .engine
        .retry_at()
        .is_none_or(|at| at.saturating_since(world.now()) < ms(1_000))
    {
        world.run(100);
    }
    world.signal(Signal::Wake);
    let plan = *world.plans().last().unwrap();
    assert_eq!(plan.cause, RetryCause::Online);
    assert!(plan.delay <= ms(250));
    let dials = world.count("dial");
    world.run(250);
    assert_eq!(world.count("dial"), dials + 1);
}

#[test]
fn an_attempt_that_is_sooner_anyway_is_left_alone() {
    let mut world = dropped(1);
    let planned = world.engine.retry_at().unwrap();
    world.run(planned.saturating_since(world.now()).as_millis());
    world.signal(Signal::Online);
    let left = planned.saturating_since(world.now());
    assert!(left < ms(1));
    assert!(world.engine.retry_at().unwrap() <= planned);
}

#[test]
fn coming_back_while_offline_changes_nothing() {
    let mut world = dropped(1);
    world.signal(Signal::Offline);
    let planned = world.engine.retry_at();
    world.story();
    world.signal(Signal::Wake);
    assert!(world.story().is_empty());
    assert_eq!(world.engine.retry_at(), planned);
}

#[test]
fn nothing_is_brought_forward_before_a_time_that_the_server_asked_for() {
    for seed in 0..100 {
        let mut world = World::seeded(Config::default(), Server::good(), seed);
        world.run(10_000);
        world.end(Close {
            retry_after: Some(ms(20_000)),
            ..closed_with(1013)
        });
        world.run(1_000);
        world.signal(Signal::Wake);
        world.run(100);
        world.signal(Signal::Offline);
        world.signal(Signal::Online);
        world.run(60_000);
        let second = world.times("dial")[1];
        assert!((30_000..=30_250).contains(&second), "dialled at {second} ms");
    }
}

#[test]
fn a_herd_told_the_same_time_is_spread_even_when_it_wakes() {
    let asked = Close {
        retry_after: Some(ms(20_000)),
        ..closed_with(1013)
    };
    let mut dials: Vec<_> = (0..100)
        .map(|seed| {
            let mut world = dropped(seed);
            world.run(510);
            world.end(asked);
            world.signal(Signal::Wake);
            world.engine.retry_at().unwrap().saturating_since(world.now())
        })
        .collect();
    dials.sort();
    dials.dedup();
    assert!(dials.len() > 90, "only {} different times", dials.len());
}

#[test]
fn a_network_that_flaps_cannot_postpone_for_ever() {
    let mut world = dropped(1);
    for _ in 0..7 {
        world.signal(Signal::Offline);
        world.run(990);
        world.signal(Signal::Offline);
        world.run(10);
    }
    world.run(1_000);
    assert_eq!(world.times("dial")[1], 18_000);
}

#[test]
fn online_and_offline_in_turn_still_end_in_an_attempt() {
    let mut world = dropped(1);
    for _ in 0..10_000 {
        world.signal(Signal::Offline);
        world.run(2);
        world.signal(Signal::Online);
        world.run(2);
    }
    assert!(world.count("dial") >= 2);
}

#[test]
fn offline_while_an_attempt_is_under_way_lets_it_be() {
    let mut world = World::new(Config::default(), Server::good());
    world.signal(Signal::Offline);
    assert_eq!(world.engine.status(), Status::Connecting);
    world.run(10);
    assert_eq!(world.engine.status(), Status::Open);
}

#[test]
fn offline_while_open_does_not_close_it() {
    let mut world = World::open(Config::default(), Server::good());
    world.signal(Signal::Offline);
    world.run(60_000);
    assert!(world.story().is_empty());
    assert_eq!(world.engine.ready_state(), ReadyState::Open);
}

#[test]
fn with_no_greatest_delay_online_still_brings_it_back() {
    let reconnect = Reconnect {
        max_delay: Span::FOREVER,
        ..Reconnect::default()
    };
    let config = Config {
        reconnect: Some(reconnect),
        ..Config::default()
    };
    let mut world = World::open(config, Server::good());
    world.signal(Signal::Offline);
    world.end(Close::ABNORMAL);
    world.run(86_400_000);
    assert_eq!(world.count("dial"), 1);
    world.signal(Signal::Online);
    world.run(260);
    assert_eq!(world.engine.ready_state(), ReadyState::Open);
}

#[test]
fn a_server_that_asked_for_ever_is_not_hastened_for_a_day() {
    let mut world = World::open(Config::default(), Server::good());
    world.end(Close {
        retry_after: Some(Span::FOREVER),
        ..closed_with(1013)
    });
    world.signal(Signal::Online);
    world.signal(Signal::Wake);
    let planned = world.engine.retry_at().unwrap();
    assert!(
        planned >= world.now().saturating_add(ms(86_400_000)),
        "planned for {planned:?}"
    );
}

#[test]
fn signals_after_the_end_change_nothing() {
    let mut world = World::open(Config::default(), Server::good());
    world.end(closed_with(1000));
    world.story();
    for signal in [Signal::Offline, Signal::Wake, Signal::Online] {
        world.signal(signal);
        world.run(60_000);
    }
    assert!(world.story().is_empty());
    assert!(world.now() > START);
}

#[test]
fn a_connection_that_opens_proves_the_network_whatever_the_browser_says() {
    let mut world = World::new(Config::default(), Server::good());
    world.signal(Signal::Offline);
    world.run(10_000);
    world.end(Close::ABNORMAL);
    assert_eq!(world.engine.status(), Status::Waiting);
    assert!(world.plans()[0].delay <= ms(500));
}

#[test]
fn a_message_proves_the_network_whether_the_engine_hears_it_at_once_or_later() {
    for at_once in [true, false] {
        let mut world = World::open(Config::default(), Server::good());
        world.run(10_000);
        world.signal(Signal::Offline);
        world.run(1_000);
        if at_once {
            world.hear(false);
        } else {
            let connection = world.connection();
            world.engine.handle_activity(world.now(), connection, false);
        }
        world.end(Close::ABNORMAL);
        assert_eq!(world.engine.status(), Status::Waiting);
        assert!(world.plans()[0].delay <= ms(500));
    }
}

#[test]
fn an_attempt_that_hangs_when_the_network_comes_back_is_followed_up_within_three_seconds() {
    for authenticates in [false, true] {
        let config = Config {
            authenticates,
            ..Config::default()
        };
        let mut world = World::new(config, Server::good().first(&[Fate::Silent]));
        world.run(1_000);
        world.signal(Signal::Online);
        world.run(3_000);
        assert_eq!(world.count("dial"), 2);
        assert_eq!(world.count(if authenticates { "authenticate?" } else { "open" }), 1);
    }
}

#[test]
fn a_first_attempt_after_the_network_came_back_is_followed_up_within_three_seconds() {
    for fate in [Fate::Silent, Fate::Refused { after: 10 }] {
        for seed in 0..50 {
            let mut world = World::seeded(Config::default(), Server::down(), seed);
            while world.count("dial") < 10 || world.engine.status() != Status::Waiting {
                world.run(100);
            }
            world.server = Server::good().first(&[fate]);
            world.signal(Signal::Online);
            world.run(3_000);
            assert_eq!(world.engine.ready_state(), ReadyState::Open, "{fate:?}, seed {seed}");
        }
    }
}

#[test]
fn a_network_that_comes_and_goes_leaves_attempts_their_time_and_the_server_its_peace() {
    let mut world = World::new(Config::default(), Server::which(Fate::Opens { after: 6_000 }));
    for _ in 0..30 {
        world.run(1_000);
        world.signal(Signal::Online);
    }
    assert_eq!(world.engine.ready_state(), ReadyState::Open, "a slow network, and yet");
    let mut world = World::new(Config::default(), Server::gone());
    for _ in 0..600 {
        world.run(1_000);
        world.signal(Signal::Online);
    }
    let dials = world.count("dial");
    assert!((60..240).contains(&dials), "{dials} in ten minutes");
}

#[test]
fn who_is_let_in_slowly_is_not_hurried() {
    let config = Config {
        authenticates: true,
        ..Config::default()
    };
    let mut world = World::new(config, Server::good());
    world.signal(Signal::Online);
    world.run(9_000);
    let connection = world.connection();
    world.engine.handle_authenticated(world.now(), connection);
    world.pump();
    assert_eq!(world.engine.ready_state(), ReadyState::Open);
}
