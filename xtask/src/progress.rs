//! Shows the steps of `build` and `demo`: a spinner with the latest line of output on a terminal, plain lines elsewhere.
//! A step's output is printed in full only if the step fails or is a report.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use indicatif::{ProgressBar, ProgressStyle};

use crate::{job::Job, stop::Stop};

/// The interval at which a long step prints that it is still running, without a terminal.
const PROGRESS_INTERVAL: Duration = Duration::from_secs(20);

/// A step: its name and its job.
#[derive(Debug)]
pub(crate) struct Step {
    pub(crate) name: String,
    pub(crate) job: Job,
    report: bool,
}

impl Step {
    pub(crate) fn new(name: impl Into<String>, job: Job) -> Self {
        Self {
            name: name.into(),
            job,
            report: false,
        }
    }

    /// A step whose output is printed even if it succeeds.
    pub(crate) fn report(name: impl Into<String>, job: Job) -> Self {
        Self {
            report: true,
            ..Self::new(name, job)
        }
    }
}

/// Runs the steps in order, up to the first that fails.
pub(crate) async fn run_all(steps: Vec<Step>, stop: &Stop) -> Result<()> {
    let total = steps.len();
    for (index, step) in steps.into_iter().enumerate() {
        run(&format!("[{}/{total}] {}", index + 1, step.name), step, stop).await?;
    }
    Ok(())
}

async fn run(title: &str, Step { job, report, .. }: Step, stop: &Stop) -> Result<()> {
    let begun = Instant::now();
    let shown = job.shown();
    if job.is_done() {
        println!("{title} … up to date");
        return Ok(());
    }
    let bar = ProgressBar::new_spinner().with_prefix(title.to_owned());
    bar.set_style(ProgressStyle::with_template(
        "{spinner} {prefix} … {elapsed}  {wide_msg:.dim}",
    )?);
    bar.enable_steady_tick(Duration::from_millis(120));
    let plain = bar.is_hidden();

    let mut output = Vec::new();
    let outcome = {
        let work = job.run(stop, |line| {
            bar.set_message(line.to_owned());
            output.push(line.to_owned());
        });
        tokio::pin!(work);
        let mut signs = tokio::time::interval(PROGRESS_INTERVAL);
        signs.tick().await;
        loop {
            tokio::select! {
                outcome = &mut work => break outcome,
                _ = signs.tick() => if plain {
                    println!("{title} … still running after {} s", begun.elapsed().as_secs());
                }
            }
        }
    };
    bar.finish_and_clear();
    let seconds = begun.elapsed().as_secs_f64();
    let Err(failure) = outcome else {
        println!("{title} … {seconds:.1} s");
        for line in output.iter().filter(|_| report) {
            println!("    {line}");
        }
        return Ok(());
    };
    println!("{title} … failed after {seconds:.1} s");
    for line in &output {
        println!("    {line}");
    }
    bail!("`{shown}`: {failure}")
}
