//! What the skin asks and tells in numbers, each by one of its own; `pkg-template/src/core.ts` has the same list.

use super::host::Host;
use super::request;
use crate::driver::{Driver, millis};
use crate::engine::{Connection, Engine, Question, Signal, Span};

/// A number; NaN where there is none, 0 for what has no answer.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // Numbers that were ours.
pub(super) fn answer(driver: &Driver<Host>, what: u32, a: f64, b: f64) -> f64 {
    let yes = b != 0.0;
    match what {
        0 => return driver.ready_state().into(),
        1 => return driver.buffered_amount(),
        2 => {
            let at = driver.engine(|engine| engine.retry_at());
            return at.map_or(f64::NAN, |at| driver.to_epoch(at));
        }
        // Whether a message would go out at once.
        3 => return f64::from(driver.can_send()),
        4 => driver.close(),
        5 => driver.reconnect(),
        // The page tells: it is online, offline, awake.
        6 => driver.signal(match a as u32 {
            0 => Signal::Online,
            1 => Signal::Offline,
            _ => Signal::Wake,
        }),
        // The answer to `host.provide`.
        7 => driver.provided(Question(a as u32), yes),
        // The answer to `host.admit`. Whether it was awaited.
        8 => return f64::from(driver.admit(Connection(a as u32), yes)),
        // A reply has come, its last or only part or not: 0 if it was awaited, 1 if it is late, 2 if it is none.
        9 => return f64::from(driver.reply(request(a), yes) as u8),
        // Nobody waits for a reply any more. Whether somebody did.
        10 => return f64::from(driver.abort(request(a))),
        // Whether every message is to be shown to `host.reply`.
        11 => driver.inspect(yes),
        // Has `host.drain` called shortly.
        12 => driver.watch_drain(),
        _ => return driver.engine(|engine| of_engine(engine, what)),
    }
    0.0
}

#[allow(clippy::cast_precision_loss)] // Exact up to 2^53.
fn of_engine(engine: &mut Engine<wasm_bindgen::JsValue>, what: u32) -> f64 {
    let time = |span: Option<Span>| span.map_or(f64::NAN, millis);
    let percentile = |percent| time(engine.round_trips().percentile(percent));
    let stats = engine.stats();
    let count = match what {
        13 => engine.number_request().0,
        14 => engine.status() as u64,
        15 => engine.attempt().into(),
        16 => return time(engine.latency()),
        17 => return percentile(50),
        18 => return percentile(90),
        19 => return percentile(99),
        20 => return percentile(100),
        21 => stats.connections.into(),
        22 => stats.attempts.into(),
        23 => stats.sent,
        24 => stats.received,
        25 => stats.pings,
        26 => stats.pongs,
        27 => engine.outbox().len() as u64,
        28 => engine.outbox().bytes(),
        29 => stats.unsent,
        30 => stats.dead_lines.into(),
        31 => engine.pending_requests() as u64,
        _ => stats.late_replies,
    };
    count as f64
}
