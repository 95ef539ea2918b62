//! The processes of this machine, read from /proc. Linux only; elsewhere there are none.

use std::{
    fs,
    sync::Arc,
    time::{Duration, Instant},
};

use parking_lot::Mutex;

/// A process, or a zombie.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Process {
    pub(crate) id: i32,
    pub(crate) parent: i32,
    pub(crate) group: i32,
    pub(crate) has_ended: bool,
    /// CPU time, user and system, of the process and of the children that it has waited for.
    pub(crate) cpu: Duration,
}

/// The unit of times in /proc: `USER_HZ`, a hundredth of a second on Linux.
const TICK: Duration = Duration::from_millis(10);

/// Returns every process.
pub(crate) fn all() -> Vec<Process> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    entries
        .filter_map(|entry| {
            let id = entry.file_name().to_str()?.parse().ok()?;
            parse(id, &fs::read_to_string(entry.path().join("stat")).ok()?)
        })
        .collect()
}

/// Returns every process, as it was within this time: jobs that look side by side share a look, which takes milliseconds.
pub(crate) fn recent(age: Duration) -> Arc<Vec<Process>> {
    static LAST: Mutex<Option<(Instant, Arc<Vec<Process>>)>> = Mutex::new(None);
    let mut last = LAST.lock();
    match &*last {
        Some((at, processes)) if at.elapsed() < age => processes.clone(),
        _ => {
            let (at, processes) = (Instant::now(), Arc::new(all()));
            *last = Some((at, processes.clone()));
            processes
        }
    }
}

/// Parses `id (name) state parent group …`. The name may contain anything, even brackets. See `proc_pid_stat(5)`.
fn parse(id: i32, stat: &str) -> Option<Process> {
    let mut fields = stat.rsplit(')').next()?.split_whitespace();
    let state = fields.next()?;
    let parent = fields.next()?.parse().ok()?;
    let group = fields.next()?.parse().ok()?;
    // utime, stime, cutime and cstime are the fields 14 to 17.
    let ticks: u32 = fields
        .skip(8)
        .take(4)
        .map_while(|field| field.parse::<u32>().ok())
        .sum();
    Some(Process {
        id,
        parent,
        group,
        has_ended: state == "Z",
        cpu: TICK * ticks,
    })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::parse;

    #[test]
    fn a_process_is_read_whatever_its_name_is() {
        let stat = "7 (a) R (b) Z 3 5 5 0 -1 4194560 1 2 3 4 100 20 3 4 20 0 1 0 9 8 7";
        let process = parse(7, stat).unwrap();
        assert_eq!((process.parent, process.group, process.has_ended), (3, 5, true));
        assert_eq!(process.cpu, Duration::from_millis(1270));
    }
}
