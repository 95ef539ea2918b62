//! The end of child processes, and of theirs.
//!
//! Killing a child is not enough: a browser started by its driver lives in a process group of its own, outlives both, and
//! keeps the pipe of our output open, which hangs whoever waits for the end of that output. So this process adopts orphans
//! (a "subreaper", Linux only) and finds everything below it by walking /proc.

use std::time::Duration;

/// How long processes may take to end by themselves after SIGTERM.
const PATIENCE: Duration = Duration::from_secs(3);

pub(crate) use system::{adopt_orphans, kill};

/// Ends a child's process group, and all that this process adopted, when dropped: on every way out of a job.
#[derive(Debug)]
pub(crate) struct Reaper(pub(crate) Option<u32>);

impl Drop for Reaper {
    fn drop(&mut self) {
        kill(self.0);
    }
}

#[cfg(unix)]
mod system {
    use std::{
        collections::HashMap,
        thread::sleep,
        time::{Duration, Instant},
    };

    use nix::{
        sys::signal::{Signal, kill as signal, killpg},
        unistd::Pid,
    };

    use super::PATIENCE;

    /// Makes this process the parent of its descendants' orphans, so that they can be found.
    pub(crate) fn adopt_orphans() {
        #[cfg(target_os = "linux")]
        let _ = nix::sys::prctl::set_child_subreaper(true);
    }

    /// Ends a process group and every process below this one: politely, then for certain. Blocks until they are gone, for
    /// a few seconds at most.
    pub(crate) fn kill(group: Option<u32>) {
        let group = group.and_then(|id| i32::try_from(id).ok()).map(Pid::from_raw);
        for (by, patience) in [(Signal::SIGTERM, PATIENCE), (Signal::SIGKILL, Duration::from_secs(1))] {
            let begun = Instant::now();
            for process in descendants() {
                let _ = signal(process, by);
            }
            let _ = group.map(|group| killpg(group, by));
            while is_anyone_left(group) {
                if begun.elapsed() > patience {
                    break;
                }
                sleep(Duration::from_millis(20));
            }
        }
    }

    fn is_anyone_left(group: Option<Pid>) -> bool {
        // A group counts its zombies, /proc tells them apart.
        let in_group = || group.is_some_and(|group| killpg(group, None).is_ok());
        if cfg!(target_os = "linux") {
            !descendants().is_empty()
        } else {
            in_group()
        }
    }

    /// Every process below this one that has not ended yet. Empty where there is no /proc.
    fn descendants() -> Vec<Pid> {
        let mut children: HashMap<i32, Vec<i32>> = HashMap::new();
        for entry in std::fs::read_dir("/proc").into_iter().flatten().flatten() {
            let Some(id) = entry.file_name().to_str().and_then(|name| name.parse().ok()) else {
                continue;
            };
            let Ok(stat) = std::fs::read_to_string(entry.path().join("stat")) else {
                continue;
            };
            // "id (name) state parent …", and the name may hold anything, brackets too.
            let mut fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
            let (Some(state), Some(Ok(parent))) = (fields.next(), fields.next().map(str::parse)) else {
                continue;
            };
            if state != "Z" {
                children.entry(parent).or_default().push(id);
            }
        }
        let mut found = Vec::new();
        let mut parents = vec![Pid::this().as_raw()];
        while let Some(parent) = parents.pop() {
            for child in children.remove(&parent).unwrap_or_default() {
                found.push(Pid::from_raw(child));
                parents.push(child);
            }
        }
        found
    }
}

#[cfg(not(unix))]
mod system {
    pub(crate) fn adopt_orphans() {}

    /// The child itself is killed by tokio when it is dropped; there is no more to be had here.
    pub(crate) fn kill(_group: Option<u32>) {}
}
