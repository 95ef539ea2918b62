//! Faults, most of which this project once had, put in one at a time: the simulation of `tests/testing` must find each.
//!
//! It compiles the crate anew for each fault, so it runs only when asked for:
//! `cargo test -p xtask --test mutants -- --ignored --nocapture`.

mod faults;

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use faults::{FAULTS, Fault};

/// Each fault must be found within so many worlds.
const WORLDS: &str = "200";
/// And shrunk to so many of the world's faults.
const MOST_LEFT: u32 = 3;

/// The simulations, which run the real driver and engine: with all faults, and with those of the page or the network alone.
const TESTS: &str = "engine::the_engine_";

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// A copy of the repository's files, without what is built or installed.
struct Copy {
    root: PathBuf,
    target: PathBuf,
}

impl Copy {
    fn new() -> Self {
        let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| repository().join("target"), PathBuf::from);
        let target = target.join("mutants");
        let root = target.join("source");
        let listed = Command::new("git")
            .current_dir(repository())
            .args(["ls-files", "--cached", "--others", "--exclude-standard"])
            .output()
            .expect("git runs");
        let listed = String::from_utf8(listed.stdout).expect("names are text");
        for file in listed.lines() {
            // Deleted files are listed until that is committed.
            if let Ok(content) = fs::read(repository().join(file)) {
                write(&root.join(file), &content);
            }
        }
        Self { root, target }
    }

    /// Runs the simulation. Returns the failure's first line, and `None` if it passes.
    fn simulate(&self) -> Option<String> {
        let run = Command::new(env!("CARGO"))
            .current_dir(&self.root)
            .env("CARGO_TARGET_DIR", self.target.join("target"))
            .env("HOLDFAST_WORLDS", WORLDS)
            .args([
                "test",
                "--quiet",
                "--config",
                "profile.dev.package.holdfast-ws.opt-level=2",
            ])
            .args([
                "--no-default-features",
                "--features",
                "driver,testing",
                "--test",
                "testing",
            ])
            .args(["--", TESTS])
            .output()
            .expect("cargo runs");
        if run.status.success() {
            return None;
        }
        let output = String::from_utf8_lossy(&run.stdout).into_owned() + &String::from_utf8_lossy(&run.stderr);
        let found = output
            .lines()
            .filter(|line| line.contains(" left of "))
            .filter_map(|line| line.find("seed ").map(|from| line[from..].to_owned()))
            .min_by_key(|found| left(found));
        Some(found.unwrap_or_else(|| panic!("no simulation has failed:\n{output}")))
    }

    fn with(&self, fault: &Fault) -> Option<String> {
        for (file, sound, faulty) in fault.changes {
            let path = self.root.join(file);
            let text = fs::read_to_string(&path).expect(file);
            assert_eq!(
                text.matches(sound).count(),
                1,
                "{}: {sound:?} is not there once",
                fault.name
            );
            write(&path, text.replace(sound, faulty).as_bytes());
        }
        let found = self.simulate();
        for (file, ..) in fault.changes {
            let sound = fs::read(repository().join(file)).expect(file);
            write(&self.root.join(file), &sound);
        }
        found
    }
}

/// Writes a file if it changes, so that cargo compiles no more than it must.
fn write(path: &Path, content: &[u8]) {
    if fs::read(path).is_ok_and(|before| before == content) {
        return;
    }
    let folder = path.parent().expect("a file has a folder");
    fs::create_dir_all(folder).expect("the copy can be written");
    fs::write(path, content).expect("the copy can be written");
}

/// The number before "faults left".
fn left(found: &str) -> Option<u32> {
    let (before, _) = found.split_once(" fault")?;
    before.rsplit(' ').next()?.parse().ok()
}

#[test]
#[ignore = "compiles the crate for each fault"]
fn the_simulation_finds_each_fault_that_was_there_once() {
    let copy = Copy::new();
    assert_eq!(copy.simulate(), None, "without a fault it passes");
    let chosen = env::var("HOLDFAST_FAULT").ok();
    let mut missed = Vec::new();
    for fault in FAULTS
        .iter()
        .filter(|fault| chosen.as_ref().is_none_or(|chosen| fault.name.contains(chosen)))
    {
        let found = copy.with(fault);
        println!("{}: {}", fault.name, found.as_deref().unwrap_or("not found"));
        let left = found.as_deref().and_then(left);
        if left.is_none_or(|left| left > MOST_LEFT) {
            missed.push(fault.name);
        }
    }
    assert!(missed.is_empty(), "not found, or not shrunk: {missed:#?}");
}

#[test]
fn the_number_of_faults_that_are_left_is_read() {
    assert_eq!(
        left("seed 1 in firefox, 2 faults left of 62 after shrinking: why"),
        Some(2)
    );
    assert_eq!(
        left("seed 1 in firefox, 1 fault left of 62 after shrinking: why"),
        Some(1)
    );
    assert_eq!(left("seed"), None);
}
