//! `cargo xtask demo`: from a fresh clone to the lab page.

use std::process::ExitCode;

use anyhow::Result;

use crate::{build, reaper, serve, stop::Stop, workspace::Workspace};

/// Builds everything, then serves the lab page. Installs the tools it lacks.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The port of the lab page; if it is in use, a free one is selected
    #[arg(long, default_value_t = 8080)]
    port: u16,
}

pub(crate) async fn run(arguments: &Arguments, workspace: &Workspace) -> Result<ExitCode> {
    reaper::adopt_orphans();
    let stop = Stop::listen()?;
    build::build(workspace, &stop).await?;
    serve::until_stopped(arguments.port, workspace.site(), "The lab page", "", &stop).await
}
