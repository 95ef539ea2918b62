//! The client where there is no browser: it compiles, and says so.
#![cfg(not(all(target_arch = "wasm32", target_os = "unknown")))]

use std::error::Error;
use std::time::Duration;

use holdfast_ws::{CloseError, ConnectError, Heartbeat, Message, Queue, Reconnect, SendError, Url, WebSocket};

#[test]
fn there_is_no_websocket_outside_of_a_browser() {
    let error = WebSocket::new("wss://example.com/live").expect_err("no browser");
    assert_eq!(error, ConnectError::NotInBrowser);
    assert_eq!(
        error.to_string(),
        "a WebSocket exists only in a browser: make it in an effect or on mount, not on the server"
    );
}

#[test]
fn every_option_can_be_given_all_the_same() {
    let address =
        Url::from_async_fn(|attempt| async move { (attempt.number == 0).then(|| "wss://example.com".to_owned()) });
    let second = Duration::from_secs(1);
    let reconnect = Reconnect::new()
        .min_delay(second)
        .max_delay(second)
        .factor(1.5)
        .max_attempts(3)
        .connect_timeout(second)
        .stable_after(second)
        .should_reconnect(|event, _| event.code != 4000);
    let heartbeat = Heartbeat::new()
        .interval(second)
        .timeout(second)
        .ping(vec![9])
        .pong("pong");
    let builder = WebSocket::builder(address)
        .protocols(["a", "b"])
        .reconnect(reconnect)
        .heartbeat(heartbeat)
        .queue(Queue::new().max_messages(1).max_bytes(1))
        .idle_timeout(second)
        .stall_timeout(second);
    assert!(format!("{builder:?}").contains("Url(from_fn)"));
    assert_eq!(builder.connect().expect_err("no browser"), ConnectError::NotInBrowser);
}

#[test]
fn an_impossible_option_is_named_as_the_builder_has_it() {
    let reconnect = Reconnect::new().factor(0.5);
    let error = WebSocket::builder("")
        .reconnect(reconnect)
        .connect()
        .expect_err("impossible");
    assert_eq!(
        error.to_string(),
        "the option reconnect.factor takes a finite number from 1"
    );
    let error = WebSocket::builder("")
        .idle_timeout(Duration::ZERO)
        .connect()
        .expect_err("impossible");
    assert_eq!(error.to_string(), "the option idle_timeout takes more than 0 ms");
}

#[test]
fn errors_are_errors_that_can_be_handed_to_other_threads() {
    let all: [Box<dyn Error + Send + Sync>; 3] = [
        Box::new(ConnectError::Refused),
        Box::new(SendError::QueueFull),
        Box::new(CloseError::Code(1001)),
    ];
    for error in all {
        assert!(error.to_string().contains(':'), "what, and what to do: {error}");
    }
}

#[test]
fn messages_are_made_of_what_rust_has() {
    assert_eq!(Message::from("text").as_text(), Some("text"));
    assert_eq!(Message::from(String::from("text")), Message::Text("text".into()));
    assert_eq!(Message::from(vec![1]).as_bytes(), Some(&[1][..]));
    assert_eq!(Message::from(&[1][..]).as_text(), None);
}

#[cfg(feature = "serde")]
#[test]
fn a_message_reads_itself_as_json_and_its_error_hides_what_was_received() {
    use holdfast_ws::MessageError;

    assert_eq!(Message::from("[1, 2]").json::<Vec<u8>>(), Ok(vec![1, 2]));
    assert_eq!(Message::from(vec![1]).json::<u8>(), Err(MessageError::Binary));
    let syntax = Message::from("{secret").json::<u8>().expect_err("no JSON");
    assert!(matches!(syntax, MessageError::Syntax(_)));
    let shape = Message::from("\"secret\"").json::<u8>().expect_err("no number");
    assert!(matches!(shape, MessageError::Shape(_)));
    assert!(!format!("{syntax:?} {shape:?} {syntax} {shape}").contains("secret"));
}
