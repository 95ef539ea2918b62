//! One connection: a task that dials, executes commands, and reports events.

use futures_util::{SinkExt, StreamExt};
use holdfast_ws::engine::ConnectionId;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender};
use tokio_tungstenite::tungstenite::Message;

/// A command to a connection.
pub(crate) enum ConnectionCommand {
    Send(Message),
    Close,
}

/// An event of a connection.
pub(crate) enum ConnectionEvent {
    Open,
    Message(Message),
    Pong,
    /// The close code, and true if the closing handshake was completed.
    Closed(u16, bool),
}

/// The codes of RFC 6455, section 7.4.1: no closing handshake, and a close frame without a code.
const ABNORMAL: u16 = 1006;
const NO_CODE: u16 = 1005;

/// Runs until the connection ends, or until the sender of `commands` is dropped: then the connection is abandoned.
pub(crate) async fn run(
    url: String,
    id: ConnectionId,
    mut commands: UnboundedReceiver<ConnectionCommand>,
    events: UnboundedSender<(ConnectionId, ConnectionEvent)>,
) {
    let report = |event| _ = events.send((id, event));
    let dialled = tokio::select! {
        dialled = tokio_tungstenite::connect_async(url) => dialled,
        // Closed or abandoned before it opened: the engine transmits only on open connections.
        _ = commands.recv() => return report(ConnectionEvent::Closed(ABNORMAL, false)),
    };
    let Ok((mut socket, _)) = dialled else {
        return report(ConnectionEvent::Closed(ABNORMAL, false));
    };
    report(ConnectionEvent::Open);
    let (mut code, mut clean) = (ABNORMAL, false);
    loop {
        tokio::select! {
            command = commands.recv() => match command {
                Some(ConnectionCommand::Send(message)) => {
                    if socket.send(message).await.is_err() {
                        break;
                    }
                }
                Some(ConnectionCommand::Close) => _ = socket.close(None).await,
                None => break,
            },
            received = socket.next() => match received {
                Some(Ok(Message::Close(frame))) => {
                    code = frame.map_or(NO_CODE, |frame| frame.code.into());
                    clean = true;
                }
                Some(Ok(Message::Pong(_))) => report(ConnectionEvent::Pong),
                Some(Ok(message @ (Message::Text(_) | Message::Binary(_)))) => report(ConnectionEvent::Message(message)),
                Some(Ok(_)) => {}
                Some(Err(_)) | None => break,
            },
        }
    }
    report(ConnectionEvent::Closed(code, clean));
}
