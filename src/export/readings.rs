//! What the skin reads: by number, because each getter of its own would cost an export, its glue, and a borrow of the handle.
//! `pkg-template/src/core.ts` has the same numbers.

use wasm_bindgen::JsValue;

use super::host::Host;
use crate::driver::{Driver, Native, millis};
use crate::engine::{Engine, Span};

/// A number; NaN where there is none.
pub(super) fn number(driver: &Driver<Host>, what: u32) -> f64 {
    match what {
        0 => driver.ready_state().into(),
        1 => driver.buffered_amount(),
        2 => {
            let at = driver.engine(|engine| engine.retry_at());
            at.map_or(f64::NAN, |at| driver.to_epoch(at))
        }
        _ => driver.engine(|engine| of_engine(engine, what)),
    }
}

#[allow(clippy::cast_precision_loss)] // Exact up to 2^53.
fn of_engine(engine: &Engine<JsValue>, what: u32) -> f64 {
    let time = |span: Option<Span>| span.map_or(f64::NAN, millis);
    let percentile = |percent| time(engine.round_trips().percentile(percent));
    let stats = engine.stats();
    let count = match what {
        3 => engine.status() as u64,
        4 => engine.attempt().into(),
        5 => return time(engine.latency()),
        6 => return percentile(50),
        7 => return percentile(90),
        8 => return percentile(99),
        9 => return percentile(100),
        10 => stats.connections.into(),
        11 => stats.attempts.into(),
        12 => stats.sent,
        13 => stats.received,
        14 => stats.pings,
        15 => stats.pongs,
        16 => engine.outbox().len() as u64,
        17 => engine.outbox().bytes(),
        18 => stats.unsent,
        19 => stats.dead_lines.into(),
        20 => engine.pending_requests() as u64,
        _ => stats.late_replies,
    };
    count as f64
}

/// A text of the native socket's.
pub(super) fn text(driver: &Driver<Host>, what: u32) -> JsValue {
    let read = match what {
        0 => Native::address,
        1 => Native::subprotocol,
        _ => Native::agreed_extensions,
    };
    driver.native().as_ref().map_or(JsValue::UNDEFINED, read)
}
