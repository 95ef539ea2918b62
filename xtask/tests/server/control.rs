use std::time::{Duration, Instant};

use serde_json::json;
use tokio_tungstenite::tungstenite::{Message, protocol::CloseFrame};

use crate::lab::Lab;

#[tokio::test]
async fn an_endpoint_remembers_its_connections_and_what_they_sent() {
    let lab = Lab::start().await;
    let mut first = lab.connect("/sink?endpoint=a").await;
    first.say("one").await;
    first.send(Message::binary([0; 7].to_vec())).await;
    lab.until("a", |line| line["connections"][0]["received"] == 2).await;
    let mut second = lab.connect("/sink?endpoint=a").await;
    second.say("two").await;
    let line = lab.until("a", |line| line["connections"][1]["received"] == 1).await;
    assert_eq!(
        (&line["accepted"], &line["live"], &line["refused"]),
        (&json!(2), &json!(2), &json!(0))
    );
    assert_eq!(line["connections"][1]["id"], 2);
    assert_eq!(line["connections"][0]["endedAt"], json!(null));
    assert_eq!(
        lab.get("/endpoints/a/received").await,
        json!([{ "connection": 1, "text": "one" }, { "connection": 1, "binary": 7 }, { "connection": 2, "text": "two" }])
    );
    assert_eq!(
        lab.get("/endpoints/b").await["accepted"],
        0,
        "another line has seen nothing"
    );
}

#[tokio::test]
async fn an_endpoint_s_counts_come_after_the_time_that_was_asked_for() {
    let lab = Lab::start().await;
    let begun = Instant::now();
    assert_eq!(lab.get("/endpoints/a?after=300").await["accepted"], 0);
    assert!(begun.elapsed() >= Duration::from_millis(300));
}

#[tokio::test]
async fn a_client_that_closes_is_answered_and_noted_with_its_code() {
    let lab = Lab::start().await;
    let mut client = lab.connect("/echo?endpoint=a").await;
    client
        .send(Message::Close(Some(CloseFrame {
            code: 4001.into(),
            reason: "bye".into(),
        })))
        .await;
    let Message::Close(Some(answer)) = client.next().await.unwrap() else {
        panic!("no close frame came back")
    };
    assert_eq!(u16::from(answer.code), 4001);
    let line = lab.until("a", |line| line["live"] == 0).await;
    assert_eq!(line["connections"][0]["closeCode"], 4001);
    assert!(line["connections"][0]["endedAt"].as_u64() >= line["connections"][0]["openedAt"].as_u64());
}

#[tokio::test]
async fn send_reaches_every_live_connection_of_its_endpoint_only() {
    let lab = Lab::start().await;
    let (mut one, mut two) = (
        lab.connect("/sink?endpoint=a").await,
        lab.connect("/sink?endpoint=a").await,
    );
    let mut other = lab.connect("/sink?endpoint=b").await;
    assert_eq!(lab.post("/endpoints/a/send?text=h%C3%A9").await, 2);
    assert_eq!((one.text().await, two.text().await), ("hé".to_owned(), "hé".to_owned()));
    assert!(other.is_silent().await);
}

#[tokio::test]
async fn deleting_an_endpoint_resets_what_is_live_and_forgets_the_rest() {
    let lab = Lab::start().await;
    let mut client = lab.connect("/sink?endpoint=a").await;
    lab.post("/endpoints/a/refuse").await;
    assert_eq!(lab.http("DELETE", "/endpoints/a").await.0, 204);
    assert!(client.is_reset().await);
    assert_eq!(lab.get("/endpoints/a").await["accepted"], 0);
    lab.connect("/echo?endpoint=a").await;
}

#[tokio::test]
async fn a_wrong_order_is_refused_and_named() {
    let lab = Lab::start().await;
    let (status, _, body) = lab.http("POST", "/endpoints/a/delay?ms=soon").await;
    assert!(status == 400 && body.contains("ms=soon"), "{body}");
    assert_eq!(lab.http("POST", "/endpoints/a/delay").await.0, 400);
    assert_eq!(lab.http("POST", "/endpoints/a/close?code=70000").await.0, 400);
    assert_eq!(lab.http("POST", "/endpoints/a/refuse?status=101").await.0, 400);
    assert_eq!(lab.http("POST", "/endpoints/a/freeze?way=up").await.0, 400);
    assert_eq!(lab.http("POST", "/endpoints/a/explode").await.0, 404);
}

#[tokio::test]
async fn pages_of_any_origin_may_use_it() {
    let lab = Lab::start().await;
    let (status, head, _) = lab.http("OPTIONS", "/endpoints/a").await;
    assert_eq!(status, 204);
    assert!(
        head.contains("access-control-allow-methods: get, post, delete"),
        "{head}"
    );
    assert!(
        lab.http("GET", "/endpoints/a")
            .await
            .1
            .contains("access-control-allow-origin: *")
    );
}
