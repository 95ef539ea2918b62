//! Messages that are replies: to which request, and of which kind.

use std::cell::RefCell;
use std::pin::pin;
use std::rc::Rc;

use futures_util::{FutureExt, poll};
use holdfast_ws::{Message, RequestError, WebSocket};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::fake::{hear, last_id, opened};

/// Writes down the messages.
fn heard(ws: &WebSocket) -> Rc<RefCell<Vec<String>>> {
    let heard = Rc::new(RefCell::new(Vec::new()));
    let notes = Rc::clone(&heard);
    ws.set_onmessage(move |message: Message| {
        notes
            .borrow_mut()
            .push(message.as_text().unwrap_or_default().to_owned());
    });
    heard
}

#[wasm_bindgen_test]
async fn a_message_of_another_shape_under_the_number_of_a_call_is_a_message_before_and_after_the_reply() {
    let ws = opened();
    let heard = heard(&ws);
    let mut call = pin!(ws.call::<_, u8>("subscribe", &()));
    assert!(poll!(&mut call).is_pending());
    let id = last_id();
    let push = format!(r#"{{"id":{id},"price":5}}"#);
    let theirs = format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"confirm"}}"#);
    let reply = format!(r#"{{"jsonrpc":"2.0","id":{id},"result":7}}"#);
    for _ in 0..2 {
        hear(&push);
        hear(&theirs);
        hear(&reply);
    }
    assert_eq!(call.await, Ok(7));
    assert_eq!(*heard.borrow(), [&push, &theirs, &push, &theirs].map(Clone::clone));
    assert_eq!(ws.stats().late_replies, 1);
}

#[wasm_bindgen_test]
async fn rows_with_numbers_of_their_own_are_messages_while_a_call_is_pending() {
    let ws = opened();
    let heard = heard(&ws);
    let mut ids = Vec::new();
    for number in 0..5 {
        let mut call = pin!(ws.call::<_, u8>("x", &()));
        assert!(poll!(&mut call).is_pending());
        ids.push(last_id());
        hear(&format!(r#"{{"jsonrpc":"2.0","id":{},"result":{number}}}"#, last_id()));
        assert_eq!(call.await, Ok(number));
    }
    let mut call = pin!(ws.call::<_, u8>("y", &()));
    assert!(poll!(&mut call).is_pending());
    ids.extend([last_id(), last_id() + 1, 1, 2, 3]);
    let rows: Vec<_> = ids.iter().map(|id| format!(r#"{{"id":{id},"name":"row"}}"#)).collect();
    for row in &rows {
        hear(row);
    }
    assert_eq!(*heard.borrow(), rows);
}

#[wasm_bindgen_test]
async fn a_second_reply_to_a_request_by_id_is_dropped_and_a_call_of_the_server_s_is_not() {
    let ws = opened();
    let heard = heard(&ws);
    let body = std::collections::BTreeMap::from([("ask", 1)]);
    let mut request = pin!(ws.request::<_, std::collections::BTreeMap<String, u64>>(&body));
    assert!(poll!(&mut request).is_pending());
    let id = last_id();
    let reply = format!(r#" {{"extra":5,"id":{id}.0}}"#);
    hear(&reply);
    hear(&reply);
    assert!(
        matches!(request.await, Err(RequestError::Decode(_))),
        "1.0 is no u64 to serde"
    );
    let theirs = format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"confirm"}}"#);
    hear(&theirs);
    assert_eq!(*heard.borrow(), [theirs]);
    assert_eq!(ws.stats().late_replies, 1);
}

#[wasm_bindgen_test]
async fn a_batch_answers_several_calls() {
    let ws = opened();
    let heard = heard(&ws);
    let (mut one, mut two) = (pin!(ws.call::<_, u8>("one", &())), pin!(ws.call::<_, u8>("two", &())));
    assert!(poll!(&mut one).is_pending());
    let first = last_id();
    assert!(poll!(&mut two).is_pending());
    let second = last_id();
    let error = format!(r#"{{"jsonrpc":"2.0","id":{second},"error":{{"code":-32000,"message":"no","data":[1]}}}}"#);
    let ours = format!(r#"[{error},{{"jsonrpc":"2.0","id":{first},"result":1}}]"#);
    hear(&ours);
    assert_eq!(one.await, Ok(1));
    let Err(RequestError::Rpc(error)) = two.await else {
        panic!("an error of the server's")
    };
    assert_eq!(
        (error.code, error.message.as_str(), error.data()),
        (-32000, "no", Some([1_u8]))
    );
    hear("[]");
    hear(r#"[{"id":"text"}]"#);
    assert_eq!(*heard.borrow(), ["[]", r#"[{"id":"text"}]"#]);
}

#[wasm_bindgen_test]
fn an_error_of_another_shape_is_an_error_all_the_same() {
    for (error, code, message) in [
        (r#""plain""#, 0, "plain"),
        ("{}", 0, "The request failed."),
        (r#"{"code":7.0,"message":5}"#, 7, "The request failed."),
    ] {
        let ws = opened();
        let mut call = Box::pin(ws.call::<_, u8>("x", &()));
        assert!(call.as_mut().now_or_never().is_none());
        hear(&format!(
            r#"{{"jsonrpc":"2.0","id":{},"result":null,"error":{error}}}"#,
            last_id()
        ));
        let Some(Err(RequestError::Rpc(read))) = call.now_or_never() else {
            panic!("{error}")
        };
        assert_eq!((read.code, read.message.as_str()), (code, message));
    }
}
