//! Handlers of the server's calls that act on their socket, and calls that few servers make.

use std::cell::{Cell, RefCell};
use std::future;
use std::rc::Rc;

use futures_util::future::join;
use holdfast_ws::{ReadyState, RpcError, WebSocket};
use serde_json::Value;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::fake::{fresh, hear, last_id, opened, patient, peer, sent, sleep, until};

fn call(id: &str, method: &str) -> String {
    format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"{method}"}}"#)
}

fn result(id: &str, result: &str) -> String {
    format!(r#"{{"jsonrpc":"2.0","id":{id},"result":{result}}}"#)
}

fn error(id: &str, code: i64, message: &str) -> String {
    format!(r#"{{"jsonrpc":"2.0","id":{id},"error":{{"code":{code},"message":"{message}"}}}}"#)
}

/// Receives a message, and returns what is sent for it.
async fn answer(text: &str) -> String {
    let before = sent().len();
    hear(text);
    until("an answer", || sent().len() > before).await;
    sent().pop().unwrap_or_default()
}

/// Counts drops.
struct Witness(Rc<Cell<u32>>);

impl Drop for Witness {
    fn drop(&mut self) {
        self.0.set(self.0.get() + 1);
    }
}

#[wasm_bindgen_test]
async fn a_handler_may_call_the_server_and_wait_for_its_reply() {
    let ws = opened();
    let weak = ws.downgrade();
    ws.handle("ask back", async move |(): ()| {
        let ws = weak.upgrade().ok_or("gone")?;
        ws.notify("asking", &()).map_err(|_| "not sent")?;
        let doubled: u32 = ws.call("double", &[21]).await.map_err(|error| error.to_string())?;
        Ok(doubled)
    });
    hear(&call("1", "ask back"));
    until("its call", || sent().len() == 2).await;
    let id = last_id();
    assert_eq!(
        answer(&result(&id.to_string(), "42")).await,
        result("1", "42"),
        "{:?}",
        sent()
    );
}

#[wasm_bindgen_test]
async fn a_handler_may_replace_and_remove_itself_and_its_answer_goes_out() {
    let ws = opened();
    let id = Rc::new(RefCell::new(None));
    let (weak, own) = (ws.downgrade(), Rc::clone(&id));
    let set = ws.handle("once", async move |(): ()| {
        let ws = weak.upgrade().ok_or("gone")?;
        ws.handle("twice", async |(): ()| Ok(2));
        if let Some(id) = own.take() {
            ws.remove_handler(&id);
        }
        sleep(5).await;
        Ok(1)
    });
    id.replace(Some(set));
    assert_eq!(answer(&call("1", "once")).await, result("1", "1"));
    assert_eq!(answer(&call("2", "twice")).await, result("2", "2"));
    assert_eq!(
        answer(&call("3", "once")).await,
        error("3", RpcError::METHOD_NOT_FOUND, "Method not found")
    );
}

#[wasm_bindgen_test]
async fn a_handler_s_id_removes_nothing_of_another_socket() {
    let (first, second) = (opened(), patient().connect().expect("a good URL"));
    let id = first.handle("ping", async |(): ()| Ok(1));
    second.handle("ping", async |(): ()| Ok(2));
    second.remove_handler(&id);
    peer().open();
    assert_eq!(answer(&call("1", "ping")).await, result("1", "2"));
}

#[wasm_bindgen_test]
async fn a_call_with_the_number_of_a_request_is_no_reply_to_it() {
    let ws = opened();
    ws.handle("ping", async |(): ()| Ok("pong"));
    let question = serde_json::json!({ "ask": 1 });
    let asking = ws.request::<_, Value>(&question);
    let (reply, ()) = join(asking, async {
        until("the request", || sent().len() == 1).await;
        let id = last_id().to_string();
        assert_eq!(answer(&call(&id, "ping")).await, result(&id, "\"pong\""));
        // With no `jsonrpc`, it is no call.
        hear(&format!(r#"{{"id":{id},"method":"any"}}"#));
    })
    .await;
    assert_eq!(reply.expect("a reply")["method"], "any");
}

#[wasm_bindgen_test]
async fn ids_come_back_as_they_were_written() {
    let ws = opened();
    ws.handle("ping", async |(): ()| Ok(1));
    let ids = [
        "1.50",
        "-0",
        "1e400",
        "123456789012345678901234567890",
        r#""""#,
        r#""\u00e9\ud800""#,
        r#""é\n""#,
        "null",
    ];
    for id in ids {
        assert_eq!(answer(&call(id, "ping")).await, result(id, "1"));
    }
    for id in ["true", "[1]", r#"{"a":1}"#] {
        let invalid = error("null", RpcError::INVALID_REQUEST, "Invalid Request");
        assert_eq!(answer(&call(id, "ping")).await, invalid, "{id}");
    }
}

#[wasm_bindgen_test]
async fn the_same_call_twice_in_a_batch_is_answered_twice() {
    let ws = opened();
    let runs = Rc::new(Cell::new(0));
    let count = Rc::clone(&runs);
    ws.handle("count", async move |(): ()| {
        count.set(count.get() + 1);
        Ok(count.get())
    });
    let twice = format!("[{0},\n {0}]", call("7", "count"));
    let answers = format!("[{},{}]", result("7", "1"), result("7", "2"));
    assert_eq!(answer(&twice).await, answers);
    assert_eq!(runs.get(), 2);
}

#[wasm_bindgen_test]
async fn names_may_be_escaped_and_the_last_of_two_fields_counts() {
    let ws = opened();
    ws.handle("ping", async |[number]: [i32; 1]| Ok(number));
    let escaped = r#"{"jsonrpc":"2.0","\u0069d":1,"\u006dethod":"p\u0069ng","params":[1],"params":[2]}"#;
    assert_eq!(answer(escaped).await, result("1", "2"));
}

#[wasm_bindgen_test]
async fn parameters_may_be_empty_long_or_nested_too_deep() {
    let ws = opened();
    ws.handle("none", async |(): ()| Ok(()));
    ws.handle("length", async |[text]: [String; 1]| Ok(text.len()));
    ws.handle("any", async |_: Value| Ok(()));
    let with =
        |method: &str, params: &str| format!(r#"{{"jsonrpc":"2.0","id":1,"method":"{method}","params":{params}}}"#);
    for empty in ["[]", "{}", "[ ]", "{\n}"] {
        assert_eq!(answer(&with("none", empty)).await, result("1", "null"), "{empty}");
    }
    let long = format!("[\"{}\"]", "x".repeat(1 << 20));
    assert_eq!(answer(&with("length", &long)).await, result("1", "1048576"));
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    assert_eq!(
        answer(&with("any", &deep)).await,
        error("1", RpcError::INVALID_PARAMS, "Invalid params")
    );
}

#[wasm_bindgen_test]
async fn a_handler_may_close_or_reconnect_its_socket_and_is_answered_nowhere() {
    for reconnects in [false, true] {
        let ws = opened();
        let weak = ws.downgrade();
        ws.handle("end", async move |(): ()| {
            let ws = weak.upgrade().ok_or("gone")?;
            if reconnects {
                ws.reconnect();
            } else {
                ws.close();
            }
            Ok(())
        });
        hear(&call("1", "end"));
        until("the end", || ws.ready_state() != ReadyState::Open).await;
        sleep(20).await;
        ws.reconnect();
        peer().open();
        sleep(5).await;
        assert!(sent().is_empty(), "{:?}", sent());
    }
}

/// A handler that waits for ever, with a witness in its closure and one in its future.
fn handle_for_ever(ws: &WebSocket) -> Rc<Cell<u32>> {
    let dropped = Rc::new(Cell::new(0));
    let (outside, inside) = (Witness(Rc::clone(&dropped)), Rc::clone(&dropped));
    ws.handle("wait", async move |(): ()| {
        let _inside = Witness(Rc::clone(&inside));
        let _ = &outside;
        future::pending::<()>().await;
        Ok(())
    });
    dropped
}

#[wasm_bindgen_test]
async fn answers_under_way_are_dropped_with_the_last_handle() {
    let ws = opened();
    let dropped = handle_for_ever(&ws);
    hear(&call("1", "wait"));
    hear(&format!("[{}]", call("2", "wait")));
    sleep(5).await;
    let other = ws.clone();
    drop(ws);
    sleep(5).await;
    assert_eq!(dropped.get(), 0, "there is another handle");
    drop(other);
    assert_eq!(dropped.get(), 3);
}

#[wasm_bindgen_test]
async fn a_handler_may_drop_the_last_handle_of_its_socket() {
    fresh();
    let last = Rc::new(RefCell::new(Some(patient().connect().expect("a good URL"))));
    let (own, dropped, after) = (Rc::clone(&last), Rc::new(Cell::new(0)), Rc::new(Cell::new(0)));
    let (witness, ran) = (Witness(Rc::clone(&dropped)), Rc::clone(&after));
    if let Some(ws) = &*last.borrow() {
        ws.handle("end", async move |(): ()| {
            let _ = &witness;
            drop(own.take());
            ran.set(1);
            sleep(1).await;
            ran.set(2);
            Ok(())
        });
    }
    peer().open();
    hear(&call("1", "end"));
    until("the end", || dropped.get() == 1).await;
    sleep(10).await;
    assert_eq!(after.get(), 1, "it runs until it waits");
    assert!(sent().is_empty(), "{:?}", sent());
}
