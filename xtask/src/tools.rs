//! The tools that build and tests need, at pinned versions, and how to install what is missing.

use std::{path::Path, time::Duration};

use anyhow::{Context, Result, bail, ensure};
use tokio::process::Command;

use crate::{job::Job, progress::Step, workspace::Workspace};

const WASM_TARGET: &str = "wasm32-unknown-unknown";
/// The target on which the crate compiles, but connecting is an error.
const WASI_TARGET: &str = "wasm32-wasip1";
/// The driver of Firefox. The other engine's comes with Debian's package of it.
const GECKODRIVER: &str = "0.37.1";
const LEAST_NODE: u32 = 20;
/// Debian packages, each with a program that shows that it is installed.
const PACKAGES: [(&str, &str); 17] = [
    ("chromium", "chromium"),
    ("chromium-headless-shell", "chromium-headless-shell"),
    ("chromium-driver", "chromedriver"),
    ("firefox-esr", "firefox-esr"),
    ("webkit2gtk-driver", "WebKitWebDriver"),
    // WebKit has no headless mode: it needs a virtual screen.
    ("xvfb", "Xvfb"),
    ("websocketd", "websocketd"),
    ("nginx", "nginx"),
    ("libnginx-mod-nchan", NCHAN),
    ("redis-server", "redis-server"),
    ("mosquitto", "mosquitto"),
    ("nats-server", "nats-server"),
    // Its own programs are outside the path.
    ("postgresql", "pg_ctlcluster"),
    ("curl", "curl"),
    // For libFuzzer.
    ("g++", "g++"),
    ("openssl", "openssl"),
    ("libnss3-tools", "certutil"),
];
/// A module of nginx, not a program.
const NCHAN: &str = "/usr/lib/nginx/modules/ngx_nchan_module.so";
/// Compiling a tool takes minutes on a small machine.
const INSTALL_SECONDS: u64 = 1800;

/// The purpose of the tools.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Building the package.
    Build,
    /// Measuring it in a browser.
    Bench,
    /// Running everything, browsers too.
    Test,
}

/// Returns the steps that install missing tools. Empty if all are installed.
pub(crate) async fn missing(workspace: &Workspace, purpose: Purpose) -> Result<Vec<Step>> {
    let mut steps = ready_made(workspace, purpose).await?;
    steps.extend(bindgen(workspace).await?);
    if purpose == Purpose::Test {
        steps.extend(geckodriver(workspace).await);
    }
    Ok(steps)
}

/// Returns the steps for prebuilt tools: Rust's target, and Debian packages.
pub(crate) async fn ready_made(workspace: &Workspace, purpose: Purpose) -> Result<Vec<Step>> {
    let mut steps = Vec::new();
    let targets = if purpose == Purpose::Test {
        &[WASM_TARGET, WASI_TARGET][..]
    } else {
        &[WASM_TARGET]
    };
    for target in targets {
        if !has_target(workspace, target).await {
            ensure!(
                workspace.which("rustup").is_some(),
                "the Rust target {target} is missing, and so is rustup to install it (https://rustup.rs)"
            );
            steps.push(install(workspace, "rustup", &["target", "add", target]));
        }
    }
    let packages = missing_packages(workspace, purpose).await;
    if !packages.is_empty() {
        steps.extend(debian(workspace, &packages)?);
    }
    Ok(steps)
}

/// Returns the steps that install the broker of the demo, if it is missing.
pub(crate) fn nats_server(workspace: &Workspace) -> Result<Vec<Step>> {
    match workspace.which("nats-server") {
        Some(_) => Ok(Vec::new()),
        None => debian(workspace, &["nats-server"]),
    }
}

/// wasm-bindgen and its test runner. It must have the library's version.
pub(crate) async fn bindgen(workspace: &Workspace) -> Result<Option<Step>> {
    let wanted = locked_version(&workspace.root, "wasm-bindgen")?;
    let has_runner = workspace.which("wasm-bindgen-test-runner").is_some();
    if has_runner && version(workspace, "wasm-bindgen").await.as_deref() == Some(&wanted) {
        return Ok(None);
    }
    // Without --locked: the lock file of this release names crates that don't build any more.
    Ok(Some(compile(workspace, &["wasm-bindgen-cli", "--version", &wanted])))
}

pub(crate) async fn geckodriver(workspace: &Workspace) -> Option<Step> {
    if version(workspace, "geckodriver").await.as_deref() == Some(GECKODRIVER) {
        return None;
    }
    Some(compile(
        workspace,
        &["geckodriver", "--version", GECKODRIVER, "--locked"],
    ))
}

/// Compiles a tool: no registry has official builds. Without optimisation it takes half the time, and the tool is fast enough.
fn compile(workspace: &Workspace, what: &[&str]) -> Step {
    let arguments = [&["install", "--debug"], what].concat();
    let mut command = workspace.command("", "cargo", &arguments);
    command.env("CARGO_PROFILE_DEV_DEBUG", "0");
    installing(command)
}

async fn missing_packages(workspace: &Workspace, purpose: Purpose) -> Vec<&'static str> {
    let mut packages = Vec::new();
    if version(workspace, "node").await.is_none() || workspace.which("npm").is_none() {
        packages.extend(["nodejs", "npm"]);
    }
    if purpose == Purpose::Build {
        return packages;
    }
    let lacks = |(package, program): &(_, &str)| match *package {
        "chromium" => workspace.chromium().is_none(),
        "chromium-headless-shell" => {
            let is_debian = Path::new("/etc/debian_version").exists();
            purpose == Purpose::Test && is_debian && workspace.headless_chromium() == workspace.chromium()
        }
        "firefox-esr" => purpose == Purpose::Test && workspace.firefox().is_none(),
        _ if Path::new(program).is_absolute() => purpose == Purpose::Test && !Path::new(program).exists(),
        _ => purpose == Purpose::Test && workspace.which(program).is_none(),
    };
    packages.extend(
        PACKAGES
            .iter()
            .filter(|package| lacks(package))
            .map(|(package, _)| *package),
    );
    // Debian's Python comes without `venv`.
    if purpose == Purpose::Test && !succeeds(workspace.command("", "python3", &["-c", "import ensurepip, venv"])).await
    {
        packages.push("python3-venv");
    }
    packages
}

/// Checks requirements that no step can install. Called once everything is installed.
pub(crate) async fn check(workspace: &Workspace) -> Result<()> {
    let node = version(workspace, "node")
        .await
        .context("node is missing (https://nodejs.org)")?;
    let major: u32 = node
        .split('.')
        .next()
        .and_then(|major| major.parse().ok())
        .unwrap_or_default();
    ensure!(
        major >= LEAST_NODE,
        "node {node} is too old: {LEAST_NODE} or newer is needed (https://nodejs.org)"
    );
    Ok(())
}

fn install(workspace: &Workspace, program: &str, arguments: &[&str]) -> Step {
    installing(workspace.command("", program, arguments))
}

fn installing(command: Command) -> Step {
    let job = Job::new(command, INSTALL_SECONDS);
    Step::new(format!("installing: {}", job.shown()), job)
}

/// Installs Debian packages, if that is possible without a password.
fn debian(workspace: &Workspace, packages: &[&str]) -> Result<Vec<Step>> {
    let command = format!("apt-get install {}", packages.join(" "));
    if !Path::new("/etc/debian_version").exists() || !is_root() {
        bail!(
            "missing: {}. On Debian, `{command}` as root installs them",
            packages.join(", ")
        );
    }
    let install = [&["install", "--yes", "--no-install-recommends"], packages].concat();
    Ok([&["update"][..], &install]
        .into_iter()
        .map(|arguments| {
            let mut command = workspace.command("", "apt-get", arguments);
            command.env("DEBIAN_FRONTEND", "noninteractive");
            // The packages' servers must not start: in runlevel 1 Debian's installation starts none.
            command.env("RUNLEVEL", "1");
            installing(command)
        })
        .collect())
}

#[cfg(unix)]
fn is_root() -> bool {
    nix::unistd::geteuid().is_root()
}

#[cfg(not(unix))]
fn is_root() -> bool {
    false
}

async fn has_target(workspace: &Workspace, target: &str) -> bool {
    let path = answer(workspace.command("", "rustc", &["--print", "target-libdir", "--target", target])).await;
    path.is_some_and(|path| Path::new(path.trim()).is_dir())
}

/// Returns the version that a program on PATH prints: the last word of its first line.
async fn version(workspace: &Workspace, program: &str) -> Option<String> {
    let printed = answer(workspace.command("", program, &["--version"])).await?;
    let last = printed.lines().next()?.split_whitespace().last()?;
    Some(last.trim_start_matches('v').to_owned())
}

async fn succeeds(command: Command) -> bool {
    answer(command).await.is_some()
}

async fn answer(mut command: Command) -> Option<String> {
    let asked = command.stdin(std::process::Stdio::null()).kill_on_drop(true).output();
    let output = tokio::time::timeout(Duration::from_secs(180), asked).await.ok()?.ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Returns the version of a crate in Cargo.lock.
fn locked_version(root: &Path, name: &str) -> Result<String> {
    let lock = std::fs::read_to_string(root.join("Cargo.lock")).context("can't read Cargo.lock")?;
    let mut lines = lock.lines().skip_while(|line| *line != format!("name = \"{name}\""));
    let version = lines
        .nth(1)
        .and_then(|line| line.strip_prefix("version = \"")?.strip_suffix('"'));
    Ok(version
        .with_context(|| format!("Cargo.lock holds no {name}"))?
        .to_owned())
}
