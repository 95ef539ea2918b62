//! Counts tests, and lists those that failed, from the summaries that test runners print.

use crate::failures::{Failed, Failures};

/// The test results in a runner's output.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
    /// The lines that were parsed.
    pub(crate) lines: Vec<String>,
    /// The failed tests of the jobs that have ended.
    pub(crate) failures: Vec<Failed>,
    reading: Failures,
}

impl Tally {
    /// Parses a line of output.
    pub(crate) fn read(&mut self, line: &str) {
        let plain = console::strip_ansi_codes(line);
        self.reading.read(&plain);
        let Some((passed, failed)) = rust(&plain).or_else(|| node(&plain)) else {
            return;
        };
        self.passed += passed;
        self.failed += failed;
        // Binaries without tests print a summary, too; it is skipped.
        if passed + failed > 0 || node(&plain).is_some() {
            self.lines.push(plain.trim().to_owned());
        }
    }

    /// Called at the end of each job, when its output is complete.
    pub(crate) fn end_job(&mut self) {
        self.failures.extend(std::mem::take(&mut self.reading).into_found());
    }
}

/// `test result: ok. 12 passed; 0 failed; …`, of libtest and wasm-bindgen's runner.
fn rust(line: &str) -> Option<(u64, u64)> {
    let (_, counts) = line.trim().strip_prefix("test result: ")?.split_once(". ")?;
    let count = |what| {
        counts
            .split("; ")
            .find_map(|part| part.strip_suffix(what)?.trim().parse().ok())
    };
    Some((count("passed")?, count("failed")?))
}

/// `# pass 12` of node's TAP reporter, `ℹ pass 12` of its other one. A cancelled test is one that failed.
fn node(line: &str) -> Option<(u64, u64)> {
    let counted = line.strip_prefix("# ").or_else(|| line.strip_prefix("ℹ "))?;
    let (what, count) = counted.split_once(' ')?;
    let count = count.trim().parse().ok()?;
    match what {
        "pass" => Some((count, 0)),
        "fail" | "cancelled" => Some((0, count)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::Tally;

    fn tally(lines: &[&str]) -> Tally {
        let mut tally = Tally::default();
        for line in lines {
            tally.read(line);
        }
        tally
    }

    #[test]
    fn libtest_s_summaries_add_up() {
        let tally = tally(&[
            "running 3 tests",
            "test result: ok. 12 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.02s",
            "test result: ok. 0 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s",
            "test result: FAILED. 3 passed; 2 failed; 1 ignored; 0 measured; 0 filtered out",
        ]);
        assert_eq!((tally.passed, tally.failed, tally.lines.len()), (15, 2, 2));
    }

    #[test]
    fn both_of_node_s_reporters_are_understood() {
        for lines in [
            ["# pass 7", "# fail 1", "# cancelled 2"],
            ["ℹ pass 7", "\u{1b}[34mℹ fail 1\u{1b}[39m", "ℹ cancelled 2"],
        ] {
            let tally = tally(&lines);
            assert_eq!((tally.passed, tally.failed), (7, 3));
        }
    }

    #[test]
    fn other_lines_count_nothing() {
        let lines = [
            "# Subtest: pass 9",
            "ok 1 - # pass 9",
            "# pass many",
            "    # pass 4",
            "test result: odd",
            "# skipped 4",
        ];
        let tally = tally(&lines);
        assert_eq!((tally.passed, tally.failed, tally.lines.len()), (0, 0, 0));
    }
}
