//! Replies in parts, as a stream.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::task::Poll::{self, Pending, Ready};
use std::task::{Context, Waker};

use futures_util::{FutureExt, StreamExt, TryStreamExt, stream::FusedStream};
use holdfast_ws::{Message, Replies, RequestError, RequestOptions, SendError, WebSocket};
use serde::Deserialize;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::fake::{hear, last_id, ms, opened, patient, peer, sent, sleep, until};

#[derive(Debug, PartialEq, Deserialize)]
struct Row {
    n: Option<u8>,
}

fn row(n: u8) -> Row {
    Row { n: Some(n) }
}

fn list() -> BTreeMap<&'static str, &'static str> {
    BTreeMap::from([("list", "all")])
}

/// A stream that has been sent.
fn listing(ws: &WebSocket, options: RequestOptions) -> Replies<Row> {
    let mut rows = ws.stream_with(&list(), options);
    assert_eq!(rows.next().now_or_never(), None);
    rows
}

/// Receives a part of the last request.
fn part(rest: &str) {
    hear(&format!("{{\"id\":{},{rest}}}", last_id()));
}

/// Returns what can be read at once.
fn read<T>(stream: &mut Replies<T>) -> Poll<Option<Result<T, RequestError>>> {
    stream.poll_next_unpin(&mut Context::from_waker(Waker::noop()))
}

#[wasm_bindgen_test]
fn parts_come_in_order_until_one_is_the_last_and_are_no_messages() {
    let ws = opened();
    let heard = Rc::new(RefCell::new(Vec::new()));
    let recorder = Rc::clone(&heard);
    ws.set_onmessage(move |message: Message| recorder.borrow_mut().push(message));
    let mut rows = ws.stream::<_, Row>(&list());
    assert!(sent().is_empty(), "nothing is sent before it is polled");
    assert_eq!(read(&mut rows), Pending);
    assert_eq!(sent().len(), 1);
    part("\"n\":1");
    part("\"n\":2");
    assert_eq!(read(&mut rows), Ready(Some(Ok(row(1)))));
    part("\"n\":3,\"done\":true");
    assert_eq!(read(&mut rows), Ready(Some(Ok(row(2)))));
    assert!(!rows.is_terminated());
    assert_eq!(read(&mut rows), Ready(Some(Ok(row(3)))));
    assert_eq!(read(&mut rows), Ready(None));
    assert!(rows.is_terminated());
    part("\"n\":4");
    assert_eq!((ws.stats().pending_requests, ws.stats().late_replies), (0, 1));
    assert_eq!(*heard.borrow(), []);
}

#[wasm_bindgen_test]
fn an_end_without_a_result_is_no_part() {
    let ws = opened();
    let mut rows = listing(&ws, RequestOptions::new());
    part("\"n\":1,\"result\":null");
    part("\"result\":null,\"done\":true");
    assert_eq!(read(&mut rows), Ready(Some(Ok(row(1)))));
    assert_eq!(read(&mut rows), Ready(None));
    let mut rows = listing(&ws, RequestOptions::new());
    part("\"done\":true");
    assert_eq!(
        read(&mut rows),
        Ready(Some(Ok(Row { n: None }))),
        "the whole message is the part"
    );
    assert_eq!(read(&mut rows), Ready(None));
}

#[wasm_bindgen_test]
fn a_part_of_another_shape_is_an_error_and_the_next_follows() {
    let ws = opened();
    let mut rows = listing(&ws, RequestOptions::new());
    part("\"n\":-1");
    part("\"n\":2");
    assert!(matches!(read(&mut rows), Ready(Some(Err(RequestError::Decode(_))))));
    assert_eq!(read(&mut rows), Ready(Some(Ok(row(2)))));
    assert_eq!(ws.stats().pending_requests, 1);
}

#[wasm_bindgen_test]
async fn results_of_a_call_are_a_stream_until_one_is_the_last_or_an_error() {
    let ws = opened();
    let response = |rest: &str| part(&format!("\"jsonrpc\":\"2.0\",{rest}"));
    let mut primes = ws.stream_call::<_, u32>("primes", &[1, 10]);
    assert_eq!(read(&mut primes), Pending);
    assert!(sent()[0].ends_with(r#""jsonrpc":"2.0","method":"primes","params":[1,10]}"#));
    response("\"result\":2");
    response("\"result\":3");
    response("\"done\":true,\"result\":null");
    assert_eq!(primes.try_collect::<Vec<_>>().await, Ok(vec![2, 3]));
    let mut primes = ws.stream_call::<_, u32>("primes", &[1, 10]);
    assert_eq!(read(&mut primes), Pending);
    response("\"result\":2,\"error\":null");
    response("\"error\":{\"code\":7,\"message\":\"enough\"}");
    response("\"result\":3");
    assert_eq!(read(&mut primes), Ready(Some(Ok(2))));
    let Ready(Some(Err(RequestError::Rpc(error)))) = read(&mut primes) else {
        panic!("an error of the server's")
    };
    assert_eq!((error.code, error.message.as_str()), (7, "enough"));
    assert_eq!(read(&mut primes), Ready(None));
    assert_eq!(ws.stats().pending_requests, 0);
}

#[wasm_bindgen_test]
fn dropping_it_cancels() {
    let ws = patient().connect().expect("a good URL");
    let rows = listing(&ws, RequestOptions::new());
    assert_eq!((ws.stats().pending_requests, ws.stats().queued_messages), (1, 1));
    drop(rows);
    assert_eq!((ws.stats().pending_requests, ws.stats().queued_messages), (0, 0));
    let ws = opened();
    let mut rows = listing(&ws, RequestOptions::new());
    part("\"n\":1");
    assert_eq!(read(&mut rows), Ready(Some(Ok(row(1)))));
    drop(rows);
    part("\"n\":2");
    assert_eq!((ws.stats().pending_requests, ws.stats().late_replies), (0, 1));
    drop(ws.stream::<_, Row>(&list()));
    assert_eq!(sent().len(), 1, "it was never polled");
}

#[wasm_bindgen_test]
fn a_slow_reader_has_what_was_kept_and_then_an_error() {
    let ws = opened();
    let mut rows = listing(&ws, RequestOptions::new().limit(2));
    for n in 1..=4 {
        part(&format!("\"n\":{n}"));
    }
    assert_eq!((ws.stats().pending_requests, ws.stats().late_replies), (0, 1));
    assert_eq!(read(&mut rows), Ready(Some(Ok(row(1)))));
    assert_eq!(read(&mut rows), Ready(Some(Ok(row(2)))));
    assert_eq!(read(&mut rows), Ready(Some(Err(RequestError::Lagged))));
    assert_eq!(read(&mut rows), Ready(None));
}

#[wasm_bindgen_test]
async fn the_timeout_is_for_each_part() {
    let ws = opened();
    let mut rows = listing(&ws, RequestOptions::new().timeout(ms(2_000)));
    for n in 1..=4 {
        sleep(700).await;
        part(&format!("\"n\":{n}"));
        assert_eq!(read(&mut rows), Ready(Some(Ok(row(n)))));
    }
    assert_eq!(rows.next().await, Some(Err(RequestError::TimedOut { sent: true })));
    assert_eq!(rows.next().await, None);
}

#[wasm_bindgen_test]
async fn a_lost_connection_ends_it_and_one_that_may_be_retried_starts_again() {
    let ws = opened();
    let mut rows = listing(&ws, RequestOptions::new());
    part("\"n\":1");
    peer().end(1006);
    until("its end", || ws.stats().pending_requests == 0).await;
    assert_eq!(rows.next().await, Some(Ok(row(1))));
    assert_eq!(
        rows.next().await,
        Some(Err(RequestError::ConnectionLost { sent: true }))
    );
    assert_eq!(rows.next().await, None);
    ws.reconnect();
    peer().open();
    let mut rows = listing(&ws, RequestOptions::new().retry());
    part("\"n\":1");
    peer().end(1006);
    ws.reconnect();
    peer().open();
    until("it is sent again", || sent().len() == 3).await;
    assert_eq!(sent()[1], sent()[2]);
    part("\"n\":1,\"done\":true");
    assert_eq!(rows.next().await, Some(Ok(row(1))));
    assert_eq!(rows.next().await, Some(Ok(row(1))));
    assert_eq!(rows.next().await, None);
}

#[wasm_bindgen_test]
fn it_does_not_keep_the_socket() {
    let ws = opened();
    let mut sent_before = listing(&ws, RequestOptions::new());
    let mut unsent = ws.stream::<_, Row>(&list());
    part("\"n\":1");
    drop(ws);
    assert_eq!(read(&mut sent_before), Ready(Some(Ok(row(1)))));
    assert_eq!(
        read(&mut sent_before),
        Ready(Some(Err(RequestError::ConnectionLost { sent: true })))
    );
    assert_eq!(read(&mut sent_before), Ready(None));
    assert_eq!(
        read(&mut unsent),
        Ready(Some(Err(RequestError::Send(SendError::Closed))))
    );
    assert_eq!(read(&mut unsent), Ready(None));
}

#[wasm_bindgen_test]
fn what_is_no_request_is_refused_when_it_is_polled() {
    let ws = opened();
    let mut list = ws.stream::<_, Row>(&[1]);
    assert_eq!(read(&mut list), Ready(Some(Err(RequestError::NotAnObject))));
    assert!(list.is_terminated());
    assert!(sent().is_empty());
}

#[wasm_bindgen_test]
fn a_part_for_a_request_with_one_reply_is_its_reply() {
    let ws = opened();
    let body = list();
    let mut request = Box::pin(ws.request::<_, Row>(&body));
    assert_eq!(request.as_mut().now_or_never(), None);
    part("\"n\":1");
    assert_eq!(request.now_or_never(), Some(Ok(row(1))));
}
