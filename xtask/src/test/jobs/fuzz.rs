//! The fuzzer.

use std::{env, fs};

use anyhow::Result;

use super::work::Work;
use crate::{job::Job, workspace::OPTIMISED};

/// Inputs that are tried, unless a time is set. A count takes more time on a busy machine, but tries no less.
const RUNS: &str = "10000";
const FULL_RUNS: &str = "100000";
/// The same inputs in each run, until the code changes: what fails, fails again. A full run searches elsewhere each time (0).
const SEED: &str = "-seed=1";
const FULL_SEED: &str = "-seed=0";
/// Coverage instrumentation for libFuzzer.
const COVERAGE: [&str; 6] = [
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
    "-Ccodegen-units=1",
];

impl Work<'_> {
    /// Runs libFuzzer. The flags for rustc are those of cargo-fuzz, without a sanitizer: they work on the stable compiler.
    pub(super) fn fuzz(&self) -> Result<Job> {
        let target = self.workspace.target.join("fuzz");
        // New inputs are kept here, for the next run. They are read together with the corpus.
        let found = target.join("corpus");
        fs::create_dir_all(&found)?;
        let runs = if self.settings.full { FULL_RUNS } else { RUNS };
        let enough = match env::var("HOLDFAST_FUZZ_SECONDS") {
            Ok(seconds) => format!("-max_total_time={seconds}"),
            Err(_) => format!("-runs={runs}"),
        };
        let mut job = self.cargo(&["run", "--package", "holdfast-fuzz", "--features", "libfuzzer"]);
        // With a target, build scripts are compiled without the flags.
        job.command
            .args(OPTIMISED)
            .args(["--target", "host-tuple", "--target-dir"])
            .arg(&target);
        job.command.arg("--").arg(found).arg("tests/fuzz/corpus");
        job.command.arg(enough);
        job.command.arg(if self.settings.full { FULL_SEED } else { SEED });
        job.command.arg(format!("-artifact_prefix={}/", target.display()));
        job.command
            .args(["-max_len=1024", "-timeout=120", "-print_final_stats=1", "-verbosity=0"]);
        job.command.env("RUSTFLAGS", COVERAGE.join(" "));
        Ok(job)
    }
}
