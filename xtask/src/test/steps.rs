//! The steps of a test run: their needs, their load and their time limits.
//!
//! To add a step, add a variant here, a line in [`Step::plan`], and its commands in [`jobs::of`](super::jobs::of).

use std::{fmt, time::Duration};

use clap::ValueEnum;

/// A step. Of the steps that can start, the first of this list does. Steps that others need come first: the package, which most suites wait
/// for, before the crate's tests. Then come the suites that take the longest, and those that mostly wait, beside which others run. At the
/// end are short ones, and those that only compile: they fill both cores until the last suite ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ValueEnum)]
pub(crate) enum Step {
    /// Installs missing tools that come prebuilt
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
    /// Compiles the native tests, and the servers among the examples; lints them in passing
    Binaries,
    /// Compiles geckodriver, if it is missing
    Geckodriver,
    /// Compiles the crate's tests for the browser
    WasmBinaries,
    /// The package in a real browser, Chromium, and whether it can be measured there
    Package,
    /// Channels: every behaviour with each broker, with faults, and in a browser
    Channels,
    /// The outbox: its rules in a world, its storage in real browsers that are killed, and its servers
    Outbox,
    /// The package's and the standard's tests in Firefox
    Firefox,
    /// The package's and the standard's tests in the third engine
    Webkit,
    /// The package with real servers, and client libraries of others on our class
    Servers,
    /// The engine's scenarios and properties, and the fault server's tests
    Native,
    /// The crate in a real browser
    Wasm,
    /// The crate in Node, over a socket that does what a test says; and under WASI, where it doesn't connect
    WasmNode,
    /// The Rust code's lints, natively and for the browser, with each set of features
    Clippy,
    /// The standard's tests, with our class in the browser's place
    Conformance,
    /// The package in real applications: every bundler, React, Vue, Node; in a full run also Next.js and Parcel
    Apps,
    /// The package in Node 22 and 24
    Node,
    /// Fuzzes the engine with ten thousand inputs: those that break an invariant; in a full run with ten times as many
    Fuzz,
    /// Checks the crate at the least versions of its dependencies
    Least,
    /// The package's entry for tests: worlds, what runs in them, and the package's rules that need no browser
    Worlds,
    /// The package with nginx, nchan, Redis, MQTT and NATS
    Push,
    /// The documentation of the crates that have readers, and the public API; in a full run of all
    Doc,
    /// The package with others' mocks of a WebSocket, and under zone.js
    Mocks,
    /// The wrapper's lints and types
    Npm,
    /// The crates for Leptos, Dioxus and Yew: on a server, and their examples in a browser. Only when asked for, or in a full run
    Hooks,
}

/// The requirements of a step.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plan {
    /// The steps that must have passed.
    pub(crate) needs: &'static [Step],
    pub(crate) load: Load,
    pub(crate) minutes: u64,
    /// True if the step runs tests. Then no test at all is a failure.
    pub(crate) tests: bool,
}

/// The load of a step on the machine, in half cores. Browser suites mostly wait, so one half is enough for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Load {
    pub(crate) halves: usize,
    pub(crate) lock: Option<Lock>,
}

/// The folder of a profile, which cargo locks while it compiles: another cargo would wait for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lock {
    Debug,
    Release,
}

const fn halves(halves: usize) -> Load {
    Load { halves, lock: None }
}

const fn cargo(lock: Lock, halves: usize) -> Load {
    let lock = Some(lock);
    Load { halves, lock }
}

impl Step {
    /// True for a step that takes many minutes: it runs if it is chosen, and in a full run.
    pub(crate) fn is_long(self) -> bool {
        self == Self::Hooks
    }

    /// Limits are against hangs: a slow or busy machine must not reach them.
    #[expect(clippy::match_same_arms, reason = "a table, a line for each step")]
    pub(crate) fn plan(self) -> Plan {
        use Step::{Binaries, Bindgen, Build, Geckodriver, Library, Modules, Tools, WasmBinaries};
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
            Library => check(&[Tools], cargo(Lock::Release, 2), 30),
            Build => check(&[Library, Bindgen], halves(2), 30),
            // It takes a second.
            Self::Fmt => check(&[], halves(0), 5),
            // Compiling steps need the tools, so that `Library` starts before them: most steps wait for it.
            // Two for both of these. Else the second, that fits where the first doesn't, would take the lock for minutes.
            Binaries => check(&[Tools], cargo(Lock::Debug, 2), 30),
            Geckodriver => check(&[Tools], halves(1), 30),
            WasmBinaries => check(&[Tools], cargo(Lock::Debug, 2), 30),
            // Not before the package, so that the long suites start first. These two fill the cores while they wait.
            Self::Clippy => check(&[Tools, Binaries, WasmBinaries, Build], cargo(Lock::Debug, 1), 30),
            Self::Doc => suite(&[Tools, Binaries, Build], cargo(Lock::Debug, 1), 20),
            Self::Npm => check(&[Build], halves(1), 10),
            // Their binaries are compiled already, so their cargo doesn't hold the lock.
            Self::Native => suite(&[Binaries], halves(1), 30),
            // It takes three minutes, but only eleven seconds of CPU time.
            // A tab of the package shares a connection with those of the crate, and the package's tests have the brokers.
            Self::Wasm => suite(&[Build, Bindgen, Modules, WasmBinaries], halves(0), 15),
            // Its runs wait for timers, too.
            Self::WasmNode => suite(&[Bindgen, WasmBinaries], halves(0), 15),
            // They have target folders of their own, so no other step waits for their cargo.
            Self::Least => check(&[Tools], halves(1), 20),
            Self::Fuzz => check(&[Tools], halves(1), 30),
            Self::Package => suite(&[Build, Modules], halves(1), 30),
            Self::Firefox => suite(&[Build, Modules, Geckodriver], halves(1), 30),
            Self::Webkit => suite(&[Build, Modules], halves(1), 30),
            Self::Conformance => suite(&[Build, Modules], halves(1), 20),
            Self::Apps => suite(&[Build, Modules], halves(1), 30),
            Self::Servers => suite(&[Build, Modules, Binaries], halves(1), 30),
            Self::Outbox => suite(&[Build, Modules, Binaries, Geckodriver], halves(1), 30),
            // It takes seven minutes, but a fifth of a core.
            Self::Channels => suite(&[Build, Modules], halves(0), 30),
            Self::Worlds => suite(&[Build, Modules], halves(1), 20),
            Self::Mocks => suite(&[Build, Modules], halves(1), 30),
            // It takes a minute and a half, but only eight seconds of CPU time.
            Self::Node => suite(&[Build, Modules], halves(0), 20),
            Self::Push => suite(&[Build, Modules], halves(1), 20),
            // In target folders of its own. The frameworks take minutes to compile.
            Self::Hooks => suite(&[Bindgen, Modules], halves(2), 120),
        }
    }
}

impl Plan {
    pub(crate) fn limit(&self) -> Duration {
        Duration::from_secs(self.minutes * 60)
    }
}

/// Returns the steps and all steps they need, in order.
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
