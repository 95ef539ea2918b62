//! Steps that run side by side are printed one after the other: each whole, when it ends. Meanwhile the run says what it is at,
//! and the output grows in a file for each step.

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

/// Of a step that failed, how many of its last lines the summary repeats.
const LAST_WORDS: usize = 15;

/// The steps that are running, and what they have said.
#[derive(Debug)]
pub(crate) struct Voices {
    begun: Instant,
    folder: PathBuf,
    /// The step that was asked for alone, whose lines are printed as they come.
    soloist: Option<Step>,
    running: BTreeMap<Step, Voice>,
}

#[derive(Debug)]
struct Voice {
    begun: Instant,
    lines: Vec<String>,
    tally: Tally,
    log: Option<File>,
}

impl Voices {
    pub(crate) fn new(folder: &Path, chosen: &[Step]) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        let soloist = match chosen {
            [step] => Some(*step),
            _ => None,
        };
        if soloist.is_none() {
            println!(
                "Each step's output appears when it ends; until then it grows in {}/",
                folder.display()
            );
        }
        Ok(Self {
            begun: Instant::now(),
            folder: folder.to_owned(),
            soloist,
            running: BTreeMap::new(),
        })
    }

    pub(crate) fn begin(&mut self, step: Step, limit: Duration) {
        let at_most = format!("(at most {} s)", limit.as_secs());
        if self.soloist == Some(step) {
            println!("\n=== {step} {at_most}");
        } else {
            println!("... {} s: {step} begins {at_most}", self.begun.elapsed().as_secs());
        }
        let voice = Voice {
            begun: Instant::now(),
            lines: Vec::new(),
            tally: Tally::default(),
            log: File::create(self.folder.join(format!("{step}.log"))).ok(),
        };
        self.running.insert(step, voice);
    }

    pub(crate) fn line(&mut self, step: Step, line: &str) {
        let Some(voice) = self.running.get_mut(&step) else {
            return;
        };
        if let Some(log) = &mut voice.log {
            // The log is a help while it lasts; the output is what counts.
            let _ = writeln!(log, "{line}");
        }
        if self.soloist == Some(step) {
            println!("{line}");
        }
        voice.lines.push(line.to_owned());
        voice.tally.read(line);
    }

    pub(crate) fn end_job(&mut self, step: Step) {
        if let Some(voice) = self.running.get_mut(&step) {
            voice.tally.end_job();
        }
    }

    /// What has been counted.
    pub(crate) fn tally(&mut self, step: Step) -> Tally {
        let voice = self.running.get_mut(&step);
        voice.map(|voice| std::mem::take(&mut voice.tally)).unwrap_or_default()
    }

    /// Prints a step's output. Returns the last of it if the step failed.
    pub(crate) fn end(&mut self, step: Step, outcome: &Outcome, took: Took) -> Vec<String> {
        let lines = self.running.remove(&step).map(|voice| voice.lines).unwrap_or_default();
        let mut text = String::new();
        if self.soloist != Some(step) && !lines.is_empty() {
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
        let from = lines.len().saturating_sub(if failed { LAST_WORDS } else { 0 });
        lines.get(from..).unwrap_or_default().to_vec()
    }

    pub(crate) fn sign_of_life(&self, since: Duration) {
        let steps = self.running.iter().map(|(step, voice)| {
            let seconds = voice.begun.elapsed().as_secs();
            format!("{step} for {seconds} s, {} lines", voice.lines.len())
        });
        let steps: Vec<_> = steps.collect();
        println!("... {} s: {}", since.as_secs(), steps.join("; "));
    }
}
