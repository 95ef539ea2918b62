//! A page that was left while an attempt was under way, or a connection in trouble.

use holdfast_ws::engine::{Close, Config, Hidden, ReadyState, Signal};

use crate::server::{Answer, Server};
use crate::world::World;

#[test]
fn an_attempt_given_up_when_the_page_was_left_is_made_at_its_return_though_the_browser_believes_it_is_offline() {
    let config = Config {
        resolves: true,
        ..Config::default()
    };
    let server = Server::good().asked(&[Answer::Gives { after: 100 }]);
    let mut world = World::new(config, server);
    world.signal(Signal::Left);
    world.signal(Signal::Offline);
    world.run(60_000);
    assert_eq!(world.count("dial"), 0);
    world.signal(Signal::Wake);
    let plans = world.plans();
    assert_eq!(plans.last().map(|plan| plan.delay.as_millis()), Some(8_000));
    world.run(8_000);
    assert_eq!(world.count("resolve"), 2);
}

#[test]
fn an_error_of_a_connection_that_is_over_is_not_told_with_the_end_of_the_next() {
    let mut world = World::open(Config::default(), Server::good());
    let old = world.connection();
    world.end(Close::ABNORMAL);
    world.run(2_000);
    assert_eq!(world.engine.ready_state(), ReadyState::Open);
    world.signal(Signal::Leaving);
    let now = world.now();
    assert!(!world.engine.handle_error(now, old));
    world.end(Close::ABNORMAL);
    world.run(5_000);
    assert_eq!(world.count("error"), 0);
}

#[test]
fn a_page_that_is_back_but_hidden_goes_on() {
    let mut world = World::open(Config::default(), Server::good());
    world.signal(Signal::Left);
    world.signal(Signal::Hidden);
    world.end(Close::ABNORMAL);
    world.run(60_000);
    assert!(world.story().is_empty(), "it has been left");
    world.signal(Signal::Restored);
    assert_eq!(world.count("ended 1006 Closed, goes on"), 1);
    world.run(10_000);
    assert_eq!((world.engine.ready_state(), world.count("dial")), (ReadyState::Open, 2));
}

#[test]
fn a_page_that_is_back_but_hidden_makes_the_attempt_that_was_given_up() {
    for offline in [false, true] {
        let config = Config {
            resolves: true,
            ..Config::default()
        };
        let server = Server::good().asked(&[Answer::Gives { after: 100 }]);
        let mut world = World::new(config, server);
        world.signal(Signal::Left);
        if offline {
            world.signal(Signal::Offline);
        }
        world.run(60_000);
        world.signal(Signal::Restored);
        world.run(if offline { 7_999 } else { 0 });
        assert_eq!(world.count("resolve"), if offline { 1 } else { 2 });
        world.run(10_000);
        assert_eq!(world.engine.ready_state(), ReadyState::Open);
    }
}

#[test]
fn a_page_that_is_back_but_hidden_does_not_dial_if_hidden_pages_do_not() {
    for given_up in [false, true] {
        let config = Config {
            hidden: Hidden {
                dial: false,
                ..Hidden::default()
            },
            resolves: given_up,
            ..Config::default()
        };
        let server = Server::good().asked(&[Answer::Gives { after: 100 }]);
        let mut world = World::new(config, server);
        if !given_up {
            world.run(10);
        }
        let attempts = world.engine.stats().attempts;
        world.signal(Signal::Left);
        if !given_up {
            world.end(Close::ABNORMAL);
        }
        world.run(60_000);
        world.signal(Signal::Restored);
        world.run(60_000);
        assert_eq!(
            (world.engine.stats().attempts, world.engine.retry_at()),
            (attempts, None)
        );
        world.signal(Signal::Wake);
        world.run(1_000);
        assert_eq!(world.engine.ready_state(), ReadyState::Open);
    }
}
