//! The options as the wrapper hands them over: one number each, asked for by its index, NaN for what was not given. Strings and
//! getters would cost an import apiece.

use super::host::Host;
use super::numbers::OptionIndex;
use holdfast_ws::driver::{millis, span};
use holdfast_ws::engine::{Config, Heartbeat, Hidden, QueueLimits, Reconnect, Span};

/// Reads the options, each by its index.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss
)] // `as` saturates: Infinity is the most there is.
pub(super) fn read(host: &Host) -> Config {
    let number = |index: OptionIndex, default: f64| {
        let given = host.option(index as u32);
        if given.is_nan() { default } else { given }
    };
    let is_on = |index: OptionIndex| number(index, 0.0) != 0.0;
    let time = |index: OptionIndex, default: Span| span(number(index, millis(default)));
    let optional = |index: OptionIndex| Some(number(index, -1.0)).filter(|&given| given >= 0.0).map(span);
    let reconnect = Reconnect::default();
    let heartbeat = Heartbeat::default();
    let queue = QueueLimits::default();
    let hidden = Hidden::default();
    Config {
        reconnect: is_on(OptionIndex::Reconnect).then(|| Reconnect {
            min_delay: time(OptionIndex::MinDelay, reconnect.min_delay),
            max_delay: time(OptionIndex::MaxDelay, reconnect.max_delay),
            factor: number(OptionIndex::Factor, reconnect.factor),
            max_attempts: number(OptionIndex::MaxAttempts, reconnect.max_attempts.into()) as u32,
            connect_timeout: time(OptionIndex::ConnectTimeout, reconnect.connect_timeout),
            stable_after: time(OptionIndex::StableAfter, reconnect.stable_after),
            on_wake: is_on(OptionIndex::OnWake),
            asks: is_on(OptionIndex::AsksToReconnect),
        }),
        heartbeat: is_on(OptionIndex::Heartbeat).then(|| Heartbeat {
            interval: time(OptionIndex::HeartbeatInterval, heartbeat.interval),
            timeout: time(OptionIndex::HeartbeatTimeout, heartbeat.timeout),
            matches: is_on(OptionIndex::MatchesPong),
        }),
        queue: is_on(OptionIndex::Queue).then(|| QueueLimits {
            max_messages: number(OptionIndex::MaxMessages, queue.max_messages.into()) as u32,
            max_bytes: number(OptionIndex::MaxBytes, queue.max_bytes as f64) as u64,
            max_age: time(OptionIndex::MaxAge, queue.max_age),
        }),
        idle_timeout: optional(OptionIndex::IdleTimeout),
        stall_timeout: optional(OptionIndex::StallTimeout),
        authenticates: is_on(OptionIndex::Authenticates),
        hidden: Hidden {
            close_after: time(OptionIndex::CloseAfter, hidden.close_after),
            dial: number(OptionIndex::DialHidden, 1.0) != 0.0,
        },
        resolves: is_on(OptionIndex::Resolves),
    }
}
