//! One application in many worlds, natively and by `holdfast-ws/testing` in Node: the logs must agree to the byte. It needs the built
//! package, and takes a while, so it runs only when asked for:
//! `HOLDFAST_WORLDS=10000 cargo test -p xtask --test agreement -- --ignored`. `HOLDFAST_NODE` names another Node than the one on the path.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

const WORLDS: &str = "200";

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Runs a command that writes a digest for each world, and returns them.
fn digests(name: &str, command: &mut Command) -> String {
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let worlds = env::var("HOLDFAST_WORLDS").unwrap_or_else(|_| WORLDS.into());
    let status = command
        .current_dir(repository())
        .env("HOLDFAST_DIGESTS", &file)
        .env("HOLDFAST_WORLDS", worlds)
        .status()
        .expect("it starts");
    assert!(status.success(), "{name}");
    fs::read_to_string(file).expect("the digests are there")
}

#[test]
#[ignore = "needs the built package"]
fn the_worlds_of_the_crate_and_of_the_package_have_the_same_logs() {
    let mut native = Command::new(env!("CARGO"));
    native.args(["test", "--quiet", "-p", "holdfast-ws", "--features", "serde,testing"]);
    native.args(["--test", "testing", "the_worlds_of_the_kit_have_digests"]);
    let native = digests("native.txt", &mut native);
    let node = env::var_os("HOLDFAST_NODE").unwrap_or_else(|| "node".into());
    let package = digests(
        "package.txt",
        Command::new(node).arg("tests/testing-npm/support/digests.mjs"),
    );
    let differ: Vec<_> = native
        .lines()
        .zip(package.lines())
        .filter(|(one, other)| one != other)
        .collect();
    assert!(differ.is_empty(), "seeds and digests that differ: {differ:#?}");
    assert_eq!(native.lines().count(), package.lines().count());
}
