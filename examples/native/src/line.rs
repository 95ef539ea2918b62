//! One connection: a task that dials, carries out orders, and writes letters about what happens.

use futures_util::{SinkExt, StreamExt};
use holdfast_ws::engine::ConnectionId;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender};
use tokio_tungstenite::tungstenite::Message;

pub(crate) enum Order {
    Send(Message),
    Close,
}

pub(crate) enum Letter {
    Open,
    Message(Message),
    Pong,
    /// The code, and whether the closing handshake was completed.
    Closed(u16, bool),
}

/// What RFC 6455 has for a connection without a closing handshake, and for a close frame without a code.
const ABNORMAL: u16 = 1006;
const NO_CODE: u16 = 1005;

/// Ends when the connection does, or when nobody can give orders any more: it was abandoned.
pub(crate) async fn run(
    url: String,
    connection: ConnectionId,
    mut orders: UnboundedReceiver<Order>,
    letters: UnboundedSender<(ConnectionId, Letter)>,
) {
    let write = |letter| _ = letters.send((connection, letter));
    let dialled = tokio::select! {
        dialled = tokio_tungstenite::connect_async(url) => dialled,
        // Closed, or abandoned, before it opened. Nothing can be sent before.
        _ = orders.recv() => return write(Letter::Closed(ABNORMAL, false)),
    };
    let Ok((mut socket, _)) = dialled else {
        return write(Letter::Closed(ABNORMAL, false));
    };
    write(Letter::Open);
    let (mut code, mut clean) = (ABNORMAL, false);
    loop {
        tokio::select! {
            order = orders.recv() => match order {
                Some(Order::Send(message)) => {
                    if socket.send(message).await.is_err() {
                        break;
                    }
                }
                Some(Order::Close) => _ = socket.close(None).await,
                None => break,
            },
            received = socket.next() => match received {
                Some(Ok(Message::Close(frame))) => {
                    code = frame.map_or(NO_CODE, |frame| frame.code.into());
                    clean = true;
                }
                Some(Ok(Message::Pong(_))) => write(Letter::Pong),
                Some(Ok(message @ (Message::Text(_) | Message::Binary(_)))) => write(Letter::Message(message)),
                Some(Ok(_)) => {}
                Some(Err(_)) | None => break,
            },
        }
    }
    write(Letter::Closed(code, clean));
}
