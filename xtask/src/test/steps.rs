//! The steps of a test run: what each runs, what it needs, how long it may take.

use std::{fmt, net::SocketAddr, path::PathBuf, time::Duration};

use anyhow::Result;
use clap::ValueEnum;

use crate::{
    build,
    job::Job,
    tools::{self, Purpose},
    workshop::Workshop,
};

/// A step, in the order of the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Step {
    /// Installs what is missing
    Tools,
    /// The Rust code's layout
    Fmt,
    /// The Rust code's lints, natively and for the browser
    Clippy,
    /// The crate's documentation
    Doc,
    /// The engine's scenarios and properties, and the fault server's tests
    Native,
    /// The package
    Build,
    /// The skin's lints and types
    Npm,
    /// The crate in a real browser
    Wasm,
    /// The package in a real browser, Chromium, and whether it can be measured there
    Package,
    /// The standard's tests, with our class in the browser's place
    Conformance,
    /// The package in real applications: every bundler, React, Vue, Node; in a full run also the Rust examples
    Apps,
    /// The package in Node 22 and 24
    Node,
    /// The package with real servers, and client libraries of others on our class
    Servers,
    /// The package with nginx, nchan, Redis, MQTT and NATS
    Push,
    /// The package's and the standard's tests again, in the browsers of the two other engines
    Browsers,
}

/// The crate's sets of features that must do without each other, and the targets to check each for. `standalone` can't be
/// checked with tests; `build` builds it.
const FEATURES: [(&str, &[&str]); 8] = [
    ("", &["--lib"]),
    ("client", &["--lib"]),
    ("serde", &["--all-targets"]),
    ("", &["--lib", "--target", BROWSER]),
    ("export", &["--lib", "--target", BROWSER]),
    ("client", &["--lib", "--target", BROWSER]),
    ("futures", &["--lib", "--target", BROWSER]),
    ("serde,export", &["--lib", "--tests", "--target", BROWSER]),
];
const BROWSER: &str = "wasm32-unknown-unknown";

/// The example that is one of the real servers.
const AXUM: &str = "holdfast-axum-example";

/// What is tested in a browser, each with no other feature than its own.
const SUITES: [(&str, &[&str]); 4] = [
    ("export", &["--lib"]),
    ("client", &["--test", "client"]),
    ("futures", &["--test", "futures"]),
    ("serde", &["--test", "serde"]),
];

/// What steps have to be told about this run.
#[derive(Debug)]
pub(crate) struct Places {
    /// Where this process's own server listens.
    pub(crate) server: SocketAddr,
    /// The executable test servers are started from.
    pub(crate) xtask: PathBuf,
    /// Whether what takes long is run too.
    pub(crate) full: bool,
}

impl Step {
    pub(crate) fn limit(self) -> Duration {
        Duration::from_secs(match self {
            // Of a full run, the Rust examples alone take minutes to compile.
            Self::Tools | Self::Apps => 1200,
            Self::Fmt => 60,
            Self::Doc | Self::Npm | Self::Node | Self::Push => 300,
            Self::Wasm => 420,
            Self::Browsers => 900,
            Self::Clippy | Self::Native | Self::Build | Self::Package | Self::Conformance | Self::Servers => 600,
        })
    }

    /// The steps without which this one makes no sense.
    pub(crate) fn needs(self) -> &'static [Self] {
        match self {
            Self::Tools | Self::Fmt | Self::Doc | Self::Native => &[],
            Self::Clippy | Self::Build | Self::Wasm => &[Self::Tools],
            Self::Npm
            | Self::Package
            | Self::Browsers
            | Self::Conformance
            | Self::Apps
            | Self::Node
            | Self::Servers
            | Self::Push => &[Self::Tools, Self::Build],
        }
    }

    /// Whether tests are counted here. Then none at all is a failure.
    pub(crate) fn runs_tests(self) -> bool {
        matches!(
            self,
            Self::Native
                | Self::Wasm
                | Self::Package
                | Self::Browsers
                | Self::Conformance
                | Self::Apps
                | Self::Node
                | Self::Servers
                | Self::Push
        )
    }

    /// What it runs, one job after the other.
    pub(crate) async fn jobs(self, workshop: &Workshop, places: &Places) -> Result<Vec<Job>> {
        let whole = |command| Job {
            command,
            limit: self.limit(),
        };
        let cargo = |arguments: &[&str]| whole(workshop.command("", "cargo", arguments));
        Ok(match self {
            Self::Tools => {
                let steps = tools::missing(workshop, Purpose::Test).await?;
                steps.into_iter().map(|step| step.job).collect()
            }
            Self::Fmt => vec![cargo(&["fmt", "--all", "--check"])],
            Self::Clippy => {
                let native = ["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"];
                let mut jobs = vec![cargo(&native)];
                jobs.extend(FEATURES.map(|(features, targets)| {
                    let mut job = cargo(&["clippy", "--package", "holdfast-ws", "--no-default-features"]);
                    job.command.args(["--features", features]).args(targets);
                    job.command.args(["--", "-D", "warnings"]);
                    job
                }));
                jobs
            }
            Self::Doc => [
                &["--workspace"][..],
                &["--package", "holdfast-ws", "--features", "serde"],
            ]
            .map(|what| {
                let mut job = cargo(&["doc", "--no-deps"]);
                job.command.args(what).env("RUSTDOCFLAGS", "-D warnings");
                job
            })
            .into(),
            Self::Native => vec![
                cargo(&["test", "--workspace", "--no-fail-fast"]),
                // The examples in the documentation of what the default features lack.
                cargo(&["test", "--package", "holdfast-ws", "--doc", "--features", "serde"]),
            ],
            Self::Build => build::steps(workshop).into_iter().map(|step| step.job).collect(),
            Self::Npm => vec![whole(workshop.command("pkg-template", "npm", &["run", "check"]))],
            Self::Wasm => SUITES
                .map(|(feature, suite)| {
                    let mut command = workshop.command("", "wasm-pack", &["test", "--headless", "--chrome", "--"]);
                    command
                        .args(["--no-default-features", "--features", feature])
                        .args(suite);
                    command.env("HOLDFAST_SERVER", format!("ws://{}", places.server));
                    // In seconds; the runner's own default is 20, too short for a whole suite on a busy machine.
                    command.env("WASM_BINDGEN_TEST_TIMEOUT", "300");
                    whole(command)
                })
                .into(),
            Self::Package => {
                let folders = ["tests/package", "tests/bench"].into_iter();
                let mut jobs: Vec<Job> = folders
                    .flat_map(|folder| node_tests(workshop, places, folder, self.limit()))
                    .collect();
                if places.full {
                    for job in &mut jobs {
                        job.command.env("HOLDFAST_CHAOS_SECONDS", "150");
                    }
                }
                jobs
            }
            Self::Browsers => ["firefox", "webkit"]
                .into_iter()
                .flat_map(|browser| ["tests/package", "tests/conformance"].map(|folder| (browser, folder)))
                .flat_map(|(browser, folder)| {
                    let mut jobs = node_script(workshop, places, folder, &["run", "test:webdriver"], self.limit());
                    for job in &mut jobs {
                        job.command.env("HOLDFAST_BROWSER", browser);
                    }
                    jobs
                })
                .collect(),
            Self::Push => {
                // It stands on what the package's tests have.
                let support = build::npm_ci(workshop, "tests/package").map(whole);
                support
                    .into_iter()
                    .chain(node_tests(workshop, places, "tests/push", self.limit()))
                    .collect()
            }
            Self::Conformance => node_tests(workshop, places, "tests/conformance", self.limit()),
            Self::Apps => ["tests/apps", "tests/apps/full"]
                .into_iter()
                .take(if places.full { 2 } else { 1 })
                .flat_map(|folder| node_tests(workshop, places, folder, self.limit()))
                .collect(),
            Self::Node => node_tests(workshop, places, "tests/node", self.limit()),
            Self::Servers => {
                // As `Native` compiles it, which leaves nothing to compile here; a test of its own brings the executable.
                let mut jobs = vec![cargo(&["test", "--workspace", "--test", "deploy", "--no-run"])];
                // Their browser is that of the package's tests.
                jobs.extend(build::npm_ci(workshop, "tests/package").map(whole));
                let mut tests = node_tests(workshop, places, "tests/servers", self.limit());
                for job in &mut tests {
                    job.command
                        .env("HOLDFAST_AXUM", workshop.target.join("debug").join(AXUM));
                }
                jobs.append(&mut tests);
                jobs
            }
        })
    }
}

fn node_tests(workshop: &Workshop, places: &Places, folder: &str, limit: Duration) -> Vec<Job> {
    node_script(workshop, places, folder, &["test"], limit)
}

fn node_script(workshop: &Workshop, places: &Places, folder: &str, script: &[&str], limit: Duration) -> Vec<Job> {
    let mut test = workshop.command(folder, "npm", script);
    test.env("HOLDFAST_XTASK", &places.xtask);
    if let Some(chromium) = workshop.chromium() {
        test.env("HOLDFAST_CHROMIUM", chromium);
    }
    if let Some(firefox) = workshop.firefox() {
        test.env("HOLDFAST_FIREFOX", firefox);
    }
    build::npm_ci(workshop, folder)
        .into_iter()
        .chain([test])
        .map(|command| Job { command, limit })
        .collect()
}

impl fmt::Display for Step {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = self.to_possible_value();
        formatter.pad(value.as_ref().map_or("", |value| value.get_name()))
    }
}
