//! Handles and handlers: who keeps a socket, and what a handler may do.

use std::cell::Cell;
use std::rc::Rc;

use holdfast_ws::{ConnectError, Url, WebSocket};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::{Recorder, address, connect, inject_fault, ms, quick, sleep, until, until_connections};

#[wasm_bindgen_test]
async fn dropping_the_last_handle_closes_the_connection_and_releases_every_closure() {
    let ws = connect("/echo", "c-handle");
    let other = ws.clone();
    let weak = ws.downgrade();
    let messages = Recorder::new();
    ws.set_onmessage(messages.recorder());
    ws.set_onopen({
        let messages = messages.clone();
        move || drop(messages.clone())
    });
    until_connections("c-handle", 1).await;
    drop(ws);
    assert!(weak.upgrade().is_some());
    assert_eq!(messages.writers(), 2);
    drop(other);
    assert!(weak.upgrade().is_none());
    assert_eq!(messages.writers(), 0);
    until_connections("c-handle", 0).await;
}

#[wasm_bindgen_test]
async fn a_socket_that_is_waiting_is_dropped_with_its_attempts() {
    inject_fault("c-waiting", "refuse").await;
    let ws = connect("/echo", "c-waiting");
    until("an attempt", || ws.attempt() > 1).await;
    drop(ws);
    inject_fault("c-waiting", "accept").await;
    sleep(300).await;
    until_connections("c-waiting", 0).await;
}

#[wasm_bindgen_test]
async fn the_last_handle_may_be_dropped_within_a_handler() {
    for event in ["open", "message", "close", "status"] {
        let line = format!("c-within-{event}");
        let ws = connect("/greet", &line);
        let weak = ws.downgrade();
        let held = Rc::new(Cell::new(Some(ws)));
        let mine = Rc::clone(&held);
        let release = move || drop(mine.take());
        let ws = weak.upgrade().expect("it is held");
        match event {
            "open" => ws.set_onopen(release),
            "message" => ws.set_onmessage(move |_| release()),
            "close" => ws.set_onclose(move |_| release()),
            _ => ws.set_onstatuschange(move |_| release()),
        }
        drop(ws);
        if event == "close" {
            until_connections(&line, 1).await;
            inject_fault(&line, "drop").await;
        }
        until("the handler to drop it", || weak.upgrade().is_none()).await;
        until_connections(&line, 0).await;
        assert_eq!(Rc::strong_count(&held), 1, "the closure was released");
    }
}

#[wasm_bindgen_test]
async fn a_handler_may_set_itself_anew() {
    let ws = connect("/echo", "c-anew");
    let messages = Recorder::<String>::new();
    let (weak, second) = (ws.downgrade(), messages.clone());
    let first = messages.clone();
    ws.set_onmessage(move |_| {
        first.record("first");
        let second = second.clone();
        if let Some(ws) = weak.upgrade() {
            ws.set_onmessage(move |_| second.record("second"));
        }
    });
    for text in ["1", "2", "3"] {
        ws.send_with_str(text).expect("room");
    }
    until("three echoes", || messages.len() == 3).await;
    assert_eq!(messages.entries(), ["first", "second", "second"]);
}

#[wasm_bindgen_test]
fn a_refused_url_or_option_is_an_error_that_says_why() {
    let refused = |address: &str| WebSocket::new(address).expect_err("nothing to connect to");
    assert_eq!(refused("ftp://nowhere"), ConnectError::Refused);
    assert_eq!(refused("ws://here/#fragment"), ConnectError::Refused);
    let twice = WebSocket::builder(address("/echo", "c-twice")).protocols(["a", "a"]);
    assert_eq!(twice.connect().expect_err("a repetition"), ConnectError::Refused);
    let impossible = WebSocket::builder(address("/echo", "c-option")).reconnect(quick().min_delay(ms(0)));
    let error = impossible.connect().expect_err("no delay at all");
    assert_eq!(error.to_string(), "the option reconnect.min_delay takes more than 0 ms");
}

#[wasm_bindgen_test]
fn debug_shows_no_url() {
    let ws = WebSocket::new(address("/echo?token=secret", "c-debug")).expect("a good URL");
    let shown = format!("{ws:?} {:?} {:?}", ws.downgrade(), Url::from("ws://here?token=secret"));
    assert!(shown.contains("Connecting") && !shown.contains("secret"), "{shown}");
}
