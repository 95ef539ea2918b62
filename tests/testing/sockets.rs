//! Sockets as the standard has them: sending, closing, and their states.

use holdfast_ws::engine::ReadyState;
use holdfast_ws::testing::{Browser, CloseError};

use crate::diary::{Scene, ms, secs};

#[test]
fn messages_come_in_order_after_a_round_trip() {
    let scene = Scene::new();
    let socket = scene.open();
    for text in ["a", "b", "c"] {
        socket.send(text).unwrap();
    }
    assert_eq!(scene.advance(ms(19)), [""; 0]);
    assert_eq!(scene.advance(ms(1)), ["a", "b", "c"]);
}

#[test]
fn sending_while_connecting_throws_and_after_the_end_only_counts() {
    let scene = Scene::new();
    let socket = scene.socket();
    assert!(socket.send("early").is_err());
    scene.world.advance(ms(100));
    socket.close(None, "").unwrap();
    socket.send("late").unwrap();
    assert_eq!(socket.buffered_amount(), 4);
    scene.world.advance(secs(1));
    socket.send("later").unwrap();
    assert_eq!(socket.buffered_amount(), 9);
    assert_eq!(scene.server.received(), []);
}

#[test]
fn close_takes_the_codes_and_reasons_that_the_standard_names() {
    let scene = Scene::new();
    let socket = scene.open();
    for code in [0, 999, 1001, 1005, 1006, 2999, 5000] {
        assert_eq!(socket.close(Some(code), ""), Err(CloseError::Code), "{code}");
    }
    assert_eq!(socket.close(Some(1000), &"x".repeat(124)), Err(CloseError::Reason));
    assert_eq!(socket.close(None, &"x".repeat(124)), Err(CloseError::Reason));
    assert_eq!(socket.ready_state(), ReadyState::Open);
    socket.close(Some(4999), &"x".repeat(123)).unwrap();
    assert_eq!(socket.ready_state(), ReadyState::Closing);
}

#[test]
fn the_page_closes_and_hears_the_servers_answer() {
    let scene = Scene::new();
    let socket = scene.open();
    socket.send("first").unwrap();
    socket.close(Some(4001), "bye").unwrap();
    // Messages that the server sends before it has seen the close frame are not dispatched any more.
    assert_eq!(scene.advance(secs(1)), ["close 4001 bye clean"]);
    assert_eq!(scene.server.received(), ["first".into()]);
    assert_eq!(socket.ready_state(), ReadyState::Closed);
}

#[test]
fn a_close_without_a_code_is_1005() {
    let scene = Scene::new();
    let socket = scene.open();
    socket.close(None, "").unwrap();
    assert_eq!(scene.advance(secs(1)), ["close 1005  clean"]);
}

#[test]
fn the_server_closes_and_the_page_hears_it_when_tcp_has_ended() {
    let scene = Scene::new();
    let socket = scene.open();
    scene.server.connections()[0].close(4001, "bye");
    scene.world.advance(ms(15));
    assert_eq!(socket.ready_state(), ReadyState::Closing, "its close frame was seen");
    assert_eq!(scene.advance(ms(14)), [""; 0]);
    assert_eq!(scene.advance(ms(1)), ["close 4001 bye clean"]);
}

#[test]
fn a_server_that_never_answers_a_close_frame_is_given_up() {
    for (browser, limit) in [(Browser::Chromium, 60), (Browser::Firefox, 10), (Browser::WebKit, 5)] {
        let scene = Scene::of(browser);
        let socket = scene.open();
        socket.silence();
        socket.close(Some(1000), "").unwrap();
        assert_eq!(scene.advance(secs(limit).saturating_sub(ms(1))), [""; 0]);
        assert_eq!(scene.advance(ms(1)), ["close 1006  unclean"]);
    }
}

#[test]
fn messages_in_flight_come_before_the_close() {
    let scene = Scene::new();
    let _socket = scene.open();
    let connection = &scene.server.connections()[0];
    connection.send("last");
    connection.close(1000, "done");
    connection.send("too late");
    assert_eq!(scene.advance(secs(1)), ["last", "close 1000 done clean"]);
}

#[test]
fn both_may_close_at_once() {
    let scene = Scene::new();
    let socket = scene.open();
    scene.server.connections()[0].close(4001, "server");
    socket.close(Some(4002), "page").unwrap();
    assert_eq!(scene.advance(secs(1)), ["close 4001 server clean"]);
}

#[test]
fn buffered_amount_falls_in_the_next_task_and_not_within_one() {
    let scene = Scene::new();
    let socket = scene.open();
    socket.send("12345").unwrap();
    assert_eq!(socket.buffered_amount(), 5);
    assert_eq!(socket.buffered_amount(), 5);
    scene.world.settle();
    assert_eq!(socket.buffered_amount(), 0);
}
