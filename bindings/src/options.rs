//! The options as the wrapper hands them over, checked, with its defaults: one number each, asked for by its index. Strings and
//! getters would cost an import apiece.

use super::host::option;
use super::numbers::OptionIndex;
use holdfast_ws::driver::span;
use holdfast_ws::engine::{Config, Heartbeat, Hidden, QueueLimits, Reconnect};

/// Reads the options, each by its index.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // `as` saturates: Infinity is the most there is.
pub(super) fn read() -> Config {
    let number = |index: OptionIndex| option(index as i32);
    let is_on = |index: OptionIndex| number(index) != 0.0;
    let time = |index: OptionIndex| span(number(index));
    Config {
        reconnect: is_on(OptionIndex::Reconnect).then(|| Reconnect {
            min_delay: time(OptionIndex::MinDelay),
            max_delay: time(OptionIndex::MaxDelay),
            factor: number(OptionIndex::Factor),
            max_attempts: number(OptionIndex::MaxAttempts) as u32,
            connect_timeout: time(OptionIndex::ConnectTimeout),
            stable_after: time(OptionIndex::StableAfter),
            on_wake: is_on(OptionIndex::OnWake),
            asks: is_on(OptionIndex::AsksToReconnect),
        }),
        heartbeat: is_on(OptionIndex::Heartbeat).then(|| Heartbeat {
            interval: time(OptionIndex::HeartbeatInterval),
            timeout: time(OptionIndex::HeartbeatTimeout),
            matches: is_on(OptionIndex::MatchesPong),
        }),
        queue: is_on(OptionIndex::Queue).then(|| QueueLimits {
            max_messages: number(OptionIndex::MaxMessages) as u32,
            max_bytes: number(OptionIndex::MaxBytes) as u64,
            max_age: time(OptionIndex::MaxAge),
        }),
        idle_timeout: time(OptionIndex::IdleTimeout),
        stall_timeout: time(OptionIndex::StallTimeout),
        authenticates: is_on(OptionIndex::Authenticates),
        hidden: Hidden {
            close_after: time(OptionIndex::CloseAfter),
            dial: is_on(OptionIndex::DialHidden),
        },
        resolves: is_on(OptionIndex::Resolves),
        lazy: false,
    }
}
