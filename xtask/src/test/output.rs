//! Collects and prints the output of steps that run concurrently: each step's output is printed as a whole when it ends.
//! Meanwhile it is written to a file for each step, and the run prints which steps are running.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    fs::{self, File},
    io::{self, Write as _},
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use super::{
    report::{Outcome, Took},
    steps::Step,
};
use crate::tally::Tally;

/// The number of last lines of a failed step that the summary repeats.
const LAST_LINES: usize = 15;

/// The steps that are running, and their output.
#[derive(Debug)]
pub(crate) struct RunningSteps {
    begun: Instant,
    folder: PathBuf,
    /// The step that was chosen alone; its lines are printed at once.
    streamed: Option<Step>,
    running: BTreeMap<Step, StepOutput>,
}

#[derive(Debug)]
struct StepOutput {
    begun: Instant,
    lines: Vec<String>,
    tally: Tally,
    log: Option<File>,
}

impl RunningSteps {
    pub(crate) fn new(folder: &Path, chosen: &[Step]) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        let streamed = match chosen {
            [step] => Some(*step),
            _ => None,
        };
        if streamed.is_none() {
            println!(
                "Each step's output appears when it ends; until then it grows in {}/",
                folder.display()
            );
        }
        Ok(Self {
            begun: Instant::now(),
            folder: folder.to_owned(),
            streamed,
            running: BTreeMap::new(),
        })
    }

    pub(crate) fn begin(&mut self, step: Step, limit: Duration) {
        let at_most = format!("(at most {} s)", limit.as_secs());
        if self.streamed == Some(step) {
            println!("\n=== {step} {at_most}");
        } else {
            println!("... {} s: {step} begins {at_most}", self.begun.elapsed().as_secs());
        }
        let output = StepOutput {
            begun: Instant::now(),
            lines: Vec::new(),
            tally: Tally::default(),
            log: File::create(self.folder.join(format!("{step}.log"))).ok(),
        };
        self.running.insert(step, output);
    }

    pub(crate) fn line(&mut self, step: Step, line: &str) {
        let Some(output) = self.running.get_mut(&step) else {
            return;
        };
        if let Some(log) = &mut output.log {
            // The log is only for reading along; the output itself is kept in memory.
            let _ = writeln!(log, "{line}");
        }
        if self.streamed == Some(step) {
            println!("{line}");
        }
        output.lines.push(line.to_owned());
        output.tally.read(line);
    }

    pub(crate) fn end_job(&mut self, step: Step) {
        if let Some(output) = self.running.get_mut(&step) {
            output.tally.end_job();
        }
    }

    /// Returns a step's test counts.
    pub(crate) fn tally(&mut self, step: Step) -> Tally {
        let output = self.running.get_mut(&step);
        output
            .map(|output| std::mem::take(&mut output.tally))
            .unwrap_or_default()
    }

    /// Prints a step's output. Returns its last lines if the step failed.
    pub(crate) fn end(&mut self, step: Step, outcome: &Outcome, took: Took) -> Vec<String> {
        let lines = self
            .running
            .remove(&step)
            .map(|output| output.lines)
            .unwrap_or_default();
        let mut text = String::new();
        if self.streamed != Some(step) && !lines.is_empty() {
            let _ = writeln!(text, "\n=== {step}\n{}", lines.join("\n"));
        }
        let (wall, cpu) = (took.wall.as_secs_f64(), took.cpu.as_secs_f64());
        let failed = matches!(outcome, Outcome::Failed(_));
        let _ = match outcome {
            Outcome::Failed(reason) => writeln!(text, "=== {step} FAILED after {wall:.1} s ({cpu:.1} s CPU): {reason}"),
            _ => writeln!(text, "=== {step} passed in {wall:.1} s ({cpu:.1} s CPU)"),
        };
        print!("{text}");
        let _ = io::stdout().flush();
        let from = lines.len().saturating_sub(if failed { LAST_LINES } else { 0 });
        lines.get(from..).unwrap_or_default().to_vec()
    }

    pub(crate) fn print_progress(&self, since: Duration) {
        let steps = self.running.iter().map(|(step, output)| {
            let seconds = output.begun.elapsed().as_secs();
            format!("{step} for {seconds} s, {} lines", output.lines.len())
        });
        let steps: Vec<_> = steps.collect();
        println!("... {} s: {}", since.as_secs(), steps.join("; "));
    }
}
