//! `cargo xtask test`: everything that is checked, side by side where that disturbs nobody.
//!
//! A step that fails doesn't end the run, except for those that need what it makes. The last line of all is
//! `N passed, N failed`, the sum over the test runners and the steps that failed without a runner's word for it.

mod jobs;
mod report;
mod run;
mod schedule;
mod steps;
mod voices;

use std::{fs, io, path::PathBuf, process::ExitCode, sync::Arc, time::Instant};

use anyhow::{Result, bail};
use clap::ValueEnum;
use parking_lot::Mutex;
use xtask::server::Server;

use crate::{reaper, stop::Stop, workshop::Workshop};
use jobs::Places;
use run::Run;
use steps::Step;
use voices::Voices;

/// Runs every check and test. Installs the tools it lacks.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Runs this step only, and what it needs; may be given several times
    #[arg(long, value_name = "STEP")]
    only: Vec<Step>,
    /// Runs what takes long, too: the applications of Next.js and Parcel, the Rust examples, more chaos
    #[arg(long)]
    full: bool,
    /// Of the steps chosen, only the test files whose names begin so; of Rust's, only the tests whose names hold it
    #[arg(last = true, requires = "only", value_name = "NAME")]
    names: Vec<String>,
}

pub(crate) async fn run(arguments: &Arguments, workshop: &Workshop) -> Result<ExitCode> {
    let begun = Instant::now();
    reaper::adopt_orphans();
    let server = Server::bind(0, workshop.site()).await?;
    let places = Places {
        server: server.address()?,
        xtask: copy_of_executable(workshop)?,
        full: arguments.full,
        names: arguments.names.clone(),
    };
    tokio::spawn(server.run());
    let chosen = match &arguments.only[..] {
        [] => Step::value_variants(),
        only => only,
    };
    if !places.names.is_empty()
        && let Some(step) = chosen.iter().find(|step| !step.plan().tests)
    {
        bail!("{step} has no tests to choose from");
    }
    let voices = Voices::new(&workshop.target.join("xtask-test"), chosen)?;
    let run = Arc::new(Run {
        workshop: workshop.clone(),
        places,
        stop: Stop::listen()?,
        begun,
        voices: Mutex::new(voices),
    });
    let reports = schedule::run_all(&run, &steps::with_needs(chosen)).await;
    // What no job's end has ended.
    tokio::task::block_in_place(reaper::end_all);
    Ok(report::summarise(&reports, begun.elapsed()))
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
