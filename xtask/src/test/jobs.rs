//! The commands of the steps.

mod checks;
mod fuzz;
mod hooks;
mod suites;
mod wasm;
mod work;

use anyhow::Result;

use super::features::{API_TEST, NATIVE};
use super::steps::Step;
use crate::{
    build,
    job::Job,
    tools::{self, Purpose},
    workspace::Workspace,
};
use work::Work;

pub(crate) use work::Settings;

/// The folders with npm packages that [`Step::Modules`] installs.
const FOLDERS: [&str; 10] = [
    "tests/package",
    "tests/bench",
    "tests/apps",
    "tests/mocks",
    "tests/servers",
    "tests/push",
    "tests/node",
    "tests/testing-npm",
    "tests/outbox-npm",
    "tests/channels-npm",
];
/// Further folders of a full run.
const FULL_FOLDERS: [&str; 1] = ["tests/apps/full"];

/// Returns the jobs of a step, in order.
pub(crate) async fn of(step: Step, workspace: &Workspace, settings: &Settings) -> Result<Vec<Job>> {
    let work = Work {
        step,
        workspace,
        settings,
    };
    let jobs = match step {
        Step::Tools => {
            let steps = tools::ready_made(workspace, Purpose::Test).await?;
            steps.into_iter().map(|step| step.job).collect()
        }
        Step::Bindgen => tools::bindgen(workspace)
            .await?
            .into_iter()
            .map(|step| step.job)
            .collect(),
        Step::Geckodriver => tools::geckodriver(workspace)
            .await
            .into_iter()
            .map(|step| step.job)
            .collect(),
        Step::Modules => {
            let full = FULL_FOLDERS.iter().filter(|_| settings.full);
            let folders = FOLDERS.iter().chain(full);
            folders
                .filter_map(|folder| build::npm_ci(workspace, folder))
                .map(|command| work.whole(command))
                .collect()
        }
        // Each crate with its features alone, for which clippy has no turn.
        Step::Library => build::library_steps(workspace)
            .into_iter()
            .map(|step| step.job.without_warnings())
            .collect(),
        Step::Build => build::package_steps(workspace)
            .into_iter()
            .map(|step| step.job)
            .collect(),
        Step::Fmt => vec![work.cargo(&["fmt", "--all", "--check"])],
        Step::Clippy => work.clippy(),
        Step::Doc => work.doc(),
        Step::Binaries => work.binaries(),
        Step::Native => {
            let tests = [&NATIVE[..], &["--no-fail-fast", "--", "--skip", API_TEST]].concat();
            vec![work.rust_tests(work.linted(&tests))]
        }
        Step::WasmBinaries => work.wasm_binaries(),
        Step::Wasm => work.wasm(),
        Step::WasmNode => vec![work.wasi(), work.wasm_node()],
        Step::Least => vec![work.least()],
        Step::Fuzz => vec![work.fuzz()?],
        Step::Package => work.suites("test", None, &["tests/package", "tests/bench"])?,
        Step::Firefox | Step::Webkit => {
            let browser = step.to_string();
            work.suites(
                "test:webdriver",
                Some(&browser),
                &["tests/package", "tests/conformance"],
            )?
        }
        Step::Conformance => work.suites("test", None, &["tests/conformance"])?,
        Step::Node => work.suites("test", None, &["tests/node"])?,
        Step::Push => work.suites("test", None, &["tests/push"])?,
        Step::Apps if settings.full => work.suites("test", None, &["tests/apps", "tests/apps/full"])?,
        Step::Apps => work.suites("test", None, &["tests/apps"])?,
        Step::Hooks => work.hooks()?,
        Step::Mocks => work.suites("test", None, &["tests/mocks"])?,
        Step::Worlds => work.suites("test", Some("world"), &["tests/testing-npm", "tests/package"])?,
        Step::Servers => work.suites("test", None, &["tests/servers"])?,
        Step::Outbox => work.suites("test", None, &["tests/outbox-npm"])?,
        Step::Channels => {
            let mut jobs = work.suites("test", None, &["tests/channels-npm"])?;
            // Last: by then `Native` has compiled them.
            if settings.names.is_empty() {
                let live = ["--test", "channels", "--", "live", "--ignored"];
                jobs.push(work.linted(&[&NATIVE[..], &live].concat()));
            }
            jobs
        }
        Step::Npm => vec![work.whole(workspace.command("pkg-template", "npm", &["run", "check"]))],
    };
    Ok(jobs)
}
