//! The number of cases of the property tests, and their seed.
//!
//! `HOLDFAST_CASES` sets the number. The seed is fixed, so that a run of the suite is the same everywhere; `HOLDFAST_SEED`
//! sets another, to look elsewhere.

use std::env;

use proptest::strategy::Strategy;
use proptest::test_runner::{Config, RngSeed, TestError, TestRunner};

fn number(name: &str, default: u64) -> u64 {
    match env::var(name) {
        Ok(text) => text
            .parse()
            .unwrap_or_else(|_| panic!("{name} takes a number, not {text:?}")),
        Err(_) => default,
    }
}

/// Tries `check`, which panics if the property does not hold, on so many values of `strategy`.
pub(crate) fn try_all<S: Strategy>(cases: u32, strategy: &S, check: impl Fn(S::Value)) {
    let config = Config {
        cases: u32::try_from(number("HOLDFAST_CASES", cases.into())).unwrap_or(u32::MAX),
        rng_seed: RngSeed::Fixed(number("HOLDFAST_SEED", 1)),
        failure_persistence: None,
        ..Config::default()
    };
    let outcome = TestRunner::new(config).run(strategy, |value| {
        check(value);
        Ok(())
    });
    match outcome {
        Ok(()) => {}
        Err(TestError::Fail(why, value)) => panic!("{why}\nthe least that fails: {value:#?}"),
        Err(error) => panic!("{error}"),
    }
}
