use std::time::{Duration, Instant};

use serde_json::json;
use tokio_tungstenite::tungstenite::{Error, Message};

use crate::lab::Lab;

#[tokio::test]
async fn echo_returns_texts_and_bytes_as_they_came() {
    let mut client = Lab::start().await.connect("/echo").await;
    for message in [
        Message::text("grüß dich"),
        Message::text(""),
        Message::binary(vec![0, 255]),
        Message::binary(vec![]),
    ] {
        client.send(message.clone()).await;
        assert_eq!(client.next().await.unwrap(), message);
    }
}

#[tokio::test]
async fn a_large_message_passes_and_a_too_large_one_is_closed_with_1009() {
    let mut client = Lab::start().await.connect("/sizes").await;
    client.send(Message::binary(vec![0; 10_000_000])).await;
    assert_eq!(client.json().await, json!({ "type": "binary", "bytes": 10_000_000 }));
    client.send(Message::text("é")).await;
    assert_eq!(client.json().await, json!({ "type": "text", "bytes": 2 }));
    client.try_send(Message::binary(vec![0; (64 << 20) + 1])).await;
    let Message::Close(Some(frame)) = client.next().await.unwrap() else {
        panic!("not closed")
    };
    assert_eq!(u16::from(frame.code), 1009);
}

#[tokio::test]
async fn push_counts_to_its_count_and_echoes() {
    let mut client = Lab::start().await.connect("/push?every=5&count=3").await;
    for number in ["1", "2", "3"] {
        assert_eq!(client.text().await, number);
    }
    assert!(client.is_silent().await);
    client.say("and?").await;
    assert_eq!(client.text().await, "and?");
}

#[tokio::test]
async fn sink_answers_nothing_but_pings() {
    let mut client = Lab::start().await.connect("/sink").await;
    client.say("anyone?").await;
    assert!(client.is_silent().await);
    client.send(Message::Ping(vec![7].into())).await;
    assert_eq!(client.next().await.unwrap(), Message::Pong(vec![7].into()));
}

#[tokio::test]
async fn close_closes_as_asked_and_not_before() {
    let lab = Lab::start().await;
    let begun = Instant::now();
    let mut client = lab.connect("/close?code=4002&reason=enough%20now&after=80").await;
    let Message::Close(Some(frame)) = client.next().await.unwrap() else {
        panic!("not closed")
    };
    assert_eq!((u16::from(frame.code), frame.reason.as_str()), (4002, "enough now"));
    assert!(begun.elapsed() >= Duration::from_millis(80));
    assert_eq!(lab.connect("/close").await.next().await.unwrap(), Message::Close(None));
}

#[tokio::test]
async fn types_sends_one_of_each_kind() {
    let mut client = Lab::start().await.connect("/types").await;
    for message in [
        Message::text("text"),
        Message::binary(vec![1, 2, 3]),
        Message::text(""),
        Message::binary(vec![]),
    ] {
        assert_eq!(client.next().await.unwrap(), message);
    }
}

#[tokio::test]
async fn pong_answers_pings_only_and_can_ping_by_itself() {
    let lab = Lab::start().await;
    let mut client = lab.connect("/pong?reply=here").await;
    client.say("something else").await;
    client.say("ping").await;
    assert_eq!(client.text().await, "here");
    client.send(Message::binary(vec![0x9])).await;
    assert_eq!(client.next().await.unwrap(), Message::binary(vec![0xA]));
    assert_eq!(lab.connect("/pong?pings=5").await.text().await, "ping");
}

#[tokio::test]
async fn drain_reads_no_faster_than_it_says() {
    let lab = Lab::start().await;
    let mut slow = lab.connect("/drain?kbps=80").await;
    assert!(
        slow.fill(320).await < 320,
        "20 MB fit into the buffers of a connection read at 10 kB/s"
    );
    lab.connect("/sink").await.pour(320).await;
}

#[tokio::test]
async fn the_first_subprotocol_offered_is_chosen_unless_the_url_forces_another() {
    let lab = Lab::start().await;
    for (path, offered, answered) in [
        ("/echo?endpoint=p", "b, a", Some("b")),
        ("/echo?endpoint=p&protocol=a", "b, a", Some("a")),
        ("/echo?endpoint=p", "", None),
    ] {
        let (_client, response) = lab.try_connect(path, offered).await.unwrap();
        let got = response
            .headers()
            .get("sec-websocket-protocol")
            .map(|value| value.to_str().unwrap());
        assert_eq!(got, answered, "{path}");
    }
    assert_eq!(lab.get("/endpoints/p").await["connections"][1]["protocol"], "a");
    // A client must fail a handshake with a subprotocol that it didn't offer; tungstenite does.
    let refused = lab.try_connect("/echo?protocol=never", "a").await;
    assert!(matches!(refused, Err(Error::Protocol(_))));
}

#[tokio::test]
async fn rpc_answers_requests_by_their_id() {
    let mut client = Lab::start().await.connect("/rpc").await;
    client.say(r#"{"id":1,"method":"wait","params":[5000,"slow"]}"#).await;
    client.say(r#"{"id":"x","method":"add","params":[1,2]}"#).await;
    client.say(r#"{"id":3,"method":"never"}"#).await;
    client.say(r#"{"id":4,"method":"fail","params":["why"]}"#).await;
    client.say(r#"{"id":5,"method":"twice","params":[true]}"#).await;
    assert_eq!(client.json().await, json!({ "id": "x", "result": 3 }));
    assert_eq!(
        client.json().await,
        json!({ "id": 4, "error": { "code": -32000, "message": "failed on request", "data": "why" } })
    );
    assert_eq!(client.json().await, json!({ "id": 5, "result": true }));
    assert_eq!(client.json().await, json!({ "id": 5, "result": true }));
    assert_eq!(client.json().await, json!({ "id": 1, "result": "slow" }));
}

#[tokio::test]
async fn parts_are_counted_and_the_last_is_done() {
    let mut client = Lab::start().await.connect("/rpc").await;
    client.say(r#"{"id":7,"method":"parts","params":[2]}"#).await;
    assert_eq!(client.json().await, json!({ "id": 7, "result": 1 }));
    assert_eq!(client.json().await, json!({ "id": 7, "result": 2, "done": true }));
}

#[tokio::test]
async fn busy_counts_aloud_and_answers_pings_and_requests() {
    let mut client = Lab::start().await.connect("/busy?every=20").await;
    client.say("ping").await;
    client.say(r#"{"id":1,"method":"echo","params":["here"]}"#).await;
    client.say("to be remembered").await;
    let (mut counted, mut answered) = (0, Vec::new());
    while counted < 3 || answered.len() < 2 {
        let text = client.text().await;
        match text.strip_prefix("push ") {
            Some(number) => {
                counted += 1;
                assert_eq!(number, counted.to_string());
            }
            None => answered.push(text),
        }
    }
    assert_eq!(answered, ["pong", r#"{"id":1,"result":"here"}"#]);
}

#[tokio::test]
async fn rpc_speaks_json_rpc_where_it_is_spoken_to_so() {
    let mut client = Lab::start().await.connect("/rpc").await;
    client
        .say(r#"{"jsonrpc":"2.0","method":"echo","params":["a notification"]}"#)
        .await;
    client
        .say(r#"{"jsonrpc":"2.0","id":1,"method":"shuffle","params":["first",2]}"#)
        .await;
    client
        .say(r#"{"jsonrpc":"2.0","id":2,"method":"shuffle","params":["second",2]}"#)
        .await;
    client.say(r#"{"jsonrpc":"2.0","id":3,"method":"nothing"}"#).await;
    assert_eq!(
        client.json().await,
        json!({ "jsonrpc": "2.0", "id": 2, "result": "second" })
    );
    assert_eq!(
        client.json().await,
        json!({ "jsonrpc": "2.0", "id": 1, "result": "first" })
    );
    assert_eq!(client.json().await["error"]["code"], -32601);
}
