//! Requests and typed messages.

use std::collections::BTreeMap;
use std::pin::pin;

use crate::support::{Recorder, address, connect, inject_fault, ms, quick, received, sleep, until};
use futures_util::{StreamExt, future, poll};
use holdfast_ws::{Message, MessageError, RequestError, RequestOptions, SendError, SendJsonError, WebSocket};
use serde::{Deserialize, Serialize};
use wasm_bindgen_test::wasm_bindgen_test;

/// A request to the server's `/rpc`: a method and its parameters.
#[derive(Serialize)]
struct Ask<P> {
    method: &'static str,
    params: P,
}

/// Its reply.
#[derive(Debug, PartialEq, Deserialize)]
struct Answer<T> {
    id: u64,
    result: T,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Person {
    name: String,
    age: Option<u8>,
    tags: Vec<String>,
}

fn ann() -> Person {
    Person {
        name: "Änn".into(),
        age: None,
        tags: vec!["a".into(), "b".into()],
    }
}

fn never() -> Ask<()> {
    Ask {
        method: "never",
        params: (),
    }
}

async fn open(path: &str, line: &str) -> WebSocket {
    let ws = connect(path, line);
    ws.wait_open().await.expect("it opens");
    ws
}

#[wasm_bindgen_test]
async fn a_request_gets_an_id_and_its_reply_is_not_delivered_as_a_message() {
    let ws = connect("/rpc", "s-id");
    let messages = Recorder::<Message>::new();
    ws.set_onmessage(messages.recorder());
    let ask = |person| Ask {
        method: "shuffle",
        params: (person, 2),
    };
    let (first, second) = (ask(ann()), ask(Person { age: Some(3), ..ann() }));
    // Answered in reverse order, and sent before the connection was open.
    let (one, two) = future::join(
        ws.request::<_, Answer<Person>>(&first),
        ws.request::<_, Answer<Person>>(&second),
    )
    .await;
    let (one, two) = (one.expect("a reply"), two.expect("a reply"));
    assert_eq!((one.result.age, two.result.age), (None, Some(3)));
    assert_ne!(one.id, two.id);
    assert_eq!((messages.len(), ws.stats().pending_requests), (0, 0));
}

#[wasm_bindgen_test]
async fn a_call_sends_json_rpc_and_returns_the_result_or_the_error_of_the_server() {
    let ws = open("/rpc", "s-call").await;
    assert_eq!(ws.call::<_, i32>("add", &(1, 2)).await, Ok(3));
    assert_eq!(ws.call::<_, Person>("echo", &[ann()]).await, Ok(ann()));
    assert!(received("s-call").await.contains(r#"\"jsonrpc\":\"2.0\""#));
    let Err(RequestError::Rpc(error)) = ws.call::<_, ()>("fail", &[ann()]).await else {
        panic!("an error of the server's")
    };
    assert_eq!((error.code, error.message.as_str()), (-32000, "failed on request"));
    assert_eq!(error.data::<Person>(), Some(ann()));
    assert_eq!(error.data::<u8>(), None);
    assert_eq!(
        error.to_string(),
        "the server answered with error -32000: failed on request"
    );
    let missing = ws.call::<_, ()>("missing", &()).await;
    assert!(matches!(missing, Err(RequestError::Rpc(error)) if error.code == -32601));
}

#[wasm_bindgen_test]
async fn a_request_of_another_shape_is_not_sent() {
    let ws = open("/rpc", "s-wrong").await;
    let own = BTreeMap::from([("id", 1)]);
    assert_eq!(ws.request::<_, ()>(&own).await, Err(RequestError::HasId));
    assert_eq!(ws.request::<_, ()>(&[1]).await, Err(RequestError::NotAnObject));
    assert_eq!(ws.request::<_, ()>("text").await, Err(RequestError::NotAnObject));
    assert_eq!(ws.call::<_, ()>("add", &1).await, Err(RequestError::NotAnObject));
    let unwritable = BTreeMap::from([("n", BTreeMap::from([([1, 2], 3)]))]);
    let refused = ws.request::<_, ()>(&unwritable).await;
    assert!(matches!(refused, Err(RequestError::Encode(_))), "a list is no key");
    assert_eq!(ws.stats().sent, 0);
}

#[wasm_bindgen_test]
async fn a_reply_of_another_shape_says_so_without_quoting_it() {
    let ws = open("/rpc", "s-shape").await;
    let Err(error) = ws.call::<_, Person>("echo", &["a secret"]).await else {
        panic!("no person")
    };
    assert!(!format!("{error} {error:?}").contains("secret"));
    let RequestError::Decode(detail) = error else {
        panic!("a matter of shape")
    };
    assert!(
        detail.as_str().contains("secret") && detail.as_str().contains("Person"),
        "{}",
        detail.as_str()
    );
}

#[wasm_bindgen_test]
async fn a_request_runs_out_of_time_and_its_late_reply_is_dropped_and_counted() {
    let builder = WebSocket::builder(address("/rpc", "s-late")).request_timeout(ms(100));
    let ws = builder.connect().expect("a good URL");
    let messages = Recorder::<Message>::new();
    ws.set_onmessage(messages.recorder());
    ws.wait_open().await.expect("it opens");
    let late = ws.call::<_, ()>("wait", &(1_500, "late")).await;
    assert_eq!(late, Err(RequestError::TimedOut { sent: true }));
    let options = RequestOptions::new().timeout(ms(9_000));
    let patient: Result<String, _> = ws.call_with("wait", &(1_600, "in time"), options).await;
    assert_eq!(patient.as_deref(), Ok("in time"));
    until("the late one", || ws.stats().late_replies == 1).await;
    assert_eq!(messages.len(), 0);
}

#[wasm_bindgen_test]
async fn a_repeated_reply_is_dropped() {
    let ws = open("/rpc", "s-twice").await;
    let messages = Recorder::<Message>::new();
    ws.set_onmessage(messages.recorder());
    assert_eq!(ws.call::<_, u8>("twice", &[7]).await, Ok(7));
    until("the second", || ws.stats().late_replies == 1).await;
    assert_eq!(messages.len(), 0);
}

#[wasm_bindgen_test]
async fn a_lost_connection_fails_its_requests_except_those_that_may_run_twice() {
    let ws = open("/rpc", "s-lost").await;
    // Nothing is answered before the connection is dropped, however late that is.
    inject_fault("s-lost", "freeze").await;
    let never = never();
    let lost = ws.request::<_, ()>(&never);
    let again = ws.call_with::<_, String>("wait", &(50, "twice"), RequestOptions::new().retry());
    let injecting = async {
        until("both are sent", || ws.stats().sent == 2).await;
        inject_fault("s-lost", "drop").await;
    };
    let (lost, again, ()) = future::join3(lost, again, injecting).await;
    assert_eq!(lost, Err(RequestError::ConnectionLost { sent: true }));
    assert_eq!(again.as_deref(), Ok("twice"));
    assert_eq!(ws.stats().sent, 3);
}

#[wasm_bindgen_test]
async fn dropping_the_future_cancels_and_takes_the_request_out_of_the_queue() {
    inject_fault("s-cancel", "refuse").await;
    let ws = connect("/rpc", "s-cancel");
    let body = never();
    {
        let mut request = pin!(ws.request::<_, ()>(&body));
        assert!(poll!(&mut request).is_pending());
        assert_eq!((ws.stats().pending_requests, ws.stats().queued_messages), (1, 1));
    }
    assert_eq!((ws.stats().pending_requests, ws.stats().queued_messages), (0, 0));
    assert_eq!(ws.buffered_amount(), 0);
    drop(ws.request::<_, ()>(&body));
    assert_eq!(ws.stats().queued_messages, 0, "nothing is sent before it is polled");
    inject_fault("s-cancel", "accept").await;
    assert_eq!(ws.call::<_, u8>("echo", &[1]).await, Ok(1));
    assert!(!received("s-cancel").await.contains("never"));
}

#[wasm_bindgen_test]
async fn requests_end_when_all_ends_and_are_refused_after() {
    let ws = open("/rpc", "s-end").await;
    let body = never();
    let closing = async {
        until("it is sent", || ws.stats().sent == 1).await;
        ws.close();
    };
    let (lost, ()) = future::join(ws.request::<_, ()>(&body), closing).await;
    assert_eq!(lost, Err(RequestError::ConnectionLost { sent: true }));
    let refused = ws.request::<_, ()>(&body).await;
    assert_eq!(refused, Err(RequestError::Send(SendError::Closed)));
    assert_eq!(ws.send_json(&1), Err(SendJsonError::Send(SendError::Closed)));
}

/// The `id` of the only request that the server has received on a line.
async fn id_of(line: &str) -> u64 {
    loop {
        let received = received(line).await;
        if let Some((_, rest)) = received.split_once(r#"{\"id\":"#) {
            let end = rest.find([',', '}']).expect("more follows");
            return rest[..end].parse().expect("a number");
        }
        sleep(10).await;
    }
}

#[wasm_bindgen_test]
async fn messages_that_are_no_replies_are_delivered_while_a_request_is_pending() {
    let ws = open("/rpc", "s-beside").await;
    let messages = Recorder::<Message>::new();
    ws.set_onmessage(messages.recorder());
    let body = never();
    let mut request = pin!(ws.request::<_, BTreeMap<String, u64>>(&body));
    assert!(poll!(&mut request).is_pending());
    let id = id_of("s-beside").await;
    // Of nobody's, no JSON, another shape.
    let others = [
        r#"{"id":77}"#.to_owned(),
        "{\"id\" no JSON".to_owned(),
        format!(r#"{{"id":"{id}"}}"#),
        format!(r#"{{"n":{{"id":{id}}}}}"#),
    ];
    for other in &others {
        inject_fault(
            "s-beside",
            &format!("send?text={}", String::from(js_sys::encode_uri_component(other))),
        )
        .await;
    }
    until("all of them", || messages.len() == others.len()).await;
    assert_eq!(messages.entries(), others.map(Message::from));
    inject_fault("s-beside", &format!("send?text=%20%7B%22extra%22:5,%22id%22:{id}%7D")).await;
    let reply = request.await.expect("all of the message is the reply");
    assert_eq!(reply.get("extra"), Some(&5));
}

#[wasm_bindgen_test]
async fn a_call_of_the_server_s_under_the_number_of_ours_is_a_message() {
    let ws = open("/rpc", "s-callee").await;
    let messages = Recorder::<Message>::new();
    ws.set_onmessage(messages.recorder());
    let mut call = pin!(ws.call::<_, String>("never", &()));
    assert!(poll!(&mut call).is_pending());
    let id = id_of("s-callee").await;
    let theirs = format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"you"}}"#);
    let ours = format!(r#"[{{"jsonrpc":"2.0","id":{id},"result":"in a batch"}}]"#);
    for message in [&theirs, &ours] {
        inject_fault(
            "s-callee",
            &format!("send?text={}", String::from(js_sys::encode_uri_component(message))),
        )
        .await;
    }
    assert_eq!(call.await.as_deref(), Ok("in a batch"));
    assert_eq!(messages.entries(), [Message::from(theirs)]);
}

#[wasm_bindgen_test]
async fn a_notification_has_no_id_and_waits_for_no_reply() {
    let ws = open("/rpc", "s-notify").await;
    ws.notify("add", &(1, 2)).expect("it is open");
    assert_eq!(ws.call::<_, u8>("echo", &[1]).await, Ok(1));
    let received = received("s-notify").await;
    let notification = r#"{\"jsonrpc\":\"2.0\",\"method\":\"add\",\"params\":[1,2]}"#;
    assert!(received.contains(notification), "{received}");
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "lowercase")]
enum News {
    Price { symbol: String, price: f64 },
    Halt { symbol: String },
}

#[wasm_bindgen_test]
async fn a_value_sent_as_json_is_read_back_as_its_type() {
    let ws = connect("/echo", "s-json");
    let mut news = ws.messages::<News>();
    let price = News::Price {
        symbol: "é\"".into(),
        price: 1.5,
    };
    ws.send_json(&price).expect("room");
    assert_eq!(ws.buffered_amount(), serde_length(&price));
    ws.send_json(&News::Halt { symbol: "B".into() }).expect("room");
    assert_eq!(news.next().await, Some(Ok(price)));
    assert_eq!(news.next().await, Some(Ok(News::Halt { symbol: "B".into() })));
    let unwritable = BTreeMap::from([([1, 2], 3)]);
    assert!(matches!(ws.send_json(&unwritable), Err(SendJsonError::Encode(_))));
}

/// `{"type":"price","symbol":"é\"","price":1.5}` in UTF-8.
fn serde_length(_: &News) -> u64 {
    r#"{"type":"price","symbol":"é\"","price":1.5}"#.len() as u64
}

#[wasm_bindgen_test]
async fn a_message_of_another_type_is_an_error_and_the_next_follows() {
    let ws = connect("/echo", "s-mixed");
    let mut numbers = ws.messages::<u8>();
    ws.send_with_str("no JSON").expect("room");
    ws.send_with_str("\"text\"").expect("room");
    ws.send_with_u8_array(b"1").expect("room");
    ws.send_with_str("8").expect("room");
    assert!(matches!(numbers.next().await, Some(Err(MessageError::Syntax(_)))));
    assert!(matches!(numbers.next().await, Some(Err(MessageError::Shape(_)))));
    assert_eq!(numbers.next().await, Some(Err(MessageError::Binary)));
    assert_eq!(numbers.next().await, Some(Ok(8)));
    drop(ws);
    assert_eq!(numbers.next().await, None, "it keeps no handle");
}

#[wasm_bindgen_test]
async fn a_slow_reader_gets_an_error_for_missing_messages() {
    let ws = connect("/echo", "s-slow");
    let mut numbers = ws.messages_with_limit::<u8>(1);
    for number in 1..=3 {
        ws.send_json(&number).expect("room");
    }
    until("the echoes", || ws.stats().received == 3).await;
    assert_eq!(numbers.next().await, Some(Ok(1)));
    assert_eq!(numbers.next().await, Some(Err(MessageError::Lagged)));
    assert_eq!(numbers.next().await, None);
}

#[wasm_bindgen_test]
async fn a_request_waits_for_the_first_connection_within_its_timeout() {
    inject_fault("s-wait", "refuse").await;
    let builder = WebSocket::builder(address("/rpc", "s-wait")).reconnect(quick());
    let ws = builder.connect().expect("a good URL");
    let short = RequestOptions::new().timeout(ms(100));
    let refused = ws.call_with::<_, ()>("echo", &[1], short).await;
    assert_eq!(refused, Err(RequestError::TimedOut { sent: false }));
    assert_eq!(ws.stats().queued_messages, 0, "it was taken out of the queue");
    let accept = async {
        sleep(50).await;
        inject_fault("s-wait", "accept").await;
    };
    let (reply, ()) = future::join(ws.call::<_, u8>("echo", &[2]), accept).await;
    assert_eq!(reply, Ok(2));
}
