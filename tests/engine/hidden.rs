//! A hidden page may close its connection, and may make no attempt until it is visible.

use holdfast_ws::engine::{
    Close, CloseCause, Config, ConfigError, Hidden, ReadyState, Reconnect, Reply, RequestId, RetryCause, Route, Sent,
    Signal, Span, Status,
};

use crate::server::{Server, closed_with};
use crate::world::{World, ms};

const AFTER: u64 = 30_000;

fn hidden(close_after: Span, dial: bool) -> Config {
    Config {
        hidden: Hidden { close_after, dial },
        ..Config::default()
    }
}

fn lets_go() -> Config {
    hidden(ms(AFTER), true)
}

fn stays() -> Config {
    hidden(Span::FOREVER, false)
}

fn hide(config: Config) -> World {
    let mut world = World::open(config, Server::good());
    world.run(10_000);
    world.story();
    world.signal(Signal::Hidden);
    world
}

fn ask(world: &mut World) -> RequestId {
    let id = world.engine.number_request();
    let now = world.now();
    let asked = world.engine.request(now, id, 1, 1, ms(300_000), Route::Any);
    assert_eq!(asked, Ok(()));
    world.pump();
    id
}

#[test]
fn a_hidden_page_lets_go_of_its_connection_and_has_it_back_when_it_is_seen() {
    let mut world = hide(lets_go());
    world.run(AFTER - 1);
    assert!(world.story().is_empty());
    world.run(1);
    assert_eq!(
        world.story(),
        ["check", "abandon", "ended 1006 Hidden, goes on", "now Waiting"]
    );
    assert_eq!(world.engine.ready_state(), ReadyState::Connecting);
    assert_eq!((world.engine.retry_at(), world.engine.poll_timeout()), (None, None));
    world.run(3_600_000);
    world.signal(Signal::Hidden);
    world.signal(Signal::Offline);
    world.signal(Signal::Online);
    assert_eq!(world.count("dial"), 1);
    world.story();
    world.signal(Signal::Wake);
    assert_eq!(world.story()[..2], ["dial", "attempt 1 planned: Hidden"]);
    world.run(20);
    assert_eq!(world.engine.ready_state(), ReadyState::Open);
    world.run(3_600_000);
    assert_eq!(world.count("ended"), 1, "it is seen");
}

#[test]
fn a_page_that_is_seen_before_keeps_its_connection() {
    let mut world = hide(lets_go());
    for _ in 0..100 {
        world.run(AFTER - 1);
        world.hear(false);
        world.signal(Signal::Wake);
        world.run(1);
        world.signal(Signal::Hidden);
        world.signal(Signal::Hidden);
    }
    assert_eq!(world.count("ended"), 0);
}

#[test]
fn by_default_it_never_lets_go() {
    let mut world = hide(Config::default());
    world.run(86_400_000);
    assert_eq!((world.count("check"), world.engine.poll_timeout()), (0, None));
}

#[test]
fn a_message_or_a_request_has_it_back_and_after_that_it_is_let_go_of_again() {
    for asks in [false, true] {
        let mut world = hide(lets_go());
        world.run(AFTER + 60_000);
        if asks {
            ask(&mut world);
        } else {
            assert_eq!(world.send(7), Ok(Sent::Queued));
        }
        assert_eq!(world.engine.status(), Status::Connecting, "at once");
        world.run(20);
        assert_eq!(world.count("transmit"), 1);
        world.run(AFTER + 60_000);
        assert_eq!(world.count("ended"), if asks { 1 } else { 2 });
    }
}

#[test]
fn it_waits_for_replies_and_lets_go_as_soon_as_the_last_is_there() {
    let mut world = hide(lets_go());
    let (first, second) = (ask(&mut world), ask(&mut world));
    world.run(AFTER);
    let now = world.now();
    assert_eq!(world.engine.handle_reply(now, first, true), Reply::Matched);
    world.run(100_000);
    assert_eq!(world.count("ended"), 0);
    let now = world.now();
    assert_eq!(world.engine.handle_reply(now, second, true), Reply::Matched);
    world.run(0);
    assert_eq!(world.count("ended 1006 Hidden"), 1);
}

#[test]
fn it_waits_until_the_buffer_is_empty() {
    let mut world = hide(lets_go());
    world.busy = true;
    world.run(AFTER + 5_000);
    assert_eq!(world.count("ended"), 0);
    world.busy = false;
    world.run(1_000);
    assert_eq!(world.count("ended"), 1);
    assert!(world.count("check") < 14, "it looks rarely");
}

#[test]
fn an_answer_that_nobody_asked_for_changes_nothing() {
    let mut world = hide(lets_go());
    let (now, connection) = (world.now(), world.connection());
    world.engine.handle_idle(now, connection, true);
    world.pump();
    assert_eq!(world.count("ended"), 0);
}

#[test]
fn a_page_that_is_seen_again_keeps_a_connection_whose_time_had_come_beneath_a_request() {
    let mut world = hide(lets_go());
    let request = ask(&mut world);
    world.run(AFTER);
    world.signal(Signal::Wake);
    let now = world.now();
    assert_eq!(world.engine.handle_reply(now, request, true), Reply::Matched);
    world.run(60_000);
    assert_eq!((world.count("check"), world.count("ended")), (0, 0));
}

#[test]
fn an_answer_that_comes_after_the_page_is_seen_changes_nothing() {
    let stays = Reconnect {
        on_wake: false,
        ..Reconnect::default()
    };
    let mut world = hide(Config {
        reconnect: Some(stays),
        ..lets_go()
    });
    let connection = world.connection();
    let now = world.now().saturating_add(ms(AFTER));
    world.engine.handle_timeout(now);
    while world.engine.poll_output().is_some() {}
    world.engine.handle_signal(now, Signal::Wake);
    world.engine.handle_idle(now, connection, true);
    assert_eq!(world.engine.ready_state(), ReadyState::Open);
}

#[test]
fn a_message_while_the_page_may_be_left_has_the_connection_back_once_it_stays() {
    let mut world = hide(lets_go());
    world.run(AFTER);
    world.signal(Signal::Leaving);
    assert_eq!(world.send(7), Ok(Sent::Queued));
    world.run(4_999);
    assert_eq!(world.count("dial"), 1);
    world.run(21);
    assert_eq!((world.count("dial"), world.count("transmit")), (2, 1));
}

#[test]
fn a_message_of_a_page_that_has_been_left_has_the_connection_back_at_its_return() {
    let mut world = hide(lets_go());
    world.run(AFTER);
    world.signal(Signal::Left);
    assert_eq!(world.send(7), Ok(Sent::Queued));
    world.run(60_000);
    assert_eq!(world.count("dial"), 1);
    world.signal(Signal::Wake);
    world.run(20);
    assert_eq!((world.count("dial"), world.count("transmit")), (2, 1));
}

#[test]
fn what_a_listener_to_the_end_sends_has_the_connection_back() {
    let asks = Reconnect {
        asks: true,
        ..Reconnect::default()
    };
    let config = Config {
        reconnect: Some(asks),
        ..lets_go()
    };
    let mut world = hide(config);
    world.run(AFTER);
    assert_eq!(world.count("may attempt 1"), 1, "asked as of any end");
    assert_eq!(world.send(7), Ok(Sent::Queued));
    world.decision(true);
    world.run(300);
    assert_eq!((world.count("dial"), world.count("transmit")), (2, 1));
}

#[test]
fn an_end_that_is_no_failure_is_final_if_the_application_says_so() {
    let asks = Reconnect {
        asks: true,
        max_attempts: 1,
        ..Reconnect::default()
    };
    let config = Config {
        reconnect: Some(asks),
        ..lets_go()
    };
    let mut world = hide(config);
    world.run(AFTER);
    world.decision(false);
    assert_eq!(world.engine.ready_state(), ReadyState::Closed);
    assert_eq!(
        (world.last_end().cause, world.last_end().goes_on),
        (CloseCause::Hidden, false)
    );
}

#[test]
fn reconnect_and_close_go_by_it() {
    for closes in [false, true] {
        let mut world = hide(hidden(ms(AFTER), false));
        world.run(AFTER);
        if closes {
            world.close();
            assert_eq!(world.engine.ready_state(), ReadyState::Closed);
        } else {
            world.reconnect();
            world.run(20);
            assert_eq!(world.engine.ready_state(), ReadyState::Open);
        }
    }
}

#[test]
fn a_page_that_does_not_dial_makes_no_attempt_until_it_is_seen() {
    let mut world = hide(stays());
    world.end(Close::ABNORMAL);
    assert_eq!(world.story(), ["ended 1006 Closed, goes on", "now Waiting"]);
    assert_eq!(world.send(1), Ok(Sent::Queued));
    world.signal(Signal::Online);
    world.run(3_600_000);
    assert_eq!(world.count("dial"), 1);
    world.signal(Signal::Wake);
    assert_eq!(world.plans().last().unwrap().cause, RetryCause::Closed);
    world.run(20);
    assert_eq!((world.count("dial"), world.count("transmit")), (2, 1));
}

#[test]
fn an_attempt_that_is_planned_when_the_page_is_hidden_waits_too_and_one_under_way_goes_on() {
    let mut world = World::open(stays(), Server::good());
    world.server = Server::down();
    world.end(Close::ABNORMAL);
    world.signal(Signal::Hidden);
    assert_eq!(world.engine.poll_timeout(), None);
    world.signal(Signal::Wake);
    assert_eq!(world.engine.status(), Status::Connecting);
    world.signal(Signal::Hidden);
    world.run(60_000);
    assert_eq!(world.count("dial"), 2);
    assert_eq!(
        (world.engine.status(), world.engine.retry_at()),
        (Status::Waiting, None)
    );
}

#[test]
fn the_time_that_a_server_asked_for_and_a_network_that_is_gone_are_waited_for_all_the_same() {
    let asked = Close {
        retry_after: Some(ms(60_000)),
        ..closed_with(1013)
    };
    let mut world = hide(stays());
    world.end(asked);
    world.run(20_000);
    world.signal(Signal::Wake);
    world.run(39_999);
    assert_eq!(world.count("dial"), 1);
    world.run(300);
    assert_eq!(world.count("dial"), 2);
    let mut world = hide(stays());
    world.signal(Signal::Offline);
    world.end(Close::ABNORMAL);
    world.signal(Signal::Wake);
    assert_eq!(world.engine.status(), Status::Offline);
    world.run(7_999);
    assert_eq!(world.count("dial"), 1);
    world.run(1);
    assert_eq!(world.count("dial"), 2);
}

#[test]
fn reconnect_dials_in_a_page_that_does_not() {
    let mut world = hide(stays());
    for _ in 0..5 {
        world.reconnect();
    }
    world.run(1_000);
    assert_eq!(world.engine.ready_state(), ReadyState::Open);
}

#[test]
fn a_page_that_is_left_and_returned_to_has_its_connection_back() {
    let mut world = hide(stays());
    world.signal(Signal::Left);
    world.end(closed_with(1001));
    world.run(60_000);
    assert_eq!(world.count("dial"), 1);
    world.signal(Signal::Wake);
    world.run(300);
    assert_eq!(world.engine.ready_state(), ReadyState::Open);
}

#[test]
fn it_needs_a_time_and_reconnection() {
    let refused = |config: Config| config.check().unwrap_err();
    assert_eq!(refused(hidden(Span::ZERO, true)), ConfigError::HiddenCloseAfter);
    for hidden in [lets_go(), stays()] {
        let config = Config {
            reconnect: None,
            ..hidden
        };
        assert_eq!(refused(config), ConfigError::Hidden);
    }
    assert_eq!(ConfigError::Hidden.to_string(), "hidden takes reconnection to be on");
}
