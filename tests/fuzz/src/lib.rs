//! Decodes a configuration and inputs of the engine from bytes, applies them, and checks the invariants of the property tests
//! (`tests/engine/promises`).
//!
//! `cargo xtask test --only fuzz` tries ten thousand inputs in search of one that breaks an invariant, starting with the corpus. This crate's
//! tests run the corpus, too.

mod bytes;
mod decode;
#[path = "../../engine/promises/witnesses/mod.rs"]
mod witnesses;

use self::witnesses::{Run, Sequence};

/// Applies the inputs that the bytes encode.
///
/// # Panics
/// Panics if an invariant is broken.
pub fn check(bytes: &[u8]) {
    let sequence = decode::sequence(bytes);
    let told = run(&sequence, Run::new(&sequence));
    // One in eight, by the seed: it takes as long again.
    if sequence.seed.is_multiple_of(8) {
        let past = run(&sequence, Run::bypassed(&sequence));
        assert_eq!(
            told, past,
            "a message that goes past the engine does what one does that it hears"
        );
    }
}

/// Returns the engine's outputs.
fn run(sequence: &Sequence, mut run: Run<'_>) -> Vec<witnesses::Note> {
    for input in &sequence.inputs {
        run.step(*input);
    }
    run.finish();
    run.record
}

/// Returns the inputs that the bytes encode, to read a finding.
#[must_use]
pub fn explain(bytes: &[u8]) -> String {
    format!("{:#?}", decode::sequence(bytes))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::PathBuf;

    use super::witnesses::Input;
    use super::{check, decode, explain};

    fn corpus() -> Vec<PathBuf> {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/corpus");
        let files = fs::read_dir(folder).expect("the corpus");
        files.map(|file| file.expect("a file").path()).collect()
    }

    #[test]
    fn nothing_in_the_corpus_breaks_a_promise() {
        let files = corpus();
        assert!(files.len() > 100, "only {} files", files.len());
        for file in files {
            println!("{}", file.display());
            check(&fs::read(file).expect("a file of the corpus"));
        }
    }

    #[test]
    fn the_corpus_holds_inputs_of_every_kind() {
        let name = |input: &Input| {
            let debug = format!("{input:?}");
            if matches!(input, Input::Signal(_)) {
                return debug;
            }
            debug.split('(').next().unwrap_or_default().to_owned()
        };
        let seen: std::collections::BTreeSet<_> = corpus()
            .iter()
            .flat_map(|file| decode::sequence(&fs::read(file).expect("a file of the corpus")).inputs)
            .map(|input| name(&input))
            .collect();
        assert_eq!(seen.len(), decode::KINDS, "{seen:?}");
    }

    /// `HOLDFAST_FINDING=file cargo test -p holdfast-fuzz finding -- --ignored --nocapture` shows what libFuzzer has found.
    #[test]
    #[ignore = "takes a finding of libFuzzer's"]
    fn a_finding_is_shown_and_run_again() {
        let file = std::env::var("HOLDFAST_FINDING").expect("HOLDFAST_FINDING, the path of a file");
        let bytes = fs::read(file).expect("the finding");
        println!("{}", explain(&bytes));
        check(&bytes);
    }
}
