//! The crates' tests that are compiled to wasm: in a browser, in Node, under WASI.

use anyhow::{Result, bail};

use super::super::features::{ALL_FEATURES, BOTH, BROWSER, WASI};
use super::work::Work;
use crate::job::Job;

impl Work<'_> {
    /// The crate in a real browser.
    pub(super) fn wasm(&self) -> Result<Vec<Job>> {
        let suites: [&[&str]; 6] = [
            &["--lib"],
            &["--test", "client"],
            &["--test", "delivery"],
            &["--test", "futures"],
            &["--test", "serde"],
            &["--test", "sharing"],
        ];
        let jobs = suites.map(|suite| self.wasm_pack(&["--headless", "--chrome"], suite));
        jobs.into_iter().chain([self.brokers()]).collect()
    }

    /// The channels of Rust apps with real brokers, which `run.mjs` starts.
    fn brokers(&self) -> Result<Job> {
        let mut job = self.wasm_pack(&["--headless", "--chrome"], &["--test", "brokers"])?;
        let mut around = self.workspace.command("", "node", &["tests/brokers/run.mjs"]);
        let inner = job.command.as_std();
        around.arg(inner.get_program()).args(inner.get_args());
        for (name, value) in inner.get_envs() {
            if let Some(value) = value {
                around.env(name, value);
            }
        }
        job.command = around;
        Ok(job)
    }

    /// Runs a test suite of the crates, compiled by [`Step::WasmBinaries`].
    pub(super) fn wasm_pack(&self, place: &[&str], suite: &[&str]) -> Result<Job> {
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
    pub(super) fn in_browser(&self, mut job: Job) -> Job {
        job.command
            .env("HOLDFAST_SERVER", format!("ws://{}", self.settings.server));
        // In seconds; the runner's own default is 20, too short for a whole suite on a busy machine.
        job.command.env("WASM_BINDGEN_TEST_TIMEOUT", "300");
        job
    }

    /// Tests the crate under WASI, in Node. The features are those of the tests for the browser, to share compiled macros.
    pub(super) fn wasi(&self) -> Job {
        let mut job = self.cargo(&[&WASI_TEST[..], &ALL_FEATURES, &["--"]].concat());
        let runner = self.workspace.root.join("tests/support/wasi.mjs");
        let runner = format!("node --no-warnings {}", runner.display());
        job.command.env("CARGO_TARGET_WASM32_WASIP1_RUNNER", runner);
        self.rust_tests(job)
    }

    /// Compiles the tests for the browser, those that run in Node, and those under WASI.
    pub(super) fn wasm_binaries(&self) -> Vec<Job> {
        let browser = [&["build", "--tests", "--target", BROWSER], &BOTH[..], &ALL_FEATURES];
        let wasi = [&WASI_TEST[..], &ALL_FEATURES, &["--no-run"]];
        let browser = self.in_browser(self.cargo(&browser.concat()));
        [browser, self.cargo(&wasi.concat())].into()
    }
}

const WASI_TEST: [&str; 7] = ["test", "--package", "holdfast-ws", "--test", "native", "--target", WASI];
