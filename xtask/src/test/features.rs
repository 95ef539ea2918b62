//! Inputs of the steps' compilations: sets of features, targets, crates.

/// Sets of the crate's features that must compile without the others, and the targets to check. Of the rules and adapters, the browser's
/// are not here: the crates that bind them ask for these features alone.
pub(super) const FEATURES: [(&str, &[&str]); 18] = [
    ("", &["--lib"]),
    ("client", &["--lib"]),
    ("channels", &["--lib"]),
    ("channels-rules", &["--lib"]),
    ("channels-nats", &["--lib"]),
    ("channels-nchan", &["--lib"]),
    ("outbox-rules", &["--lib"]),
    ("tabs", &["--lib"]),
    ("tabs-rules", &["--lib"]),
    ("tracing", &["--lib"]),
    ("testing", &["--lib"]),
    ("", &["--lib", "--target", BROWSER]),
    ("channels", &["--lib", "--target", BROWSER]),
    ("outbox", &["--lib", "--target", BROWSER]),
    ("tabs", &["--lib", "--target", BROWSER]),
    ("client", &["--lib", "--target", BROWSER]),
    ("futures", &["--lib", "--target", BROWSER]),
    ("serde", &["--lib", "--target", BROWSER]),
];
pub(super) const BROWSER: &str = "wasm32-unknown-unknown";

pub(super) const WASI: &str = "wasm32-wasip1";

pub(super) const ALL_FEATURES: [&str; 1] = ["--all-features"];

/// The crates that are tested for the browser. The second is what those for frameworks have in common. Both have a suite `node`.
pub(super) const BOTH: [&str; 4] = ["--package", "holdfast-ws", "--package", "holdfast-ws-hooks"];

/// The example that tests use as a real server.
pub(super) const AXUM: &str = "holdfast-axum-example";

/// The example with the server's half of an outbox.
pub(super) const AXUM_OUTBOX: &str = "holdfast-axum-outbox-example";

/// Includes the features that aren't default: their documentation has examples, too.
pub(super) const NATIVE: [&str; 4] = ["test", "--workspace", "--features", NATIVE_FEATURES];

pub(super) const NATIVE_FEATURES: &str = "holdfast-ws/channels,holdfast-ws/channels-nats,holdfast-ws/channels-nchan,holdfast-ws/outbox,holdfast-ws/serde,holdfast-ws/tabs,holdfast-ws/testing";

/// Has clippy compile the crates of the workspace, which lints them in passing. By `cargo clippy`, each of them and each of their
/// dependencies would be read a second time.
pub(super) const LINTED: (&str, &str) = ("RUSTC_WORKSPACE_WRAPPER", "clippy-driver");

/// The crates that bind the library to JavaScript.
pub(super) const BINDINGS: [&str; 7] = [
    "holdfast-ws-bindings",
    "holdfast-ws-bindings-channels",
    "holdfast-ws-bindings-channels-nats",
    "holdfast-ws-bindings-channels-nchan",
    "holdfast-ws-bindings-outbox",
    "holdfast-ws-bindings-tabs",
    "holdfast-ws-bindings-testing",
];

/// The only one of them that gives the library `std`. Those that have none would have it by its features, and two handlers of panics.
pub(super) const WITH_STD: &str = "holdfast-ws-bindings-testing";

/// The test of the public API. It runs cargo, which would wait for the lock of the target folder in [`Step::Native`].
pub(super) const API_TEST: &str = "the_public_interface_is_the_one_agreed_to";
