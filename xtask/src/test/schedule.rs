//! Decides which step starts when.

use std::{collections::HashMap, sync::Arc, thread, time::Duration};

use tokio::task::JoinSet;

use super::{
    report::{Outcome, Report, Took},
    run::{Run, WHOLE_RUN},
    steps::Step,
};
use crate::tally::Tally;

/// The interval at which the run prints its running steps.
const PROGRESS_INTERVAL: Duration = Duration::from_secs(20);

/// Runs the steps, as many concurrently as the machine can take. A step starts when all steps it needs have passed.
pub(super) async fn run_all(run: &Arc<Run>, steps: &[Step]) -> Vec<Report> {
    let cores = thread::available_parallelism().map_or(2, usize::from);
    let mut waiting = steps.to_vec();
    let mut running = HashMap::new();
    let mut tasks = JoinSet::new();
    let mut reports: Vec<Report> = Vec::new();
    let mut signs = tokio::time::interval(PROGRESS_INTERVAL);
    signs.tick().await;
    loop {
        while let Some((step, reason)) = waiting
            .iter()
            .find_map(|step| Some((*step, reason_against(run, *step, &reports)?)))
        {
            waiting.retain(|other| *other != step);
            println!("=== {step} not run: {reason}");
            reports.push(skipped(step, reason));
        }
        while let Some(step) = next(
            &waiting,
            &running.values().copied().collect::<Vec<_>>(),
            &passed(&reports),
            cores,
        ) {
            waiting.retain(|other| *other != step);
            let run = run.clone();
            let task = tasks.spawn(async move { run.take(step).await });
            running.insert(task.id(), step);
        }
        if running.is_empty() {
            break;
        }
        tokio::select! {
            Some(ended) = tasks.join_next_with_id() => {
                let (id, report) = match ended {
                    Ok((id, report)) => (id, Some(report)),
                    Err(error) => (error.id(), None),
                };
                if let Some(step) = running.remove(&id) {
                    reports.push(report.unwrap_or_else(|| skipped(step, "xtask panicked".to_owned())));
                }
            }
            _ = signs.tick() => run.output.lock().print_progress(run.begun.elapsed()),
        }
    }
    reports.sort_by_key(|report| report.step);
    reports
}

fn passed(reports: &[Report]) -> Vec<Step> {
    let passed = reports
        .iter()
        .filter(|report| matches!(report.outcome, Outcome::Passed));
    passed.map(|report| report.step).collect()
}

/// Returns how many half cores of load the machine takes: some more than it has, because steps also wait.
fn capacity(cores: usize) -> usize {
    cores.max(1) * 5 / 2
}

/// Returns the first waiting step whose needs have passed, and for which the machine has capacity left.
fn next(waiting: &[Step], running: &[Step], passed: &[Step], cores: usize) -> Option<Step> {
    let loads = || running.iter().map(|step| step.plan().load);
    let free = capacity(cores).saturating_sub(loads().map(|load| load.halves).sum());
    let fits = |step: &Step| {
        let load = step.plan().load;
        // A step for which the machine is too small runs alone.
        let is_locked = load.lock.is_some() && loads().any(|other| other.lock == load.lock);
        (load.halves <= free || running.is_empty()) && !is_locked
    };
    let is_ready = |step: &Step| step.plan().needs.iter().all(|needed| passed.contains(needed));
    waiting.iter().copied().find(|step| is_ready(step) && fits(step))
}

fn reason_against(run: &Run, step: Step, reports: &[Report]) -> Option<String> {
    if run.stop.is_requested() {
        return Some("stop requested".to_owned());
    }
    if run.left().is_zero() {
        return Some(format!("the whole run's limit of {} s is reached", WHOLE_RUN.as_secs()));
    }
    let is_lost = |needed: &&Step| {
        let mut reports = reports.iter();
        reports.any(|report| report.step == **needed && !matches!(report.outcome, Outcome::Passed))
    };
    let lost = step.plan().needs.iter().find(is_lost)?;
    Some(format!("needs {lost}"))
}

fn skipped(step: Step, reason: String) -> Report {
    Report {
        step,
        outcome: Outcome::NotRun(reason),
        took: Took::default(),
        tally: Tally::default(),
        last_lines: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum;

    use super::{Step, capacity, next};

    #[test]
    fn a_step_waits_for_what_it_needs() {
        assert_eq!(next(&[Step::Native, Step::Fmt], &[], &[], 2), Some(Step::Fmt));
        assert_eq!(next(&[Step::Native], &[], &[Step::Binaries], 2), Some(Step::Native));
    }

    #[test]
    fn no_two_steps_compile_into_one_folder_at_once() {
        let passed = [Step::Tools, Step::Binaries, Step::Build];
        assert_eq!(next(&[Step::Doc], &[Step::Clippy], &passed, 8), None);
        assert_eq!(next(&[Step::Doc], &[Step::Library], &passed, 8), Some(Step::Doc));
    }

    #[test]
    fn the_native_tests_are_compiled_before_those_for_the_browser() {
        let waiting = [Step::Build, Step::Binaries, Step::WasmBinaries];
        let begun = [Step::Library, Step::Modules];
        let passed = [Step::Tools, Step::Bindgen];
        assert_eq!(next(&waiting, &begun, &passed, 2), Some(Step::Binaries));
        let more = [&begun[..], &[Step::Geckodriver]].concat();
        assert_eq!(next(&waiting, &more, &passed, 2), None);
    }

    #[test]
    fn running_steps_never_exceed_the_capacity_and_every_step_runs() {
        for cores in [1, 2, 8] {
            let mut waiting = Step::value_variants().to_vec();
            let (mut running, mut passed) = (Vec::new(), Vec::new());
            while !waiting.is_empty() || !running.is_empty() {
                while let Some(step) = next(&waiting, &running, &passed, cores) {
                    waiting.retain(|other| *other != step);
                    running.push(step);
                }
                let halves: usize = running.iter().map(|step: &Step| step.plan().load.halves).sum();
                assert!(halves <= capacity(cores) || running.len() == 1, "{running:?}");
                assert!(!running.is_empty(), "{waiting:?} never start");
                passed.push(running.remove(0));
            }
        }
    }
}
