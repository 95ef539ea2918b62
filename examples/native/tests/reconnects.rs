//! The example reconnects and detects dead connections, with the project's fault server.

use std::time::Duration;

use holdfast_native_example::{Client, Event};
use holdfast_ws::engine::{Config, Heartbeat, Reconnect, Span};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use xtask::server::{Server, Site};

/// Starts a server on a port of its own.
async fn server() -> String {
    let nowhere = Site {
        www: "nowhere".into(),
        pkg: "nowhere".into(),
        roots: [].into(),
    };
    let server = Server::bind(0, nowhere).await.expect("a free port");
    let address = server.address().expect("an address").to_string();
    tokio::spawn(server.run());
    address
}

/// Injects a fault.
async fn inject(server: &str, action: &str) {
    let mut stream = TcpStream::connect(server).await.expect("the server");
    let request = format!(
        "POST /endpoints/native/{action} HTTP/1.1\r\nHost: {server}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await.expect("room");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

fn quick() -> Config {
    let reconnect = Reconnect {
        min_delay: Span::from_millis(20),
        max_delay: Span::from_millis(50),
        ..Reconnect::default()
    };
    let heartbeat = Heartbeat {
        interval: Span::from_millis(200),
        timeout: Span::from_millis(3_000),
        matches: true,
    };
    Config {
        reconnect: Some(reconnect),
        heartbeat: Some(heartbeat),
        ..Config::default()
    }
}

/// Returns the next event. The limit of a minute is against hangs only.
async fn next(client: &mut Client) -> Option<Event> {
    let next = tokio::time::timeout(Duration::from_secs(60), client.next());
    next.await.expect("something within a minute")
}

fn text(text: &str) -> Event {
    Event::Message(Message::text(text))
}

#[tokio::test]
async fn a_queued_message_is_sent_a_dropped_connection_reconnects_and_close_ends_it() {
    let server = server().await;
    let mut client = Client::connect(format!("ws://{server}/echo?endpoint=native"), quick()).expect("possible");
    client.send("early");
    assert_eq!(next(&mut client).await, Some(Event::Open));
    assert_eq!(next(&mut client).await, Some(text("early")));
    inject(&server, "drop").await;
    assert_eq!(next(&mut client).await, Some(Event::Closed(1006, true)));
    assert_eq!(next(&mut client).await, Some(Event::Reconnecting(1)));
    assert_eq!(next(&mut client).await, Some(Event::Open));
    client.send("again");
    assert_eq!(next(&mut client).await, Some(text("again")));
    client.close();
    assert!(matches!(next(&mut client).await, Some(Event::Closed(_, false))));
    assert_eq!(next(&mut client).await, None);
}

#[tokio::test]
async fn a_frozen_connection_is_detected_by_a_ping_frame() {
    let server = server().await;
    let mut client = Client::connect(format!("ws://{server}/echo?endpoint=native"), quick()).expect("possible");
    assert_eq!(next(&mut client).await, Some(Event::Open));
    // Pings are answered: the connection stays open longer than an unanswered ping would take.
    let quiet = tokio::time::timeout(Duration::from_secs(4), client.next()).await;
    assert!(quiet.is_err(), "{quiet:?}");
    inject(&server, "freeze").await;
    assert_eq!(next(&mut client).await, Some(Event::Closed(1006, true)));
    assert_eq!(next(&mut client).await, Some(Event::Reconnecting(1)));
    assert_eq!(next(&mut client).await, Some(Event::Open));
}
