//! The settings of a run, and what the jobs of all steps have in common.

use std::{net::SocketAddr, path::PathBuf};

use tokio::process::Command;

use super::super::{features::LINTED, steps::Step};
use crate::{job::Job, workspace::Workspace};

/// The settings of this run.
#[derive(Debug)]
pub(crate) struct Settings {
    /// The address of this process's server.
    pub(crate) server: SocketAddr,
    /// The executable that starts test servers.
    pub(crate) xtask: PathBuf,
    /// True if slow tests are run, too.
    pub(crate) full: bool,
    /// Prefixes of the files and tests to run; empty for all.
    pub(crate) names: Vec<String>,
}

/// Makes the jobs of a step.
pub(super) struct Work<'a> {
    pub(super) step: Step,
    pub(super) workspace: &'a Workspace,
    pub(super) settings: &'a Settings,
}

impl Work<'_> {
    /// A job with the limit of its step.
    pub(super) fn whole(&self, command: Command) -> Job {
        Job::new(command, self.step.plan().limit().as_secs())
    }

    pub(super) fn cargo(&self, arguments: &[&str]) -> Job {
        self.whole(self.workspace.command("", "cargo", arguments))
    }

    /// The same, with the lints of clippy as warnings in passing.
    pub(super) fn linted(&self, arguments: &[&str]) -> Job {
        let mut job = self.cargo(arguments);
        let (variable, program) = LINTED;
        job.command.env(variable, program);
        job
    }

    /// Passes the chosen names of tests to libtest, after a `--`.
    pub(super) fn rust_tests(&self, mut job: Job) -> Job {
        job.command.args(&self.settings.names);
        job
    }
}
