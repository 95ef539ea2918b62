//! The public interfaces of the crates are the lists in this folder, so that a review shows every change.
//!
//! After an intended change, `HOLDFAST_UPDATE_API=1 cargo test -p xtask --test api` writes the lists; with `-- --ignored` those of the
//! crates for frameworks.
//!
//! rustdoc's JSON is unstable, so it needs `RUSTC_BOOTSTRAP`. The toolchain and `public-api` are pinned. Only rustdoc gets the variable, by
//! `rustdoc.sh`: build scripts read it, too, and everything would be compiled twice, with it and without it.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

#[test]
fn the_public_interface_is_the_one_agreed_to() {
    let target = target();
    check(
        "public.txt",
        "holdfast-ws",
        "Cargo.toml",
        &target,
        &[
            "--features",
            "channels,channels-nats,channels-nchan,outbox,serde,tabs,testing",
        ],
    );
    check(
        "hooks.txt",
        "holdfast-ws-hooks",
        "Cargo.toml",
        &target,
        &["--features", "outbox"],
    );
}

/// The target folder is that of the step `hooks`, which has checked the frameworks for the browser before.
#[test]
#[ignore = "checks Leptos, Dioxus and Yew: the step `hooks` runs it"]
fn the_public_interfaces_for_frameworks_are_those_agreed_to() {
    let target = target().join("hooks");
    for name in ["leptos", "dioxus", "yew"] {
        check(
            &format!("{name}.txt"),
            &format!("holdfast-ws-{name}"),
            "hooks/Cargo.toml",
            &target,
            &["--target", "wasm32-unknown-unknown", "--features", "outbox"],
        );
    }
}

fn root() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().expect("xtask is in the repository")
}

/// The target folder of this run, to share dependencies with the other steps.
fn target() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |target| root().join(target))
}

/// Compares a crate's interface with the list in `file`.
fn check(file: &str, package: &str, manifest: &str, target: &Path, arguments: &[&str]) {
    let here = root().join("xtask/tests/api");
    let documented = Command::new(env!("CARGO"))
        .current_dir(root())
        .env("RUSTDOC", here.join("rustdoc.sh"))
        .args(["rustdoc", "--quiet", "--locked", "--package", package, "--lib"])
        .args(["--manifest-path", manifest])
        .args(arguments)
        .arg("--target-dir")
        .arg(target)
        .args(["--", "-Z", "unstable-options", "--output-format", "json"])
        .status()
        .expect("cargo runs");
    assert!(documented.success(), "rustdoc failed");

    // With `--target`, there is a folder for each.
    let mut folder = target.to_owned();
    folder.extend(arguments.iter().skip_while(|argument| **argument != "--target").nth(1));
    let json = folder.join(format!("doc/{}.json", package.replace('-', "_")));
    let interface = public_api::Builder::from_rustdoc_json(json)
        .omit_blanket_impls(true)
        .omit_auto_trait_impls(true)
        .build()
        .expect("the JSON that public-api knows; if the toolchain has changed, so must its version");
    let now: Vec<String> = interface.items().map(ToString::to_string).collect();

    let file = here.join(file);
    if env::var_os("HOLDFAST_UPDATE_API").is_some() {
        fs::write(&file, now.join("\n") + "\n").expect("the repository can be written to");
    }
    let agreed = fs::read_to_string(&file).expect("the list");
    let agreed: Vec<&str> = agreed.lines().collect();
    let gone: Vec<_> = agreed
        .iter()
        .filter(|line| !now.iter().any(|item| item == *line))
        .collect();
    let new: Vec<_> = now.iter().filter(|item| !agreed.contains(&item.as_str())).collect();
    assert!(
        gone.is_empty() && new.is_empty(),
        "the public interface of {package} has changed; if that is meant, HOLDFAST_UPDATE_API=1 writes it anew\ngone: {gone:#?}\nnew: {new:#?}"
    );
}
