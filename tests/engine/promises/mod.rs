//! The engine's promises, over arbitrary inputs and clocks.
//!
//! 1. At most one live connection; input from an abandoned one changes nothing.
//! 2. (Every request settles once: there are no requests yet.)
//! 3. Every accepted message is handed to a connection exactly once, or reported as unsent.
//! 4. Once closed: no timer, no output.
//! 5. Attempts stay inside the backoff's bounds, whatever the server does.
//! 6. It never panics, and the same inputs and seed give the same outputs.
//!
//! `inputs` says what can happen, `run` makes it happen and looks on, with a witness for each promise.

mod connections;
mod inputs;
mod messages;
mod retries;
mod run;

use self::inputs::sequence;
use self::run::Run;
use crate::cases::try_all;

#[test]
fn no_sequence_of_inputs_breaks_a_promise() {
    try_all(1_500, &sequence(), |sequence| {
        let mut run = Run::new(&sequence);
        for input in &sequence.inputs {
            run.step(*input);
        }
        run.finish();
    });
}

#[test]
fn the_same_inputs_and_seed_give_the_same_outputs() {
    try_all(300, &sequence(), |sequence| {
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
