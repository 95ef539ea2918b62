//! One server.

use std::collections::BTreeSet;

use holdfast_ws::channels::nats::Options;
use holdfast_ws::channels::{ChannelId, Event, Recovered};

use super::client::{Client, numbers, plain};
use super::server::{Backend, Server};

#[test]
#[ignore = "needs nats-server"]
fn a_restart_under_traffic_loses_and_doubles_nothing() {
    let mut server = Server::new("alone", "").start();
    let mut backend = Backend::new(&server, "");
    backend.make("CHANNELS", "channels.>", "");
    let mut client = Client::new(&[server.port], Options::default(), None, 1);
    let news = client.join("news", plain());
    client.until("subscribed", |client| !client.subscribed(news).is_empty());
    for number in 0..300 {
        backend.say("news", &number.to_string());
        client.step();
        if number % 100 == 50 {
            drop(backend);
            server.kill();
            server.begin();
            backend = Backend::new(&server, "");
        }
    }
    client.until("all have come", |client| client.texts(news).len() >= 300);
    assert_eq!(client.texts(news), numbers(300));
    assert_eq!(client.gaps(), 0);
    assert!(
        client
            .subscribed(news)
            .iter()
            .all(|recovered| *recovered == Recovered::Yes)
    );
}

#[test]
#[ignore = "needs nats-server"]
fn a_purge_while_away_and_a_stream_made_again_are_told() {
    let server = Server::new("alone", "").start();
    let mut backend = Backend::new(&server, "");
    backend.make("CHANNELS", "channels.>", "");
    let mut client = Client::new(&[server.port], Options::default(), None, 2);
    let news = client.join("news", plain());
    client.until("subscribed", |client| !client.subscribed(news).is_empty());
    backend.say("news", "a");
    client.until("a", |client| client.texts(news) == ["a"]);
    client.lose();
    backend.say("news", "b");
    backend.request("$JS.API.STREAM.PURGE.CHANNELS", "");
    backend.say("news", "c");
    client.until("c", |client| client.texts(news) == ["a", "c"]);
    assert_eq!(client.gaps(), 1);
    client.until("told", |client| client.subscribed(news).last() == Some(&Recovered::No));

    // While connected: the consumer has gone with its stream.
    backend.request("$JS.API.STREAM.DELETE.CHANNELS", "");
    backend.make("CHANNELS", "channels.>", "");
    client.until("another epoch", |client| client.gaps() == 2);
    client.until("subscribed again", |client| client.subscribed(news).len() == 3);
    backend.say("news", "d");
    client.until("d", |client| client.texts(news) == ["a", "c", "d"]);
}

#[test]
#[ignore = "needs nats-server"]
fn a_publication_that_is_repeated_is_stored_once() {
    let server = Server::new("alone", "").start();
    let mut backend = Backend::new(&server, "");
    backend.make("CHANNELS", "channels.>", "");
    let mut client = Client::new(&[server.port], Options::default(), None, 3);
    let news = client.join("news", plain());
    client.until("subscribed", |client| !client.subscribed(news).is_empty());
    for number in 0..40 {
        let now = client.now();
        client
            .machine
            .bus_mut()
            .publish(now, "news", number.to_string().as_str().into());
        client.step();
        if number % 4 == 3 {
            // What was sent has no acknowledgement yet.
            client.lose();
        }
    }
    let published = |event: &&_| matches!(event, Event::Published { position: Some(_), .. });
    client.until("all are acknowledged", |client| {
        client.events.iter().filter(published).count() == 40
    });
    let info = backend.request("$JS.API.STREAM.INFO.CHANNELS", "");
    assert!(info.contains("\"messages\":40,"), "{info}");
    client.until("all have come", |client| client.texts(news).len() >= 40);
    assert_eq!(client.texts(news), numbers(40));
}

#[test]
#[ignore = "needs nats-server"]
fn a_thousand_channels_share_one_connection() {
    let mut server = Server::new("alone", "").start();
    let mut backend = Backend::new(&server, "");
    backend.make("CHANNELS", "channels.>", "");
    let mut client = Client::new(&[server.port], Options::default(), None, 4);
    let names: Vec<String> = (0..1_000).map(|number| format!("room.{number}")).collect();
    let channels: Vec<ChannelId> = names.iter().map(|name| client.join(name, plain())).collect();
    client.until("all are subscribed", |client| {
        channels.iter().all(|id| client.machine.bus().position(*id).is_some())
    });
    let once = |client: &Client, count: usize| {
        let messages = client
            .events
            .iter()
            .filter(|event| matches!(event, Event::Message { .. }));
        messages.count() >= count
    };
    for name in &names {
        backend.say(name, "a");
        client.step();
    }
    client.until("the first of each", |client| once(client, 1_000));
    drop(backend);
    server.kill();
    server.begin();
    let mut backend = Backend::new(&server, "");
    for name in &names {
        backend.say(name, "b");
        client.step();
    }
    client.until("the second of each", |client| once(client, 2_000));
    for channel in channels {
        assert_eq!(client.texts(channel), ["a", "b"]);
    }
    assert_eq!(client.gaps(), 0);
}

#[test]
#[ignore = "needs nats-server"]
fn a_reader_that_is_slow_gets_everything() {
    let server = Server::new("alone", "").start();
    let mut backend = Backend::new(&server, "");
    backend.make("CHANNELS", "channels.>", "");
    let mut client = Client::new(&[server.port], Options::default(), None, 5);
    let news = client.join("news", plain());
    client.until("subscribed", |client| !client.subscribed(news).is_empty());
    let long = "x".repeat(50_000);
    for number in 0..400 {
        // Without an answer, so that the server is faster than its reader.
        backend.say("news", &format!("{number} {long}"));
        if number % 100 == 0 {
            client.step();
        }
    }
    client.until("all have come", |client| client.texts(news).len() >= 400);
    let come: BTreeSet<&str> = client
        .texts(news)
        .iter()
        .filter_map(|text| text.split(' ').next())
        .collect();
    assert_eq!((client.texts(news).len(), come.len(), client.gaps()), (400, 400, 0));
}
