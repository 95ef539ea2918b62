//! `cargo xtask test`: everything that is checked, one step after the other.
//!
//! A step that fails doesn't end the run, except for those that need what it makes. The last line of all is
//! `N passed, N failed`, the sum over the test runners and the steps that failed without a runner's word for it.

mod steps;

use std::{
    fs, io,
    path::PathBuf,
    process::ExitCode,
    time::{Duration, Instant},
};

use anyhow::Result;
use clap::ValueEnum;
use xtask::server::Server;

use crate::{job::Failure, reaper, stop::Stop, tally::Tally, tools, workshop::Workshop};
use steps::{Places, Step};

/// The whole run's limit. A hang must be a failure with a log, never a run without an end.
const WHOLE_RUN: Duration = Duration::from_secs(28 * 60);

/// Runs every check and test. Installs the tools it lacks.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Runs this step only; may be given several times
    #[arg(long, value_name = "STEP")]
    only: Vec<Step>,
    /// Runs what takes long, too: the applications of Next.js and Parcel, the Rust examples, more chaos
    #[arg(long)]
    full: bool,
}

#[derive(Debug)]
struct Report {
    step: Step,
    outcome: Outcome,
    took: Duration,
    tally: Tally,
}

#[derive(Debug)]
enum Outcome {
    Passed,
    Failed(String),
    NotRun(String),
}

pub(crate) async fn run(arguments: &Arguments, workshop: &Workshop) -> Result<ExitCode> {
    let begun = Instant::now();
    reaper::adopt_orphans();
    let server = Server::bind(0, workshop.site()).await?;
    let places = Places {
        server: server.address()?,
        xtask: copy_of_executable(workshop)?,
        full: arguments.full,
    };
    tokio::spawn(server.run());
    let mut run = Run {
        workshop,
        places,
        stop: Stop::listen()?,
        begun,
        reports: Vec::new(),
    };
    for step in Step::value_variants().iter().copied() {
        if arguments.only.is_empty() || arguments.only.contains(&step) {
            let report = run.take(step).await;
            run.reports.push(report);
        }
    }
    Ok(summarise(&run.reports))
}

/// A run in progress.
struct Run<'a> {
    workshop: &'a Workshop,
    places: Places,
    stop: Stop,
    begun: Instant,
    reports: Vec<Report>,
}

impl Run<'_> {
    /// Runs a step, unless there is a reason not to.
    async fn take(&self, step: Step) -> Report {
        let begun = Instant::now();
        let mut tally = Tally::default();
        let outcome = match self.reason_against(step) {
            Some(reason) => Outcome::NotRun(reason),
            None => self.perform(step, &mut tally).await,
        };
        let took = begun.elapsed();
        match &outcome {
            Outcome::Passed => println!("=== {step} passed in {:.1} s", took.as_secs_f64()),
            Outcome::Failed(reason) => println!("=== {step} FAILED after {:.1} s: {reason}", took.as_secs_f64()),
            Outcome::NotRun(reason) => println!("\n=== {step} not run: {reason}"),
        }
        Report {
            step,
            outcome,
            took,
            tally,
        }
    }

    fn reason_against(&self, step: Step) -> Option<String> {
        if self.stop.is_told() {
            return Some("told to stop".to_owned());
        }
        if self.left().is_zero() {
            return Some(format!("the whole run's limit of {} s is reached", WHOLE_RUN.as_secs()));
        }
        let lost = |needed: &&Step| {
            let mut reports = self.reports.iter();
            reports.any(|report| report.step == **needed && !matches!(report.outcome, Outcome::Passed))
        };
        step.needs().iter().find(lost).map(|needed| format!("needs {needed}"))
    }

    async fn perform(&self, step: Step, tally: &mut Tally) -> Outcome {
        let limit = step.limit().min(self.left());
        println!("\n=== {step} (at most {} s)", limit.as_secs());
        if let Err(error) = self.run_jobs(step, limit, tally).await {
            return Outcome::Failed(format!("{error:#}"));
        }
        if step.runs_tests() && (tally.passed == 0 || tally.failed > 0) {
            return Outcome::Failed(format!(
                "its runner counted {} passed, {} failed",
                tally.passed, tally.failed
            ));
        }
        Outcome::Passed
    }

    /// Runs a step's jobs in order, within one limit, up to the first that fails.
    async fn run_jobs(&self, step: Step, limit: Duration, tally: &mut Tally) -> Result<()> {
        let begun = Instant::now();
        for mut job in step.jobs(self.workshop, &self.places).await? {
            let left = limit.saturating_sub(begun.elapsed());
            let of_the_step = left < job.limit;
            job.limit = job.limit.min(left);
            println!("$ {}", job.shown());
            let each_line = |line: &str| {
                println!("{line}");
                tally.read(line);
            };
            match job.run(&self.stop, each_line).await {
                Err(Failure::Limit(_)) if of_the_step => return Err(Failure::Limit(limit).into()),
                outcome => outcome?,
            }
        }
        if step == Step::Tools {
            tools::check(self.workshop).await?;
        }
        Ok(())
    }

    fn left(&self) -> Duration {
        WHOLE_RUN.saturating_sub(self.begun.elapsed())
    }
}

/// A copy that stays what it is when `cargo test --workspace` rebuilds the executable. Test servers are started from it.
fn copy_of_executable(workshop: &Workshop) -> io::Result<PathBuf> {
    let folder = workshop.target.join("xtask-server");
    fs::create_dir_all(&folder)?;
    let copy = folder.join(format!("xtask{}", std::env::consts::EXE_SUFFIX));
    // A running copy of an earlier run can't be written to, but it can be replaced.
    let fresh = folder.join(format!("xtask-{}", std::process::id()));
    fs::copy(&workshop.executable, &fresh)?;
    fs::rename(&fresh, &copy)?;
    Ok(copy)
}

fn summarise(reports: &[Report]) -> ExitCode {
    println!("\n=== Summary");
    let (mut passed, mut failed) = (0, 0);
    for report in reports {
        let (word, reason) = match &report.outcome {
            Outcome::Passed => ("passed", ""),
            Outcome::Failed(reason) => ("FAILED", reason.as_str()),
            Outcome::NotRun(reason) => ("not run", reason.as_str()),
        };
        println!(
            "{:<12} {word:<8} {:>7.1} s  {reason}",
            report.step.to_string(),
            report.took.as_secs_f64()
        );
        passed += report.tally.passed;
        // A step that failed with no failed test to show for it counts as one.
        failed += report.tally.failed.max(u64::from(word != "passed"));
    }
    println!("\n=== The runners' own words");
    for report in reports {
        for line in &report.tally.lines {
            println!("{:<12} {line}", report.step.to_string());
        }
    }
    println!("\n{passed} passed, {failed} failed");
    if failed == 0 && !reports.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
