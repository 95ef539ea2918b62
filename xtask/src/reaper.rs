//! Ends child processes and their descendants.
//!
//! Killing a child is not enough: a browser started by its driver lives in a process group of its own, outlives both, and
//! keeps the pipe of our output open, which hangs every reader of that output. So this process adopts orphans (a "subreaper",
//! Linux only) and finds a job's processes in /proc. Jobs run concurrently, so an orphan must be assigned to its job: by its
//! process group, and by a mark in its environment, which it has inherited.

use std::{
    collections::HashSet,
    process,
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use tokio::process::Command;

/// The time that processes have to end by themselves after SIGTERM.
const PATIENCE: Duration = Duration::from_secs(3);

/// The environment variable with the marks of the jobs that a process belongs to, each followed by a semicolon.
const MARKS: &str = "HOLDFAST_JOBS";

pub(crate) use system::{adopt_orphans, end_all};

/// Identifies the processes of one job.
#[derive(Debug)]
pub(crate) struct Mark(String);

impl Mark {
    /// Marks a command, and so all its descendants.
    pub(crate) fn put(command: &mut Command) -> Self {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let mark = format!("{}-{};", process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        // A job may be a test of this code. The outer job must find it, too.
        let outer = std::env::var(MARKS).unwrap_or_default();
        command.env(MARKS, format!("{outer}{mark}"));
        Self(mark)
    }
}

/// Ends a job's processes when dropped: on every way out of a job.
#[derive(Debug)]
pub(crate) struct Reaper {
    /// The job's first process, which is the leader of a process group.
    leader: Option<u32>,
    mark: Mark,
    /// Processes that were found to be the job's. An orphan that has ended can't be identified by its mark any more.
    seen: HashSet<i32>,
}

impl Reaper {
    pub(crate) fn new(leader: Option<u32>, mark: Mark) -> Self {
        Self {
            leader,
            mark,
            seen: HashSet::new(),
        }
    }

    /// Waits for the job's first process to end, without collecting it: [`cpu`](Self::cpu) then counts it, too.
    pub(crate) fn leader_ends(&self) -> impl Future<Output = ()> + use<> {
        let leader = self.leader;
        async move {
            if let Some(leader) = leader {
                // The thread ends when the process does, and that is certain once the reaper is dropped.
                let _ = tokio::task::spawn_blocking(move || system::wait_for_end(leader)).await;
            }
        }
    }

    /// Looks up the processes of the job, in what another job may have seen within `age`. Call it every few seconds.
    pub(crate) fn scan(&mut self, age: Duration) {
        system::scan(self.leader, &self.mark, &mut self.seen, age);
    }

    /// Returns the CPU time of the job's processes: of those that live, and of those that have ended.
    pub(crate) fn cpu(&mut self) -> Duration {
        system::scan(self.leader, &self.mark, &mut self.seen, Duration::ZERO)
    }
}

impl Drop for Reaper {
    fn drop(&mut self) {
        system::end(self.leader, &self.mark, &mut self.seen);
    }
}

#[cfg(unix)]
mod system {
    use std::{
        collections::{HashMap, HashSet},
        fs,
        path::Path,
        thread::sleep,
        time::{Duration, Instant},
    };

    use nix::{
        sys::signal::{Signal, kill as signal, killpg},
        unistd::Pid,
    };

    use super::{MARKS, Mark, PATIENCE};
    use crate::processes::{self, Process};

    /// Makes this process the parent of its descendants' orphans, so that they can be found.
    pub(crate) fn adopt_orphans() {
        #[cfg(target_os = "linux")]
        let _ = nix::sys::prctl::set_child_subreaper(true);
    }

    /// Ends the processes of a job. Blocks until they are gone, for a few seconds at most.
    pub(super) fn end(leader: Option<u32>, mark: &Mark, seen: &mut HashSet<i32>) {
        let leader = leader.and_then(|id| i32::try_from(id).ok());
        end_these(leader, || living(&of_job(&processes::all(), leader, mark, seen)));
    }

    pub(super) fn scan(leader: Option<u32>, mark: &Mark, seen: &mut HashSet<i32>, age: Duration) -> Duration {
        let leader = leader.and_then(|id| i32::try_from(id).ok());
        let processes = processes::recent(age);
        let of_job = of_job(&processes, leader, mark, seen);
        of_job.iter().map(|process| process.cpu).sum()
    }

    /// Waits for a child of this process to end, without reaping it. Blocks.
    pub(super) fn wait_for_end(child: u32) {
        #[cfg(target_os = "linux")]
        if let Ok(child) = i32::try_from(child) {
            use nix::sys::wait::{Id, WaitPidFlag, waitid};
            let _ = waitid(
                Id::Pid(Pid::from_raw(child)),
                WaitPidFlag::WEXITED | WaitPidFlag::WNOWAIT,
            );
        }
        #[cfg(not(target_os = "linux"))]
        let _ = child;
    }

    fn of_job(all: &[Process], leader: Option<i32>, mark: &Mark, seen: &mut HashSet<i32>) -> Vec<Process> {
        let found = below_this_process(all, |process| {
            Some(process.id) == leader
                || Some(process.group) == leader
                || seen.contains(&process.id)
                || has(process.id, mark)
        });
        // An id is free for another process only when this process, or the parent, has waited for the one that had it.
        *seen = found.iter().map(|process| process.id).collect();
        found
    }

    fn living(processes: &[Process]) -> Vec<Pid> {
        let living = processes.iter().filter(|process| !process.has_ended);
        living.map(|process| Pid::from_raw(process.id)).collect()
    }

    /// Ends every descendant of this process: at the end of a run, those that no job was identified with.
    pub(crate) fn end_all() {
        end_these(None, || living(&below_this_process(&processes::all(), |_| true)));
    }

    /// Sends SIGTERM, and SIGKILL to those that ignore it.
    fn end_these(group: Option<i32>, mut find: impl FnMut() -> Vec<Pid>) {
        let group = group.map(Pid::from_raw);
        for (by, patience) in [(Signal::SIGTERM, PATIENCE), (Signal::SIGKILL, Duration::from_secs(1))] {
            let begun = Instant::now();
            for process in find() {
                let _ = signal(process, by);
            }
            // Without /proc, only the group can be signalled.
            let _ = group.map(|group| killpg(group, by));
            let mut is_any_left = || {
                if cfg!(target_os = "linux") {
                    !find().is_empty()
                } else {
                    // A group includes its zombies; /proc distinguishes them.
                    group.is_some_and(|group| killpg(group, None).is_ok())
                }
            };
            while is_any_left() {
                if begun.elapsed() > patience {
                    break;
                }
                sleep(Duration::from_millis(20));
            }
        }
    }

    /// The children of this process that are roots, orphans among them, and everything below those.
    fn below_this_process(all: &[Process], is_root: impl Fn(&Process) -> bool) -> Vec<Process> {
        let mut children: HashMap<i32, Vec<Process>> = HashMap::new();
        for process in all {
            children.entry(process.parent).or_default().push(*process);
        }
        let of_this = children.remove(&Pid::this().as_raw()).unwrap_or_default();
        let mut found: Vec<Process> = of_this.into_iter().filter(is_root).collect();
        let mut next = 0;
        while let Some(process) = found.get(next) {
            found.extend(children.remove(&process.id).unwrap_or_default());
            next += 1;
        }
        found
    }

    fn has(process: i32, Mark(mark): &Mark) -> bool {
        let file = Path::new("/proc").join(process.to_string()).join("environ");
        let Ok(environment) = fs::read(file) else { return false };
        let mut variables = environment.split(|byte| *byte == 0).map(String::from_utf8_lossy);
        variables.any(|variable| {
            let value = variable.strip_prefix(MARKS).and_then(|rest| rest.strip_prefix('='));
            value.is_some_and(|marks| marks.split_inclusive(';').any(|one| one == mark))
        })
    }
}

#[cfg(not(unix))]
mod system {
    use super::Mark;

    pub(crate) fn adopt_orphans() {}

    pub(super) fn scan(
        _leader: Option<u32>,
        _mark: &Mark,
        _seen: &mut std::collections::HashSet<i32>,
        _age: std::time::Duration,
    ) -> std::time::Duration {
        std::time::Duration::ZERO
    }

    pub(super) fn wait_for_end(_child: u32) {}

    /// tokio kills the child itself when it is dropped. Descendants can't be found here.
    pub(super) fn end(_leader: Option<u32>, _mark: &Mark, _seen: &mut std::collections::HashSet<i32>) {}

    pub(crate) fn end_all() {}
}
