//! The tools that build and tests need, at pinned versions, and how to install what is missing.

use std::{path::Path, time::Duration};

use anyhow::{Context, Result, bail, ensure};
use tokio::process::Command;

use crate::{job::Job, progress::Step, workshop::Workshop};

const WASM_TARGET: &str = "wasm32-unknown-unknown";
const WASM_PACK: &str = "0.15.1";
/// The driver of Firefox. The other engine's comes with Debian's package of it.
const GECKODRIVER: &str = "0.37.1";
const LEAST_NODE: u32 = 20;
/// Debian's packages, and a program of each to know them by.
const PACKAGES: [(&str, &str); 15] = [
    ("chromium", "chromium"),
    ("chromium-driver", "chromedriver"),
    ("firefox-esr", "firefox-esr"),
    ("webkit2gtk-driver", "WebKitWebDriver"),
    // WebKit has no headless mode: it gets a screen that nobody sees.
    ("xvfb", "Xvfb"),
    ("websocketd", "websocketd"),
    ("nginx", "nginx"),
    ("libnginx-mod-nchan", NCHAN),
    ("redis-server", "redis-server"),
    ("mosquitto", "mosquitto"),
    ("nats-server", "nats-server"),
    ("curl", "curl"),
    // For libFuzzer.
    ("g++", "g++"),
    ("openssl", "openssl"),
    ("libnss3-tools", "certutil"),
];
/// No program, but a module of nginx's.
const NCHAN: &str = "/usr/lib/nginx/modules/ngx_nchan_module.so";
/// Compiling a tool takes minutes on a small machine.
const INSTALL_SECONDS: u64 = 1800;

/// What the tools are wanted for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Building the package.
    Build,
    /// Measuring it in a browser.
    Bench,
    /// Running everything, browsers too.
    Test,
}

/// The steps that install what is missing. Empty on a machine that has it all.
pub(crate) async fn missing(workshop: &Workshop, purpose: Purpose) -> Result<Vec<Step>> {
    let mut steps = ready_made(workshop, purpose).await?;
    steps.extend(bindgen(workshop).await?);
    if purpose == Purpose::Test {
        steps.extend(wasm_pack(workshop).await);
        steps.extend(geckodriver(workshop).await);
    }
    Ok(steps)
}

/// Those that come as they are: the target of Rust's, and Debian's packages.
pub(crate) async fn ready_made(workshop: &Workshop, purpose: Purpose) -> Result<Vec<Step>> {
    let mut steps = Vec::new();
    if !has_wasm_target(workshop).await {
        ensure!(
            workshop.which("rustup").is_some(),
            "the Rust target {WASM_TARGET} is missing, and so is rustup to install it (https://rustup.rs)"
        );
        steps.push(install(workshop, "rustup", &["target", "add", WASM_TARGET]));
    }
    let packages = missing_packages(workshop, purpose).await;
    if !packages.is_empty() {
        steps.extend(debian(workshop, &packages)?);
    }
    Ok(steps)
}

/// wasm-bindgen and its test runner. It must have the library's version.
pub(crate) async fn bindgen(workshop: &Workshop) -> Result<Option<Step>> {
    let wanted = locked_version(&workshop.root, "wasm-bindgen")?;
    let has_runner = workshop.which("wasm-bindgen-test-runner").is_some();
    if has_runner && version(workshop, "wasm-bindgen").await.as_deref() == Some(&wanted) {
        return Ok(None);
    }
    // Without --locked: the lock file of this release names crates that don't build any more.
    Ok(Some(compile(workshop, &["wasm-bindgen-cli", "--version", &wanted])))
}

pub(crate) async fn wasm_pack(workshop: &Workshop) -> Option<Step> {
    if version(workshop, "wasm-pack").await.as_deref() == Some(WASM_PACK) {
        return None;
    }
    Some(compile(workshop, &["wasm-pack", "--version", WASM_PACK, "--locked"]))
}

pub(crate) async fn geckodriver(workshop: &Workshop) -> Option<Step> {
    if version(workshop, "geckodriver").await.as_deref() == Some(GECKODRIVER) {
        return None;
    }
    Some(compile(
        workshop,
        &["geckodriver", "--version", GECKODRIVER, "--locked"],
    ))
}

/// No registry has these tools built by those who make them, so they are compiled. Unoptimised, that takes half the time, and
/// they are as quick as is needed.
fn compile(workshop: &Workshop, what: &[&str]) -> Step {
    let arguments = [&["install", "--debug"], what].concat();
    let mut command = workshop.command("", "cargo", &arguments);
    command.env("CARGO_PROFILE_DEV_DEBUG", "0");
    installing(command)
}

async fn missing_packages(workshop: &Workshop, purpose: Purpose) -> Vec<&'static str> {
    let mut packages = Vec::new();
    if version(workshop, "node").await.is_none() || workshop.which("npm").is_none() {
        packages.extend(["nodejs", "npm"]);
    }
    if purpose == Purpose::Build {
        return packages;
    }
    let lacks = |(package, program): &(_, &str)| match *package {
        "chromium" => workshop.chromium().is_none(),
        "firefox-esr" => purpose == Purpose::Test && workshop.firefox().is_none(),
        _ if Path::new(program).is_absolute() => purpose == Purpose::Test && !Path::new(program).exists(),
        _ => purpose == Purpose::Test && workshop.which(program).is_none(),
    };
    packages.extend(
        PACKAGES
            .iter()
            .filter(|package| lacks(package))
            .map(|(package, _)| *package),
    );
    // Debian's Python comes without what makes virtual environments.
    if purpose == Purpose::Test && !succeeds(workshop.command("", "python3", &["-c", "import ensurepip, venv"])).await {
        packages.push("python3-venv");
    }
    packages
}

/// Checks what no step can repair, once everything is installed.
pub(crate) async fn check(workshop: &Workshop) -> Result<()> {
    let node = version(workshop, "node")
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

fn install(workshop: &Workshop, program: &str, arguments: &[&str]) -> Step {
    installing(workshop.command("", program, arguments))
}

fn installing(command: Command) -> Step {
    let job = Job::new(command, INSTALL_SECONDS);
    Step::new(format!("installing: {}", job.shown()), job)
}

/// Installs Debian packages, where that can be done without asking anybody.
fn debian(workshop: &Workshop, packages: &[&str]) -> Result<Vec<Step>> {
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
            let mut command = workshop.command("", "apt-get", arguments);
            command.env("DEBIAN_FRONTEND", "noninteractive");
            // Servers are wanted as programs, not running: in runlevel 1 Debian's installation starts none.
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

async fn has_wasm_target(workshop: &Workshop) -> bool {
    let path = answer(workshop.command("", "rustc", &["--print", "target-libdir", "--target", WASM_TARGET])).await;
    path.is_some_and(|path| Path::new(path.trim()).is_dir())
}

/// The version a program on PATH says it has: the last word of its first line.
async fn version(workshop: &Workshop, program: &str) -> Option<String> {
    let said = answer(workshop.command("", program, &["--version"])).await?;
    let last = said.lines().next()?.split_whitespace().last()?;
    Some(last.trim_start_matches('v').to_owned())
}

async fn succeeds(command: Command) -> bool {
    answer(command).await.is_some()
}

async fn answer(mut command: Command) -> Option<String> {
    let asked = command.stdin(std::process::Stdio::null()).kill_on_drop(true).output();
    let output = tokio::time::timeout(Duration::from_secs(60), asked).await.ok()?.ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// The version of a crate in Cargo.lock. The command-line tool of wasm-bindgen must have the library's.
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
