//! `cargo xtask demo`: from a fresh clone to the lab page.

use std::{io::ErrorKind, process::ExitCode};

use anyhow::Result;
use xtask::server::Server;

use crate::{build, reaper, stop::Stop, workspace::Workspace};

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
    let server = match Server::bind(arguments.port, workspace.site()).await {
        Err(error) if error.kind() == ErrorKind::AddrInUse => {
            println!("Port {} is taken, so this uses another.", arguments.port);
            Server::bind(0, workspace.site()).await?
        }
        bound => bound?,
    };
    println!("\nThe lab page: http://{}/   (Ctrl-C ends it)", server.address()?);
    tokio::select! {
        outcome = server.run() => outcome?,
        () = stop.requested() => {}
    }
    Ok(ExitCode::SUCCESS)
}
