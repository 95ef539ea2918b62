//! The delays between attempts, and their reset.

use holdfast_ws::engine::{Backoff, Close, Config, Instant, Random, Reconnect, Span};

use crate::server::{Fate, Server};
use crate::world::{World, ms};

const DROPS: u64 = 200;

fn config(reconnect: Reconnect) -> Config {
    Config {
        reconnect: Some(reconnect),
        ..Config::default()
    }
}

/// The n-th delays in a row (n from 1) that a server which is down brings about, for many seeds.
fn delays(reconnect: &Reconnect, n: usize) -> Vec<Span> {
    (0..DROPS)
        .map(|seed| {
            let mut world = World::seeded(config(reconnect.clone()), Server::down(), seed);
            while world.plans().len() < n {
                world.run(10_000);
            }
            world.plans()[n - 1].delay
        })
        .collect()
}

/// All are within the bounds, and they fill them: within a tenth of either end.
fn fill(delays: &[Span], low: Span, high: Span) {
    let (least, most) = (delays.iter().min().unwrap(), delays.iter().max().unwrap());
    assert!(
        *least >= low && *most <= high,
        "{least:?} to {most:?} leaves {low:?} to {high:?}"
    );
    let tenth = Span::from_millis((high.as_millis() - low.as_millis()) / 10);
    assert!(*least <= low.saturating_add(tenth), "none near the low end: {least:?}");
    assert!(most.saturating_add(tenth) >= high, "none near the high end: {most:?}");
}

#[test]
fn the_first_delay_is_between_half_the_least_and_the_least() {
    fill(&delays(&Reconnect::default(), 1), ms(250), ms(500));
}

#[test]
fn the_nth_delay_is_between_three_eighths_and_all_of_the_least_times_the_factor_to_the_n() {
    let reconnect = Reconnect {
        max_delay: ms(30_000),
        ..Reconnect::default()
    };
    for (n, most) in [(2, 2_000), (3, 4_000), (4, 8_000), (5, 16_000)] {
        fill(&delays(&reconnect, n), ms(most * 3 / 8), ms(most));
    }
}

/// A herd's first attempts all fall into one second; its second ones must not make that second worse.
#[test]
fn the_second_attempt_comes_more_than_a_second_after_the_loss() {
    for seed in 0..10_000 {
        let (mut backoff, mut random) = (Backoff::default(), Random::new(seed));
        let [first, second] = [(); 2].map(|()| {
            let (low, high) = backoff.next(&Reconnect::default());
            random.between(low, high)
        });
        assert!(first <= ms(500) && first.saturating_add(second) >= ms(1_000));
    }
}

#[test]
fn no_delay_is_above_the_cap() {
    fill(&delays(&Reconnect::default(), 5), ms(3_000), ms(8_000));
    fill(&delays(&Reconnect::default(), 12), ms(3_000), ms(8_000));
}

#[test]
fn the_factor_says_how_fast_the_draw_widens() {
    let reconnect = Reconnect {
        factor: 1.5,
        ..Reconnect::default()
    };
    fill(&delays(&reconnect, 2), ms(421), ms(1125));
    fill(&delays(&reconnect, 3), ms(632), ms(1688));
    let steady = Reconnect {
        factor: 1.0,
        ..Reconnect::default()
    };
    fill(&delays(&steady, 9), ms(250), ms(500));
}

#[test]
fn the_least_delay_may_be_the_cap() {
    let reconnect = Reconnect {
        min_delay: ms(100),
        max_delay: ms(100),
        ..Reconnect::default()
    };
    fill(&delays(&reconnect, 4), ms(50), ms(100));
}

#[test]
fn delays_without_a_cap_grow_and_never_overflow() {
    let reconnect = Reconnect {
        max_delay: Span::FOREVER,
        factor: 1e300,
        ..Reconnect::default()
    };
    let mut backoff = Backoff::default();
    for _ in 0..100 {
        assert!(backoff.next(&reconnect).0 >= ms(250));
    }
    assert_eq!(backoff.next(&reconnect), (Span::FOREVER, Span::FOREVER));
}

#[test]
fn the_attempt_is_made_when_it_was_announced_for() {
    let mut world = World::new(config(Reconnect::default()), Server::down());
    world.run(60_000);
    let planned = world
        .plans()
        .iter()
        .map(|plan| plan.at.saturating_add(plan.delay))
        .collect::<Vec<Instant>>();
    let dialled = world
        .notes
        .iter()
        .filter(|(_, note)| crate::story::tell(note) == "dial");
    let dialled = dialled.map(|(at, _)| *at).skip(1).collect::<Vec<_>>();
    assert!(dialled.len() > 5);
    assert_eq!(dialled, planned[..dialled.len()]);
}

#[test]
fn the_time_of_the_next_attempt_is_told_while_one_is_planned() {
    let mut world = World::open(Config::default(), Server::good());
    assert_eq!(world.engine.retry_at(), None);
    world.end(Close::ABNORMAL);
    let plan = world.plans()[0];
    assert_eq!(world.engine.retry_at(), Some(plan.at.saturating_add(plan.delay)));
    world.run(510);
    assert_eq!(world.engine.retry_at(), None);
}

#[test]
fn attempts_are_numbered_from_one_after_a_stable_connection() {
    let mut world = World::new(
        Config::default(),
        Server::good().first(&[Fate::Refused { after: 0 }; 3]),
    );
    world.run(60_000);
    assert_eq!(
        world.plans().iter().map(|plan| plan.attempt).collect::<Vec<_>>(),
        [1, 2, 3]
    );
    assert_eq!(world.engine.attempt(), 0, "on a stable connection");
    world.end(Close::ABNORMAL);
    assert_eq!(world.engine.attempt(), 1);
}

/// The delay after the fifth connection, which lasted for `lasts`; the four before it did not.
fn delay_after_lasting(lasts: u64, seed: u64, with_tick: bool) -> Span {
    let brief = Fate::Ends {
        after: 0,
        lasts: 20,
        close: Close::ABNORMAL,
    };
    let mut world = World::seeded(
        Config::default(),
        Server::which(Fate::Opens { after: 0 }).first(&[brief; 4]),
        seed,
    );
    while world.engine.stats().connections < 5 {
        world.run(1);
    }
    if with_tick {
        world.run(lasts);
    } else {
        world.sleep(lasts);
    }
    world.end(Close::ABNORMAL);
    world.plans().last().unwrap().delay
}

#[test]
fn a_connection_that_lasted_starts_the_delays_over() {
    let delays: Vec<_> = (0..DROPS).map(|seed| delay_after_lasting(5001, seed, true)).collect();
    fill(&delays, ms(250), ms(500));
}

#[test]
fn a_connection_that_did_not_last_does_not() {
    let delays: Vec<_> = (0..DROPS).map(|seed| delay_after_lasting(4990, seed, true)).collect();
    fill(&delays, ms(3_000), ms(8_000));
}

#[test]
fn lasting_is_judged_by_the_clock_even_if_the_timer_had_no_turn() {
    let delays: Vec<_> = (0..DROPS).map(|seed| delay_after_lasting(5001, seed, false)).collect();
    fill(&delays, ms(250), ms(500));
}

#[test]
fn the_attempt_number_goes_back_to_zero_once_the_connection_has_lasted() {
    let mut world = World::new(Config::default(), Server::good().first(&[Fate::Refused { after: 0 }]));
    world.run(510);
    assert_eq!(world.engine.attempt(), 1, "just opened");
    world.run(5000);
    assert_eq!(world.engine.attempt(), 0, "has lasted");
}

#[test]
fn a_backoff_starts_over_when_it_is_reset() {
    let mut backoff = Backoff::default();
    for _ in 0..10 {
        backoff.next(&Reconnect::default());
    }
    backoff.reset();
    assert_eq!(backoff.next(&Reconnect::default()), (ms(250), ms(500)));
}
