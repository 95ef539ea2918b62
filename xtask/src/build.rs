//! `cargo xtask build`: from the crate and the wrapper to a publishable package in `pkg/`.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
    time::Instant,
};

use anyhow::Result;

use crate::{
    job::Job,
    progress::{self, Step},
    reaper,
    stamp::Stamp,
    stop::Stop,
    tools::{self, Purpose},
    workspace::Workspace,
};

/// Builds the npm package into pkg/. Installs the tools it lacks.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {}

pub(crate) async fn run(_: Arguments, workspace: &Workspace) -> Result<ExitCode> {
    reaper::adopt_orphans();
    build(workspace, &Stop::listen()?).await?;
    Ok(ExitCode::SUCCESS)
}

/// Builds what is not up to date, showing its steps.
pub(crate) async fn build(workspace: &Workspace, stop: &Stop) -> Result<()> {
    let begun = Instant::now();
    let mut all = tools::missing(workspace, Purpose::Build).await?;
    all.extend(steps(workspace));
    progress::run_all(all, stop).await?;
    tools::check(workspace).await?;
    println!("pkg/ is built, in {:.0} s", begun.elapsed().as_secs_f64());
    Ok(())
}

/// Returns the steps of the build, without the tools.
pub(crate) fn steps(workspace: &Workspace) -> Vec<Step> {
    let mut steps = vec![library_step(workspace)];
    steps.extend(package_steps(workspace));
    steps
}

/// The step of the build that holds cargo's lock.
pub(crate) fn library_step(workspace: &Workspace) -> Step {
    Step::new("cargo build", compile(workspace))
}

/// The other steps of the build.
pub(crate) fn package_steps(workspace: &Workspace) -> Vec<Step> {
    let bindgen = Step::new("wasm-bindgen", bindgen(workspace));
    let install = npm_ci(workspace, WRAPPER).map(|ci| Step::new("npm ci", Job::new(ci, 900)));
    let optimise = Step::new("wasm-opt", optimise(workspace));
    // It prints the size of each entry.
    let package = Step::report("npm run build", package(workspace));
    let steps = [Some(bindgen), install, Some(optimise), Some(package)];
    steps.into_iter().flatten().collect()
}

const WRAPPER: &str = "pkg-template";
const GENERATED: &str = "pkg-template/generated";

fn library(workspace: &Workspace) -> PathBuf {
    workspace
        .target
        .join("wasm32-unknown-unknown/release/holdfast_ws_bindings.wasm")
}

/// Has no stamp: cargo itself skips what is up to date.
fn compile(workspace: &Workspace) -> Job {
    let wasm = ["build", "--package", "holdfast-ws-bindings", "--release"];
    let mut command = workspace.command("", "cargo", &wasm);
    command
        .args(["--target", "wasm32-unknown-unknown", "--target-dir"])
        .arg(&workspace.target);
    Job::new(command, 1800)
}

fn bindgen(workspace: &Workspace) -> Job {
    // The section that turns on reference types has to stay until wasm-opt has read it; the functions' names, until the file is
    // put into the package, for `cargo xtask bench` to attribute time to functions.
    let bindgen = [
        "--target",
        "web",
        "--omit-default-module-path",
        "--remove-producers-section",
    ];
    let mut command = workspace.command("", "wasm-bindgen", &bindgen);
    command
        .args(["--out-dir", GENERATED, "--out-name", "holdfast"])
        .arg(library(workspace));
    // The tool has the version that is locked.
    let inputs = [library(workspace), workspace.root.join("Cargo.lock")].into();
    let outputs = ["holdfast.js", "holdfast_bg.wasm"]
        .map(|file| workspace.root.join(GENERATED).join(file))
        .into();
    Job::new(command, 300).with_stamp(Stamp::new(&workspace.target, "wasm-bindgen", inputs, outputs))
}

fn optimise(workspace: &Workspace) -> Job {
    // Written to another file: an optimised file has lost its section of features, and can't be optimised again.
    let (bound, optimised) = ("generated/holdfast_bg.wasm", "generated/holdfast.wasm");
    let optimise = [
        // In flat form, some more is found to be the same: 250 bytes after compression.
        "-Oz",
        "--flatten",
        "--rereloop",
        "-Oz",
        "-Oz",
        "--converge",
        "--one-caller-inline-max-function-size=20",
        // Low memory holds the stack, which never grows that far.
        "--low-memory-unused",
        "--debuginfo",
        "--strip-producers",
        "--strip-target-features",
        bound,
        "-o",
        optimised,
    ];
    let command = workspace.command(WRAPPER, "pkg-template/node_modules/.bin/wasm-opt", &optimise);
    let wrapper = workspace.root.join(WRAPPER);
    let inputs = [wrapper.join(bound), wrapper.join("package-lock.json")].into();
    let outputs = [wrapper.join(optimised)].into();
    Job::new(command, 900).with_stamp(Stamp::new(&workspace.target, "wasm-opt", inputs, outputs))
}

fn package(workspace: &Workspace) -> Job {
    let mut command = workspace.command(WRAPPER, "npm", &["run", "build"]);
    command.env("HOLDFAST_OUT", workspace.root.join("pkg"));
    let root = |file: &str| workspace.root.join(file);
    let files = [WRAPPER, "www", "Cargo.toml", "docs", "LICENSE-MIT", "LICENSE-APACHE"];
    let documents = [
        "README.md",
        "README.zh-CN.md",
        "ARCHITECTURE.md",
        "CHANGELOG.md",
        "CONTRIBUTING.md",
        "SECURITY.md",
    ];
    let inputs = files
        .into_iter()
        .chain(documents)
        .map(root)
        .filter(|file| file.exists());
    let outputs = [
        "pkg",
        "pkg-template/generated/wrapper.mjs",
        "www/react/built.js",
        "www/vue/built.js",
    ]
    .map(root);
    let stamp = Stamp::new(&workspace.target, "package", inputs.collect(), outputs.into());
    Job::new(command, 600).with_stamp(stamp)
}

/// Returns `npm ci` in a folder, unless its packages are as new as the lock file.
pub(crate) fn npm_ci(workspace: &Workspace, folder: &str) -> Option<tokio::process::Command> {
    let changed = |file: &str| {
        Path::new(&workspace.root)
            .join(folder)
            .join(file)
            .metadata()?
            .modified()
    };
    let fresh = match (changed("node_modules/.package-lock.json"), changed("package-lock.json")) {
        (Ok(installed), Ok(locked)) => installed >= locked,
        _ => false,
    };
    (!fresh).then(|| workspace.command(folder, "npm", &["ci", "--no-audit", "--no-fund"]))
}
