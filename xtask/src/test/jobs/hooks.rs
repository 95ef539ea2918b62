//! The crates for frameworks, which have workspaces of their own.

use std::path::Path;

use anyhow::Result;
use clap::ValueEnum;

use super::super::features::BROWSER;
use super::work::Work;
use crate::{
    example::{self, Example},
    job::Job,
};

/// The pages of `tests/hooks/hydrated`.
const HYDRATED: [&str; 3] = ["dioxus", "leptos", "yew"];

impl Work<'_> {
    /// The crates for frameworks, natively as on a server; then the pages of their examples, and a browser that opens those.
    pub(super) fn hooks(&self) -> Result<Vec<Job>> {
        let target = self.workspace.target.join("hooks");
        let in_hooks = |arguments: &[&str]| {
            let mut command = self.workspace.command("hooks", "cargo", arguments);
            command.arg("--target-dir").arg(&target);
            command
        };
        let mut clippy = in_hooks(&["clippy", "--locked", "--all-features", "--target", BROWSER]);
        clippy.args(["--", "-D", "warnings"]);
        let tests = in_hooks(&["test", "--locked", "--all-features", "--no-fail-fast"]);
        let fmt = self.workspace.command("hooks", "cargo", &["fmt", "--check"]);
        let mut jobs: Vec<Job> = [fmt, clippy, tests].map(|command| self.whole(command)).into();
        jobs.push(self.cargo(&["test", "--package", "xtask", "--test", "api", "--", "--ignored"]));
        for example in Example::value_variants() {
            jobs.extend(
                example::steps(*example, self.workspace)
                    .into_iter()
                    .map(|step| step.job),
            );
            example::copy_html(*example, self.workspace)?;
        }
        jobs.extend(HYDRATED.iter().flat_map(|name| self.hydrated(name, &target)));
        jobs.extend(self.suites("test", None, &["tests/hooks"])?);
        Ok(jobs)
    }

    /// Builds a page that its server renders and the browser hydrates, and that server. Dependencies are shared with the examples, and with
    /// the crates' tests.
    fn hydrated(&self, name: &str, servers: &Path) -> [Job; 3] {
        let folder = format!("tests/hooks/hydrated/{name}");
        let pages = self.workspace.target.join("examples");
        let in_folder = |program, arguments: &[&str]| self.workspace.command(&folder, program, arguments);
        let mut page = in_folder("cargo", &["build", "--locked", "--lib", "--features", "hydrate"]);
        page.args(["--target", BROWSER, "--target-dir"]).arg(&pages);
        let mut bind = in_folder(
            "wasm-bindgen",
            &["--target", "web", "--no-typescript", "--out-name", "app"],
        );
        bind.arg("--out-dir")
            .arg(self.workspace.target.join(format!("pages/hydrated-{name}")))
            .arg(pages.join(format!("{BROWSER}/debug/hydrated_{name}.wasm")));
        let mut server = in_folder("cargo", &["build", "--locked", "--bins", "--features", "ssr"]);
        server.arg("--target-dir").arg(servers);
        [page, bind, server].map(|command| self.whole(command))
    }
}
