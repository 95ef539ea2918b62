//! The operations of [`Core::call`](super::Core::call), in terms of the driver and the engine.

use super::host::Host;
use super::ids::request;
use super::numbers::{ANY, Op, PageSignal, RETRY, SendResult};
use holdfast_ws::driver::{Driver, millis, span};
use holdfast_ws::engine::{ConnectionId, Engine, Instant, ResolveId, Route, SendError, Sent, Signal, Span};

/// Returns a number: NaN where there is none, 0 if the operation returns nothing.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // A number that was ours.
pub(super) fn call(driver: &Driver<Host>, op: Op, subject: f64, value: f64) -> f64 {
    match op {
        Op::ReadyState => driver.ready_state().into(),
        Op::BufferedAmount => driver.buffered_amount(),
        Op::RetryAt => {
            let at = driver.engine(|engine| engine.retry_at());
            at.map_or(f64::NAN, |at| driver.to_epoch(at))
        }
        Op::CanSend => f64::from(driver.can_send()),
        Op::Inspect => {
            driver.inspect(value > 0.0);
            0.0
        }
        Op::Signal => {
            let passed = value as u64;
            match PageSignal::from_number(subject as u32) {
                Some(PageSignal::Online) => driver.signal(Signal::Online, passed),
                Some(PageSignal::Offline) => driver.signal(Signal::Offline, passed),
                Some(PageSignal::Wake) => driver.signal(Signal::Wake, passed),
                Some(PageSignal::Hidden) => driver.signal(Signal::Hidden, passed),
                Some(PageSignal::Leaving) => driver.signal(Signal::Leaving, passed),
                Some(PageSignal::Left) => driver.signal(Signal::Left, passed),
                Some(PageSignal::Restored) => driver.signal(Signal::Restored, passed),
                Some(PageSignal::FoundVisible) => driver.signal_in_call(Signal::Wake, passed),
                None => {}
            }
            0.0
        }
        Op::Start => f64::from(driver.start()),
        Op::Alarm => {
            driver.on_alarm();
            0.0
        }
        Op::DispatchPending => f64::from(driver.dispatch_pending()),
        Op::AbandonedClosed => {
            driver.on_linger_ended();
            0.0
        }
        Op::Opened | Op::Message | Op::Failed | Op::Closed => {
            let connection = ConnectionId::new(subject as u32);
            match op {
                Op::Opened => driver.on_open(connection, &value),
                Op::Message => driver.on_message(connection, &value),
                Op::Failed => driver.on_error(connection, &value),
                _ => driver.on_close(connection, &value),
            }
            0.0
        }
        Op::Close | Op::Reconnect | Op::Provided | Op::Authenticated | Op::Reply | Op::Abort | Op::WatchDrain => {
            driver.command(|engine, now| command(engine, now, op, subject, value > 0.0))
        }
        Op::RequestId
        | Op::Status
        | Op::Attempt
        | Op::Latency
        | Op::RoundTrip
        | Op::Connections
        | Op::Attempts
        | Op::Sent
        | Op::Received
        | Op::Pings
        | Op::Pongs
        | Op::QueuedMessages
        | Op::QueuedBytes
        | Op::Unsent
        | Op::DeadConnections
        | Op::LateReplies
        | Op::PendingRequests => driver.engine(|engine| reading(engine, op, subject)),
        Op::Send => f64::NAN,
    }
}

/// Sends a message or a request: see [`Op::Send`].
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // A count of bytes.
pub(super) fn send(driver: &Driver<Host>, payload: f64, bytes: f64, timeout: f64, route: i32) -> f64 {
    let id = request(payload);
    let bytes = bytes as u64;
    let route = match route {
        ANY => Route::Any,
        RETRY => Route::Retry,
        only => Route::Only(ConnectionId::new(only.cast_unsigned())),
    };
    let taken = match (id.get(), route) {
        (0, Route::Only(connection)) => driver.send_on(connection, payload).map(|()| Sent::Transmitted),
        (0, _) => driver.queue(payload, bytes),
        _ => driver
            .request(id, payload, bytes, span(timeout), route)
            .map(|()| Sent::Queued),
    };
    let result = match taken {
        Ok(Sent::Discarded) => SendResult::Discarded,
        Ok(_) => SendResult::Taken,
        Err(SendError::NotOpen) => SendResult::NotOpen,
        // The queue is full, or the number is in use, which the wrapper sees to.
        Err(_) => SendResult::Full,
    };
    f64::from(result as u32)
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // Numbers that were ours.
fn command(engine: &mut Engine<f64>, now: Instant, op: Op, subject: f64, flag: bool) -> f64 {
    let number = subject as u32;
    match op {
        Op::Close => {
            engine.close(now);
            // The native socket was connecting and has ended within its own `close()`, so no event of its will come.
            if let Some(connection) = engine.connection().filter(|_| flag) {
                engine.handle_refused(now, connection);
            }
        }
        Op::Reconnect => engine.reconnect(now),
        Op::Provided if flag => engine.handle_resolved(ResolveId::new(number)),
        Op::Provided => engine.handle_unresolved(now, ResolveId::new(number)),
        Op::Authenticated if flag => engine.handle_authenticated(now, ConnectionId::new(number)),
        Op::Authenticated => return f64::from(engine.handle_rejected(now, ConnectionId::new(number))),
        Op::Reply => return f64::from(engine.handle_reply(now, request(subject), flag) as u8),
        Op::Abort => return f64::from(engine.abort_request(now, request(subject))),
        _ => engine.watch_drain(now),
    }
    0.0
}

#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss
)] // Exact up to 2^53.
fn reading(engine: &mut Engine<f64>, op: Op, subject: f64) -> f64 {
    let time = |span: Option<Span>| span.map_or(f64::NAN, millis);
    let stats = engine.stats();
    let count = match op {
        Op::RequestId => engine.number_request().get(),
        Op::Status => engine.status() as u64,
        Op::Attempt => engine.attempt().into(),
        Op::Latency => return time(engine.latency()),
        Op::RoundTrip => return time(engine.round_trips().samples().get(subject as usize).copied()),
        Op::Connections => stats.connections.into(),
        Op::Attempts => stats.attempts.into(),
        Op::Sent => stats.sent,
        Op::Received => stats.received,
        Op::Pings => stats.pings,
        Op::Pongs => stats.pongs,
        Op::QueuedMessages => engine.outbox().len() as u64,
        Op::QueuedBytes => engine.outbox().bytes(),
        Op::Unsent => stats.unsent,
        Op::DeadConnections => stats.dead_connections.into(),
        Op::LateReplies => stats.late_replies,
        _ => engine.pending_requests() as u64,
    };
    count as f64
}
