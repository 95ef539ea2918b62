//! Close codes that end it, and how a server asks for patience.

use holdfast_ws::engine::{Close, Config, ReadyState, Reconnect, Span};

use crate::server::{Fate, Server, closed_with};
use crate::world::{World, ms};

/// The delay announced after a stable connection ends so, for one seed.
fn delay_after(close: Close, config: Config, seed: u64) -> Span {
    let mut world = World::seeded(config, Server::good(), seed);
    world.run(10_000);
    world.end(close);
    world.plans()[0].delay
}

fn hint(code: u16, millis: u64) -> Close {
    Close {
        retry_after: Some(ms(millis)),
        ..closed_with(code)
    }
}

/// All delays for many seeds are between `low` and `high`, and not all the same.
fn within(close: Close, config: &Config, low: u64, high: u64) {
    let delays: Vec<_> = (0..100).map(|seed| delay_after(close, config.clone(), seed)).collect();
    for delay in &delays {
        assert!((ms(low)..=ms(high)).contains(delay), "{delay:?} after {close:?}");
    }
    assert!(
        delays.iter().any(|delay| *delay != delays[0]),
        "a herd would come back at once after {close:?}"
    );
}

#[test]
fn these_codes_end_it() {
    let by_the_application = 4400..=4499;
    for code in [1000, 1002, 1003, 1007, 1008, 1009, 1010]
        .into_iter()
        .chain(by_the_application)
        .filter(|code| ![4408, 4425, 4429].contains(code))
    {
        let mut world = World::open(Config::default(), Server::good());
        world.end(closed_with(code));
        assert_eq!(
            world.story(),
            [format!("ended {code} Closed, over"), "now Closed".into()]
        );
        assert_eq!(world.engine.ready_state(), ReadyState::Closed);
    }
}

#[test]
fn these_codes_are_followed_by_another_attempt() {
    for code in [
        1001, 1004, 1005, 1006, 1011, 1012, 1013, 1014, 1015, 3000, 3999, 4000, 4399, 4408, 4425, 4429, 4500, 4999,
    ] {
        let mut world = World::open(Config::default(), Server::good());
        world.end(closed_with(code));
        assert_eq!(world.story()[0], format!("ended {code} Closed, goes on"));
        assert_eq!(world.engine.ready_state(), ReadyState::Connecting);
    }
}

fn up_to(max_delay: Span) -> Config {
    let reconnect = Reconnect {
        min_delay: ms(100),
        max_delay,
        ..Reconnect::default()
    };
    Config {
        reconnect: Some(reconnect),
        ..Config::default()
    }
}

#[test]
fn a_restart_or_an_overload_asks_for_5_to_30_seconds() {
    for code in [1012, 1013] {
        let close = closed_with(code);
        within(close, &Config::default(), 5_000, 30_000);
        let mut delays: Vec<_> = (0..1_000)
            .map(|seed| delay_after(close, Config::default(), seed))
            .collect();
        delays.sort_unstable();
        let quarters = [0, 250, 500, 750, 999].map(|rank| delays[rank].as_millis() / 1_000);
        for (second, uniform) in quarters.into_iter().zip([5, 11, 17, 23, 29]) {
            assert!(second.abs_diff(uniform) <= 1, "drawn evenly: {quarters:?}");
        }
    }
}

#[test]
fn a_code_alone_asks_for_no_more_than_four_times_the_greatest_delay() {
    within(closed_with(1013), &up_to(ms(1_000)), 1_000, 4_000);
    within(closed_with(1012), &up_to(ms(100)), 100, 400);
    within(closed_with(1012), &up_to(ms(6_000)), 5_000, 24_000);
    within(closed_with(1012), &up_to(Span::FOREVER), 5_000, 30_000);
}

/// A later failure is an ordinary one: the server is full, or still down.
#[test]
fn after_a_restart_the_delays_go_on_with_the_second() {
    for seed in 0..100 {
        let mut world = World::seeded(
            Config::default(),
            Server::down().first(&[Fate::Opens { after: 0 }]),
            seed,
        );
        world.run(10_000);
        world.end(closed_with(1012));
        world.run(31_000);
        let delay = world.plans()[1].delay;
        assert!((ms(750)..=ms(2_000)).contains(&delay), "{delay:?}");
    }
}

#[test]
fn a_hint_sets_the_least_delay_whatever_the_code() {
    for code in [1001, 1006, 1011, 1012, 1013, 4000] {
        within(hint(code, 20_000), &Config::default(), 20_250, 20_500);
    }
}

#[test]
fn a_hint_may_ask_for_more_than_the_greatest_delay() {
    within(hint(1013, 120_000), &Config::default(), 120_250, 120_500);
}

#[test]
fn a_hint_may_ask_for_less_than_the_code_does() {
    within(hint(1012, 0), &Config::default(), 250, 500);
    within(hint(1013, 100), &Config::default(), 350, 600);
}

#[test]
fn a_hint_makes_no_code_an_end() {
    for code in [1000, 1008, 4400, 4429] {
        within(hint(code, 5_000), &Config::default(), 5_250, 5_500);
    }
}

#[test]
fn a_hint_counts_up_to_a_day() {
    for asked in [Span::FOREVER, ms(86_400_001)] {
        let close = Close {
            retry_after: Some(asked),
            ..closed_with(1013)
        };
        within(close, &Config::default(), 86_400_250, 86_400_500);
        let mut world = World::open(Config::default(), Server::good());
        world.end(close);
        world.run(86_400_000);
        assert_eq!(world.count("dial"), 1);
        world.run(600);
        assert_eq!(world.engine.ready_state(), ReadyState::Open);
    }
}

#[test]
fn a_hint_holds_once() {
    let mut world = World::open(Config::default(), Server::good());
    world.run(10_000);
    world.end(hint(1013, 60_000));
    world.run(70_000);
    world.end(Close::ABNORMAL);
    assert!(world.plans()[1].delay <= ms(500));
}
