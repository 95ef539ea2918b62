//! Requests: the name of their number, whether they were sent, and batches of the server's calls.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::future::poll_fn;
use std::rc::Rc;

use futures_util::FutureExt;
use holdfast_ws::testing::Payload;
use holdfast_ws::{Message, RequestError, RequestOptions, WebSocket};
use serde_json::{Value, json};

use super::{Scene, URL};
use crate::diary::secs;

fn body(value: u32) -> BTreeMap<String, u32> {
    BTreeMap::from([("ask".to_owned(), value)])
}

#[test]
fn the_number_of_a_request_has_the_name_that_was_chosen() {
    let scene = Scene::with(|connection| {
        let back = connection.clone();
        connection.on_message(move |message| {
            let request: Value = serde_json::from_str(message.as_text().unwrap()).unwrap();
            let (own, rpc) = (&request["re\"q"], &request["id"]);
            if request["jsonrpc"] == "2.0" {
                assert!(own.is_null());
                back.send(json!({ "jsonrpc": "2.0", "id": rpc, "result": 7 }).to_string());
            } else {
                assert!(rpc.is_null());
                // The number under the usual name is nobody's.
                back.send(json!({ "id": own, "no": "reply" }).to_string());
                back.send(json!({ "re\"q": own, "id": "the application's", "n": request["ask"] }).to_string());
            }
        });
    });
    let ws = scene.open(WebSocket::builder(URL).request_id_key("re\"q"));
    let messages = Rc::new(Cell::new(0));
    let count = Rc::clone(&messages);
    ws.set_onmessage(move |message| {
        assert_eq!(message.json::<Value>().unwrap()["no"], "reply");
        count.set(count.get() + 1);
    });
    let reply = scene.world.run(ws.request::<_, Value>(&body(5)), secs(30));
    assert_eq!(reply.unwrap().unwrap()["n"], 5);
    assert_eq!(scene.world.run(ws.call("add", &[1]), secs(30)).unwrap(), Ok(7));
    assert_eq!(messages.get(), 1);
    let own = BTreeMap::from([("re\"q", 1)]);
    let refused = scene.world.run(ws.request::<_, Value>(&own), secs(30));
    assert_eq!(refused.unwrap(), Err(RequestError::HasId));
}

#[test]
fn an_error_says_whether_the_request_was_sent() {
    let scene = Scene::with(|_| {});
    let short = RequestOptions::new().timeout(secs(5));
    let body = body(1);
    scene.server.refuse(503);
    let ws = WebSocket::builder(URL).connect().unwrap();
    let run = |request| scene.world.run(request, secs(60)).unwrap();
    assert_eq!(
        run(ws.request_with::<_, Value>(&body, short).boxed_local()),
        Err(RequestError::TimedOut { sent: false })
    );
    scene.server.accept();
    scene.until_open(&ws);
    let late = run(ws.request_with::<_, Value>(&body, short).boxed_local()).unwrap_err();
    assert_eq!(late, RequestError::TimedOut { sent: true });
    assert!(late.was_sent());
    // One is in flight and one in the queue when all ends.
    let (sent, queued) = {
        let mut sent = ws.request::<_, Value>(&body).boxed_local();
        assert!((&mut sent).now_or_never().is_none());
        scene.server.refuse(503);
        ws.reconnect();
        let lost = run(sent);
        let mut queued = ws.request::<_, Value>(&body).boxed_local();
        assert!((&mut queued).now_or_never().is_none());
        ws.close();
        (lost, run(queued))
    };
    assert_eq!(sent, Err(RequestError::ConnectionLost { sent: true }));
    assert_eq!(queued, Err(RequestError::ConnectionLost { sent: false }));
    assert!(!run(ws.request::<_, Value>(&body).boxed_local()).unwrap_err().was_sent());
}

#[test]
fn the_end_of_the_last_handle_says_so_too() {
    for open in [false, true] {
        let scene = Scene::with(|_| {});
        let ws = WebSocket::builder(URL).connect().unwrap();
        if open {
            scene.until_open(&ws);
        }
        let mut rows = ws.stream::<_, Value>(&body(1));
        assert!(futures_util::StreamExt::next(&mut rows).now_or_never().is_none());
        drop(ws);
        let end = futures_util::StreamExt::next(&mut rows).now_or_never();
        assert_eq!(end, Some(Some(Err(RequestError::ConnectionLost { sent: open }))));
    }
}

#[test]
fn each_slow_call_of_a_batch_is_polled_for_itself() {
    const CALLS: u32 = 300;
    let scene = Scene::with(|connection| {
        let calls = (0..CALLS).map(|id| json!({ "jsonrpc": "2.0", "id": id, "method": "slow", "params": [id] }));
        connection.send(calls.collect::<Value>().to_string());
    });
    let ws = WebSocket::builder(URL).connect().unwrap();
    let (polls, world) = (Rc::new(Cell::new(0_u32)), scene.world.clone());
    let count = Rc::clone(&polls);
    ws.handle("slow", move |[number]: [u32; 1]| {
        // The later calls are answered first.
        let mut delay = Box::pin(world.delay(secs(u64::from(CALLS - number))));
        let count = Rc::clone(&count);
        async move {
            poll_fn(|cx| {
                count.set(count.get() + 1);
                delay.poll_unpin(cx)
            })
            .await;
            Ok(number)
        }
    });
    scene.world.advance(secs(u64::from(CALLS) - 5));
    assert!(scene.received().is_empty());
    scene.world.advance(secs(10));
    let answers: Vec<Value> = serde_json::from_str(&scene.received()[0]).unwrap();
    let results: Vec<_> = answers
        .iter()
        .map(|answer| answer["result"].as_u64().unwrap())
        .collect();
    assert_eq!(results, (0..u64::from(CALLS)).collect::<Vec<_>>());
    assert!(polls.get() <= 2 * CALLS, "{} polls", polls.get());
    assert!(matches!(scene.server.received()[..], [Payload::Text(_)]));
    assert_eq!(ws.send(&Message::from("it goes on")), Ok(()));
}
