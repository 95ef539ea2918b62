//! Runs one child process, and never hangs on it.
//!
//! The child gets no input, a process group of its own and a time limit. Its output is read line by line. When it has ended or
//! its time is up, all its descendants are ended, too (see [`reaper`](crate::reaper)), and output is no longer waited for.

use std::{
    fmt,
    pin::pin,
    process::{ExitStatus, Stdio},
    time::Duration,
};

use tokio::{
    io::{AsyncBufReadExt, AsyncRead, BufReader},
    process::Command,
    sync::mpsc,
    time::{Instant, sleep_until},
};

use crate::{
    reaper::{Mark, Reaper},
    stamp::Stamp,
    stop::Stop,
};

/// The time that output may take to arrive after its process has ended.
const OUTPUT_GRACE: Duration = Duration::from_secs(20);

/// The interval at which the processes of a job are looked up.
const SCAN_INTERVAL: Duration = Duration::from_secs(1);

/// A command and its time limit.
#[derive(Debug)]
pub(crate) struct Job {
    pub(crate) command: Command,
    pub(crate) limit: Duration,
    /// Records that the command is up to date.
    stamp: Option<Stamp>,
    denies_warnings: bool,
}

/// Why a job did not succeed.
#[derive(Debug)]
pub(crate) enum Failure {
    /// It could not be started, for this reason.
    Start(String, std::io::Error),
    /// It ended with a failure.
    Exit(ExitStatus),
    /// It exceeded its limit.
    Limit(Duration),
    /// It succeeded, but its outputs can't be read.
    Stamp(std::io::Error),
    /// It succeeded, but printed so many warnings.
    Warnings(usize),
    /// A stop was requested.
    Stopped,
}

impl Job {
    pub(crate) fn new(command: Command, limit_seconds: u64) -> Self {
        Self {
            command,
            limit: Duration::from_secs(limit_seconds),
            stamp: None,
            denies_warnings: false,
        }
    }

    /// Makes a warning that the command prints a failure. For cargo, which repeats the warnings of what it compiled earlier.
    pub(crate) fn without_warnings(self) -> Self {
        Self {
            denies_warnings: true,
            ..self
        }
    }

    /// Skips the job while its stamp is current.
    pub(crate) fn with_stamp(self, stamp: Stamp) -> Self {
        Self {
            stamp: Some(stamp),
            ..self
        }
    }

    /// True if the job is up to date.
    pub(crate) fn is_done(&self) -> bool {
        self.stamp.as_ref().is_some_and(|stamp| stamp.is_current(&self.shown()))
    }

    /// Returns the command as one would type it.
    pub(crate) fn shown(&self) -> String {
        let command = self.command.as_std();
        let words = std::iter::once(command.get_program()).chain(command.get_args());
        words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
    }

    /// Runs the command to its end or to its limit. Calls `each_line` with each line of its output.
    pub(crate) async fn run(self, stop: &Stop, each_line: impl FnMut(&str)) -> Result<(), Failure> {
        let mut cpu = Duration::ZERO;
        self.run_measured(stop, each_line, &mut cpu).await
    }

    /// As [`run`](Self::run); adds the CPU time of its processes to `cpu`, on Linux.
    pub(crate) async fn run_measured(
        mut self,
        stop: &Stop,
        mut each_line: impl FnMut(&str),
        cpu: &mut Duration,
    ) -> Result<(), Failure> {
        if self.is_done() {
            each_line("(up to date)");
            return Ok(());
        }
        let mut warnings = 0;
        let mut each_line = |line: &str| {
            warnings += usize::from(line.starts_with("warning"));
            each_line(line);
        };
        let shown = self.shown();
        let deadline = Instant::now() + self.limit;
        self.command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        #[cfg(unix)]
        self.command.process_group(0);
        let program = self.command.as_std().get_program().to_string_lossy().into_owned();
        let start = |error| Failure::Start(program.clone(), error);
        let mark = Mark::put(&mut self.command);
        let mut child = self.command.spawn().map_err(start)?;
        let leader = child.id();
        let mut reaper = Reaper::new(leader, mark);
        let mut scans = tokio::time::interval(SCAN_INTERVAL);
        let (sender, mut lines) = mpsc::channel(1024);
        tokio::spawn(read_lines(child.stdout.take(), sender.clone()));
        tokio::spawn(read_lines(child.stderr.take(), sender));

        let mut ended = pin!(reaper.leader_ends());
        let mut has_ended = false;
        let outcome = loop {
            tokio::select! {
                Some(line) = lines.recv() => each_line(&line),
                _ = scans.tick() => tokio::task::block_in_place(|| reaper.scan(SCAN_INTERVAL / 2)),
                () = &mut ended, if !has_ended => {
                    has_ended = true;
                    *cpu += tokio::task::block_in_place(|| reaper.cpu());
                }
                status = child.wait(), if has_ended => break match status {
                    Ok(status) if status.success() => Ok(()),
                    Ok(status) => Err(Failure::Exit(status)),
                    Err(error) => Err(start(error)),
                },
                () = sleep_until(deadline) => break Err(Failure::Limit(self.limit)),
                () = stop.requested() => break Err(Failure::Stopped),
            }
        };
        if !has_ended {
            *cpu += tokio::task::block_in_place(|| reaper.cpu());
        }
        tokio::task::block_in_place(|| drop(reaper));
        let last = Instant::now() + OUTPUT_GRACE;
        while let Ok(Some(line)) = tokio::time::timeout_at(last, lines.recv()).await {
            each_line(&line);
        }
        if outcome.is_ok() && self.denies_warnings && warnings > 0 {
            return Err(Failure::Warnings(warnings));
        }
        if let (Ok(()), Some(stamp)) = (&outcome, &self.stamp) {
            stamp.write(&shown).map_err(Failure::Stamp)?;
        }
        outcome
    }
}

async fn read_lines(from: Option<impl AsyncRead + Unpin>, to: mpsc::Sender<String>) {
    let Some(from) = from else { return };
    let mut from = BufReader::new(from);
    let mut line = Vec::new();
    while from.read_until(b'\n', &mut line).await.is_ok_and(|read| read > 0) {
        let text = String::from_utf8_lossy(&line);
        // A progress bar overwrites its line with carriage returns; what counts is its last state.
        let text = text.trim_end().rsplit('\r').next().unwrap_or_default();
        if to.send(text.to_owned()).await.is_err() {
            return;
        }
        line.clear();
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Start(program, error) => write!(formatter, "can't run {program}: {error}"),
            Self::Exit(status) => write!(formatter, "{status}"),
            Self::Limit(limit) => write!(formatter, "over its limit of {} s, killed", limit.as_secs()),
            Self::Warnings(count) => write!(formatter, "it printed {count} warnings"),
            Self::Stamp(error) => write!(formatter, "its outputs can't be read: {error}"),
            Self::Stopped => write!(formatter, "stop requested"),
        }
    }
}

impl std::error::Error for Failure {}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::{path::Path, time::Duration};

    use tokio::process::Command;

    use super::{Failure, Job, Stop};
    use crate::reaper;

    /// The limit of jobs that end by themselves. No machine is this slow.
    const LONG: u64 = 300;

    async fn run(script: &str, limit_seconds: u64) -> (Result<(), Failure>, Vec<String>) {
        let (outcome, lines, _) = run_measured(script, limit_seconds).await;
        (outcome, lines)
    }

    async fn run_measured(script: &str, limit_seconds: u64) -> (Result<(), Failure>, Vec<String>, Duration) {
        reaper::adopt_orphans();
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        let mut lines = Vec::new();
        let stop = Stop::listen().unwrap();
        let mut cpu = Duration::ZERO;
        let outcome = Job::new(command, limit_seconds)
            .run_measured(&stop, |line| lines.push(line.to_owned()), &mut cpu)
            .await;
        (outcome, lines, cpu)
    }

    fn lives(process: &str) -> bool {
        let stat = std::fs::read_to_string(Path::new("/proc").join(process).join("stat"));
        stat.is_ok_and(|stat| !stat.contains(") Z "))
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn output_comes_line_by_line_from_both_streams_and_input_is_at_its_end() {
        let script = "echo out; echo err >&2; read nothing || printf 'no input, no newline'";
        let (outcome, mut lines) = run(script, LONG).await;
        lines.sort();
        assert!(outcome.is_ok());
        assert_eq!(lines, ["err", "no input, no newline", "out"]);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_failure_is_reported_with_its_status() {
        let (outcome, ..) = run("exit 3", LONG).await;
        assert_eq!(outcome.unwrap_err().to_string(), "exit status: 3");
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_warning_is_a_failure_where_none_is_allowed() {
        let warn = |then: &str| {
            let mut command = Command::new("sh");
            command.args(["-c", &format!("echo 'a warning: none'; {then}")]);
            Job::new(command, LONG).without_warnings()
        };
        let stop = Stop::listen().unwrap();
        assert!(warn("true").run(&stop, |_| {}).await.is_ok());
        let outcome = warn("echo 'warning: unused' >&2").run(&stop, |_| {}).await;
        assert!(matches!(outcome, Err(Failure::Warnings(1))), "{outcome:?}");
    }

    /// Half a second of a child that is waited for, two of an orphan that has ended, half of one that is left behind.
    #[tokio::test(flavor = "multi_thread")]
    async fn the_cpu_time_of_all_its_processes_is_counted() {
        let script = r#"
            burn='until [ $(awk "{print \$14 + \$15 + \$16 + \$17}" /proc/$$/stat) -ge $hundredths ]; do :; done'
            export burn
            hundredths=50 sh -c "$burn"
            (hundredths=200 setsid sh -c "$burn" &) | cat
            (hundredths=50 setsid sh -c "$burn; echo; exec sleep 1000" &) | read line"#;
        let (outcome, _, cpu) = run_measured(script, LONG).await;
        assert!(outcome.is_ok(), "{outcome:?}");
        assert!(cpu >= Duration::from_millis(2_900), "{cpu:?}");
    }

    /// This once hung a whole run: the job had ended, but a browser it had started held the pipe of its output.
    #[tokio::test(flavor = "multi_thread")]
    async fn processes_that_a_job_leaves_behind_are_ended_even_in_a_session_of_their_own() {
        let script = r#"
            signs=$(mktemp -d); export signs
            setsid sh -c 'echo $$; touch $signs/a; exec sleep 1000' &
            setsid sh -c 'trap "" TERM; echo $$; touch $signs/b; sleep 1000; sleep 1000' &
            until [ -e $signs/a ] && [ -e $signs/b ]; do sleep 0.02; done
            rm -r $signs"#;
        let (outcome, lines) = run(script, LONG).await;
        assert!(outcome.is_ok(), "{outcome:?}");
        assert_eq!(lines.len(), 2);
        assert!(lines.iter().all(|process| !lives(process)), "{lines:?}");
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_job_over_its_limit_is_killed_with_all_it_started() {
        let (outcome, lines) = run("echo $$; sleep 1000 & echo $!; wait", 2).await;
        assert!(matches!(outcome, Err(Failure::Limit(_))), "{outcome:?}");
        assert!(lines.iter().all(|process| !lives(process)), "{lines:?}");
    }

    /// Each leaves behind a child in its group, and an orphan in a session of its own.
    #[tokio::test(flavor = "multi_thread")]
    async fn the_end_of_a_job_leaves_the_processes_of_another_alone() {
        let folder = std::env::temp_dir().join(format!("holdfast-two-jobs-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let sign = |name: &str| folder.join(name).display().to_string();
        let leave_behind = "sleep 1000 & a=$!; b=$(sh -c 'setsid sleep 1000 >/dev/null & echo $!')";
        let wait = |name: &str| format!("until [ -e {} ]; do sleep 0.02; done", sign(name));
        let longer = format!(
            "{leave_behind}; touch {}; {}; kill -0 $a && kill -0 $b && echo alive; echo $a; echo $b",
            sign("begun"),
            wait("over")
        );
        let longer = tokio::spawn(async move { run(&longer, LONG).await });
        let (outcome, left) = run(&format!("{leave_behind}; {}; echo $a; echo $b", wait("begun")), LONG).await;
        assert!(outcome.is_ok() && left.len() == 2, "{outcome:?} {left:?}");
        assert!(left.iter().all(|process| !lives(process)), "{left:?}");
        std::fs::write(folder.join("over"), "").unwrap();
        let (outcome, lines) = longer.await.unwrap();
        assert!(
            outcome.is_ok() && lines.len() == 3 && lines[0] == "alive",
            "{outcome:?} {lines:?}"
        );
        assert!(lines[1..].iter().all(|process| !lives(process)), "{lines:?}");
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
