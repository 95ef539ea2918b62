//! The crates' tests that are compiled to wasm: in a browser, in Node, under WASI.

use super::super::features::{ALL_FEATURES, BOTH, BROWSER, WASI};
use super::work::Work;
use crate::job::Job;

/// The place in which the runner of wasm-bindgen runs tests. It runs none that are for the other place.
#[derive(Clone, Copy, Debug)]
enum Place {
    Browser,
    Node,
}

impl Place {
    /// The variable of the runner that asks for this place.
    fn variable(self) -> &'static str {
        match self {
            Self::Browser => "WASM_BINDGEN_TEST_ONLY_WEB",
            Self::Node => "WASM_BINDGEN_TEST_ONLY_NODE",
        }
    }
}

/// The suites of the crate that run in a browser. The others are native, or run in Node: for the browser none is compiled, only checked
/// (see [`FEATURES`](super::super::features::FEATURES)). The tests in `src` are native, too.
const SUITES: [&[&str]; 5] = [
    &["--test", "client"],
    &["--test", "delivery"],
    &["--test", "futures"],
    &["--test", "serde"],
    &["--test", "sharing"],
];
const BROKERS: [&str; 2] = ["--test", "brokers"];
/// The suite of this name in both crates.
const NODE: [&str; 2] = ["--test", "node"];

impl Work<'_> {
    /// The crate in a real browser.
    pub(super) fn wasm(&self) -> Vec<Job> {
        let jobs = SUITES.map(|suite| self.wasm_tests(Place::Browser, suite));
        jobs.into_iter().chain([self.brokers()]).collect()
    }

    /// The crates in Node.
    pub(super) fn wasm_node(&self) -> Job {
        self.wasm_tests(Place::Node, &[&BOTH[..], &NODE].concat())
    }

    /// The channels of Rust apps with real brokers, which `run.mjs` starts.
    fn brokers(&self) -> Job {
        let mut job = self.wasm_tests(Place::Browser, &BROKERS);
        let mut around = self.workspace.command("", "node", &["tests/brokers/run.mjs"]);
        let inner = job.command.as_std();
        around.arg(inner.get_program()).args(inner.get_args());
        for (name, value) in inner.get_envs() {
            if let Some(value) = value {
                around.env(name, value);
            }
        }
        job.command = around;
        job
    }

    /// Runs a test suite of the crates, compiled by [`Step::WasmBinaries`](super::super::steps::Step::WasmBinaries).
    fn wasm_tests(&self, place: Place, suite: &[&str]) -> Job {
        let mut job = self.linted(&["test", "--target", BROWSER]);
        job.command.args(ALL_FEATURES).args(suite).arg("--");
        job.command
            .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", "wasm-bindgen-test-runner")
            .env(place.variable(), "1");
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
        let wasi = [&WASI_TEST[..], &ALL_FEATURES, &["--no-run"]];
        [self.wasm_suites(), self.cargo(&wasi.concat())].into()
    }

    /// Compiles the tests for the browser, and those that run in Node; lints them in passing.
    pub(super) fn wasm_suites(&self) -> Job {
        let command = ["test", "--no-run", "--target", BROWSER];
        let suites = [&SUITES.concat()[..], &BROKERS, &NODE].concat();
        self.in_browser(self.linted(&[&command, &BOTH[..], &ALL_FEATURES, &suites].concat()))
    }
}

const WASI_TEST: [&str; 7] = ["test", "--package", "holdfast-ws", "--test", "native", "--target", WASI];

#[cfg(test)]
mod tests {
    use std::{
        fs, io,
        path::{Path, PathBuf},
    };

    fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
        let mut all = Vec::new();
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                all.extend(files(&path)?);
            } else {
                all.push(path);
            }
        }
        Ok(all)
    }

    #[test]
    fn no_test_in_src_is_for_the_browser_where_it_would_not_run() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the repository");
        for source in ["src", "hooks/core/src"] {
            for file in files(&root.join(source)).expect(source) {
                let text = fs::read_to_string(&file).expect("a source");
                assert!(!text.contains("wasm_bindgen_test"), "{}", file.display());
            }
        }
    }
}
