//! One WebSocket connection, from its handshake to its end.
//!
//! This module answers the handshake itself, because a test server must also do what libraries refuse: select a subprotocol that
//! wasn't offered, respond late, send close codes that the standard forbids. tungstenite reads and writes the frames.

use std::{
    future::{Future, pending},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::Duration,
};

use axum::{
    extract::Request,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use futures_util::{
    SinkExt, StreamExt,
    stream::{SplitSink, SplitStream},
};
use hyper::upgrade::{OnUpgrade, Upgraded};
use hyper_util::rt::TokioIo;
use tokio::{
    sync::mpsc::{UnboundedReceiver, unbounded_channel},
    time::Instant,
};
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{
        Error, Message,
        handshake::derive_accept_key,
        protocol::{
            CloseFrame, Role as Side, WebSocketConfig,
            frame::{
                Frame, FrameHeader,
                coding::{CloseCode, Data, OpCode},
            },
        },
    },
};

use super::{
    endpoints::{Command, Endpoint},
    faults::Refuse,
    outbox::{Outbox, Reply},
    params::{BadParam, Params},
    paths::Role,
    wire::Tap,
};

/// The largest message that is accepted.
const MOST_BYTES: usize = 64 << 20;
/// The time a client has to answer a close frame. After it the connection ends without the answer.
const CLOSE_PATIENCE: Duration = Duration::from_secs(5);

type Socket = WebSocketStream<TokioIo<Upgraded>>;

/// Answers a handshake and, if it succeeds, runs the connection in a task of its own.
pub(super) async fn handshake(
    endpoint: Arc<Endpoint>,
    tap: Tap,
    role: Role,
    params: &Params,
    mut request: Request,
) -> Response {
    let Some(accept) = accept_key(request.headers()) else {
        let upgrade = [(header::UPGRADE, "websocket")];
        return (StatusCode::UPGRADE_REQUIRED, upgrade, "This path speaks WebSocket.\n").into_response();
    };
    let protocol = match choose_protocol(params, request.headers()) {
        Ok(protocol) => protocol,
        Err(bad) => return bad.into_response(),
    };
    let refusal = endpoint.faults().refusing();
    if let Some(refuse) = refusal {
        endpoint.count_refusal();
        return match refuse {
            Refuse::Status(status) => status.into_response(),
            Refuse::Reset => {
                tap.reset();
                StatusCode::SERVICE_UNAVAILABLE.into_response()
            }
        };
    }
    let Some(upgrade) = request.extensions_mut().remove::<OnUpgrade>() else {
        return StatusCode::UPGRADE_REQUIRED.into_response();
    };
    let wait = endpoint.faults().handshake;
    tokio::time::sleep(wait).await;

    let (commands, command_rx) = unbounded_channel();
    let name = protocol
        .as_ref()
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
        .to_owned();
    let number = endpoint.opening(tap.clone(), commands.clone(), name);
    let (replies, reply_rx) = unbounded_channel();
    let outbox = Outbox {
        endpoint: endpoint.clone(),
        replies,
        commands,
    };
    tokio::spawn(async move {
        if let Ok(upgraded) = upgrade.await {
            if let Some(rate) = role.reading_rate() {
                tap.slow_down(rate);
            }
            endpoint.open(number);
            let config = WebSocketConfig::default()
                .max_message_size(Some(MOST_BYTES))
                .max_frame_size(Some(MOST_BYTES));
            let io = TokioIo::new(upgraded);
            let socket = WebSocketStream::from_raw_socket(io, Side::Server, Some(config)).await;
            run_session(&endpoint, number, socket, role, outbox, command_rx, reply_rx).await;
        }
        endpoint.ended(number);
    });

    let mut headers = HeaderMap::from_iter([
        (header::CONNECTION, HeaderValue::from_static("Upgrade")),
        (header::UPGRADE, HeaderValue::from_static("websocket")),
        (header::SEC_WEBSOCKET_ACCEPT, accept),
    ]);
    if let Some(protocol) = protocol {
        headers.insert(header::SEC_WEBSOCKET_PROTOCOL, protocol);
    }
    (StatusCode::SWITCHING_PROTOCOLS, headers).into_response()
}

/// Returns the answer to the client's key, if the request is a WebSocket handshake (RFC 6455, section 4.2.1).
fn accept_key(headers: &HeaderMap) -> Option<HeaderValue> {
    let is = |name, value: &str| {
        let text: &str = headers.get(name)?.to_str().ok()?;
        text.split(',')
            .any(|token| token.trim().eq_ignore_ascii_case(value))
            .then_some(())
    };
    is(header::CONNECTION, "upgrade")?;
    is(header::UPGRADE, "websocket")?;
    is(header::SEC_WEBSOCKET_VERSION, "13")?;
    let key = headers.get(header::SEC_WEBSOCKET_KEY)?;
    HeaderValue::try_from(derive_accept_key(key.as_bytes())).ok()
}

/// Returns the subprotocol to select: that of `?protocol=` (none, if empty), or else the first one offered.
fn choose_protocol(params: &Params, headers: &HeaderMap) -> Result<Option<HeaderValue>, BadParam> {
    let offered = || {
        headers
            .get(header::SEC_WEBSOCKET_PROTOCOL)?
            .to_str()
            .ok()?
            .split(',')
            .next()
            .map(str::trim)
    };
    let chosen = params.text("protocol").or_else(offered).filter(|name| !name.is_empty());
    let value = chosen.map(HeaderValue::from_str).transpose();
    value.map_err(|_| BadParam("protocol: can't stand in a header".into()))
}

async fn run_session(
    endpoint: &Endpoint,
    number: usize,
    socket: Socket,
    mut role: Role,
    outbox: Outbox,
    commands: UnboundedReceiver<Command>,
    replies: UnboundedReceiver<Reply>,
) {
    let closing = AtomicBool::new(false);
    let (sink, stream) = socket.split();
    let unprompted = role.clone().send_unprompted(outbox.clone());
    tokio::select! {
        () = read(endpoint, number, stream, &mut role, &outbox, &closing) => {}
        () = write(sink, commands, replies, &closing) => {}
        () = never_ending(unprompted) => {}
    }
}

async fn never_ending(unprompted: impl Future<Output = ()>) {
    unprompted.await;
    pending::<()>().await;
}

/// Reads until the connection ends. The session ends then.
async fn read(
    endpoint: &Endpoint,
    number: usize,
    mut stream: SplitStream<Socket>,
    role: &mut Role,
    outbox: &Outbox,
    closing: &AtomicBool,
) {
    while let Some(read) = stream.next().await {
        match read {
            Ok(Message::Close(frame)) => {
                endpoint.closed(number, frame.map_or(1005, |frame| frame.code.into()));
                if closing.load(Relaxed) {
                    return;
                }
                // The client began to close: the next read sends tungstenite's answer and then ends the stream.
            }
            Ok(message @ (Message::Text(_) | Message::Binary(_))) => {
                endpoint.received(number, &message);
                role.answer(message, outbox);
            }
            Ok(_) => {}
            Err(error) => {
                let Some(code) = code_for(&error) else { return };
                outbox.close(Some(code), "");
                // After an error nothing more can be read. The writer ends the session.
                pending::<()>().await;
            }
        }
    }
}

/// Returns the close code for a client's violation of the protocol.
fn code_for(error: &Error) -> Option<u16> {
    match error {
        Error::Capacity(_) => Some(1009),
        Error::Utf8(_) => Some(1007),
        Error::Protocol(_) => Some(1002),
        _ => None,
    }
}

/// Writes commands at once and replies when they are due, until a command closes the connection.
async fn write(
    mut sink: SplitSink<Socket, Message>,
    mut commands: UnboundedReceiver<Command>,
    mut replies: UnboundedReceiver<Reply>,
    closing: &AtomicBool,
) {
    let mut next: Option<Reply> = None;
    // A failed write needs no handling: the reader notices the connection's end, too.
    loop {
        let due = next.as_ref().map_or_else(Instant::now, |reply| reply.due);
        tokio::select! {
            biased;
            Some(command) = commands.recv() => match command {
                Command::Text(text) => drop(sink.send(Message::text(text)).await),
                Command::Flood(count) => {
                    for number in 1..=count {
                        if sink.feed(Message::text(format!("flood {number}"))).await.is_err() {
                            break;
                        }
                    }
                    drop(sink.flush().await);
                }
                Command::Garble => drop(sink.send(reserved_frame()).await),
                Command::Close(code, reason) => {
                    closing.store(true, Relaxed);
                    drop(sink.send(close_frame(code, reason)).await);
                    return tokio::time::sleep(CLOSE_PATIENCE).await;
                }
            },
            () = tokio::time::sleep_until(due), if next.is_some() => {
                if let Some(reply) = next.take() {
                    drop(sink.send(reply.message).await);
                }
            }
            Some(reply) = replies.recv(), if next.is_none() => next = Some(reply),
        }
    }
}

/// Returns a frame with a reserved opcode (RFC 6455, section 5.2). Its receiver must fail the connection.
fn reserved_frame() -> Message {
    let header = FrameHeader {
        opcode: OpCode::Data(Data::Reserved(3)),
        ..FrameHeader::default()
    };
    Message::Frame(Frame::from_payload(header, "garbage".into()))
}

/// Returns a close frame that tungstenite doesn't check, so that it may have any code.
fn close_frame(code: Option<u16>, reason: String) -> Message {
    let frame = code.map(|code| CloseFrame {
        code: CloseCode::from(code),
        reason: reason.into(),
    });
    Message::Frame(Frame::close(frame))
}
