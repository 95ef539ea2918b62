//! The results of the steps, and the summary at the end of a run.

use std::{fmt, process::ExitCode, time::Duration};

use super::steps::Step;
use crate::tally::Tally;

/// The most lines of a failed test's details in the summary.
const DETAIL_LINES: usize = 30;

#[derive(Debug)]
pub(crate) struct Report {
    pub(crate) step: Step,
    pub(crate) outcome: Outcome,
    pub(crate) took: Took,
    pub(crate) tally: Tally,
    /// The last lines of its output, if it failed.
    pub(crate) last_lines: Vec<String>,
}

/// The time that a step took.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Took {
    pub(crate) wall: Duration,
    /// The CPU time of its processes, user and system. Zero on systems without /proc.
    pub(crate) cpu: Duration,
}

impl fmt::Display for Took {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (wall, cpu) = (self.wall.as_secs_f64(), self.cpu.as_secs_f64());
        write!(formatter, "{wall:>7.1} s  {cpu:>7.1} s CPU")
    }
}

#[derive(Debug)]
pub(crate) enum Outcome {
    Passed,
    Failed(String),
    NotRun(String),
}

impl Report {
    /// Counts failed tests. A failed step without a failed test counts as one.
    fn failed(&self) -> u64 {
        let failed = !matches!(self.outcome, Outcome::Passed);
        self.tally.failed.max(u64::from(failed))
    }

    fn print_failures(&self) {
        for failed in &self.tally.failures {
            println!("\n{}: {}", self.step, failed.name);
            print_indented(&failed.detail, DETAIL_LINES);
        }
        if let (Outcome::Failed(reason), []) = (&self.outcome, &self.tally.failures[..]) {
            println!("\n{}: {reason}", self.step);
            print_indented(&self.last_lines, self.last_lines.len());
        }
    }
}

fn print_indented(lines: &[String], most: usize) {
    for line in lines.iter().take(most) {
        println!("    {line}");
    }
    if let Some(more @ 1..) = lines.len().checked_sub(most) {
        println!("    … and {more} more lines, in the step's output above");
    }
}

pub(crate) fn summarise(reports: &[Report], took: Duration) -> ExitCode {
    let failed: u64 = reports.iter().map(Report::failed).sum();
    let passed: u64 = reports.iter().map(|report| report.tally.passed).sum();
    if failed > 0 {
        println!("\n=== What failed");
        reports.iter().for_each(Report::print_failures);
    }
    println!("\n=== Summary");
    for report in reports {
        let (word, reason) = match &report.outcome {
            Outcome::Passed => ("passed", ""),
            Outcome::Failed(reason) => ("FAILED", reason.as_str()),
            Outcome::NotRun(reason) => ("not run", reason.as_str()),
        };
        println!("{:<13} {word:<8} {}  {reason}", report.step.to_string(), report.took);
    }
    let took = Took {
        wall: took,
        cpu: reports.iter().map(|report| report.took.cpu).sum(),
    };
    println!("{:<13} {:<8} {took}", "in all", "");
    println!("\n=== Summaries of the test runners");
    for report in reports {
        for line in &report.tally.lines {
            println!("{:<13} {line}", report.step.to_string());
        }
    }
    let names: Vec<_> = reports
        .iter()
        .flat_map(|report| report.tally.failures.iter().map(move |failed| (report.step, failed)))
        .collect();
    if !names.is_empty() {
        println!("\n=== Failed tests");
        for (step, failed) in names {
            println!("{:<13} {}", step.to_string(), failed.name);
        }
    }
    println!("\n{passed} passed, {failed} failed");
    if failed == 0 && !reports.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
