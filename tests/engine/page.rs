//! The page is hidden and seen again, being left, left and returned to.

use holdfast_ws::engine::{Close, Config, Heartbeat, ReadyState, Reconnect, RetryCause, Route, Sent, Signal};

use crate::server::{Server, closed_with};
use crate::world::{World, ms};

const AWAY: u64 = 10_000;
const LEAVING: u64 = 5_000;

fn hidden_for(world: &mut World, millis: u64) {
    world.signal(Signal::Hidden);
    world.run(millis);
}

#[test]
fn a_connection_that_was_silent_while_the_page_was_hidden_is_made_anew_when_it_is_seen() {
    let mut world = World::open(Config::default(), Server::good());
    world.cut();
    hidden_for(&mut world, 30_000);
    assert!(world.story().is_empty());
    world.signal(Signal::Wake);
    assert_eq!(world.send(7), Ok(Sent::Queued), "in a listener to the same event");
    assert_eq!(
        world.story()[..4],
        ["abandon", "dial", "ended 1006 Wake, goes on", "attempt 1 planned: Wake"]
    );
    world.run(20);
    assert_eq!(world.engine.ready_state(), ReadyState::Open);
    assert_eq!(world.count("transmit"), 1);
}

#[test]
fn a_page_hidden_for_less_or_shown_and_hidden_in_turn_keeps_its_connection() {
    let mut world = World::open(Config::default(), Server::good());
    for away in [AWAY - 1, 1_000, 1_000, 9_000, 500] {
        hidden_for(&mut world, away);
        world.signal(Signal::Wake);
    }
    for _ in 0..60 {
        hidden_for(&mut world, 1_000);
        world.signal(Signal::Wake);
        world.run(1_000);
    }
    assert_eq!(world.count("dial"), 1);
}

#[test]
fn a_message_proves_the_connection_alive_for_a_while() {
    for (heard_after, dials) in [(1_000, 2), (25_000, 1)] {
        let mut world = World::open(Config::default(), Server::good());
        hidden_for(&mut world, heard_after);
        assert!(world.engine.needs_message_times(), "the time of a message matters now");
        world.hear(false);
        world.run(30_000 - heard_after);
        world.signal(Signal::Wake);
        assert_eq!(world.count("dial"), dials, "heard after {heard_after} ms");
        assert!(!world.engine.needs_message_times());
    }
}

#[test]
fn of_a_page_that_was_never_said_to_be_hidden_messages_are_counted() {
    for (passed, dials) in [(0, 2), (1, 1)] {
        let mut world = World::open(Config::default(), Server::good());
        world.run(30_000);
        world.engine.handle_bypassed(passed);
        world.signal(Signal::Wake);
        assert_eq!(world.count("dial"), dials);
    }
}

#[test]
fn the_machine_slept_while_the_page_was_hidden_though_its_clock_stood_still() {
    for (hides, dials) in [(true, 2), (false, 1)] {
        let mut world = World::open(Config::default(), Server::good());
        if hides {
            world.signal(Signal::Hidden);
        }
        world.signal(Signal::Jump);
        world.run(1_000);
        world.signal(Signal::Wake);
        assert_eq!(world.count("dial"), dials);
    }
}

#[test]
fn it_is_left_alone_with_a_heartbeat_a_request_or_no_network_or_if_that_is_off() {
    let beating = Config {
        heartbeat: Some(Heartbeat::default()),
        ..Config::default()
    };
    let off = Reconnect {
        on_wake: false,
        ..Reconnect::default()
    };
    let off = Config {
        reconnect: Some(off),
        ..Config::default()
    };
    let plain = Config {
        reconnect: None,
        ..Config::default()
    };
    for config in [beating, off, plain] {
        let mut world = World::open(config, Server::good());
        hidden_for(&mut world, 30_000);
        world.signal(Signal::Wake);
        assert_eq!(world.count("dial"), 1);
    }
    let mut world = World::open(Config::default(), Server::good());
    let id = world.engine.number_request();
    let now = world.now();
    world.engine.request(now, id, 1, 1, ms(60_000), Route::Any).unwrap();
    world.pump();
    hidden_for(&mut world, 30_000);
    world.signal(Signal::Wake);
    assert_eq!(world.count("dial"), 1);
    let mut world = World::open(Config::default(), Server::good());
    world.signal(Signal::Offline);
    hidden_for(&mut world, 30_000);
    world.signal(Signal::Wake);
    assert_eq!(world.count("dial"), 1);
}

#[test]
fn it_is_no_failure_and_the_application_is_asked_as_of_any_end() {
    let asks = Reconnect {
        max_attempts: 1,
        stable_after: ms(3_600_000),
        asks: true,
        ..Reconnect::default()
    };
    let config = Config {
        reconnect: Some(asks),
        ..Config::default()
    };
    let server = Server {
        decision: Some(true),
        ..Server::good()
    };
    let mut world = World::open(config, server);
    hidden_for(&mut world, 30_000);
    world.signal(Signal::Wake);
    world.run(20);
    assert_eq!(world.count("may attempt"), 1);
    assert_eq!(world.engine.ready_state(), ReadyState::Open);
    assert_eq!(world.plans().last().unwrap().cause, RetryCause::Wake);
}

#[test]
fn a_connection_that_ends_while_the_page_is_being_left_is_told_when_the_page_has_stayed() {
    let mut world = World::open(Config::default(), Server::good());
    world.run(10_000);
    world.signal(Signal::Leaving);
    world.run(4_000);
    world.end(Close::ABNORMAL);
    assert_eq!(world.send(1), Ok(Sent::Queued));
    world.run(LEAVING - 4_000 - 1);
    assert!(world.story().is_empty());
    world.run(1);
    assert_eq!(world.count("ended"), 1);
    world.run(2_000);
    assert_eq!(world.engine.ready_state(), ReadyState::Open);
    assert_eq!(world.count("transmit"), 1);
}

#[test]
fn an_error_is_held_back_with_the_end_that_follows() {
    let mut world = World::open(Config::default(), Server::good());
    let (now, connection) = (world.now(), world.connection());
    assert!(world.engine.handle_error(now, connection));
    world.signal(Signal::Leaving);
    assert!(!world.engine.handle_error(now, connection));
    world.end(Close::ABNORMAL);
    world.run(LEAVING);
    assert_eq!(world.story()[..2], ["error", "ended 1006 Closed, goes on"]);
}

#[test]
fn of_a_page_that_was_left_nothing_is_told_and_nothing_is_dialled_until_its_return() {
    for leaving in [false, true] {
        for ends_first in [false, true] {
            let mut world = World::open(Config::default(), Server::good());
            world.run(10_000);
            world.story();
            if leaving {
                world.signal(Signal::Leaving);
            }
            if ends_first && leaving {
                world.end(closed_with(1001));
            }
            world.signal(Signal::Left);
            if !(ends_first && leaving) {
                world.end(closed_with(1001));
            }
            world.signal(Signal::Hidden);
            world.signal(Signal::Online);
            world.run(3_600_000);
            assert!(world.story().is_empty());
            assert_eq!(world.engine.poll_timeout(), None);
            world.signal(Signal::Wake);
            assert_eq!(world.count("ended"), 1);
            world.run(300);
            assert_eq!(world.engine.ready_state(), ReadyState::Open, "it is not put off");
        }
    }
}

#[test]
fn an_attempt_that_was_planned_is_made_at_the_return() {
    let mut world = World::open(Config::default(), Server::good());
    world.run(10_000);
    world.server = Server::down();
    world.end(Close::ABNORMAL);
    world.run(30_000);
    world.server = Server::good();
    let dials = world.count("dial");
    world.signal(Signal::Leaving);
    world.run(LEAVING - 1);
    world.signal(Signal::Left);
    world.run(3_600_000);
    assert_eq!(world.count("dial"), dials);
    world.signal(Signal::Wake);
    world.run(300);
    assert_eq!(world.engine.ready_state(), ReadyState::Open);
}

#[test]
fn close_and_reconnect_go_by_an_end_that_is_held_back() {
    for closes in [true, false] {
        let mut world = World::open(Config::default(), Server::good());
        world.signal(Signal::Leaving);
        world.end(closed_with(1011));
        if closes {
            world.close();
            assert_eq!(world.last_end().close.code, 1011);
            assert_eq!(world.engine.ready_state(), ReadyState::Closed);
        } else {
            world.reconnect();
            world.run(20);
            assert_eq!(world.engine.ready_state(), ReadyState::Open);
        }
        world.run(60_000);
        assert_eq!(world.count("ended"), 1);
    }
}

#[test]
fn an_end_that_is_told_right_after_the_page_is_back_is_followed_by_an_attempt_at_once() {
    let slow = Reconnect {
        min_delay: ms(60_000),
        max_delay: ms(60_000),
        ..Reconnect::default()
    };
    for (later, at_once) in [(0, true), (1_900, true), (2_000, false)] {
        let config = Config {
            reconnect: Some(slow.clone()),
            ..Config::default()
        };
        let mut world = World::open(config, Server::good());
        world.signal(Signal::Wake);
        world.run(later);
        world.end(Close::ABNORMAL);
        world.run(260);
        assert_eq!(world.count("dial") == 2, at_once, "told {later} ms later");
        if at_once {
            world.run(20);
            world.end(Close::ABNORMAL);
            world.run(1_000);
            assert_eq!(world.count("dial"), 2, "once");
        }
    }
}
