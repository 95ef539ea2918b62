//! Calls of the server by JSON-RPC, and what the application's handlers answer.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use futures_util::{FutureExt, SinkExt};
use holdfast_ws::{Message, RpcError, SendError, WebSocket};
use serde::Deserialize;
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::fake::{hear, js, ms, opened, peer, sent, set, sleep, until};

#[derive(Deserialize)]
struct Point {
    x: i32,
    y: i32,
}

/// Records the messages that are delivered.
fn messages(ws: &WebSocket) -> Rc<RefCell<Vec<String>>> {
    let messages = Rc::new(RefCell::new(Vec::new()));
    let recorder = Rc::clone(&messages);
    ws.set_onmessage(move |message: Message| {
        recorder
            .borrow_mut()
            .push(message.as_text().unwrap_or_default().to_owned());
    });
    messages
}

/// A socket that handles some methods.
fn handling() -> WebSocket {
    let ws = opened();
    ws.handle("add", async |Point { x, y }: Point| Ok(x + y));
    ws.handle("greet", async |[name]: [String; 1]| Ok(format!("hello {name}")));
    ws.handle("ping", async |(): ()| Ok(()));
    ws.handle("fail", async |(): ()| {
        Err::<(), _>(RpcError::new(7, "no \"such\" thing").with_data(&[1]))
    });
    ws.handle("break", async |(): ()| Err::<(), _>("broken".into()));
    ws
}

/// Handles `slow` with an answer that waits until the cell is true.
fn handle_slowly(ws: &WebSocket) -> Rc<Cell<bool>> {
    let released = Rc::new(Cell::new(false));
    let cell = Rc::clone(&released);
    ws.handle("slow", async move |(): ()| {
        until("the release", || cell.get()).await;
        Ok(9)
    });
    released
}

/// Receives a message, and returns what is sent for it.
async fn answer(text: &str) -> String {
    let before = sent().len();
    hear(text);
    until("an answer", || sent().len() > before).await;
    sent().pop().unwrap_or_default()
}

#[wasm_bindgen_test]
async fn a_call_of_the_server_is_answered_by_its_handler() {
    let ws = handling();
    let messages = messages(&ws);
    for (call, wanted) in [
        (
            r#"{"jsonrpc":"2.0","id":1,"method":"add","params":{"x":1,"y":2}}"#,
            r#"{"jsonrpc":"2.0","id":1,"result":3}"#,
        ),
        (
            r#"{"jsonrpc":"2.0","id":"a\"","method":"greet","params":["you"]}"#,
            r#"{"jsonrpc":"2.0","id":"a\"","result":"hello you"}"#,
        ),
        (
            r#" {"params":[],"method":"ping","id":null,"jsonrpc":"2.0"}"#,
            r#"{"jsonrpc":"2.0","id":null,"result":null}"#,
        ),
        (
            r#"{"jsonrpc":"2.0","id":18446744073709551615,"method":"ping"}"#,
            r#"{"jsonrpc":"2.0","id":18446744073709551615,"result":null}"#,
        ),
    ] {
        assert_eq!(answer(call).await, wanted);
    }
    assert!(messages.borrow().is_empty());
}

#[wasm_bindgen_test]
async fn errors_of_handlers_and_of_calls_are_answered_by_their_codes() {
    let _ws = handling();
    for (call, wanted) in [
        (
            r#"{"jsonrpc":"2.0","id":1,"method":"fail"}"#,
            r#"{"jsonrpc":"2.0","id":1,"error":{"code":7,"message":"no \"such\" thing","data":[1]}}"#,
        ),
        (
            r#"{"jsonrpc":"2.0","id":2,"method":"break"}"#,
            r#"{"jsonrpc":"2.0","id":2,"error":{"code":-32603,"message":"broken"}}"#,
        ),
        (
            r#"{"jsonrpc":"2.0","id":3,"method":"unknown"}"#,
            r#"{"jsonrpc":"2.0","id":3,"error":{"code":-32601,"message":"Method not found"}}"#,
        ),
        (
            r#"{"jsonrpc":"2.0","id":4,"method":"add","params":["x"]}"#,
            r#"{"jsonrpc":"2.0","id":4,"error":{"code":-32602,"message":"Invalid params"}}"#,
        ),
        (
            r#"{"jsonrpc":"2.0","id":5,"method":7}"#,
            r#"{"jsonrpc":"2.0","id":5,"error":{"code":-32600,"message":"Invalid Request"}}"#,
        ),
        (
            r#"{"jsonrpc":"2.0","id":[6],"method":"ping"}"#,
            r#"{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"Invalid Request"}}"#,
        ),
        (
            "[]",
            r#"{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"Invalid Request"}}"#,
        ),
    ] {
        assert_eq!(answer(call).await, wanted);
    }
}

#[wasm_bindgen_test]
async fn a_batch_is_answered_by_one_message_in_its_order() {
    let ws = handling();
    let released = handle_slowly(&ws);
    hear(
        r#"[{"jsonrpc":"2.0","id":1,"method":"slow"},1,{"jsonrpc":"2.0","method":"ping"},{"jsonrpc":"2.0","id":2,"method":"ping"}]"#,
    );
    sleep(10).await;
    assert!(sent().is_empty());
    released.set(true);
    until("the answer", || !sent().is_empty()).await;
    let wanted = concat!(
        r#"[{"jsonrpc":"2.0","id":1,"result":9},"#,
        r#"{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"Invalid Request"}},"#,
        r#"{"jsonrpc":"2.0","id":2,"result":null}]"#
    );
    assert_eq!(sent(), [wanted]);
}

#[wasm_bindgen_test]
async fn notifications_are_handled_and_never_answered_and_unknown_ones_are_messages() {
    let ws = handling();
    let messages = messages(&ws);
    let seen = Rc::new(Cell::new(0));
    let count = Rc::clone(&seen);
    ws.handle("seen", move |[number]: [i32; 1]| {
        count.set(number);
        async { Err::<(), RpcError>("nobody reads this".into()) }
    });
    hear(r#"{"jsonrpc":"2.0","method":"seen","params":[5]}"#);
    hear(r#"{"jsonrpc":"2.0","method":"seen","params":"wrong"}"#);
    let unknown = r#"{"jsonrpc":"2.0","method":"unknown"}"#;
    let other = r#"{"id":1,"method":"ping"}"#;
    hear(unknown);
    hear(other);
    hear("{ no JSON");
    until("the handler", || seen.get() == 5).await;
    // Parameters are a list or an object, so the second is an invalid request.
    until("its answer", || !sent().is_empty()).await;
    sleep(10).await;
    let invalid = r#"{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"Invalid Request"}}"#;
    assert_eq!(sent(), [invalid]);
    assert_eq!(*messages.borrow(), [unknown, other, "{ no JSON"]);
}

#[wasm_bindgen_test]
async fn without_any_handler_calls_are_messages() {
    let ws = opened();
    let messages = messages(&ws);
    let call = r#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#;
    hear(call);
    let first = ws.handle("ping", async |(): ()| Ok(1));
    let second = ws.handle("ping", async |(): ()| Ok(2));
    ws.remove_handler(&first);
    assert_eq!(answer(call).await, r#"{"jsonrpc":"2.0","id":1,"result":2}"#);
    ws.remove_handler(&second);
    hear(call);
    assert_eq!(*messages.borrow(), [call, call]);
}

#[wasm_bindgen_test]
async fn an_answer_goes_to_the_connection_of_the_call_or_nowhere() {
    let ws = opened();
    let released = handle_slowly(&ws);
    hear(r#"{"jsonrpc":"2.0","id":1,"method":"slow"}"#);
    peer().end(1006);
    ws.reconnect();
    peer().open();
    released.set(true);
    sleep(20).await;
    assert!(sent().is_empty(), "{:?}", sent());
}

#[wasm_bindgen_test]
async fn handlers_are_released_with_the_last_handle() {
    let ws = opened();
    let kept = Rc::new(());
    let inside = Rc::clone(&kept);
    ws.handle("keep", async move |(): ()| Ok(Rc::strong_count(&inside)));
    assert_eq!(Rc::strong_count(&kept), 2);
    drop(ws);
    assert_eq!(Rc::strong_count(&kept), 1);
}

#[wasm_bindgen_test]
async fn closed_returns_the_last_close_event() {
    let ws = opened();
    assert_eq!(ws.closed().now_or_never(), None);
    ws.close_with_code(4000).expect("a code for applications");
    let close = ws.closed().await;
    assert_eq!((close.code, close.will_reconnect), (4000, false));
    assert_eq!(ws.closed().now_or_never().map(|close| close.code), Some(4000));
    ws.reconnect();
    assert_eq!(ws.closed().now_or_never(), None);
    peer().open();
    peer().end(1000);
    assert_eq!(ws.closed().await.code, 1000);
}

#[wasm_bindgen_test]
async fn drained_waits_until_the_buffer_is_empty_enough() {
    let ws = opened();
    set("stuck", true);
    assert_eq!(ws.drained(0).now_or_never(), Some(Ok(())));
    ws.channel().feed("12345678".into()).await.expect("open");
    assert_eq!(ws.drained(8).now_or_never(), Some(Ok(())));
    let (drained, ()) = futures_util::future::join(ws.drained(7), async {
        sleep(50).await;
        peer().set_buffered(7.0);
    })
    .await;
    assert_eq!(drained, Ok(()));
    peer().set_buffered(9.0);
    let (drained, ()) = futures_util::future::join(ws.drained(7), async { ws.close() }).await;
    assert_eq!(drained, Err(SendError::Closed));
}

#[wasm_bindgen_test]
fn the_time_until_the_next_attempt_and_the_native_socket_can_be_read() {
    let ws = opened();
    assert_eq!(ws.retry_in(), None);
    let native = ws.native().expect("it is open");
    assert_eq!((native.ready_state(), native.url().as_str()), (1, "ws://fake/"));
    assert_eq!(js("fake.sockets.at(-1)"), JsValue::from(native));
    peer().end(1006);
    let wait = ws.retry_in().expect("an attempt is planned");
    assert!(wait > ms(1_000) && wait <= ms(60_000), "{wait:?}");
}
