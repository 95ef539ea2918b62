//! The options as the skin hands them over: one number each, asked for by its place, NaN for what was not given. Strings and
//! getters would cost an import apiece.

use super::host::Host;
use crate::driver::span;
use crate::engine::{Config, Heartbeat, Queue, Reconnect, Span};

/// Reads the options; the skin's `options.ts` has the same places.
pub(super) fn read(host: &Host) -> Config {
    let given = |place: u32| Some(host.option(place)).filter(|number| !number.is_nan());
    let is_on = |place: u32| given(place).is_some_and(|number| number != 0.0);
    let time = |place: u32, default: Span| given(place).map_or(default, span);
    let reconnect = Reconnect::default();
    let heartbeat = Heartbeat::default();
    let queue = Queue::default();
    Config {
        reconnect: is_on(0).then(|| Reconnect {
            min_delay: time(1, reconnect.min_delay),
            max_delay: time(2, reconnect.max_delay),
            factor: given(3).unwrap_or(reconnect.factor),
            max_attempts: given(4).map_or(reconnect.max_attempts, count),
            connect_timeout: time(5, reconnect.connect_timeout),
            stable_after: time(6, reconnect.stable_after),
            asks: is_on(7),
        }),
        heartbeat: is_on(8).then(|| Heartbeat {
            interval: time(9, heartbeat.interval),
            timeout: time(10, heartbeat.timeout),
            matches: is_on(11),
        }),
        queue: is_on(12).then(|| Queue {
            max_messages: given(13).map_or(queue.max_messages, count),
            max_bytes: given(14).map_or(queue.max_bytes, size),
        }),
        idle_timeout: given(15).map(span),
        stall_timeout: given(16).map(span),
        authenticates: is_on(17),
        resolves: is_on(18),
    }
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // Saturates: Infinity is the most there is.
fn count(number: f64) -> u32 {
    number as u32
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // Saturates, as above.
fn size(number: f64) -> u64 {
    number as u64
}
