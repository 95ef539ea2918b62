//! The commands of the steps.

use std::{
    env, fs,
    net::SocketAddr,
    path::{Path, PathBuf},
};

use anyhow::{Result, bail};
use clap::ValueEnum;
use tokio::process::Command;

use super::features::{
    ALL_FEATURES, API_TEST, AXUM, AXUM_OUTBOX, BOTH, BROWSER, FEATURES, NATIVE, NATIVE_FEATURES, WASI,
};
use super::steps::Step;
use crate::{
    build,
    example::{self, Example},
    job::Job,
    tools::{self, Purpose},
    workspace::{OPTIMISED, Workspace},
};

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

/// The folders with npm packages that [`Step::Modules`] installs.
const FOLDERS: [&str; 9] = [
    "tests/package",
    "tests/bench",
    "tests/apps",
    "tests/mocks",
    "tests/servers",
    "tests/push",
    "tests/node",
    "tests/testing-npm",
    "tests/outbox-npm",
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
        Step::WasmPack => tools::wasm_pack(workspace)
            .await
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
        Step::Library => build::library_steps(workspace)
            .into_iter()
            .map(|step| step.job)
            .collect(),
        Step::Build => build::package_steps(workspace)
            .into_iter()
            .map(|step| step.job)
            .collect(),
        Step::Fmt => vec![work.cargo(&["fmt", "--all", "--check"])],
        Step::Clippy => work.clippy(),
        Step::Doc => work.doc(),
        Step::Binaries => vec![
            work.cargo(&[&NATIVE[..], &["--no-run"]].concat()),
            // Cargo builds the binary of a package for its integration tests only, and this one has none.
            work.cargo(&["build", "--package", AXUM_OUTBOX]),
        ],
        Step::Native => {
            let tests = [&NATIVE[..], &["--no-fail-fast", "--", "--skip", API_TEST]].concat();
            vec![work.rust_tests(work.cargo(&tests))]
        }
        Step::WasmBinaries => {
            let build = [&["build", "--tests", "--target", BROWSER], &BOTH[..], &ALL_FEATURES];
            vec![work.in_browser(work.cargo(&build.concat()))]
        }
        Step::Wasm => work.wasm()?,
        Step::WasmNode => {
            let node = [&BOTH[..], &["--test", "node"]].concat();
            vec![work.wasi(), work.wasm_pack(&["--node"], &node)?]
        }
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
        Step::Servers => work.suites("test", None, &["tests/servers", "tests/outbox-npm"])?,
        Step::Npm => vec![work.whole(workspace.command("pkg-template", "npm", &["run", "check"]))],
    };
    Ok(jobs)
}

/// The pages of `tests/hooks/hydrated`.
const HYDRATED: [&str; 3] = ["dioxus", "leptos", "yew"];

const FUZZ_SECONDS: &str = "60";
/// Coverage instrumentation for libFuzzer.
const COVERAGE: [&str; 6] = [
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
    "-Ccodegen-units=1",
];

/// Makes the jobs of a step.
struct Work<'a> {
    step: Step,
    workspace: &'a Workspace,
    settings: &'a Settings,
}

impl Work<'_> {
    /// A job with the limit of its step.
    fn whole(&self, command: Command) -> Job {
        Job::new(command, self.step.plan().limit().as_secs())
    }

    fn cargo(&self, arguments: &[&str]) -> Job {
        self.whole(self.workspace.command("", "cargo", arguments))
    }

    fn clippy(&self) -> Vec<Job> {
        // With the features of the native tests: `doc` uses what is compiled here.
        let workspace = ["--workspace", "--features", NATIVE_FEATURES, "--all-targets"];
        // Each by itself: cargo would give both the features of both.
        let bindings = [
            "holdfast-ws-bindings",
            "holdfast-ws-bindings-outbox",
            "holdfast-ws-bindings-tabs",
            "holdfast-ws-bindings-testing",
        ];
        let bindings = bindings.map(|package| vec!["--package", package, "--target", BROWSER]);
        let features = FEATURES.map(|(features, targets)| {
            let features = [
                "--package",
                "holdfast-ws",
                "--no-default-features",
                "--features",
                features,
            ];
            [&features, targets].concat()
        });
        let all = [workspace.into()].into_iter().chain(features).chain(bindings);
        all.map(|what| self.cargo(&[&["clippy"], &what[..], &["--", "-D", "warnings"]].concat()))
            .collect()
    }

    /// The documentation with all features and with the default ones, and the test of the public API: it runs rustdoc, too.
    fn doc(&self) -> Vec<Job> {
        let all = ["--workspace", "--features", NATIVE_FEATURES];
        let doc = [&all[..], &["--package", "holdfast-ws"]].map(|what| {
            let mut job = self.cargo(&[&["doc", "--no-deps"], what].concat());
            job.command.env("RUSTDOCFLAGS", "-D warnings");
            job
        });
        let api = self.rust_tests(self.cargo(&[&NATIVE[..], &["--test", "api", "--"]].concat()));
        doc.into_iter().chain([api]).collect()
    }

    /// The crate in a real browser.
    fn wasm(&self) -> Result<Vec<Job>> {
        let suites: [&[&str]; 4] = [
            &["--lib"],
            &["--test", "client"],
            &["--test", "futures"],
            &["--test", "serde"],
        ];
        let jobs = suites.map(|suite| self.wasm_pack(&["--headless", "--chrome"], suite));
        jobs.into_iter().collect()
    }

    /// Runs a test suite of the crates, compiled by [`Step::WasmBinaries`].
    fn wasm_pack(&self, place: &[&str], suite: &[&str]) -> Result<Job> {
        match self.settings.names.len() {
            0 => {}
            1 => return Ok(self.without_wasm_pack(suite)),
            names => bail!("{} takes one name, not {names}: its runner takes no more", self.step),
        }
        let mut command = self.workspace.command("", "wasm-pack", &["test"]);
        command.args(place).arg("--").args(ALL_FEATURES).args(suite);
        Ok(self.in_browser(self.whole(command)))
    }

    /// The same for chosen tests: wasm-pack has no option for them.
    fn without_wasm_pack(&self, suite: &[&str]) -> Job {
        let mut job = self.cargo(&["test", "--target", BROWSER]);
        job.command.args(ALL_FEATURES).args(suite).arg("--");
        job.command
            .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", "wasm-bindgen-test-runner");
        if let Some(driver) = self.workspace.which("chromedriver") {
            job.command.env("CHROMEDRIVER", driver);
        }
        self.rust_tests(self.in_browser(job))
    }

    /// For the crate's tests in a browser.
    fn in_browser(&self, mut job: Job) -> Job {
        job.command
            .env("HOLDFAST_SERVER", format!("ws://{}", self.settings.server));
        // In seconds; the runner's own default is 20, too short for a whole suite on a busy machine.
        job.command.env("WASM_BINDGEN_TEST_TIMEOUT", "300");
        job
    }

    /// Checks the crate for the browser with the lock file of `tests/least`.
    fn least(&self) -> Job {
        let manifest = ["check", "--locked", "--manifest-path", "tests/least/Cargo.toml"];
        let mut job = self.cargo(&[&manifest[..], &["--target", BROWSER, "--target-dir"]].concat());
        job.command.arg(self.workspace.target.join("least"));
        job
    }

    /// Tests the crate under WASI, in Node. The features are those of the tests for the browser, to share compiled macros.
    fn wasi(&self) -> Job {
        let test = ["test", "--package", "holdfast-ws", "--test", "native", "--target", WASI];
        let mut job = self.cargo(&[&test[..], &ALL_FEATURES, &["--"]].concat());
        let runner = self.workspace.root.join("tests/support/wasi.mjs");
        let runner = format!("node --no-warnings {}", runner.display());
        job.command.env("CARGO_TARGET_WASM32_WASIP1_RUNNER", runner);
        self.rust_tests(job)
    }

    /// The crates for frameworks, natively as on a server; then the pages of their examples, and a browser that opens those.
    fn hooks(&self) -> Result<Vec<Job>> {
        let target = self.workspace.target.join("hooks");
        let in_hooks = |arguments: &[&str]| {
            let mut command = self.workspace.command("hooks", "cargo", arguments);
            command.arg("--target-dir").arg(&target);
            command
        };
        let mut clippy = in_hooks(&["clippy", "--locked", "--target", BROWSER]);
        clippy.args(["--", "-D", "warnings"]);
        let tests = in_hooks(&["test", "--locked", "--no-fail-fast"]);
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

    /// Runs libFuzzer. The flags for rustc are those of cargo-fuzz, without a sanitizer: they work on the stable compiler.
    fn fuzz(&self) -> Result<Job> {
        let target = self.workspace.target.join("fuzz");
        // New inputs are kept here, for the next run. They are read together with the corpus.
        let found = target.join("corpus");
        fs::create_dir_all(&found)?;
        let seconds = env::var("HOLDFAST_FUZZ_SECONDS").unwrap_or_else(|_| FUZZ_SECONDS.to_owned());
        let mut job = self.cargo(&["run", "--package", "holdfast-fuzz", "--features", "libfuzzer"]);
        // With a target, build scripts are compiled without the flags.
        job.command
            .args(OPTIMISED)
            .args(["--target", "host-tuple", "--target-dir"])
            .arg(&target);
        job.command.arg("--").arg(found).arg("tests/fuzz/corpus");
        job.command.arg(format!("-max_total_time={seconds}"));
        job.command.arg(format!("-artifact_prefix={}/", target.display()));
        job.command
            .args(["-max_len=1024", "-timeout=120", "-print_final_stats=1", "-verbosity=0"]);
        job.command.env("RUSTFLAGS", COVERAGE.join(" "));
        Ok(job)
    }

    /// Passes the chosen names of tests to libtest, after a `--`.
    fn rust_tests(&self, mut job: Job) -> Job {
        job.command.args(&self.settings.names);
        job
    }

    /// Runs an npm script in each folder.
    fn suites(&self, script: &str, browser: Option<&str>, folders: &[&str]) -> Result<Vec<Job>> {
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
            if let Some(firefox) = self.workspace.firefox() {
                command.env("HOLDFAST_FIREFOX", firefox);
            }
            if self.settings.full {
                command.env("HOLDFAST_CHAOS_SECONDS", "150");
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
