//! The steps of a test run: what each needs, how much of the machine it takes, how long it may take.
//!
//! A further step is a variant here, a line in [`Step::plan`], and its commands in [`jobs::of`](super::jobs::of).

use std::{fmt, time::Duration};

use clap::ValueEnum;

/// A step. Of those that can begin, the one that stands first does: what others wait for, then cargo's steps, which run one
/// after the other, then the suites, the longest first, so that short ones are left to fill both cores at the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ValueEnum)]
pub(crate) enum Step {
    /// Installs what is missing and comes ready-made
    Tools,
    /// Compiles wasm-bindgen, if it is missing
    Bindgen,
    /// The library's wasm
    Library,
    /// The package
    Build,
    /// Installs the npm packages of the tests
    Modules,
    /// The Rust code's layout
    Fmt,
    /// Compiles geckodriver, if it is missing
    Geckodriver,
    /// Compiles the native tests, and the servers among the examples
    Binaries,
    /// Compiles wasm-pack, if it is missing
    WasmPack,
    /// The engine's scenarios and properties, and the fault server's tests
    Native,
    /// Compiles the crate's tests for the browser
    WasmBinaries,
    /// The crate in a real browser
    Wasm,
    /// The crate in Node, over a socket that does what a test says
    WasmNode,
    /// The Rust code's lints, natively and for the browser
    Clippy,
    /// The crate's documentation
    Doc,
    /// The package in a real browser, Chromium, and whether it can be measured there
    Package,
    /// The package's and the standard's tests in Firefox
    Firefox,
    /// The package's and the standard's tests in the third engine
    Webkit,
    /// The package in Node 22 and 24
    Node,
    /// The package with real servers, and client libraries of others on our class
    Servers,
    /// The package in real applications: every bundler, React, Vue, Node; in a full run also the Rust examples
    Apps,
    /// A minute's search for inputs that break a promise of the engine
    Fuzz,
    /// The standard's tests, with our class in the browser's place
    Conformance,
    /// The package with nginx, nchan, Redis, MQTT and NATS
    Push,
    /// The package with others' mocks of a WebSocket, and under zone.js
    Mocks,
    /// The wrapper's lints and types
    Npm,
}

/// How a step is fitted into the run.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plan {
    /// The steps without which it makes no sense.
    pub(crate) needs: &'static [Step],
    pub(crate) load: Load,
    pub(crate) minutes: u64,
    /// True if tests are counted here. Then none at all is a failure.
    pub(crate) tests: bool,
}

/// How much of the machine a step takes: in halves of a core, of which browser suites, mostly waiting, need no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Load {
    pub(crate) halves: usize,
    /// Runs cargo, which lets only one of its kind work in a target folder, and keeps the others waiting.
    pub(crate) cargo: bool,
}

const fn halves(halves: usize) -> Load {
    Load { halves, cargo: false }
}

const fn cargo(halves: usize) -> Load {
    Load { halves, cargo: true }
}

impl Step {
    /// Limits are against hangs: a slow or busy machine must not reach them.
    #[expect(clippy::match_same_arms, reason = "a table, a line for each step")]
    pub(crate) fn plan(self) -> Plan {
        use Step::{Binaries, Bindgen, Build, Geckodriver, Library, Modules, Tools, WasmBinaries, WasmPack};
        let check = |needs, load, minutes| Plan {
            needs,
            load,
            minutes,
            tests: false,
        };
        let suite = |needs, load, minutes| Plan {
            tests: true,
            ..check(needs, load, minutes)
        };
        match self {
            Tools => check(&[], halves(1), 30),
            Bindgen => check(&[], halves(2), 30),
            Modules => check(&[Tools], halves(1), 20),
            Library => check(&[Tools], cargo(2), 30),
            Build => check(&[Library, Bindgen], halves(2), 30),
            Self::Fmt => check(&[], halves(1), 5),
            // What compiles comes after the tools, so that `Library`, for which the most is waiting, comes first.
            Binaries => check(&[Tools], cargo(1), 30),
            Geckodriver => check(&[Tools], halves(1), 30),
            WasmPack => check(&[Tools], halves(1), 30),
            WasmBinaries => check(&[Tools], cargo(1), 30),
            Self::Clippy => check(&[Tools], cargo(1), 30),
            Self::Doc => check(&[Tools], cargo(1), 20),
            Self::Npm => check(&[Build], halves(1), 10),
            // Their binaries are compiled, so their cargo runs them and keeps no other waiting.
            Self::Native => suite(&[Binaries], halves(1), 30),
            Self::Wasm => suite(&[Bindgen, WasmPack, WasmBinaries], halves(1), 15),
            // Of fifty seconds it computes for five.
            Self::WasmNode => suite(&[Bindgen, WasmPack, WasmBinaries], halves(0), 15),
            // In a target folder of its own: nobody waits for its cargo.
            Self::Fuzz => check(&[Tools], halves(1), 30),
            Self::Package => suite(&[Build, Modules], halves(1), 30),
            Self::Firefox => suite(&[Build, Modules, Geckodriver], halves(1), 30),
            Self::Webkit => suite(&[Build, Modules], halves(1), 30),
            Self::Conformance => suite(&[Build, Modules], halves(1), 20),
            // Of a full run, the Rust examples alone take minutes to compile.
            Self::Apps => suite(&[Build, Modules], halves(1), 30),
            Self::Servers => suite(&[Build, Modules, Binaries], halves(1), 30),
            Self::Mocks => suite(&[Build, Modules], halves(1), 30),
            // Of a minute and a half it computes for eight seconds.
            Self::Node => suite(&[Build, Modules], halves(0), 20),
            Self::Push => suite(&[Build, Modules], halves(1), 20),
        }
    }
}

impl Plan {
    pub(crate) fn limit(&self) -> Duration {
        Duration::from_secs(self.minutes * 60)
    }
}

/// Steps and all they need, in order.
pub(crate) fn with_needs(steps: &[Step]) -> Vec<Step> {
    let mut all: Vec<Step> = steps.to_vec();
    let mut seen = 0;
    while let Some(step) = all.get(seen) {
        all.extend(step.plan().needs);
        seen += 1;
        if seen > 1000 {
            break; // A circle, which `needs_have_no_circle` finds.
        }
    }
    all.sort();
    all.dedup();
    all
}

impl fmt::Display for Step {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = self.to_possible_value();
        formatter.pad(value.as_ref().map_or("", |value| value.get_name()))
    }
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum;

    use super::{Step, with_needs};

    #[test]
    fn a_step_s_needs_bring_their_own() {
        let needed = with_needs(&[Step::Firefox]);
        assert_eq!(
            needed,
            [
                Step::Tools,
                Step::Bindgen,
                Step::Library,
                Step::Build,
                Step::Modules,
                Step::Geckodriver,
                Step::Firefox
            ]
        );
    }

    #[test]
    fn needs_have_no_circle() {
        for step in Step::value_variants() {
            for needed in step.plan().needs {
                assert!(!with_needs(&[*needed]).contains(step), "{step} and {needed}");
            }
        }
    }
}
