//! `cargo xtask storm`: runs the binary of the crate `storm`.
//!
//! The simulation is a crate of its own, so that the other commands can start without compiling the engine.

use std::{ffi::OsString, process::ExitCode};

use anyhow::{Context, Result};

use crate::workspace::{OPTIMISED, Workspace};

/// Simulates a million clients whose server restarts, recovers, flaps, or is cut off; compares the reconnection strategies.
#[derive(Debug, clap::Args)]
#[command(disable_help_flag = true)]
pub(crate) struct Arguments {
    /// The arguments of the simulation; `--help` lists them
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<OsString>,
}

pub(crate) async fn run(arguments: &Arguments, workspace: &Workspace) -> Result<ExitCode> {
    let mut command = workspace.command("", "cargo", &["run", "--quiet", "--package", "storm"]);
    command.args(OPTIMISED).arg("--").args(&arguments.arguments);
    let status = command.status().await;
    let status = status.context("can't run cargo")?;
    Ok(if status.success() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
