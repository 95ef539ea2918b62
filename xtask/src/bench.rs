//! `cargo xtask bench`: ours beside the browser's class and its peers in one page of headless Chromium; sizes; leaks.
//!
//! The harness in `tests/bench` measures. This module has the targets, the tables and the plots.

mod found;
mod page;
mod plot;
mod spread;
mod summary;
mod targets;

use std::{fs, process::ExitCode, time::Duration};

use anyhow::{Context, Result, bail};
use indicatif::{ProgressBar, ProgressStyle};

use crate::{
    build::{self, npm_ci},
    job::Job,
    progress::{self, Step},
    reaper,
    stop::Stop,
    tools::{self, Purpose},
    workspace::Workspace,
};
use found::{Found, Line};

/// Measures speed, size and leaks beside the browser's class and other libraries. Builds the package first.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Only checks that everything can be measured; the numbers are meaningless
    #[arg(long, conflicts_with = "write")]
    quick: bool,
    /// This topic only; may be given several times
    #[arg(long, value_name = "TOPIC", value_parser = TOPICS, conflicts_with = "write")]
    only: Vec<String>,
    /// Writes docs/benchmarks.md, its plots, and the figures in README.md
    #[arg(long)]
    write: bool,
    /// Measures nothing: shows, or writes, the results of the last whole run
    #[arg(long, conflicts_with_all = ["quick", "only"])]
    again: bool,
}

/// The topics of `tests/bench/run.mjs`.
const TOPICS: [&str; 10] = [
    "sizes", "figures", "opening", "messages", "requests", "queue", "sockets", "tabs", "profile", "leaks",
];

const FOLDER: &str = "tests/bench";

/// A busy machine may take an hour.
const LIMIT_SECONDS: u64 = 3600;

/// The interval at which a progress bar is redrawn.
const TICK: Duration = Duration::from_millis(200);

pub(crate) async fn run(arguments: &Arguments, workspace: &Workspace) -> Result<ExitCode> {
    let last = workspace.target.join("bench.jsonl");
    let lines = if arguments.again {
        fs::read_to_string(&last).context("no run yet")?
    } else {
        let lines = build_and_measure(arguments, workspace).await?;
        // `--again` shows whole runs only.
        if !arguments.quick && arguments.only.is_empty() {
            fs::write(&last, &lines)?;
        }
        lines
    };
    let mut found = Found::default();
    for line in lines.lines() {
        found.take(serde_json::from_str(line)?);
    }
    if found.measured.is_empty()
        && found.ratios.is_empty()
        && found.sizes.is_empty()
        && found.leaks.is_empty()
        && found.profiles.is_empty()
    {
        bail!("tests/bench/run.mjs found nothing");
    }
    let page = page::page(&found);
    println!("\n{page}");
    if arguments.write {
        let (docs, readme) = (workspace.root.join("docs"), workspace.root.join("README.md"));
        fs::create_dir_all(docs.join("plots"))?;
        plot::draw_all(&docs.join("plots"), &found)?;
        fs::write(docs.join("benchmarks.md"), page)?;
        fs::write(&readme, summary::put(&fs::read_to_string(&readme)?, &found)?)?;
        println!("written: docs/benchmarks.md and the figures in README.md");
    }
    Ok(ExitCode::SUCCESS)
}

async fn build_and_measure(arguments: &Arguments, workspace: &Workspace) -> Result<String> {
    reaper::adopt_orphans();
    let stop = Stop::listen()?;
    let mut steps = tools::missing(workspace, Purpose::Bench).await?;
    steps.extend(build::steps(workspace));
    if let Some(ci) = npm_ci(workspace, FOLDER) {
        steps.push(Step::new(format!("npm ci in {FOLDER}"), Job::new(ci, 300)));
    }
    progress::run_all(steps, &stop).await?;
    measure(arguments, workspace, &stop).await
}

/// Runs the harness. Returns its result lines.
async fn measure(arguments: &Arguments, workspace: &Workspace, stop: &Stop) -> Result<String> {
    let mut command = workspace.command(FOLDER, "node", &["run.mjs"]);
    if arguments.quick {
        command.arg("--quick");
    }
    command.args(&arguments.only);
    if let Some(chromium) = workspace.chromium() {
        command.env("HOLDFAST_CHROMIUM", chromium);
    }
    let bar = ProgressBar::new_spinner().with_style(ProgressStyle::with_template(
        "{spinner} measuring … {elapsed}  {prefix}  {wide_msg:.dim}",
    )?);
    bar.enable_steady_tick(TICK);
    let plain = bar.is_hidden();
    let (mut lines, mut strange) = (String::new(), Vec::new());
    let outcome = Job::new(command, LIMIT_SECONDS)
        .run(stop, |text| match serde_json::from_str::<Line>(text) {
            Ok(line) => {
                match &line {
                    Line::Topic { name } if plain => println!("measuring {name}"),
                    Line::Topic { name } => bar.set_prefix(name.clone()),
                    Line::Measured(measured) => bar.set_message(measured.row.clone()),
                    _ => {}
                }
                lines.push_str(text);
                lines.push('\n');
            }
            Err(_) => strange.push(text.to_owned()),
        })
        .await;
    bar.finish_and_clear();
    if !strange.is_empty() {
        println!("{}", strange.join("\n"));
    }
    outcome.context("tests/bench/run.mjs")?;
    Ok(lines)
}
