//! Shared by the tests: a server on a free port, a client of its WebSocket side and one of its HTTP side.

use std::{
    collections::BTreeMap,
    future::Future,
    net::SocketAddr,
    path::Path,
    time::{Duration, Instant},
};

use futures_util::{SinkExt, StreamExt};
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{Error, Message, client::IntoClientRequest, handshake::client::Response},
};
use xtask::server::{Server, Site};

/// Longer than any operation here takes, on the busiest machine. Reaching it is a failure.
const DEADLINE: Duration = Duration::from_secs(60);
/// Long enough for a local message to arrive, if one was sent.
const SILENCE: Duration = Duration::from_millis(150);
/// Longer than sending takes to a server that reads, on a busy machine.
const STUCK: Duration = Duration::from_secs(2);

pub(crate) struct Lab {
    pub(crate) address: SocketAddr,
}

pub(crate) struct Client(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Lab {
    pub(crate) async fn start() -> Self {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let roots = BTreeMap::from([("source".to_owned(), here.join("src"))]);
        let site = Site {
            www: here.join("tests/server/www"),
            pkg: here.join("tests"),
            roots,
        };
        let server = Server::bind(0, site).await.unwrap();
        let address = server.address().unwrap();
        tokio::spawn(server.run());
        Self { address }
    }

    pub(crate) async fn try_connect(&self, path: &str, protocols: &str) -> Result<(Client, Response), Error> {
        let mut request = format!("ws://{}{path}", self.address).into_client_request()?;
        if !protocols.is_empty() {
            request
                .headers_mut()
                .insert("sec-websocket-protocol", protocols.parse().unwrap());
        }
        let (socket, response) = in_time(connect_async(request)).await?;
        Ok((Client(socket), response))
    }

    pub(crate) async fn connect(&self, path: &str) -> Client {
        self.try_connect(path, "").await.unwrap().0
    }

    /// The status line, the header lines in lower case, and the body.
    pub(crate) async fn http(&self, method: &str, path: &str) -> (u16, String, String) {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        let request = format!("{method} {path} HTTP/1.1\r\nhost: lab\r\nconnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        in_time(stream.read_to_string(&mut answer)).await.unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (
            head.split(' ').nth(1).unwrap().parse().unwrap(),
            head.to_lowercase(),
            body.to_owned(),
        )
    }

    pub(crate) async fn post(&self, path: &str) -> u64 {
        let (status, _, body) = self.http("POST", path).await;
        assert_eq!(status, 200, "{body}");
        serde_json::from_str::<Value>(&body).unwrap()["connections"]
            .as_u64()
            .unwrap()
    }

    pub(crate) async fn get(&self, path: &str) -> Value {
        let (status, _, body) = self.http("GET", path).await;
        assert_eq!(status, 200, "{body}");
        serde_json::from_str(&body).unwrap()
    }

    /// Waits until the endpoint's state passes a test.
    pub(crate) async fn until(&self, line: &str, is: impl Fn(&Value) -> bool) -> Value {
        let begun = Instant::now();
        loop {
            let seen = self.get(&format!("/endpoints/{line}")).await;
            if is(&seen) {
                return seen;
            }
            assert!(begun.elapsed() < DEADLINE, "waited in vain; the endpoint is {seen}");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

impl Client {
    pub(crate) async fn say(&mut self, text: &str) {
        in_time(self.0.send(Message::text(text))).await.unwrap();
    }

    pub(crate) async fn send(&mut self, message: Message) {
        in_time(self.0.send(message)).await.unwrap();
    }

    /// Sends a message that the server may not read to its end, because it closes.
    pub(crate) async fn try_send(&mut self, message: Message) {
        let _ = tokio::time::timeout(STUCK, self.0.send(message)).await;
    }

    pub(crate) async fn next(&mut self) -> Result<Message, Error> {
        in_time(self.0.next()).await.expect("the stream ended without an end")
    }

    /// True if the connection ends in order, without another message.
    pub(crate) async fn has_ended(&mut self) -> bool {
        in_time(self.0.next()).await.is_none()
    }

    pub(crate) async fn text(&mut self) -> String {
        self.next().await.unwrap().into_text().unwrap().to_string()
    }

    pub(crate) async fn json(&mut self) -> Value {
        serde_json::from_str(&self.text().await).unwrap()
    }

    /// True if no message comes for a while.
    pub(crate) async fn is_silent(&mut self) -> bool {
        tokio::time::timeout(SILENCE, self.0.next()).await.is_err()
    }

    /// The next bytes on the wire, before any interpretation.
    pub(crate) async fn raw(&mut self, count: usize) -> Vec<u8> {
        let mut bytes = vec![0; count];
        in_time(self.0.get_mut().read_exact(&mut bytes)).await.unwrap();
        bytes
    }

    /// True if the TCP connection ended with a reset.
    pub(crate) async fn is_reset(&mut self) -> bool {
        let mut byte = [0];
        let read = in_time(self.0.get_mut().read(&mut byte)).await;
        matches!(read, Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset)
    }

    /// Sends a text repeatedly until the kernel's buffers on both sides are full. Returns how many were sent before one blocked.
    pub(crate) async fn fill(&mut self, most: usize) -> usize {
        let mut sent = 0;
        while sent < most && tokio::time::timeout(STUCK, self.0.send(large())).await.is_ok() {
            sent += 1;
        }
        sent
    }

    /// Sends as many of the same texts, none of which may block for good.
    pub(crate) async fn pour(&mut self, count: usize) {
        for _ in 0..count {
            self.send(large()).await;
        }
    }
}

fn large() -> Message {
    Message::text("x".repeat(64 * 1024))
}

async fn in_time<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(DEADLINE, future)
        .await
        .expect("took longer than anything here may")
}
