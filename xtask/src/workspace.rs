//! Paths: the repository, cargo's target folder, this executable, and the programs on PATH.

use std::{
    env,
    ffi::OsString,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use tokio::process::Command;
use xtask::server::Site;

/// Looked up once, at the start: a test run rebuilds this executable, and its path can't be determined afterwards.
#[derive(Clone, Debug)]
pub(crate) struct Workspace {
    /// The repository's folder.
    pub(crate) root: PathBuf,
    /// Cargo's target folder.
    pub(crate) target: PathBuf,
    /// This executable.
    pub(crate) executable: PathBuf,
    /// PATH for child processes, with cargo's own programs first.
    path: OsString,
}

/// Arguments of cargo: optimises the library, and what runs it for long, in the profile for development.
pub(crate) const OPTIMISED: [&str; 6] = [
    "--config",
    "profile.dev.package.holdfast-ws.opt-level=3",
    "--config",
    "profile.dev.package.storm.opt-level=3",
    "--config",
    "profile.dev.package.holdfast-fuzz.opt-level=3",
];

impl Workspace {
    pub(crate) fn find() -> Result<Self> {
        let executable = env::current_exe().context("can't find this executable's path")?;
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let root = here.parent().unwrap_or(here).to_owned();
        // The executable is target/<profile>/xtask, wherever the target folder is configured to be.
        let target = executable
            .ancestors()
            .nth(2)
            .map_or_else(|| root.join("target"), Path::to_owned);
        let cargo_home = env::var_os("CARGO_HOME").map(PathBuf::from);
        let cargo_home = cargo_home.or_else(|| Some(env::home_dir()?.join(".cargo")));
        let old = env::var_os("PATH").unwrap_or_default();
        let path = env::join_paths(
            cargo_home
                .map(|home| home.join("bin"))
                .into_iter()
                .chain(env::split_paths(&old)),
        )?;
        Ok(Self {
            root,
            target,
            executable,
            path,
        })
    }

    /// Returns a command that runs in the repository, or in a folder of it.
    pub(crate) fn command(&self, folder: &str, program: &str, arguments: &[&str]) -> Command {
        let local = self.root.join(program);
        let mut command = Command::new(if program.contains('/') {
            local.into_os_string()
        } else {
            program.into()
        });
        command.args(arguments).current_dir(self.root.join(folder));
        command
            .env("PATH", &self.path)
            .env("CARGO_TERM_COLOR", "never")
            .env("NO_COLOR", "1")
            .env_remove("FORCE_COLOR");
        // Variables that `cargo run` sets for this process would make a cargo further down rebuild things.
        for (name, _) in env::vars_os() {
            if name
                .to_str()
                .is_some_and(|name| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_"))
            {
                command.env_remove(name);
            }
        }
        command
    }

    /// Returns the path of a program, if it is on PATH.
    pub(crate) fn which(&self, program: &str) -> Option<PathBuf> {
        env::split_paths(&self.path)
            .map(|folder| folder.join(program))
            .find(|file| file.is_file())
    }

    /// The browser the tests run in: what `HOLDFAST_CHROMIUM` names, or what is installed.
    pub(crate) fn chromium(&self) -> Option<PathBuf> {
        let named = env::var_os("HOLDFAST_CHROMIUM").map(PathBuf::from);
        named.or_else(|| {
            ["chromium", "google-chrome", "chromium-browser"]
                .iter()
                .find_map(|name| self.which(name))
        })
    }

    /// Chromium without its windows, for tests of one page: what `HOLDFAST_CHROMIUM` names, or what is installed.
    pub(crate) fn headless_chromium(&self) -> Option<PathBuf> {
        let shell = || self.which("chromium-headless-shell");
        let is_named = env::var_os("HOLDFAST_CHROMIUM").is_some();
        (!is_named).then(shell).flatten().or_else(|| self.chromium())
    }

    /// The Firefox the tests run in: what `HOLDFAST_FIREFOX` names, or what is installed.
    pub(crate) fn firefox(&self) -> Option<PathBuf> {
        let named = env::var_os("HOLDFAST_FIREFOX").map(PathBuf::from);
        named.or_else(|| ["firefox-esr", "firefox"].iter().find_map(|name| self.which(name)))
    }

    /// Returns the folders that the server serves by default: the lab page, the built package, and the documents.
    pub(crate) fn site(&self) -> Site {
        Site {
            www: self.root.join("www"),
            pkg: self.root.join("pkg"),
            roots: [("docs".to_owned(), self.root.join("docs"))].into(),
        }
    }
}
