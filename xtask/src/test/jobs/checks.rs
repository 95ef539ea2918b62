//! The jobs that check the crates with cargo: lints, documentation, the least versions.

use super::super::features::{BROWSER, FEATURES, NATIVE, NATIVE_FEATURES};
use super::work::Work;
use crate::job::Job;

impl Work<'_> {
    pub(super) fn clippy(&self) -> Vec<Job> {
        // With the features of the native tests: `doc` uses what is compiled here.
        let workspace = ["--workspace", "--features", NATIVE_FEATURES, "--all-targets"];
        // Each by itself: cargo would give both the features of both.
        let bindings = [
            "holdfast-ws-bindings",
            "holdfast-ws-bindings-channels",
            "holdfast-ws-bindings-channels-nchan",
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
    pub(super) fn doc(&self) -> Vec<Job> {
        let all = ["--workspace", "--features", NATIVE_FEATURES];
        let doc = [&all[..], &["--package", "holdfast-ws"]].map(|what| {
            let mut job = self.cargo(&[&["doc", "--no-deps"], what].concat());
            job.command.env("RUSTDOCFLAGS", "-D warnings");
            job
        });
        let api = self.rust_tests(self.cargo(&[&NATIVE[..], &["--test", "api", "--"]].concat()));
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
