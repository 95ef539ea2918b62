//! The channels of Rust apps, in a real browser, with real brokers: `run.mjs` starts them, and drops connections all the time.
#![cfg(target_arch = "wasm32")]

#[path = "../support/server.rs"]
mod server;
#[path = "../support/mod.rs"]
mod support;

use std::time::Duration;

use futures_util::StreamExt;
use holdfast_ws::Reconnect;
use holdfast_ws::bus::{
    Bus, BusBuilder, Channel, ChannelEvent, ChannelMessage, ChannelOptions, Failure, Nats, Nchan, Recovered,
};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

use support::{sleep, until};

wasm_bindgen_test_configure!(run_in_browser);

/// The places of the brokers: NATS, nchan, and the URL to publish to nchan, with spaces between.
const BROKERS: Option<&str> = option_env!("HOLDFAST_BROKERS");

fn place(of: usize) -> &'static str {
    let places = BROKERS.expect("tests/brokers/run.mjs names the brokers");
    places.split(' ').nth(of).expect("a URL")
}

fn builder(url: &str, via: impl Into<holdfast_ws::bus::Via>) -> BusBuilder {
    let delays = Reconnect::new()
        .min_delay(Duration::from_millis(50))
        .max_delay(Duration::from_millis(300));
    Bus::builder(url, via).reconnect(delays)
}

fn nats() -> BusBuilder {
    let nats = Nats::new().bucket("members").idle(Duration::from_secs(1));
    builder(place(0), nats)
}

fn nchan() -> BusBuilder {
    builder(place(1), Nchan::new().publish(place(2)))
}

/// Returns what the channel says of each subscription so far.
async fn subscribed(events: &mut (impl StreamExt<Item = ChannelEvent> + Unpin)) -> Recovered {
    loop {
        if let ChannelEvent::Subscribed { recovered, .. } = events.next().await.expect("an event") {
            return recovered;
        }
    }
}

async fn texts(channel: &mut Channel, count: usize) -> Vec<String> {
    let mut all = Vec::new();
    while all.len() < count {
        let message = channel.next().await.expect("a message");
        all.push(message.data.as_text().expect("text").to_owned());
    }
    all
}

/// Returns the last two messages. Each question may be lost with its connection.
async fn history(channel: &Channel) -> Vec<ChannelMessage> {
    loop {
        match channel.history(2, None).await {
            Ok(messages) => return messages,
            Err(error) => assert!(matches!(error.reason, Failure::Lost), "{error}"),
        }
        sleep(50).await;
    }
}

/// Publishes while connections are dropped, and expects each message once and in order.
async fn each_once(bus: Bus, recovered: Recovered) {
    let mut news = bus.channel("from rust").expect("a channel");
    let mut events = news.events();
    // The connection may have been dropped before the first subscription was told.
    let first = subscribed(&mut events).await;
    assert!([Recovered::Yes, recovered].contains(&first), "{first:?}");
    let expected: Vec<String> = (0..40).map(|number| number.to_string()).collect();
    for text in &expected {
        let position = news.publish(text.as_str()).await.expect("the broker has it");
        assert!(position.is_some());
        sleep(50).await;
    }
    assert_eq!(texts(&mut news, 40).await, expected);
    assert_eq!(subscribed(&mut events).await, recovered, "after a loss");
}

#[wasm_bindgen_test]
async fn over_nats_each_message_comes_once_in_order_and_recovery_is_proven() {
    each_once(nats().connect().expect("a bus"), Recovered::Yes).await;
}

#[wasm_bindgen_test]
async fn over_nchan_each_message_comes_once_in_order_and_nothing_is_proven() {
    each_once(nchan().connect().expect("a bus"), Recovered::Unknown).await;
}

#[wasm_bindgen_test]
async fn over_nats_members_and_history_are_there() {
    let bus = nats().connect().expect("a bus");
    let join = |bus: &Bus, user: &str| bus.channel_with("room", ChannelOptions::new().presence(user, &user));
    let room = join(&bus, "ada").expect("a channel");
    let other = nats().connect().expect("a bus");
    let _theirs = join(&other, "bob").expect("a channel");
    until("both are there", || room.members().len() == 2).await;
    for text in ["a", "b", "c"] {
        room.publish(text).await.expect("the broker has it");
    }
    let before = history(&room).await;
    let texts: Vec<_> = before.iter().filter_map(|message| message.data.as_text()).collect();
    assert_eq!(texts, ["b", "c"]);
    other.close();
    until("bob has left", || room.members().len() == 1).await;
}
