//! A server in axum for a page with the class: `PORT=8080 cargo run --package holdfast-axum-example`, then
//! `new WebSocket('ws://127.0.0.1:8080/live')`.

use std::{env, io, time::Duration};

use axum::{
    Router,
    body::Bytes,
    extract::{
        State,
        ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade},
    },
    response::Response,
    routing::any,
};
use serde_json::{Value, json};
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
    sync::{broadcast, watch},
    time::{Instant, interval_at, timeout},
};

/// The state that all connections share.
#[derive(Clone, Debug)]
struct Room {
    ping: Duration,
    /// Messages to every client.
    all: broadcast::Sender<String>,
    /// Becomes true when the server is about to end.
    closing: watch::Receiver<bool>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<()> {
    let number = |name| env::var(name).ok().and_then(|value| value.parse().ok());
    let (close, closing) = watch::channel(false);
    let room = Room {
        ping: Duration::from_millis(number("PING").unwrap_or(25_000)),
        all: broadcast::Sender::new(256),
        closing,
    };
    let port = number("PORT").and_then(|port| port.try_into().ok()).unwrap_or(0);
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    println!("listening on {}", listener.local_addr()?);
    let mut terminated = signal(SignalKind::terminate())?;
    let site = Router::new().route("/live", any(upgrade)).with_state(room);
    // It stops listening in either case; open connections live on.
    tokio::select! {
        ended = axum::serve(listener, site) => return ended,
        _ = terminated.recv() => {}
    }
    close.send_replace(true);
    // Until the last connection has dropped its receiver.
    let _ = timeout(Duration::from_secs(5), close.closed()).await;
    Ok(())
}

async fn upgrade(upgrade: WebSocketUpgrade, State(room): State<Room>) -> Response {
    upgrade
        .protocols(["v2.live"])
        .on_upgrade(|connection| async { talk(connection, room).await.unwrap_or_default() })
}

/// A connection's life: until it ends, or an error ends it.
async fn talk(mut connection: WebSocket, mut room: Room) -> Result<(), axum::Error> {
    let mut all = room.all.subscribe();
    let mut pings = interval_at(Instant::now() + room.ping, room.ping);
    let mut alive = true;
    loop {
        tokio::select! {
            received = connection.recv() => {
                let Some(received) = received else { return Ok(()) };
                alive = true;
                if let Some(answer) = answer(received?, &room.all) {
                    connection.send(answer).await?;
                }
            }
            Ok(text) = all.recv() => connection.send(Message::Text(text.into())).await?,
            // The browser answers pings by itself. A connection without an answer when the next ping is due is dead.
            _ = pings.tick() => {
                if !alive {
                    return Ok(());
                }
                alive = false;
                connection.send(Message::Ping(Bytes::new())).await?;
            }
            // A deploy: every client is asked to reconnect in half a second at the earliest.
            Ok(()) = room.closing.changed() => {
                connection.send(closed(1012, r#"{"retryAfter":500}"#)).await?;
                // Read what is in flight, up to the page's own close frame.
                while let Some(Ok(_)) = connection.recv().await {}
                return Ok(());
            }
        }
    }
}

/// Returns the answer to a message. axum answers pings itself.
fn answer(heard: Message, all: &broadcast::Sender<String>) -> Option<Message> {
    let Message::Text(text) = &heard else {
        return matches!(heard, Message::Binary(_)).then_some(heard);
    };
    let said: Value = serde_json::from_str(text).unwrap_or_default();
    if let Some(id) = said.get("id") {
        let reply = json!({ "id": id, "said": said["say"] });
        Some(Message::Text(reply.to_string().into()))
    } else if said.get("all").is_some() {
        // Without a receiver, `send` fails, which is no error here.
        let _ = all.send(said.to_string());
        None
    } else if let Some(code) = said["close"].as_u64().and_then(|code| code.try_into().ok()) {
        Some(closed(code, said["reason"].as_str().unwrap_or_default()))
    } else {
        Some(heard)
    }
}

fn closed(code: u16, reason: &str) -> Message {
    Message::Close(Some(CloseFrame {
        code,
        reason: reason.into(),
    }))
}
