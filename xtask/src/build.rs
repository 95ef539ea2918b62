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
    workshop::Workshop,
};

/// Builds the npm package into pkg/. Installs the tools it lacks.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {}

pub(crate) async fn run(_: Arguments, workshop: &Workshop) -> Result<ExitCode> {
    reaper::adopt_orphans();
    build(workshop, &Stop::listen()?).await?;
    Ok(ExitCode::SUCCESS)
}

/// Builds what is not up to date, showing its steps.
pub(crate) async fn build(workshop: &Workshop, stop: &Stop) -> Result<()> {
    let begun = Instant::now();
    let mut all = tools::missing(workshop, Purpose::Build).await?;
    all.extend(steps(workshop));
    progress::run_all(all, stop).await?;
    tools::check(workshop).await?;
    println!("pkg/ is built, in {:.0} s", begun.elapsed().as_secs_f64());
    Ok(())
}

/// The steps of the build, given the tools.
pub(crate) fn steps(workshop: &Workshop) -> Vec<Step> {
    let mut steps = vec![library_step(workshop)];
    steps.extend(package_steps(workshop));
    steps
}

/// The part of the build that holds cargo's lock.
pub(crate) fn library_step(workshop: &Workshop) -> Step {
    Step::new("cargo build", compile(workshop))
}

/// The rest of the build.
pub(crate) fn package_steps(workshop: &Workshop) -> Vec<Step> {
    let bindgen = Step::new("wasm-bindgen", bindgen(workshop));
    let install = npm_ci(workshop, WRAPPER).map(|ci| Step::new("npm ci", Job::new(ci, 900)));
    let optimise = Step::new("wasm-opt", optimise(workshop));
    // It prints what each entry weighs.
    let package = Step::report("npm run build", package(workshop));
    let steps = [Some(bindgen), install, Some(optimise), Some(package)];
    steps.into_iter().flatten().collect()
}

const WRAPPER: &str = "pkg-template";
const GENERATED: &str = "pkg-template/generated";

fn library(workshop: &Workshop) -> PathBuf {
    workshop
        .target
        .join("wasm32-unknown-unknown/release/holdfast_ws_bindings.wasm")
}

/// Cargo itself knows what is up to date.
fn compile(workshop: &Workshop) -> Job {
    let wasm = ["build", "--package", "holdfast-ws-bindings", "--release"];
    let mut command = workshop.command("", "cargo", &wasm);
    command
        .args(["--target", "wasm32-unknown-unknown", "--target-dir"])
        .arg(&workshop.target);
    Job::new(command, 1800)
}

fn bindgen(workshop: &Workshop) -> Job {
    // The section that turns on reference types has to stay until wasm-opt has read it; the functions' names, until the file is
    // put into the package, for `cargo xtask bench` to tell what weighs how much.
    let bindgen = [
        "--target",
        "web",
        "--omit-default-module-path",
        "--remove-producers-section",
    ];
    let mut command = workshop.command("", "wasm-bindgen", &bindgen);
    command
        .args(["--out-dir", GENERATED, "--out-name", "holdfast"])
        .arg(library(workshop));
    // The tool has the version that is locked.
    let inputs = [library(workshop), workshop.root.join("Cargo.lock")].into();
    let outputs = ["holdfast.js", "holdfast_bg.wasm"]
        .map(|file| workshop.root.join(GENERATED).join(file))
        .into();
    Job::new(command, 300).with_stamp(Stamp::new(&workshop.target, "wasm-bindgen", inputs, outputs))
}

fn optimise(workshop: &Workshop) -> Job {
    // To another file than it reads: what is optimised once has lost the section of features, and can't be optimised again.
    let (bound, optimised) = ("generated/holdfast_bg.wasm", "generated/holdfast.wasm");
    let optimise = [
        "-Oz",
        "--converge",
        // There is the stack, which ends long before it gets there.
        "--low-memory-unused",
        "--debuginfo",
        "--strip-producers",
        "--strip-target-features",
        bound,
        "-o",
        optimised,
    ];
    let command = workshop.command(WRAPPER, "pkg-template/node_modules/.bin/wasm-opt", &optimise);
    let wrapper = workshop.root.join(WRAPPER);
    let inputs = [wrapper.join(bound), wrapper.join("package-lock.json")].into();
    let outputs = [wrapper.join(optimised)].into();
    Job::new(command, 900).with_stamp(Stamp::new(&workshop.target, "wasm-opt", inputs, outputs))
}

fn package(workshop: &Workshop) -> Job {
    let mut command = workshop.command(WRAPPER, "npm", &["run", "build"]);
    command.env("HOLDFAST_OUT", workshop.root.join("pkg"));
    let root = |file: &str| workshop.root.join(file);
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
    let stamp = Stamp::new(&workshop.target, "package", inputs.collect(), outputs.into());
    Job::new(command, 600).with_stamp(stamp)
}

/// `npm ci` in a folder, unless what is installed there is as new as the lock file.
pub(crate) fn npm_ci(workshop: &Workshop, folder: &str) -> Option<tokio::process::Command> {
    let changed = |file: &str| Path::new(&workshop.root).join(folder).join(file).metadata()?.modified();
    let fresh = match (changed("node_modules/.package-lock.json"), changed("package-lock.json")) {
        (Ok(installed), Ok(locked)) => installed >= locked,
        _ => false,
    };
    (!fresh).then(|| workshop.command(folder, "npm", &["ci", "--no-audit", "--no-fund"]))
}
