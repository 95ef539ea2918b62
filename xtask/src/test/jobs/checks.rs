//! The jobs that check the crates with cargo: lints, documentation, the least versions.

use super::super::features::{AXUM_OUTBOX, BINDINGS, BOTH, BROWSER, FEATURES, NATIVE, NATIVE_FEATURES, WITH_STD};
use super::work::Work;
use crate::job::Job;

impl Work<'_> {
    /// Compiles the native tests, and what tests start.
    pub(super) fn binaries(&self) -> Vec<Job> {
        let tests = [&NATIVE[..], &["--no-run"]].concat();
        // Cargo builds the binary of a package for its integration tests only, and this one has none.
        let server = [
            "build",
            "--workspace",
            "--features",
            NATIVE_FEATURES,
            "--bin",
            AXUM_OUTBOX,
        ];
        [self.linted(&tests), self.linted(&server)].into()
    }

    pub(super) fn clippy(&self) -> Vec<Job> {
        // Together, with the features of all. With those of each alone, `Library` compiles them, without a warning.
        let (with_std, without_std): (Vec<&str>, Vec<&str>) =
            BINDINGS.into_iter().partition(|package| *package == WITH_STD);
        let bindings = [without_std, with_std].map(|packages| {
            let packages = packages.into_iter().flat_map(|package| ["--package", package]);
            packages.chain(["--target", BROWSER]).collect()
        });
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
        // These are compiled already. Cargo repeats the warnings.
        let compiled = self.binaries().into_iter().chain([self.wasm_suites()]);
        let others = features.into_iter().chain(bindings);
        let others = others.map(|what| self.cargo(&[&["clippy"], &what[..], &["--", "-D", "warnings"]].concat()));
        compiled.map(Job::without_warnings).chain(others).collect()
    }

    /// The documentation with all features and with the default ones, and the test of the public API: it runs rustdoc, too. The crates
    /// that are used here only have a turn in a full run: their dependencies are read for that alone.
    pub(super) fn doc(&self) -> Vec<Job> {
        let mut all = vec!["--features", NATIVE_FEATURES];
        if self.settings.full {
            all.push("--workspace");
        } else {
            let read = BOTH
                .into_iter()
                .chain(BINDINGS.iter().flat_map(|package| ["--package", package]));
            all.extend(read);
        }
        let doc = [&all[..], &["--package", "holdfast-ws"]].map(|what| {
            let mut job = self.cargo(&[&["doc", "--no-deps"], what].concat());
            job.command.env("RUSTDOCFLAGS", "-D warnings");
            job
        });
        let api = self.rust_tests(self.linted(&[&NATIVE[..], &["--test", "api", "--"]].concat()));
        doc.into_iter().chain([api]).collect()
    }

    /// Checks the crate for the browser with the lock file of `tests/least`.
    pub(super) fn least(&self) -> Job {
        let manifest = ["check", "--locked", "--manifest-path", "tests/least/Cargo.toml"];
        let mut job = self.cargo(&[&manifest[..], &["--target", BROWSER, "--target-dir"]].concat());
        job.command.arg(self.workspace.target.join("least"));
        job
    }
}
