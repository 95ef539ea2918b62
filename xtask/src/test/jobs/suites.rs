//! The suites in JavaScript: an npm script of a folder.

use std::fs;

use anyhow::{Result, bail};

use super::super::features::{AXUM, AXUM_OUTBOX};
use super::work::Work;
use crate::job::Job;

impl Work<'_> {
    /// Runs an npm script in each folder.
    pub(super) fn suites(&self, script: &str, browser: Option<&str>, folders: &[&str]) -> Result<Vec<Job>> {
        let mut jobs = Vec::new();
        for folder in folders {
            let files = self.files(folder)?;
            if files.is_empty() {
                continue;
            }
            let mut command = self.workspace.command(folder, "npm", &["run", script]);
            if !self.settings.names.is_empty() {
                command.env("HOLDFAST_FILES", files.join(" "));
            }
            command.env("HOLDFAST_XTASK", &self.settings.xtask);
            command.env("HOLDFAST_PAGES", self.workspace.target.join("pages"));
            // As `Binaries` compiles it.
            for (variable, example) in [("HOLDFAST_AXUM", AXUM), ("HOLDFAST_AXUM_OUTBOX", AXUM_OUTBOX)] {
                command.env(variable, self.workspace.target.join("debug").join(example));
            }
            if let Some(browser) = browser {
                command.env("HOLDFAST_BROWSER", browser);
            }
            if let Some(chromium) = self.workspace.chromium() {
                command.env("HOLDFAST_CHROMIUM", chromium);
            }
            if let Some(headless) = self.workspace.headless_chromium() {
                command.env("HOLDFAST_HEADLESS", headless);
            }
            if let Some(firefox) = self.workspace.firefox() {
                command.env("HOLDFAST_FIREFOX", firefox);
            }
            if self.settings.full {
                command.env("HOLDFAST_CHAOS_SECONDS", "150");
                command.env("HOLDFAST_CHAOS_SEED", "random");
            }
            jobs.push(self.whole(command));
        }
        if jobs.is_empty() {
            bail!(
                "no test file in {} begins with {}",
                folders.join(" or "),
                self.settings.names.join(" or ")
            );
        }
        Ok(jobs)
    }

    /// Returns the chosen test files of a folder.
    fn files(&self, folder: &str) -> Result<Vec<String>> {
        let names = &self.settings.names;
        let mut files = Vec::new();
        for entry in fs::read_dir(self.workspace.root.join(folder))? {
            let file = entry?.file_name().to_string_lossy().into_owned();
            let is_chosen = names.is_empty() || names.iter().any(|name| file.starts_with(name));
            if file.ends_with(".test.mjs") && is_chosen {
                files.push(file);
            }
        }
        files.sort();
        Ok(files)
    }
}
