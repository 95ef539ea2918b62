//! What the steps run.

use std::{env, fs, net::SocketAddr, path::PathBuf};

use anyhow::{Result, bail};
use tokio::process::Command;

use super::steps::Step;
use crate::{
    build,
    job::Job,
    tools::{self, Purpose},
    workshop::Workshop,
};

/// What steps have to be told about this run.
#[derive(Debug)]
pub(crate) struct Places {
    /// Where this process's own server listens.
    pub(crate) server: SocketAddr,
    /// The executable test servers are started from.
    pub(crate) xtask: PathBuf,
    /// Whether what takes long is run too.
    pub(crate) full: bool,
    /// If there are any: the files and tests to run, by how their names begin.
    pub(crate) names: Vec<String>,
}

/// The crate's sets of features that must do without each other, and the targets to check each for.
const FEATURES: [(&str, &[&str]); 8] = [
    ("", &["--lib"]),
    ("client", &["--lib"]),
    ("serde", &["--all-targets"]),
    ("", &["--lib", "--target", BROWSER]),
    ("driver", &["--lib", "--target", BROWSER]),
    ("client", &["--lib", "--test", "client", "--target", BROWSER]),
    ("futures", &["--lib", "--test", "futures", "--target", BROWSER]),
    ("serde", &["--lib", "--tests", "--target", BROWSER]),
];
const BROWSER: &str = "wasm32-unknown-unknown";

const ALL_FEATURES: [&str; 1] = ["--all-features"];

/// The example that is one of the real servers.
const AXUM: &str = "holdfast-axum-example";

/// Every folder with tests that need packages of npm's, which [`Step::Modules`] installs.
const FOLDERS: [&str; 7] = [
    "tests/package",
    "tests/bench",
    "tests/apps",
    "tests/mocks",
    "tests/servers",
    "tests/push",
    "tests/node",
];
/// Those of a full run.
const FULL_FOLDERS: [&str; 1] = ["tests/apps/full"];

/// What a step runs, one job after the other.
pub(crate) async fn of(step: Step, workshop: &Workshop, places: &Places) -> Result<Vec<Job>> {
    let work = Work { step, workshop, places };
    let jobs = match step {
        Step::Tools => {
            let steps = tools::ready_made(workshop, Purpose::Test).await?;
            steps.into_iter().map(|step| step.job).collect()
        }
        Step::Bindgen => tools::bindgen(workshop)
            .await?
            .into_iter()
            .map(|step| step.job)
            .collect(),
        Step::WasmPack => tools::wasm_pack(workshop)
            .await
            .into_iter()
            .map(|step| step.job)
            .collect(),
        Step::Geckodriver => tools::geckodriver(workshop)
            .await
            .into_iter()
            .map(|step| step.job)
            .collect(),
        Step::Modules => {
            let full = FULL_FOLDERS.iter().filter(|_| places.full);
            let folders = FOLDERS.iter().chain(full);
            folders
                .filter_map(|folder| build::npm_ci(workshop, folder))
                .map(|command| work.whole(command))
                .collect()
        }
        Step::Library => vec![build::library_step(workshop).job],
        Step::Build => build::package_steps(workshop)
            .into_iter()
            .map(|step| step.job)
            .collect(),
        Step::Fmt => vec![work.cargo(&["fmt", "--all", "--check"])],
        Step::Clippy => {
            let native = ["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"];
            let mut jobs = vec![work.cargo(&native)];
            jobs.extend(FEATURES.map(|(features, targets)| {
                let mut job = work.cargo(&["clippy", "--package", "holdfast-ws", "--no-default-features"]);
                job.command.args(["--features", features]).args(targets);
                job.command.args(["--", "-D", "warnings"]);
                job
            }));
            let bindings = ["clippy", "--package", "holdfast-ws-bindings", "--target", BROWSER];
            jobs.push(work.cargo(&[&bindings[..], &["--", "-D", "warnings"]].concat()));
            jobs
        }
        Step::Doc => [
            &["--workspace"][..],
            &["--package", "holdfast-ws", "--features", "serde"],
        ]
        .map(|what| {
            let mut job = work.cargo(&["doc", "--no-deps"]);
            job.command.args(what).env("RUSTDOCFLAGS", "-D warnings");
            job
        })
        .into(),
        Step::Binaries => vec![work.cargo(&[&NATIVE[..], &["--no-run"]].concat())],
        Step::Native => vec![work.rust_tests(work.cargo(&[&NATIVE[..], &["--no-fail-fast"]].concat()))],
        Step::WasmBinaries => {
            let build = ["build", "--tests", "--target", BROWSER];
            vec![work.in_browser(work.cargo(&[&build[..], &ALL_FEATURES].concat()))]
        }
        Step::Wasm => {
            let suites: [&[&str]; 4] = [
                &["--lib"],
                &["--test", "client"],
                &["--test", "futures"],
                &["--test", "serde"],
            ];
            let jobs = suites.map(|suite| work.wasm_pack(&["--headless", "--chrome"], suite));
            jobs.into_iter().collect::<Result<_>>()?
        }
        Step::WasmNode => vec![work.wasm_pack(&["--node"], &["--test", "node"])?],
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
        Step::Apps if places.full => work.suites("test", None, &["tests/apps", "tests/apps/full"])?,
        Step::Apps => work.suites("test", None, &["tests/apps"])?,
        Step::Mocks => work.suites("test", None, &["tests/mocks"])?,
        Step::Servers => work.suites("test", None, &["tests/servers"])?,
        Step::Npm => vec![work.whole(workshop.command("pkg-template", "npm", &["run", "check"]))],
    };
    Ok(jobs)
}

/// With the crate's features that aren't its default ones, whose documentation has examples too.
const NATIVE: [&str; 4] = ["test", "--workspace", "--features", "holdfast-ws/serde"];

const FUZZ_SECONDS: &str = "60";
/// Has the compiler count what is run, for libFuzzer to be guided by.
const COVERAGE: [&str; 6] = [
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
    "-Ccodegen-units=1",
];

/// A step's work in this run.
struct Work<'a> {
    step: Step,
    workshop: &'a Workshop,
    places: &'a Places,
}

impl Work<'_> {
    /// A job that may take as long as the step.
    fn whole(&self, command: Command) -> Job {
        Job::new(command, self.step.plan().limit().as_secs())
    }

    fn cargo(&self, arguments: &[&str]) -> Job {
        self.whole(self.workshop.command("", "cargo", arguments))
    }

    /// Runs a suite of the crate's that [`Step::WasmBinaries`] has compiled.
    fn wasm_pack(&self, place: &[&str], suite: &[&str]) -> Result<Job> {
        match self.places.names.len() {
            0 => {}
            1 => return Ok(self.without_wasm_pack(suite)),
            names => bail!("{} takes one name, not {names}: its runner takes no more", self.step),
        }
        let mut command = self.workshop.command("", "wasm-pack", &["test"]);
        command.args(place).arg("--").args(ALL_FEATURES).args(suite);
        Ok(self.in_browser(self.whole(command)))
    }

    /// The same for chosen tests, which wasm-pack can't be told.
    fn without_wasm_pack(&self, suite: &[&str]) -> Job {
        let mut job = self.cargo(&["test", "--target", BROWSER]);
        job.command.args(ALL_FEATURES).args(suite);
        job.command
            .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", "wasm-bindgen-test-runner");
        if let Some(driver) = self.workshop.which("chromedriver") {
            job.command.env("CHROMEDRIVER", driver);
        }
        self.rust_tests(self.in_browser(job))
    }

    /// For the crate's tests in a browser.
    fn in_browser(&self, mut job: Job) -> Job {
        job.command
            .env("HOLDFAST_SERVER", format!("ws://{}", self.places.server));
        // In seconds; the runner's own default is 20, too short for a whole suite on a busy machine.
        job.command.env("WASM_BINDGEN_TEST_TIMEOUT", "300");
        job
    }

    /// Has libFuzzer look for broken promises. What rustc is told is what cargo-fuzz tells it, without a sanitizer: that
    /// works on the stable compiler.
    fn fuzz(&self) -> Result<Job> {
        let target = self.workshop.target.join("fuzz");
        // What is found is kept here, for the next run to begin with. It is read together with the corpus.
        let found = target.join("corpus");
        fs::create_dir_all(&found)?;
        let seconds = env::var("HOLDFAST_FUZZ_SECONDS").unwrap_or_else(|_| FUZZ_SECONDS.to_owned());
        let mut job = self.cargo(&["run", "--package", "holdfast-fuzz", "--features", "libfuzzer"]);
        // With a target, build scripts are compiled without the flags.
        job.command
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

    /// The tests that were chosen, of Rust's.
    fn rust_tests(&self, mut job: Job) -> Job {
        if !self.places.names.is_empty() {
            job.command.arg("--").args(&self.places.names);
        }
        job
    }

    /// Runs a script of npm's in each of some folders.
    fn suites(&self, script: &str, browser: Option<&str>, folders: &[&str]) -> Result<Vec<Job>> {
        let mut jobs = Vec::new();
        for folder in folders {
            let files = self.files(folder)?;
            if files.is_empty() {
                continue;
            }
            let mut command = self.workshop.command(folder, "npm", &["run", script]);
            if !self.places.names.is_empty() {
                command.env("HOLDFAST_FILES", files.join(" "));
            }
            command.env("HOLDFAST_XTASK", &self.places.xtask);
            // As `Binaries` compiles it.
            command.env("HOLDFAST_AXUM", self.workshop.target.join("debug").join(AXUM));
            if let Some(browser) = browser {
                command.env("HOLDFAST_BROWSER", browser);
            }
            if let Some(chromium) = self.workshop.chromium() {
                command.env("HOLDFAST_CHROMIUM", chromium);
            }
            if let Some(firefox) = self.workshop.firefox() {
                command.env("HOLDFAST_FIREFOX", firefox);
            }
            if self.places.full {
                command.env("HOLDFAST_CHAOS_SECONDS", "150");
            }
            jobs.push(self.whole(command));
        }
        if jobs.is_empty() {
            bail!(
                "no test file in {} begins with {}",
                folders.join(" or "),
                self.places.names.join(" or ")
            );
        }
        Ok(jobs)
    }

    /// The chosen test files of a folder.
    fn files(&self, folder: &str) -> Result<Vec<String>> {
        let names = &self.places.names;
        let mut files = Vec::new();
        for entry in fs::read_dir(self.workshop.root.join(folder))? {
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
