//! Decodes bytes as inputs: the configuration first, then a byte for each input, followed by its values.

use holdfast_ws::engine::{Close, Config, Heartbeat, Hidden, QueueLimits, Reconnect, Signal, Span};

use crate::bytes::Bytes;
use crate::witnesses::{Input, Sequence, Who};

/// The most inputs of a sequence.
const LONGEST: usize = 200;

/// The number of kinds of input, where each signal is one.
#[cfg(test)]
pub(crate) const KINDS: usize = 33 + 8;

pub(crate) fn sequence(bytes: &[u8]) -> Sequence {
    let mut bytes = Bytes::new(bytes);
    let mut config = config(&mut bytes);
    let seed = bytes.number(2);
    let (mut lingers, mut closing) = (false, 0);
    let starts = match bytes.byte() {
        0 => 0.0,
        1 => 1e9,
        2..64 => 1e6,
        _ => {
            config.hidden = hidden(&mut bytes, config.reconnect.is_some());
            (lingers, closing) = (bytes.one_in(2), u32::from(bytes.byte() % 12));
            1e6
        }
    };
    config.lazy = config.reconnect.is_some() && seed % 5 == 4;
    let answers_at_once = seed.is_multiple_of(3);
    let tells_at_once = !bytes.one_in(3);
    let mut inputs = Vec::new();
    while inputs.len() < LONGEST && !bytes.is_empty() {
        inputs.push(input(&mut bytes));
    }
    Sequence {
        config,
        seed,
        starts,
        tells_at_once,
        answers_at_once,
        lingers,
        closing,
        inputs,
    }
}

fn config(bytes: &mut Bytes<'_>) -> Config {
    let reconnect = (!bytes.one_in(8)).then(|| reconnect(bytes));
    let heartbeat = bytes.one_in(2).then(|| Heartbeat {
        interval: span(bytes),
        timeout: span(bytes),
        matches: bytes.one_in(2),
    });
    let queue = (!bytes.one_in(8)).then(|| QueueLimits {
        max_messages: bytes.byte().into(),
        max_bytes: size(bytes),
        max_age: if bytes.one_in(3) { span(bytes) } else { Span::FOREVER },
    });
    let idle_timeout = if bytes.one_in(3) { span(bytes) } else { Span::FOREVER };
    let stall_timeout = if bytes.one_in(3) { span(bytes) } else { Span::FOREVER };
    let resolves = bytes.one_in(3);
    let authenticates = bytes.one_in(4) && reconnect.is_some();
    Config {
        reconnect,
        heartbeat,
        queue,
        idle_timeout,
        stall_timeout,
        authenticates,
        hidden: Hidden::default(),
        resolves,
        lazy: false,
    }
}

fn hidden(bytes: &mut Bytes<'_>, reconnects: bool) -> Hidden {
    let hidden = Hidden {
        close_after: span(bytes),
        dial: !bytes.one_in(2),
    };
    if reconnects { hidden } else { Hidden::default() }
}

fn reconnect(bytes: &mut Bytes<'_>) -> Reconnect {
    let (one, other) = (span(bytes), span(bytes));
    let factor = match bytes.byte() {
        byte @ 0..250 => 1.0 + f64::from(byte) / 32.0,
        250..254 => 1e9,
        _ => f64::MAX,
    };
    let max_attempts = match bytes.byte() {
        0 => u32::MAX,
        byte => byte.into(),
    };
    let connect_timeout = span(bytes);
    let stable_after = if bytes.one_in(8) { Span::ZERO } else { span(bytes) };
    let asks = bytes.one_in(3);
    let on_wake = !bytes.one_in(2);
    Reconnect {
        min_delay: one.min(other),
        max_delay: one.max(other),
        factor,
        max_attempts,
        connect_timeout,
        stable_after,
        on_wake,
        asks,
    }
}

fn span(bytes: &mut Bytes<'_>) -> Span {
    const ROUND: [u64; 10] = [10, 20, 50, 500, 1_000, 2_000, 5_000, 10_000, 30_000, 60_000];
    match bytes.byte() {
        0 => Span::FOREVER,
        byte @ 1..11 => ROUND
            .get(usize::from(byte) - 1)
            .map_or(Span::FOREVER, |&millis| Span::from_millis(millis)),
        byte @ 11..16 => Span::from_millis_f64(f64::from(byte) / 1_000.0),
        16..20 => Span::from_millis(bytes.number(4).max(1)),
        byte @ 20..128 => Span::from_millis(u64::from(byte) * u64::from(byte)),
        _ => Span::from_millis(bytes.number(2).max(1)),
    }
}

fn size(bytes: &mut Bytes<'_>) -> u64 {
    match bytes.byte() {
        255 => bytes.number(8),
        254 => u64::MAX,
        byte => byte.into(),
    }
}

fn who(bytes: &mut Bytes<'_>) -> Who {
    match bytes.byte() {
        byte @ 1..6 => Who::Before(byte.into()),
        byte @ 6..40 => Who::Number(u32::from(byte) - 6),
        #[expect(clippy::cast_possible_truncation, reason = "four bytes")]
        40..44 => Who::Number(bytes.number(4) as u32),
        _ => Who::Current,
    }
}

fn close(bytes: &mut Bytes<'_>) -> Close {
    let code = match bytes.byte() {
        byte @ 0..16 => 1000 + u16::from(byte),
        byte @ 16..136 => 4390 + u16::from(byte - 16),
        #[expect(clippy::cast_possible_truncation, reason = "two bytes")]
        136..140 => bytes.number(2) as u16,
        _ => 1006,
    };
    let (clean, retry_after) = match bytes.byte() {
        byte @ 0..16 => (byte.is_multiple_of(2), Some(span(bytes))),
        byte @ 16..20 => (byte.is_multiple_of(2), Some(Span::ZERO)),
        byte => (byte.is_multiple_of(2), None),
    };
    Close {
        code,
        clean,
        retry_after,
    }
}

fn signal(bytes: &mut Bytes<'_>) -> Signal {
    match bytes.byte() % 8 {
        0 => Signal::Online,
        1 => Signal::Offline,
        2 => Signal::Hidden,
        3 => Signal::Leaving,
        4 => Signal::Left,
        5 => Signal::Jump,
        6 => Signal::Restored,
        _ => Signal::Wake,
    }
}

fn late(bytes: &mut Bytes<'_>) -> Span {
    match bytes.byte() {
        0..128 => Span::ZERO,
        128..144 => span(bytes),
        byte => Span::from_millis(u64::from(byte - 143) * 30),
    }
}

#[expect(clippy::cast_possible_truncation, reason = "indices, whatever they are")]
fn input(bytes: &mut Bytes<'_>) -> Input {
    match bytes.byte() % 64 {
        0 => Input::Pass(span(bytes)),
        1 => Input::Back(span(bytes)),
        2 => Input::Leap,
        3 => Input::Tick,
        4 => Input::Tell,
        5 | 6 => Input::Send(size(bytes)),
        7 => Input::Number,
        8..11 => Input::Ask(size(bytes), span(bytes), bytes.one_in(2)),
        11 => Input::AskTwice(bytes.byte().into(), size(bytes), span(bytes)),
        12 => Input::AskOn(who(bytes), size(bytes), span(bytes)),
        13 => Input::SendOn(who(bytes)),
        14..17 => Input::Reply(bytes.byte().into(), !bytes.one_in(3)),
        17 => Input::Abort(bytes.byte().into()),
        18 => Input::Drain,
        19 => Input::Close,
        20 => Input::Reconnect,
        21 => Input::Connect,
        22 | 23 => Input::Decision(bytes.byte().saturating_sub(250).into(), !bytes.one_in(2)),
        24..27 => Input::Signal(signal(bytes)),
        27..31 => Input::Opened(who(bytes)),
        31..33 => Input::Authenticated(who(bytes)),
        33 => Input::Rejected(who(bytes)),
        34..36 => Input::Heard(who(bytes), bytes.one_in(2)),
        36 => Input::Closing(who(bytes)),
        37 | 38 => Input::Closed(who(bytes), close(bytes)),
        39 => Input::Refused(who(bytes)),
        40 => Input::Erred(who(bytes)),
        41 | 42 => Input::Resolved(who(bytes)),
        43 => Input::Unresolved(who(bytes)),
        44 | 45 => Input::Pinged(who(bytes)),
        46 | 47 => Input::Buffered(who(bytes), size(bytes)),
        48 => Input::Signal(Signal::Wake),
        49 => Input::Reply(bytes.number(4) as u32, true),
        50 => Input::Idle(who(bytes), !bytes.one_in(4)),
        51 => Input::Gone,
        52 => Input::Signal(Signal::Hidden),
        _ => Input::Due(late(bytes)),
    }
}
