//! The server's notifications as typed streams, and handlers that are removed.

use std::cell::Cell;
use std::rc::Rc;

use futures_util::{FutureExt, StreamExt};
use holdfast_ws::{Message, MessageError, WebSocket};
use serde::Deserialize;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::fake::{hear, opened, peer, sent, sleep, until};
use crate::support::Recorder;

#[derive(Debug, PartialEq, Deserialize)]
struct Price {
    symbol: String,
    price: f64,
}

fn price(symbol: &str, price: f64) -> Price {
    let symbol = symbol.into();
    Price { symbol, price }
}

fn messages(ws: &WebSocket) -> Recorder<Message> {
    let messages = Recorder::<Message>::new();
    ws.set_onmessage(messages.recorder());
    messages
}

fn notify(method: &str, params: &str) {
    hear(&format!(r#"{{"jsonrpc":"2.0","method":"{method}"{params}}}"#));
}

#[wasm_bindgen_test]
fn notifications_of_a_method_are_a_stream_of_their_parameters() {
    let ws = opened();
    let heard = messages(&ws);
    let mut prices = ws.notifications::<Price>("price");
    let mut ticks = ws.notifications::<()>("tick");
    let mut pairs = ws.notifications::<(u8, u8)>("pair");
    notify("price", r#","params":{"symbol":"A","price":1.5}"#);
    notify("other", "");
    notify("tick", "");
    notify("tick", r#","params":[]"#);
    notify("pair", r#","params":[1,2]"#);
    notify("price", r#","params":[1]"#);
    notify("price", r#","params":{"symbol":"B","price":2}"#);
    assert_eq!(prices.next().now_or_never(), Some(Some(Ok(price("A", 1.5)))));
    assert!(matches!(
        prices.next().now_or_never(),
        Some(Some(Err(MessageError::Shape(_))))
    ));
    assert_eq!(prices.next().now_or_never(), Some(Some(Ok(price("B", 2.0)))));
    assert_eq!(prices.next().now_or_never(), None);
    assert_eq!(ticks.next().now_or_never(), Some(Some(Ok(()))));
    assert_eq!(ticks.next().now_or_never(), Some(Some(Ok(()))));
    assert_eq!(pairs.next().now_or_never(), Some(Some(Ok((1, 2)))));
    assert_eq!(heard.len(), 1, "one has no stream");
}

#[wasm_bindgen_test]
fn calls_and_what_is_no_notification_are_messages_all_the_same() {
    let ws = opened();
    let heard = messages(&ws);
    let _prices = ws.notifications::<Price>("price");
    notify("price", r#","id":1,"params":[1]"#);
    notify("price", r#","params":7"#);
    hear(r#"{"method":"price"}"#);
    hear("[]");
    hear("[1]");
    hear("{ no JSON");
    hear("text");
    assert_eq!(heard.len(), 7);
    assert!(sent().is_empty());
}

#[wasm_bindgen_test]
fn they_come_in_batches_too() {
    let ws = opened();
    let heard = messages(&ws);
    let mut ticks = ws.notifications::<[u8; 1]>("tick");
    let tick = |n: u8| format!(r#"{{"jsonrpc":"2.0","method":"tick","params":[{n}]}}"#);
    hear(&format!("[{},{}]", tick(1), tick(2)));
    assert_eq!(heard.len(), 0);
    for n in 1..=2 {
        assert_eq!(ticks.next().now_or_never(), Some(Some(Ok([n]))));
    }
    hear(&format!("[{},1]", tick(3)));
    assert_eq!(heard.len(), 1, "not all of it was received");
}

#[wasm_bindgen_test]
async fn every_stream_and_the_handler_of_a_method_receive_each() {
    let ws = opened();
    let heard = messages(&ws);
    let handled = Rc::new(Cell::new(0));
    let count = Rc::clone(&handled);
    let id = ws.handle("tick", move |[n]: [u8; 1]| {
        count.set(count.get() + n);
        async { Ok(()) }
    });
    let (mut one, mut two) = (ws.notifications::<[u8; 1]>("tick"), ws.notifications::<[u8; 1]>("tick"));
    notify("tick", r#","params":[5]"#);
    assert_eq!(one.next().await, Some(Ok([5])));
    assert_eq!(two.next().await, Some(Ok([5])));
    until("the handler", || handled.get() == 5).await;
    ws.remove_handler(&id);
    drop(one);
    notify("tick", r#","params":[6]"#);
    assert_eq!(two.next().await, Some(Ok([6])));
    assert_eq!(heard.len(), 0);
    drop(two);
    notify("tick", r#","params":[7]"#);
    sleep(5).await;
    assert_eq!((heard.len(), handled.get()), (1, 5), "nobody else receives it");
}

#[wasm_bindgen_test]
async fn a_stream_of_notifications_ends_with_its_socket_or_when_its_reader_is_too_slow() {
    let ws = opened();
    let heard = messages(&ws);
    let mut slow = ws.notifications_with_limit::<[u8; 1]>("tick", 1);
    notify("tick", r#","params":[1]"#);
    notify("tick", r#","params":[2]"#);
    notify("tick", r#","params":[3]"#);
    assert_eq!(slow.next().await, Some(Ok([1])));
    assert_eq!(slow.next().await, Some(Err(MessageError::Lagged)));
    assert_eq!(slow.next().await, None);
    assert_eq!(
        (heard.len(), ws.stats().lagged),
        (1, 1),
        "a stream that is over receives nothing"
    );
    let mut ticks = ws.notifications::<[u8; 1]>("tick");
    notify("tick", r#","params":[4]"#);
    peer().end(1000);
    ws.closed().await;
    assert_eq!(ticks.next().await, Some(Ok([4])));
    assert_eq!(ticks.next().await, None);
    assert_eq!(ws.notifications::<()>("tick").next().await, None);
    let ws = opened();
    let mut ticks = ws.notifications::<()>("tick");
    drop(ws);
    assert_eq!(ticks.next().await, None);
}

#[wasm_bindgen_test]
async fn each_handler_can_be_removed_even_within_itself() {
    let ws = opened();
    let calls = Recorder::<&str>::new();
    let record = |name: &'static str| {
        let calls = calls.clone();
        move || calls.record(name)
    };
    ws.set_onopen(record("open"));
    ws.set_onerror(record("error"));
    let call = record("message");
    ws.set_onmessage(move |_| call());
    let call = record("close");
    ws.set_onclose(move |_| call());
    let call = record("status");
    ws.set_onstatuschange(move |_| call());
    let call = record("reconnecting");
    ws.set_onreconnecting(move |_| call());
    let call = record("expired");
    ws.set_onexpired(move |_| call());
    ws.remove_onopen();
    ws.remove_onerror();
    ws.remove_onmessage();
    ws.remove_onclose();
    ws.remove_onstatuschange();
    ws.remove_onreconnecting();
    ws.remove_onexpired();
    assert_eq!(calls.writers(), 0, "their closures are dropped");
    hear("text");
    peer().fail();
    peer().end(1006);
    ws.reconnect();
    peer().open();
    sleep(20).await;
    assert_eq!(calls.len(), 0);
    let (weak, call) = (ws.downgrade(), record("once"));
    ws.set_onmessage(move |_| {
        call();
        if let Some(ws) = weak.upgrade() {
            ws.remove_onmessage();
        }
    });
    hear("one");
    hear("two");
    assert_eq!((calls.entries(), calls.writers()), (vec!["once"], 0));
}
