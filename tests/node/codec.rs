//! Values that a codec of the application's writes, and the requests on it.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::task::Poll::{self, Pending, Ready};
use std::task::{Context, Waker};

use futures_util::{FutureExt, StreamExt};
use holdfast_ws::{
    Codec, Coded, Detail, Message, MessageError, Replies, ReplyHead, RequestError, RequestOptions, RpcError,
    SendJsonError, Status, WebSocket,
};
use js_sys::Uint8Array;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::fake::{hear, ms, opened, patient, peer, sent, until};

struct MessagePack;

impl Codec for MessagePack {
    fn encode<T: Serialize + ?Sized>(&self, value: &T) -> Result<Message, Detail> {
        Ok(rmp_serde::to_vec_named(value)?.into())
    }

    fn decode<T: DeserializeOwned>(&self, message: &Message) -> Result<T, Detail> {
        let bytes = message.as_bytes().ok_or(Detail::new("text"))?;
        Ok(rmp_serde::from_slice(bytes)?)
    }
}

struct Cbor;

impl Codec for Cbor {
    fn encode<T: Serialize + ?Sized>(&self, value: &T) -> Result<Message, Detail> {
        let mut bytes = Vec::new();
        ciborium::into_writer(value, &mut bytes)?;
        Ok(bytes.into())
    }

    fn decode<T: DeserializeOwned>(&self, message: &Message) -> Result<T, Detail> {
        let bytes = message.as_bytes().ok_or(Detail::new("text"))?;
        Ok(ciborium::from_reader(bytes)?)
    }

    fn cancel(&self, id: u64) -> Option<Message> {
        self.encode(&BTreeMap::from([("cancel", id)])).ok()
    }
}

/// Lines of words: a number, a mark, and JSON.
struct Lines;

impl Codec for Lines {
    fn encode<T: Serialize + ?Sized>(&self, value: &T) -> Result<Message, Detail> {
        Ok(serde_json::to_string(value)?.into())
    }

    fn decode<T: DeserializeOwned>(&self, message: &Message) -> Result<T, Detail> {
        Ok(serde_json::from_str(message.as_text().unwrap_or_default())?)
    }

    fn encode_request<T: Serialize + ?Sized>(&self, id: u64, request: &T) -> Result<Message, Detail> {
        Ok(format!("{id} ask {}", serde_json::to_string(request)?).into())
    }

    fn decode_head(&self, message: &Message) -> Option<ReplyHead> {
        let mut words = message.as_text()?.splitn(3, ' ');
        let head = ReplyHead::new(words.next()?.parse().ok()?);
        Some(match words.next()? {
            "part" => head,
            "last" => head.done(),
            "end" => head.done().empty(),
            "error" => head.error(RpcError::new(7, words.next()?)),
            _ => return None,
        })
    }

    fn decode_reply<T: DeserializeOwned>(&self, message: &Message) -> Result<T, Detail> {
        let line = message.as_text().unwrap_or_default();
        Ok(serde_json::from_str(line.splitn(3, ' ').nth(2).unwrap_or_default())?)
    }

    fn cancel(&self, id: u64) -> Option<Message> {
        Some(format!("{id} cancel").into())
    }
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Row {
    n: u8,
}

/// The value of the message that was sent last.
fn last_sent<T: DeserializeOwned>(codec: &impl Codec) -> T {
    let bytes: Vec<u8> = serde_json::from_str(&sent().pop().expect("a message")).expect("bytes");
    codec.decode(&bytes.into()).expect("such a value")
}

/// The number of the request that was sent last.
fn last_id(codec: &impl Codec) -> u64 {
    last_sent::<ReplyHeadIn>(codec).id
}

#[derive(Deserialize)]
struct ReplyHeadIn {
    id: u64,
}

fn last_line_id() -> u64 {
    let line = sent().pop().expect("a message");
    let id = line.split(' ').next().expect("a number");
    id.parse().expect("a number")
}

fn hear_value(codec: &impl Codec, value: &impl Serialize) {
    match codec.encode(value) {
        Ok(Message::Binary(bytes)) => peer().hear(&Uint8Array::from(&bytes[..]).buffer()),
        Ok(Message::Text(text)) => hear(&text),
        _ => panic!("no such message"),
    }
}

#[derive(Serialize)]
struct Part<'a> {
    name: &'a str,
    n: u8,
    id: u64,
    done: bool,
}

fn part(id: u64, n: u8, done: bool) -> Part<'static> {
    let name = "row";
    Part { name, n, id, done }
}

fn ask() -> BTreeMap<&'static str, u8> {
    BTreeMap::from([("ask", 1)])
}

fn read<T>(stream: &mut Replies<T>) -> Poll<Option<Result<T, RequestError>>> {
    stream.poll_next_unpin(&mut Context::from_waker(Waker::noop()))
}

fn messages(ws: &WebSocket) -> Rc<RefCell<Vec<Message>>> {
    let messages = Rc::new(RefCell::new(Vec::new()));
    let recorder = Rc::clone(&messages);
    ws.set_onmessage(move |message| recorder.borrow_mut().push(message));
    messages
}

/// A request and a reply in parts, by a codec that changes nothing but the form.
fn ask_by<C: Codec>(plain: &WebSocket, ws: &Coded<C>) {
    let heard = messages(plain);
    let body = ask();
    let mut request = Box::pin(ws.request::<_, Row>(&body));
    assert_eq!(request.as_mut().now_or_never(), None);
    let id = last_id(ws.codec());
    assert_eq!(last_sent::<BTreeMap<String, u64>>(ws.codec())["ask"], 1);
    hear_value(ws.codec(), &part(id + 1, 9, false));
    assert_eq!(heard.borrow().len(), 1, "another number");
    hear_value(ws.codec(), &part(id, 1, false));
    assert_eq!(request.now_or_never(), Some(Ok(Row { n: 1 })));
    hear_value(ws.codec(), &part(id, 1, false));
    assert_eq!((heard.borrow().len(), plain.stats().late_replies), (1, 1));
    let mut rows = ws.stream::<_, Row>(ask());
    assert_eq!(read(&mut rows), Pending);
    let id = last_id(ws.codec());
    for n in 1..=3 {
        hear_value(ws.codec(), &part(id, n, n == 3));
    }
    for n in 1..=3 {
        assert_eq!(read(&mut rows), Ready(Some(Ok(Row { n }))));
    }
    assert_eq!(read(&mut rows), Ready(None));
    assert_eq!(plain.stats().pending_requests, 0);
}

#[wasm_bindgen_test]
fn requests_by_messagepack_and_by_cbor_are_replied_to_under_their_numbers() {
    let ws = opened();
    ask_by(&ws, &ws.with_codec(MessagePack));
    let ws = opened();
    ask_by(&ws, &ws.with_codec(Cbor));
}

#[wasm_bindgen_test]
async fn values_are_sent_and_messages_read_by_the_codec() {
    let ws = opened();
    let coded = ws.with_codec(MessagePack);
    let mut rows = coded.messages::<Row>();
    coded.send(&Row { n: 5 }).expect("open");
    assert_eq!(last_sent::<Row>(&MessagePack), Row { n: 5 });
    hear_value(&MessagePack, &Row { n: 6 });
    hear("text");
    hear_value(&MessagePack, &"another");
    assert_eq!(rows.next().await, Some(Ok(Row { n: 6 })));
    assert_eq!(rows.next().await, Some(Err(MessageError::Shape(Detail::new("text")))));
    assert!(matches!(rows.next().await, Some(Err(MessageError::Shape(_)))));
    let unwritable = coded.socket().with_codec(Lines).send(&BTreeMap::from([([1], 1)]));
    assert!(matches!(unwritable, Err(SendJsonError::Encode(_))));
}

#[wasm_bindgen_test]
fn a_protocol_of_its_own_has_parts_errors_and_an_end() {
    let ws = opened();
    let heard = messages(&ws);
    let lines = ws.with_codec(Lines);
    let mut request = Box::pin(lines.request::<_, u8>("how many?"));
    assert_eq!(request.as_mut().now_or_never(), None);
    let id = last_line_id();
    assert_eq!(sent(), [format!("{id} ask \"how many?\"")]);
    hear(&format!("{id} shout 1"));
    hear("news");
    hear(&format!("{id} part 5"));
    assert_eq!(request.now_or_never(), Some(Ok(5)));
    assert_eq!(heard.borrow().len(), 2);
    let mut rows = lines.stream::<_, u8>("all");
    assert_eq!(read(&mut rows), Pending);
    let id = last_line_id();
    hear(&format!("{id} part 1"));
    hear(&format!("{id} part x"));
    hear(&format!("{id} end"));
    assert_eq!(read(&mut rows), Ready(Some(Ok(1))));
    assert!(matches!(read(&mut rows), Ready(Some(Err(RequestError::Decode(_))))));
    assert_eq!(read(&mut rows), Ready(None));
    let mut rows = lines.stream::<_, u8>("all");
    assert_eq!(read(&mut rows), Pending);
    let id = last_line_id();
    hear(&format!("{id} part 1"));
    hear(&format!("{id} error out of rows"));
    assert_eq!(read(&mut rows), Ready(Some(Ok(1))));
    assert_eq!(
        read(&mut rows),
        Ready(Some(Err(RequestError::Rpc(RpcError::new(7, "out of rows")))))
    );
    assert_eq!(read(&mut rows), Ready(None));
    assert_eq!((heard.borrow().len(), sent().len()), (2, 3), "nothing was cancelled");
}

#[wasm_bindgen_test]
async fn the_server_is_told_of_a_request_that_was_given_up() {
    let ws = opened();
    let lines = ws.with_codec(Lines);
    let mut dropped = lines.stream::<_, u8>("all");
    assert_eq!(read(&mut dropped), Pending);
    let id = last_line_id();
    drop(dropped);
    assert_eq!(sent().last(), Some(&format!("{id} cancel")));
    let mut slow = lines.stream_with::<_, u8>("all", RequestOptions::new().limit(1));
    assert_eq!(read(&mut slow), Pending);
    let id = last_line_id();
    hear(&format!("{id} part 1"));
    hear(&format!("{id} part 2"));
    assert_eq!(sent().last(), Some(&format!("{id} cancel")));
    assert_eq!(read(&mut slow), Ready(Some(Ok(1))));
    assert_eq!(read(&mut slow), Ready(Some(Err(RequestError::Lagged))));
    drop(slow);
    let late = lines.request_with::<_, u8>("late", RequestOptions::new().timeout(ms(30)));
    assert_eq!(late.await, Err(RequestError::TimedOut { sent: true }));
    assert_eq!(sent().len(), 6);
    assert!(sent()[5].ends_with(" cancel"), "{:?}", sent());
    // A message that never left the queue is taken back.
    let ws = patient().connect().expect("a good URL");
    let lines = ws.with_codec(Lines);
    let mut queued = lines.stream::<_, u8>("all");
    assert_eq!(read(&mut queued), Pending);
    drop(queued);
    assert_eq!(ws.stats().queued_messages, 0);
}

#[derive(Serialize)]
enum Ask {
    List { from: u8 },
    Count(Row),
}

#[derive(Serialize)]
#[serde(tag = "type")]
enum Tagged {
    List { from: u8 },
}

#[derive(Deserialize)]
struct Sent {
    r#type: String,
    from: u8,
}

#[wasm_bindgen_test]
fn what_has_no_fields_or_an_id_is_refused() {
    let ws = opened();
    let coded = ws.with_codec(MessagePack);
    let refused = |outcome: Option<Result<Row, RequestError>>, wanted: &str| {
        let Some(Err(RequestError::Encode(detail))) = outcome else {
            panic!("{outcome:?}")
        };
        assert!(detail.as_str().contains(wanted), "{}", detail.as_str());
    };
    refused(coded.request(&[1]).now_or_never(), "a struct or map");
    refused(coded.request("text").now_or_never(), "a struct or map");
    refused(coded.request(&part(1, 1, false)).now_or_never(), "an id of its own");
    refused(
        coded.request(&BTreeMap::from([("id", 1)])).now_or_never(),
        "an id of its own",
    );
    assert!(sent().is_empty());
    refused(coded.request(&Ask::List { from: 1 }).now_or_never(), "a struct or map");
    assert_eq!(coded.request::<_, Row>(&Ask::Count(Row { n: 1 })).now_or_never(), None);
    assert_eq!(
        coded.request::<_, Row>(&Some(Tagged::List { from: 1 })).now_or_never(),
        None
    );
    assert_eq!(sent().len(), 2);
    let sent = last_sent::<Sent>(&MessagePack);
    assert_eq!((sent.r#type.as_str(), sent.from), ("List", 1));
}

#[wasm_bindgen_test]
fn requests_by_json_and_by_several_codecs_have_their_own_replies() {
    let ws = opened();
    let (text, pack) = (ws.with_codec(Lines), ws.with_codec(MessagePack));
    let body = ask();
    let mut json = Box::pin(ws.request::<_, Row>(&body));
    let mut line = Box::pin(text.request::<_, u8>("x"));
    let mut packed = Box::pin(pack.request::<_, Row>(&body));
    assert_eq!(json.as_mut().now_or_never(), None);
    let json_id = crate::fake::last_id();
    assert_eq!(line.as_mut().now_or_never(), None);
    let line_id = last_line_id();
    assert_eq!(packed.as_mut().now_or_never(), None);
    let pack_id = last_id(&MessagePack);
    // Each by another's way: these are messages.
    let heard = messages(&ws);
    hear(&format!("{json_id} part 1"));
    hear(&format!("{pack_id} part 1"));
    hear(&format!(r#"{{"id":{line_id},"n":1}}"#));
    hear_value(&MessagePack, &part(json_id, 1, false));
    assert_eq!(heard.borrow().len(), 4);
    hear_value(&MessagePack, &part(pack_id, 3, false));
    hear(&format!("{line_id} part 2"));
    hear(&format!(r#"{{"id":{json_id},"n":1}}"#));
    assert_eq!(json.now_or_never(), Some(Ok(Row { n: 1 })));
    assert_eq!(line.now_or_never(), Some(Ok(2)));
    assert_eq!(packed.now_or_never(), Some(Ok(Row { n: 3 })));
    assert_eq!(heard.borrow().len(), 4);
}

#[wasm_bindgen_test]
fn a_head_is_read_from_whatever_else_there_is() {
    let head = |json: &str| serde_json::from_str::<ReplyHead>(json).ok();
    assert_eq!(head(r#"{"a":[1,{}],"id":7}"#), Some(ReplyHead::new(7)));
    assert_eq!(head(r#"{"id":7.0,"done":true}"#), Some(ReplyHead::new(7).done()));
    assert_eq!(head(r#"{"id":7,"done":"yes"}"#), Some(ReplyHead::new(7)));
    assert_eq!(
        head(r#"{"id":7,"done":1,"result":null}"#),
        Some(ReplyHead::new(7).empty())
    );
    assert_eq!(head(r#"{"id":7,"result":0,"done":null}"#), Some(ReplyHead::new(7)));
    for wrong in [
        "7",
        "[7]",
        "{}",
        r#"{"id":"7"}"#,
        r#"{"id":-7}"#,
        r#"{"id":7.5}"#,
        r#"{"id":null}"#,
    ] {
        assert_eq!(head(wrong), None, "{wrong}");
    }
    let keys = rmp_serde::to_vec(&BTreeMap::from([(1, 2)])).expect("a map");
    assert!(rmp_serde::from_slice::<ReplyHead>(&keys).is_err());
}

#[wasm_bindgen_test]
async fn a_connection_is_authenticated_by_a_codec() {
    crate::fake::fresh();
    let ws = patient()
        .authenticate(async |connection, _| {
            let connection = connection.with_codec(MessagePack);
            connection.send(&Row { n: 1 })?;
            let Row { n } = connection.request(&ask()).await?;
            if n == 7 { Ok(()) } else { Err("refused".into()) }
        })
        .connect()
        .expect("a good URL");
    peer().open();
    until("the request", || sent().len() == 2).await;
    hear_value(&MessagePack, &part(last_id(&MessagePack), 7, false));
    until("open", || ws.status() == Status::Open).await;
}
