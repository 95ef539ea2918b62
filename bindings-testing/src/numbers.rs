//! The numbers that stand for browsers, states and answers, as the wrapper has them in `testing/numbers.ts`.

use holdfast_ws::testing::machine::{Answer, Browser, Throttle};

pub(crate) fn browser(number: u32) -> Browser {
    let index = usize::try_from(number).unwrap_or_default();
    Browser::ALL.get(index).copied().unwrap_or_default()
}

/// An HTTP status, 0 to accept, or 1 to leave handshakes without an answer.
pub(crate) fn answer(number: u16) -> Answer {
    match number {
        0 => Answer::Accept,
        1 => Answer::Hang,
        status => Answer::Refuse(status),
    }
}

/// 0 is what the browser does.
pub(crate) fn throttle(number: u32) -> Option<Throttle> {
    match number {
        1 => Some(Throttle::None),
        2 => Some(Throttle::Second),
        3 => Some(Throttle::Minute),
        _ => None,
    }
}
