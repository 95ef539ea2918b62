//! The engine's promises, over arbitrary inputs and clocks.
//!
//! 1. At most one live connection; input from an abandoned one changes nothing.
//! 2. Every request settles exactly once.
//! 3. Every accepted message is handed to a connection exactly once, or reported as unsent.
//! 4. Once closed: no timer, no output.
//! 5. Attempts stay inside the backoff's bounds, whatever the server does.
//! 6. It never panics, and the same inputs and seed give the same outputs.
//!
//! `strategies` draws what happens; `witnesses` makes it happen and watches each promise.

mod strategies;
mod witnesses;

use std::cell::RefCell;
use std::collections::BTreeSet;

use holdfast_ws::engine::{Event, Output};

use self::strategies::sequence;
pub(crate) use self::witnesses::Note;
use self::witnesses::Run;
use crate::cases::try_all;

#[test]
fn no_sequence_of_inputs_breaks_a_promise() {
    let (seen, tried) = (RefCell::new(BTreeSet::new()), RefCell::new(0));
    try_all(500, &sequence(), |sequence| {
        let mut run = Run::new(&sequence);
        for input in &sequence.inputs {
            run.step(*input);
        }
        run.finish();
        seen.borrow_mut().extend(run.record.iter().map(kind));
        let unsent = run.record.windows(2).filter_map(|pair| match pair {
            [Note::Told(Event::Unsent(_)), Note::Told(Event::Close { cause, .. })] => {
                Some(format!("unsent: {cause:?}"))
            }
            _ => None,
        });
        seen.borrow_mut().extend(unsent);
        *tried.borrow_mut() += 1;
    });
    // Promises are easily kept by doing nothing.
    let everything = [
        "Abandon",
        "Authenticate",
        "ShouldReconnect",
        "CheckIdle",
        "Close",
        "Dial",
        "Drain",
        "Error",
        "Expired",
        "AllowDirectSend",
        "RevokeDirectSend",
        "Open",
        "Ping",
        "Resolve",
        "Status",
        "Transmit",
        "ReadBufferedAmount",
        "a request: Lost",
        "a request: TimedOut",
        "ended: Closed",
        "ended: ConnectTimeout",
        "ended: Failed",
        "ended: Heartbeat",
        "ended: Hidden",
        "ended: Idle",
        "ended: Manual",
        "ended: Stalled",
        "ended: Wake",
        "planned: Closed",
        "planned: ConnectTimeout",
        "planned: Failed",
        "planned: Heartbeat",
        "planned: Hidden",
        "planned: Idle",
        "planned: Manual",
        "planned: Online",
        "planned: Stalled",
        "planned: Wake",
        "unsent: Closed",
        "unsent: ConnectTimeout",
        "unsent: Failed",
    ];
    let unseen: Vec<_> = everything
        .iter()
        .filter(|kind| !seen.borrow().contains(**kind))
        .collect();
    assert!(
        unseen.is_empty() || tried.into_inner() < 500,
        "never happened: {unseen:?}"
    );
}

fn kind(note: &Note) -> String {
    match note {
        Note::Did(Output::Transmit(..)) => "Transmit".into(),
        Note::Told(Event::ShouldReconnect { .. }) => "ShouldReconnect".into(),
        Note::Told(Event::Close { cause, .. }) => format!("ended: {cause:?}"),
        Note::Told(Event::Failed { failure, .. }) => format!("a request: {failure:?}"),
        Note::Told(Event::Reconnecting { cause, .. }) => format!("planned: {cause:?}"),
        Note::Did(output) => name(&format!("{output:?}")),
        Note::Told(event) => name(&format!("{event:?}")),
    }
}

fn name(debug: &str) -> String {
    debug.split('(').next().unwrap_or_default().into()
}

#[test]
fn a_message_that_goes_past_the_engine_does_what_one_does_that_it_hears() {
    try_all(250, &sequence(), |sequence| {
        let [told, past] = [Run::new(&sequence), Run::bypassed(&sequence)].map(|mut run| {
            for input in &sequence.inputs {
                run.step(*input);
            }
            run.finish();
            run.record
        });
        assert_eq!(told, past);
    });
}

#[test]
fn the_same_inputs_and_seed_give_the_same_outputs() {
    try_all(200, &sequence(), |sequence| {
        let [first, second] = [(); 2].map(|()| {
            let mut run = Run::new(&sequence);
            for input in &sequence.inputs {
                run.step(*input);
            }
            run.finish();
            (run.record, format!("{:?}", run.engine))
        });
        assert_eq!(first, second);
    });
}
