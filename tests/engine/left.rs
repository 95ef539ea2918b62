//! A page that was left while an attempt was under way, or a connection in trouble.

use holdfast_ws::engine::{Close, Config, ReadyState, Signal};

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
    let old = world.line();
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
