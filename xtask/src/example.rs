//! `cargo xtask example`: builds a Rust example for the browser, and serves it beside the server that it talks to.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context, Result};
use clap::ValueEnum;

use crate::{
    job::Job,
    progress::{self, Step},
    reaper, serve,
    stop::Stop,
    tools::{self, Purpose},
    workspace::Workspace,
};

/// Builds an example of the Rust hooks, and serves it. Installs the tools it lacks.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    name: Example,
    /// The port to serve it on; if it is taken, another one is used
    #[arg(long, default_value_t = 8080)]
    port: u16,
}

/// The examples that are pages of Rust frameworks.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Example {
    Dioxus,
    Leptos,
    Yew,
}

impl Example {
    fn name(self) -> &'static str {
        match self {
            Self::Dioxus => "dioxus",
            Self::Leptos => "leptos",
            Self::Yew => "yew",
        }
    }
}

pub(crate) async fn run(arguments: &Arguments, workspace: &Workspace) -> Result<ExitCode> {
    reaper::adopt_orphans();
    let stop = Stop::listen()?;
    let mut steps = tools::missing(workspace, Purpose::Build).await?;
    steps.extend(self::steps(arguments.name, workspace));
    progress::run_all(steps, &stop).await?;
    copy_html(arguments.name, workspace)?;
    let name = arguments.name.name();
    let mut site = workspace.site();
    site.roots.insert(name.to_owned(), page(arguments.name, workspace));
    serve::until_stopped(arguments.port, site, &[("The example", &format!("{name}/"))], &stop).await
}

/// The folder of an example's page, once it is built.
pub(crate) fn page(example: Example, workspace: &Workspace) -> PathBuf {
    workspace.target.join("pages").join(example.name())
}

/// Builds an example's page: cargo, then wasm-bindgen.
pub(crate) fn steps(example: Example, workspace: &Workspace) -> Vec<Step> {
    let name = example.name();
    let folder = format!("examples/{name}");
    // One for all of them, for what they have in common.
    let target = workspace.target.join("examples");
    let mut build = workspace.command(&folder, "cargo", &["build", "--locked"]);
    build
        .args(["--target", "wasm32-unknown-unknown", "--target-dir"])
        .arg(&target);
    let mut bind = workspace.command(&folder, "wasm-bindgen", &["--target", "web", "--no-typescript"]);
    bind.args(["--out-name", "app", "--out-dir"])
        .arg(page(example, workspace))
        .arg(target.join(format!("wasm32-unknown-unknown/debug/holdfast-{name}-example.wasm")));
    vec![
        Step::new(format!("cargo build of {name}"), Job::new(build, 3600)),
        Step::new("wasm-bindgen", Job::new(bind, 600)),
    ]
}

/// Puts an example's HTML beside what was built.
pub(crate) fn copy_html(example: Example, workspace: &Workspace) -> Result<()> {
    let folder = page(example, workspace);
    let html = workspace.root.join("examples").join(example.name()).join("index.html");
    copy(&html, &folder).with_context(|| format!("can't copy {} to {}", html.display(), folder.display()))
}

fn copy(html: &Path, folder: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)?;
    std::fs::copy(html, folder.join("index.html"))?;
    Ok(())
}
