use std::{
    io::ErrorKind,
    time::{Duration, Instant},
};

use tokio_tungstenite::tungstenite::Error;

use crate::lab::{Client, Lab};

#[tokio::test]
async fn drop_is_a_tcp_reset() {
    let lab = Lab::start().await;
    let mut client = lab.connect("/echo?endpoint=a").await;
    let mut other = lab.connect("/echo?endpoint=b").await;
    assert_eq!(lab.post("/endpoints/a/drop").await, 1);
    assert!(client.is_reset().await);
    assert_eq!(
        lab.get("/endpoints/a").await["live"],
        0,
        "a dropped connection is over at once"
    );
    other.say("still here").await;
    assert_eq!(other.text().await, "still here");
}

#[tokio::test]
async fn a_frozen_endpoint_is_half_open_until_it_thaws() {
    let lab = Lab::start().await;
    let mut client = lab.connect("/echo?endpoint=a").await;
    assert_eq!(lab.post("/endpoints/a/freeze").await, 1);
    client.say("late").await;
    lab.post("/endpoints/a/send?text=pushed").await;
    assert!(client.is_silent().await);
    let line = lab.get("/endpoints/a").await;
    assert_eq!(
        (line["live"].as_u64(), line["connections"][0]["received"].as_u64()),
        (Some(1), Some(0))
    );
    assert_eq!(lab.post("/endpoints/a/thaw").await, 1);
    let mut came = [client.text().await, client.text().await];
    came.sort();
    assert_eq!(came, ["late", "pushed"], "what waited arrives after all");
}

#[tokio::test]
async fn an_endpoint_can_be_frozen_in_one_direction() {
    let lab = Lab::start().await;
    let mut deaf = lab.connect("/echo?endpoint=deaf").await;
    lab.post("/endpoints/deaf/freeze?way=in").await;
    deaf.say("unheard").await;
    lab.post("/endpoints/deaf/send?text=pushed").await;
    assert_eq!(deaf.text().await, "pushed");
    assert!(deaf.is_silent().await);

    let mut mute = lab.connect("/echo?endpoint=mute").await;
    lab.post("/endpoints/mute/freeze?way=out").await;
    mute.say("heard").await;
    lab.until("mute", |line| line["connections"][0]["received"] == 1).await;
    assert!(mute.is_silent().await);
    lab.post("/endpoints/mute/freeze?way=in").await;
    mute.say("no longer heard").await;
    assert!(mute.is_silent().await, "both directions by now");
    lab.post("/endpoints/mute/thaw").await;
    assert_eq!(
        (mute.text().await, mute.text().await),
        ("heard".to_owned(), "no longer heard".to_owned())
    );
}

#[tokio::test]
async fn a_flood_comes_whole_and_in_order_before_replies() {
    let lab = Lab::start().await;
    let mut client = lab.connect("/echo?endpoint=a").await;
    lab.post("/endpoints/a/delay?ms=5000").await;
    client.say("a reply").await;
    assert_eq!(lab.post("/endpoints/a/flood?count=300").await, 1);
    for number in 1..=300 {
        assert_eq!(client.text().await, format!("flood {number}"));
    }
    assert_eq!(client.text().await, "a reply");
}

#[tokio::test]
async fn a_garbled_endpoint_carries_a_frame_that_clients_must_fail_at() {
    let lab = Lab::start().await;
    let mut client = lab.connect("/echo?endpoint=a").await;
    assert_eq!(lab.post("/endpoints/a/garble").await, 1);
    assert!(matches!(client.next().await, Err(Error::Protocol(_))));
}

#[tokio::test]
async fn a_frozen_endpoint_can_still_be_reset() {
    let lab = Lab::start().await;
    let mut client = lab.connect("/echo?endpoint=a").await;
    lab.post("/endpoints/a/freeze").await;
    lab.post("/endpoints/a/drop").await;
    assert!(client.is_reset().await);
}

#[tokio::test]
async fn freeze_next_lets_handshakes_through_and_nothing_after() {
    let lab = Lab::start().await;
    lab.post("/endpoints/a/freeze?next=1").await;
    let mut client = lab.connect("/greet?endpoint=a").await;
    assert!(client.is_silent().await);
    lab.post("/endpoints/a/thaw").await;
    assert_eq!(client.text().await, "hello");
    assert_eq!(
        lab.connect("/greet?endpoint=a").await.text().await,
        "hello",
        "thaw ends it for new ones too"
    );
}

#[tokio::test]
async fn refused_handshakes_get_the_status_and_are_counted() {
    let lab = Lab::start().await;
    lab.post("/endpoints/a/refuse").await;
    assert_eq!(refusal(&lab).await, Some(503));
    lab.post("/endpoints/a/refuse?status=401").await;
    assert_eq!(refusal(&lab).await, Some(401));
    lab.post("/endpoints/a/accept").await;
    assert_eq!(refusal(&lab).await, None);
    let line = lab.get("/endpoints/a").await;
    assert_eq!(
        (line["refused"].as_u64(), line["accepted"].as_u64()),
        (Some(2), Some(1))
    );
}

#[tokio::test]
async fn status_zero_refuses_by_a_reset() {
    let lab = Lab::start().await;
    lab.post("/endpoints/a/refuse?status=0").await;
    let Err(error) = lab.try_connect("/echo?endpoint=a", "").await else {
        panic!("it was accepted")
    };
    assert!(!matches!(error, Error::Http(_)), "{error}");
}

#[tokio::test]
async fn a_refusal_for_a_time_ends_by_itself() {
    let lab = Lab::start().await;
    let begun = Instant::now();
    lab.post("/endpoints/a/refuse?for=200").await;
    while refusal(&lab).await.is_some() {
        assert!(
            begun.elapsed() < Duration::from_secs(60),
            "refused for {:?}",
            begun.elapsed()
        );
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert!(begun.elapsed() >= Duration::from_millis(200));
}

#[tokio::test]
async fn delayed_replies_come_late_and_in_order() {
    let lab = Lab::start().await;
    let mut client = lab.connect("/echo?endpoint=a").await;
    lab.post("/endpoints/a/delay?ms=5000").await;
    let begun = Instant::now();
    for text in ["1", "2", "3"] {
        client.say(text).await;
    }
    lab.post("/endpoints/a/send?text=prompt").await;
    assert_eq!(client.text().await, "prompt", "a command doesn't wait for replies");
    for text in ["1", "2", "3"] {
        assert_eq!(client.text().await, text);
    }
    assert!(begun.elapsed() >= Duration::from_secs(5));
}

#[tokio::test]
async fn a_slow_handshake_is_late_by_what_was_ordered() {
    let lab = Lab::start().await;
    lab.post("/endpoints/a/handshake?ms=150").await;
    let begun = Instant::now();
    lab.connect("/echo?endpoint=a").await;
    assert!(begun.elapsed() >= Duration::from_millis(150));
}

#[tokio::test]
async fn a_flapping_endpoint_resets_each_new_connection() {
    let lab = Lab::start().await;
    lab.post("/endpoints/a/flap?after=20").await;
    for _ in 0..2 {
        match lab.try_connect("/echo?endpoint=a", "").await {
            Ok((mut client, _)) => assert!(client.is_reset().await),
            // A slow client hasn't read the handshake's response yet, and the reset discards it.
            Err(error) => assert!(
                matches!(&error, Error::Io(error) if error.kind() == ErrorKind::ConnectionReset),
                "{error}"
            ),
        }
    }
    lab.post("/endpoints/a/accept").await;
    assert!(lab.connect("/echo?endpoint=a").await.is_silent().await);
}

#[tokio::test]
async fn every_close_code_can_be_put_on_the_wire() {
    let lab = Lab::start().await;
    for code in [0, 999, 1000, 1005, 1006, 1015, 2999, 4321, 65_535] {
        let mut client = lab.connect("/sink?endpoint=a").await;
        lab.post(&format!("/endpoints/a/close?code={code}&reason=because"))
            .await;
        assert_eq!(
            close_frame(&mut client, 2 + 7).await,
            (Some(code), "because".to_owned())
        );
        lab.post("/endpoints/a/drop").await;
    }
    let mut client = lab.connect("/sink?endpoint=a").await;
    lab.post("/endpoints/a/close").await;
    assert_eq!(close_frame(&mut client, 0).await, (None, String::new()));
}

#[tokio::test]
async fn a_closed_connection_ends_when_the_client_has_answered() {
    let lab = Lab::start().await;
    let mut client = lab.connect("/echo?endpoint=a").await;
    lab.post("/endpoints/a/close?code=1012").await;
    assert!(client.next().await.unwrap().is_close());
    // tungstenite answers in the next read.
    assert!(client.has_ended().await);
    let line = lab.until("a", |line| line["live"] == 0).await;
    assert_eq!(line["connections"][0]["closeCode"], 1012);
}

async fn refusal(lab: &Lab) -> Option<u16> {
    match lab.try_connect("/echo?endpoint=a", "").await {
        Ok(_) => None,
        Err(Error::Http(response)) => Some(response.status().as_u16()),
        Err(error) => panic!("neither accepted nor refused in words: {error}"),
    }
}

/// Reads an unmasked close frame with so long a payload off the wire.
async fn close_frame(client: &mut Client, length: u8) -> (Option<u16>, String) {
    assert_eq!(client.raw(2).await, [0x88, length]);
    let payload = client.raw(length.into()).await;
    match payload.split_first_chunk() {
        Some((code, reason)) => (
            Some(u16::from_be_bytes(*code)),
            String::from_utf8(reason.to_vec()).unwrap(),
        ),
        None => (None, String::new()),
    }
}
