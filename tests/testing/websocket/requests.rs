//! Authentication, replies in parts, a codec and notifications, natively.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

use futures_util::StreamExt;
use holdfast_ws::testing::{Browser, Payload, Server, World};
use holdfast_ws::{Codec, Connection, Detail, Message, WebSocket};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

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

#[derive(Debug, PartialEq, Deserialize)]
struct Row {
    n: u8,
}

/// A server that wants a login first, then answers in parts, and sends a notification. It records the requests.
fn server(world: &World) -> (Server, Rc<RefCell<Vec<String>>>) {
    let asked = Rc::new(RefCell::new(Vec::new()));
    let recorder = Rc::clone(&asked);
    let server = world.server("wss://api.test/live", move |connection| {
        let (recorder, back) = (Rc::clone(&recorder), connection.clone());
        connection.on_message(move |message| {
            if let Some(text) = message.as_text() {
                let request: Value = serde_json::from_str(text).expect("JSON");
                let id = &request["id"];
                recorder
                    .borrow_mut()
                    .push(request["ask"].as_str().unwrap_or_default().to_owned());
                if request["ask"] == "login" {
                    return back.send(json!({ "id": id, "ok": request["token"] == "good" }).to_string());
                }
                for n in 1..=3 {
                    back.send(json!({ "id": id, "n": n, "done": n == 3 }).to_string());
                }
                back.send(json!({ "jsonrpc": "2.0", "method": "tick", "params": [7] }).to_string());
            } else if let Payload::Binary(bytes) = &message {
                let request: BTreeMap<String, Value> = rmp_serde::from_slice(bytes).expect("MessagePack");
                recorder.borrow_mut().push("packed".to_owned());
                let reply = rmp_serde::to_vec_named(&json!({ "id": request["id"], "n": 9 })).expect("MessagePack");
                back.send(reply);
            }
        });
    });
    (server.expect("a good URL"), asked)
}

#[test]
fn a_login_goes_first_and_then_requests_parts_and_notifications_by_json_and_by_a_codec() {
    let world = World::new(Browser::Chromium, 1);
    let (_server, asked) = server(&world);
    let _entered = world.enter();
    let ws = WebSocket::builder("wss://api.test/live")
        .authenticate(async |connection: Connection, _| {
            let login = BTreeMap::from([("ask", "login"), ("token", "good")]);
            let reply: Value = connection.request(&login).await?;
            if reply["ok"] == true {
                Ok(())
            } else {
                Err("refused".into())
            }
        })
        .connect()
        .expect("a world");
    let mut ticks = ws.notifications::<[u8; 1]>("tick");
    let mut rows = ws.stream::<_, Row>(&BTreeMap::from([("ask", "rows")]));
    let done = world.run(
        async {
            for n in 1..=3 {
                assert_eq!(rows.next().await, Some(Ok(Row { n })));
            }
            assert_eq!(rows.next().await, None);
            assert_eq!(ticks.next().await, Some(Ok([7])));
            let packed = ws.with_codec(MessagePack);
            packed.request::<_, Row>(&BTreeMap::from([("ask", 1)])).await
        },
        Duration::from_secs(5),
    );
    assert_eq!(done, Ok(Ok(Row { n: 9 })));
    assert_eq!(*asked.borrow(), ["login", "rows", "packed"]);
}
