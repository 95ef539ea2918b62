//! `cargo xtask build`: from the crate and the skin to a publishable package in `pkg/`.

use std::{path::Path, process::ExitCode, time::Instant};

use anyhow::Result;

use crate::{
    job::Job,
    progress::{self, Step},
    reaper,
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

/// Builds, showing its steps.
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
    const GENERATED: &str = "pkg-template/generated";
    let library = workshop.target.join("wasm32-unknown-unknown/release/holdfast_ws.wasm");
    let mut steps = Vec::new();
    let mut step = |name: &str, command, limit| steps.push(Step::new(name, Job::new(command, limit)));

    let wasm = [
        "build",
        "--package",
        "holdfast-ws",
        "--lib",
        "--release",
        "--no-default-features",
        "--features",
        "standalone",
    ];
    let mut command = workshop.command("", "cargo", &wasm);
    command
        .args(["--target", "wasm32-unknown-unknown", "--target-dir"])
        .arg(&workshop.target);
    step("cargo build", command, 600);

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
        .arg(library);
    step("wasm-bindgen", command, 120);

    if let Some(ci) = npm_ci(workshop, "pkg-template") {
        step("npm ci", ci, 300);
    }

    let wasm_file = "generated/holdfast_bg.wasm";
    let optimise = [
        "-Oz",
        "--converge",
        // There is the stack, which ends long before it gets there.
        "--low-memory-unused",
        "--debuginfo",
        "--strip-producers",
        "--strip-target-features",
        wasm_file,
        "-o",
        wasm_file,
    ];
    step(
        "wasm-opt",
        workshop.command("pkg-template", "pkg-template/node_modules/.bin/wasm-opt", &optimise),
        300,
    );

    let mut command = workshop.command("pkg-template", "npm", &["run", "build"]);
    command.env("HOLDFAST_OUT", workshop.root.join("pkg"));
    // It prints what each entry weighs.
    steps.push(Step::report("npm run build", Job::new(command, 300)));
    steps
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
