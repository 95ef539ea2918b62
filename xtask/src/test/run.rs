//! A test run in progress: runs a step's jobs within its limits.

use std::time::{Duration, Instant};

use anyhow::Result;
use futures_util::future::join_all;
use parking_lot::Mutex;

use super::{
    jobs::{self, Settings},
    output::RunningSteps,
    report::{Outcome, Report, Took},
    steps::Step,
};
use crate::{
    job::{Failure, Job},
    stop::Stop,
    tools,
    workspace::Workspace,
};

/// The whole run's limit: a hang must be a failure with a log.
pub(super) const WHOLE_RUN: Duration = Duration::from_secs(57 * 60);

/// A run in progress.
#[derive(Debug)]
pub(super) struct Run {
    pub(super) workspace: Workspace,
    pub(super) settings: Settings,
    pub(super) stop: Stop,
    pub(super) begun: Instant,
    pub(super) output: Mutex<RunningSteps>,
}

impl Run {
    /// Runs a step.
    pub(super) async fn take(&self, step: Step) -> Report {
        let begun = Instant::now();
        let limit = step.plan().limit().min(self.left());
        self.output.lock().begin(step, limit);
        let mut cpu = Duration::ZERO;
        let outcome = self.run_jobs(step, limit, &mut cpu).await;
        let tally = self.output.lock().tally(step);
        let outcome = match outcome {
            Err(error) => Outcome::Failed(format!("{error:#}")),
            Ok(()) if step.plan().tests && (tally.passed == 0 || tally.failed > 0) => Outcome::Failed(format!(
                "its runner counted {} passed, {} failed",
                tally.passed, tally.failed
            )),
            Ok(()) => Outcome::Passed,
        };
        let took = Took {
            wall: begun.elapsed(),
            cpu,
        };
        let last_lines = self.output.lock().end(step, &outcome, took);
        Report {
            step,
            outcome,
            took,
            tally,
            last_lines,
        }
    }

    /// Runs a step's jobs in order, within one limit, up to the first failure. Test suites all run, even after a failure.
    async fn run_jobs(&self, step: Step, limit: Duration, cpu: &mut Duration) -> Result<()> {
        let begun = Instant::now();
        let jobs = jobs::of(step, &self.workspace, &self.settings).await?;
        if step == Step::Modules {
            return self.run_side_by_side(step, limit, jobs, cpu).await;
        }
        let mut failure = None;
        for mut job in jobs {
            let left = limit.saturating_sub(begun.elapsed());
            let of_the_step = left < job.limit;
            job.limit = job.limit.min(left);
            self.output.lock().line(step, &format!("$ {}", job.shown()));
            let each_line = |line: &str| self.output.lock().line(step, line);
            let outcome = job.run_measured(&self.stop, each_line, cpu).await;
            self.output.lock().end_job(step);
            match outcome {
                Ok(()) => {}
                Err(Failure::Limit(_)) if of_the_step => return Err(Failure::Limit(limit).into()),
                Err(end @ Failure::Exit(_)) if step.plan().tests => failure = failure.or(Some(end)),
                Err(end) => return Err(end.into()),
            }
        }
        if let Some(failure) = failure {
            return Err(failure.into());
        }
        if step == Step::Tools {
            tools::check(&self.workspace).await?;
        }
        Ok(())
    }

    /// Runs jobs concurrently: they mostly wait for the network, and are independent.
    async fn run_side_by_side(&self, step: Step, limit: Duration, jobs: Vec<Job>, cpu: &mut Duration) -> Result<()> {
        let runs = jobs.into_iter().map(|mut job| async move {
            job.limit = job.limit.min(limit);
            self.output.lock().line(step, &format!("$ {}", job.shown()));
            let each_line = |line: &str| self.output.lock().line(step, line);
            let mut cpu = Duration::ZERO;
            let outcome = job.run_measured(&self.stop, each_line, &mut cpu).await;
            (outcome, cpu)
        });
        let mut first = Ok(());
        for (outcome, took) in join_all(runs).await {
            *cpu += took;
            first = first.and(outcome);
        }
        self.output.lock().end_job(step);
        Ok(first?)
    }

    pub(super) fn left(&self) -> Duration {
        WHOLE_RUN.saturating_sub(self.begun.elapsed())
    }
}
