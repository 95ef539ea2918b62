//! `cargo xtask test`: all checks and tests, concurrently where they don't affect each other.
//!
//! A failed step doesn't end the run; only steps that need its result are skipped. The last line is `N passed, N failed`: the
//! sum over the test runners, plus steps that failed without a failed test.

mod features;
mod jobs;
mod output;
mod report;
mod run;
mod schedule;
mod steps;

use std::{fs, io, path::PathBuf, process::ExitCode, sync::Arc, time::Instant};

use anyhow::{Result, bail};
use clap::ValueEnum;
use parking_lot::Mutex;
use xtask::server::Server;

use crate::{reaper, stop::Stop, workspace::Workspace};
use jobs::Settings;
use output::RunningSteps;
use run::Run;
use steps::Step;

/// Runs every check and test. Installs the tools it lacks.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Runs this step only, and what it needs; may be given several times
    #[arg(long, value_name = "STEP")]
    only: Vec<Step>,
    /// Runs slow tests, too: the applications of Next.js and Parcel, the crates for Rust frameworks, more chaos
    #[arg(long)]
    full: bool,
    /// Of the chosen steps, only test files whose names begin with this; of Rust's, only tests whose names contain it
    #[arg(last = true, requires = "only", value_name = "NAME")]
    names: Vec<String>,
}

pub(crate) async fn run(arguments: &Arguments, workspace: &Workspace) -> Result<ExitCode> {
    let begun = Instant::now();
    reaper::adopt_orphans();
    let server = Server::bind(0, workspace.site()).await?;
    let settings = Settings {
        server: server.address()?,
        xtask: copy_of_executable(workspace)?,
        full: arguments.full,
        names: arguments.names.clone(),
    };
    tokio::spawn(server.run());
    let chosen: Vec<Step> = match &arguments.only[..] {
        [] => {
            let all = Step::value_variants().iter().copied();
            all.filter(|step| arguments.full || !step.is_long()).collect()
        }
        only => only.into(),
    };
    if !settings.names.is_empty()
        && let Some(step) = chosen.iter().find(|step| !step.plan().tests)
    {
        bail!("{step} has no tests to choose from");
    }
    let output = RunningSteps::new(&workspace.target.join("xtask-test"), &chosen)?;
    let run = Arc::new(Run {
        workspace: workspace.clone(),
        settings,
        stop: Stop::listen()?,
        begun,
        output: Mutex::new(output),
    });
    let reports = schedule::run_all(&run, &steps::with_needs(&chosen)).await;
    // Ends the processes that no job was identified with.
    tokio::task::block_in_place(reaper::end_all);
    Ok(report::summarise(&reports, begun.elapsed()))
}

/// Copies this executable, because `cargo test --workspace` rebuilds it. Test servers are started from the copy.
fn copy_of_executable(workspace: &Workspace) -> io::Result<PathBuf> {
    let folder = workspace.target.join("xtask-server");
    fs::create_dir_all(&folder)?;
    let copy = folder.join(format!("xtask{}", std::env::consts::EXE_SUFFIX));
    // A copy that still runs can't be written to, but it can be replaced.
    let fresh = folder.join(format!("xtask-{}", std::process::id()));
    fs::copy(&workspace.executable, &fresh)?;
    fs::rename(&fresh, &copy)?;
    Ok(copy)
}
