//! What the skin asks and tells in numbers, each by one of its own; `pkg-template/src/core.ts` has the same list.

use wasm_bindgen::JsValue;

use super::host::Host;
use super::ids::request;
use holdfast_ws::driver::{Driver, millis};
use holdfast_ws::engine::{ConnectionId, Engine, Instant, ResolveId, Signal, Span};

/// A number; NaN where there is none, 0 for what has no answer.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // A number that was ours.
pub(super) fn answer(driver: &Driver<Host>, what: u32, subject: f64, says: f64) -> f64 {
    match what {
        0 => driver.ready_state().into(),
        1 => driver.buffered_amount(),
        2 => {
            let at = driver.engine(|engine| engine.retry_at());
            at.map_or(f64::NAN, |at| driver.to_epoch(at))
        }
        // Whether a message would go out at once.
        3 => f64::from(driver.can_send()),
        // Whether every message is to be shown to `host.reply`.
        4 => {
            driver.inspect(says > 0.0);
            0.0
        }
        // The page tells of itself, and of how many messages have gone past us.
        25 => {
            let passed = says as u64;
            match subject as u32 {
                0 => driver.signal(Signal::Online, passed),
                1 => driver.signal(Signal::Offline, passed),
                2 => driver.signal(Signal::Wake, passed),
                3 => driver.signal(Signal::Hidden, passed),
                4 => driver.signal(Signal::Leaving, passed),
                5 => driver.signal(Signal::Left, passed),
                7 => driver.signal(Signal::Restored, passed),
                // Awake, as a call of the application's has found out.
                _ => driver.signal_in_call(Signal::Wake, passed),
            }
            0.0
        }
        // The page's own timer rings.
        33 => {
            driver.ring();
            0.0
        }
        // A connection that was abandoned has closed.
        34 => {
            driver.gone();
            0.0
        }
        5..25 => driver.engine(|engine| reading(engine, what)),
        _ => driver.command(|engine, now| command(engine, now, what, subject, says > 0.0)),
    }
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // Numbers that were ours.
fn command(engine: &mut Engine<JsValue>, now: Instant, what: u32, subject: f64, says: bool) -> f64 {
    let number = subject as u32;
    match what {
        26 => {
            engine.close(now);
            // The native socket was connecting and has ended within its own `close()`, so no event of its will come.
            if let Some(connection) = engine.connection().filter(|_| says) {
                engine.handle_refused(now, connection);
            }
        }
        27 => engine.reconnect(now),
        // The answer to `host.provide`.
        28 if says => engine.handle_resolved(ResolveId::new(number)),
        28 => engine.handle_unresolved(now, ResolveId::new(number)),
        // The answer to `host.admit`. Of a refusal, whether it was awaited.
        29 if says => engine.handle_admitted(now, ConnectionId::new(number)),
        29 => return f64::from(engine.handle_turned_away(now, ConnectionId::new(number))),
        // A reply has come, its last or only part or not: 0 if it was awaited, 1 if it is late, 2 if it is none.
        30 => return f64::from(engine.handle_reply(now, request(subject), says) as u8),
        // Nobody waits for a reply any more. Whether somebody did.
        31 => return f64::from(engine.abort_request(now, request(subject))),
        // Has `host.drain` called shortly.
        _ => engine.watch_drain(now),
    }
    0.0
}

#[allow(clippy::cast_precision_loss)] // Exact up to 2^53.
fn reading(engine: &mut Engine<JsValue>, what: u32) -> f64 {
    let time = |span: Option<Span>| span.map_or(f64::NAN, millis);
    let percentile = |percent| time(engine.round_trips().percentile(percent));
    let stats = engine.stats();
    let count = match what {
        5 => engine.number_request().get(),
        6 => engine.status() as u64,
        7 => engine.attempt().into(),
        8 => return time(engine.latency()),
        9 => return percentile(50),
        10 => return percentile(90),
        11 => return percentile(99),
        12 => return percentile(100),
        13 => stats.connections.into(),
        14 => stats.attempts.into(),
        15 => stats.sent,
        16 => stats.received,
        17 => stats.pings,
        18 => stats.pongs,
        19 => engine.outbox().len() as u64,
        20 => engine.outbox().bytes(),
        21 => stats.unsent,
        22 => stats.dead_lines.into(),
        23 => stats.late_replies,
        _ => engine.pending_requests() as u64,
    };
    count as f64
}
