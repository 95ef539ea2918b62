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
    let mut steps = library_steps(workspace);
    steps.extend(package_steps(workspace));
    steps
}

/// The steps of the build that hold cargo's lock.
pub(crate) fn library_steps(workspace: &Workspace) -> Vec<Step> {
    let compile = |module| Step::new("cargo build", compile(workspace, module));
    MODULES.iter().map(compile).collect()
}

/// The other steps of the build.
pub(crate) fn package_steps(workspace: &Workspace) -> Vec<Step> {
    let bindgen = |module| Step::new("wasm-bindgen", bindgen(workspace, module));
    let install = npm_ci(workspace, WRAPPER).map(|ci| Step::new("npm ci", Job::new(ci, 900)));
    let optimise = |module| Step::new("wasm-opt", optimise(workspace, module));
    // It prints the size of each entry.
    let package = Step::report("npm run build", package(workspace));
    let steps = MODULES.iter().map(bindgen).chain(install);
    steps.chain(MODULES.iter().map(optimise)).chain([package]).collect()
}

/// A wasm module of the package.
struct Module {
    /// Its crate. Each is compiled by itself: cargo would give both the features of both.
    package: &'static str,
    /// The name of its files in [`GENERATED`].
    name: &'static str,
    passes: &'static [&'static str],
}

/// The passes for a module that every user of its entry loads: as small as can be, in ten seconds.
const SMALLEST: &[&str] = &[
    // In flat form, some more is found to be the same: 250 bytes after compression, and 40 more the second time.
    "-Oz",
    "--flatten",
    "--rereloop",
    "-Oz",
    "--flatten",
    "--rereloop",
    "-Oz",
    "-Oz",
    "-Oz",
    "--converge",
    "--one-caller-inline-max-function-size=20",
    // Low memory holds the stack, which never grows that far.
    "--low-memory-unused",
    "--debuginfo",
];

const MODULES: [Module; 6] = [
    Module {
        package: "holdfast-ws-bindings",
        name: "holdfast",
        passes: SMALLEST,
    },
    Module {
        package: "holdfast-ws-bindings-testing",
        name: "testing",
        passes: &["-Oz"],
    },
    Module {
        package: "holdfast-ws-bindings-tabs",
        name: "tabs",
        passes: SMALLEST,
    },
    Module {
        package: "holdfast-ws-bindings-outbox",
        name: "outbox",
        passes: &["-Oz", "-Oz"],
    },
    Module {
        package: "holdfast-ws-bindings-channels-nchan",
        name: "channels-nchan",
        passes: &["-Oz", "-Oz"],
    },
    Module {
        package: "holdfast-ws-bindings-channels-nats",
        name: "channels-nats",
        passes: &["-Oz", "-Oz"],
    },
];

const WRAPPER: &str = "pkg-template";
const GENERATED: &str = "pkg-template/generated";

fn library(workspace: &Workspace, module: &Module) -> PathBuf {
    let file = format!("{}.wasm", module.package.replace('-', "_"));
    workspace.target.join("wasm32-unknown-unknown/release").join(file)
}

/// Has no stamp: cargo itself skips what is up to date.
fn compile(workspace: &Workspace, module: &Module) -> Job {
    let wasm = ["build", "--package", module.package, "--release"];
    let mut command = workspace.command("", "cargo", &wasm);
    command
        .args(["--target", "wasm32-unknown-unknown", "--target-dir"])
        .arg(&workspace.target);
    Job::new(command, 1800)
}

fn bindgen(workspace: &Workspace, module: &Module) -> Job {
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
        .args(["--out-dir", GENERATED, "--out-name", module.name])
        .arg(library(workspace, module));
    // The tool has the version that is locked.
    let inputs = [library(workspace, module), workspace.root.join("Cargo.lock")].into();
    let outputs = [".js", "_bg.wasm"]
        .map(|ending| workspace.root.join(GENERATED).join(format!("{}{ending}", module.name)))
        .into();
    let stamp = format!("wasm-bindgen-{}", module.name);
    Job::new(command, 300).with_stamp(Stamp::new(&workspace.target, &stamp, inputs, outputs))
}

fn optimise(workspace: &Workspace, module: &Module) -> Job {
    // Written to another file: an optimised file has lost its section of features, and can't be optimised again.
    let bound = format!("generated/{}_bg.wasm", module.name);
    let optimised = format!("generated/{}.wasm", module.name);
    // It is a wasm program itself. V8's optimising compiler takes twice the CPU time that it saves.
    let program = ["--liftoff-only", "node_modules/binaryen/bin/wasm-opt"];
    let mut command = workspace.command(WRAPPER, "node", &[&program, module.passes].concat());
    command.args(["--strip-producers", "--strip-target-features", &bound, "-o", &optimised]);
    let wrapper = workspace.root.join(WRAPPER);
    let inputs = [wrapper.join(bound), wrapper.join("package-lock.json")].into();
    let outputs = [wrapper.join(optimised)].into();
    let stamp = format!("wasm-opt-{}", module.name);
    Job::new(command, 900).with_stamp(Stamp::new(&workspace.target, &stamp, inputs, outputs))
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

/// Returns the installation of a folder's packages, unless its packages are as new as the lock file.
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
    (!fresh).then(|| {
        let mut command = workspace.command(folder, "node", &[]);
        command.arg(workspace.root.join("tests/support/npm-ci.mjs"));
        command.arg(workspace.target.join("npm").join(folder));
        command
    })
}
