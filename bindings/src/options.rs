//! The options as the skin hands them over: one number each, asked for by its place, NaN for what was not given. Strings and
//! getters would cost an import apiece.

use super::host::Host;
use holdfast_ws::driver::{millis, span};
use holdfast_ws::engine::{Config, Heartbeat, Hidden, Queue, Reconnect, Span};

/// Reads the options; the skin's `options.ts` has the same places.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss
)] // `as` saturates: Infinity is the most there is.
pub(super) fn read(host: &Host) -> Config {
    let number = |place: u32, default: f64| {
        let given = host.option(place);
        if given.is_nan() { default } else { given }
    };
    let is_on = |place: u32| number(place, 0.0) != 0.0;
    let time = |place: u32, default: Span| span(number(place, millis(default)));
    let optional = |place: u32| Some(number(place, -1.0)).filter(|&given| given >= 0.0).map(span);
    let reconnect = Reconnect::default();
    let heartbeat = Heartbeat::default();
    let queue = Queue::default();
    let hidden = Hidden::default();
    Config {
        reconnect: is_on(0).then(|| Reconnect {
            min_delay: time(1, reconnect.min_delay),
            max_delay: time(2, reconnect.max_delay),
            factor: number(3, reconnect.factor),
            max_attempts: number(4, reconnect.max_attempts.into()) as u32,
            connect_timeout: time(5, reconnect.connect_timeout),
            stable_after: time(6, reconnect.stable_after),
            on_wake: is_on(20),
            asks: is_on(7),
        }),
        heartbeat: is_on(8).then(|| Heartbeat {
            interval: time(9, heartbeat.interval),
            timeout: time(10, heartbeat.timeout),
            matches: is_on(11),
        }),
        queue: is_on(12).then(|| Queue {
            max_messages: number(13, queue.max_messages.into()) as u32,
            max_bytes: number(14, queue.max_bytes as f64) as u64,
            max_age: time(19, queue.max_age),
        }),
        idle_timeout: optional(15),
        stall_timeout: optional(16),
        authenticates: is_on(17),
        hidden: Hidden {
            close_after: time(21, hidden.close_after),
            dial: number(22, 1.0) != 0.0,
        },
        resolves: is_on(18),
    }
}
