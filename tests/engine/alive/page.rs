//! A page that naps, its task queue, and the connection it watches. All in milliseconds since the start.
//!
//! Tasks (messages, signals, the one timer) have their turn in the order in which they were queued, as soon as the page is
//! awake. What has arrived is queued less than [`GRACE`] later; what arrives during a nap, less than that after waking.

use holdfast_ws::engine::{CloseCause, Config, ConnectionId, Engine, Event, Heartbeat, Output, Signal};

use crate::world::{START, ms, whole};

/// The longest time from a message's arrival to its task, and the time between the engine's checks.
pub(super) const GRACE: u64 = 50;

/// The page is awake for a while, then asleep for a while.
#[derive(Debug, Clone, Copy)]
pub(super) struct Nap {
    pub(super) awake: u64,
    pub(super) asleep: u64,
}

/// All that varies. The lists are gone through over and over.
#[derive(Debug, Clone)]
pub(super) struct Setting {
    pub(super) interval: u64,
    pub(super) timeout: u64,
    pub(super) matches: bool,
    pub(super) naps: Vec<Nap>,
    /// The time of each answer, in thousandths of `timeout`; `None` means never.
    pub(super) answers: Vec<Option<u64>>,
    /// The time from each answer's arrival to its task.
    pub(super) queued: Vec<u64>,
    /// The delay of each tick, besides sleep.
    pub(super) late: Vec<u64>,
    /// The interval of the server's own messages.
    pub(super) talk: Option<u64>,
    /// The signal of the page when it wakes.
    pub(super) signal: Option<Signal>,
}

/// A connection that was declared dead.
#[derive(Debug, Clone, Copy)]
pub(super) struct Death {
    pub(super) at: u64,
    /// True if the answer to its last ping arrived in time by the clock.
    pub(super) answered_in_time: bool,
}

#[derive(Debug, Clone, Copy)]
enum Task {
    Opened(ConnectionId),
    Heard(ConnectionId, bool),
    Talk(ConnectionId),
    Signal(Signal),
}

/// The page.
#[derive(Debug)]
pub(super) struct Page<'s> {
    engine: Engine<()>,
    setting: &'s Setting,
    /// When each nap begins and ends.
    naps: Vec<(u64, u64)>,
    now: u64,
    tasks: Vec<(u64, Task)>,
    /// The deadline that the timer is armed for, and when it is queued.
    armed: Option<(u64, u64)>,
    dies_at: u64,
    last_answer_in_time: bool,
    drawn: usize,
}

impl<'s> Page<'s> {
    pub(super) fn new(setting: &'s Setting) -> Self {
        let heartbeat = Heartbeat {
            interval: ms(setting.interval),
            timeout: ms(setting.timeout),
            matches: setting.matches,
        };
        let config = Config {
            heartbeat: Some(heartbeat),
            ..Config::default()
        };
        let mut clock = 0;
        let naps = setting.naps.iter().map(|nap| {
            let asleep = clock + nap.awake;
            clock = asleep + nap.asleep;
            (asleep, clock)
        });
        let mut page = Self {
            engine: Engine::new(START, config, 1).expect("a possible configuration"),
            setting,
            naps: naps.collect(),
            now: 0,
            tasks: Vec::new(),
            armed: None,
            dies_at: u64::MAX,
            last_answer_in_time: false,
            drawn: 0,
        };
        if let Some(signal) = setting.signal {
            page.tasks = page
                .naps
                .iter()
                .map(|&(_, woke)| (woke, Task::Signal(signal)))
                .collect();
        }
        page.drain();
        page
    }

    /// From then on nothing comes or goes on the connection.
    pub(super) fn dies_at(&mut self, at: u64) {
        self.dies_at = at;
    }

    pub(super) fn nap(&self, index: usize) -> (u64, u64) {
        self.naps[index]
    }

    pub(super) const fn elapsed(&self) -> u64 {
        self.now
    }

    pub(super) fn pings(&self) -> u64 {
        self.engine.stats().pings
    }

    /// The first time from `at` on from which the page stays awake for `long`.
    pub(super) fn awake_for(&self, at: u64, long: u64) -> u64 {
        let mut at = self.awake(at);
        while let Some(&(_, woke)) = self
            .naps
            .iter()
            .find(|(asleep, woke)| *asleep < at + long && at < *woke)
        {
            at = woke;
        }
        at
    }

    /// Runs until a connection is declared dead, or until `end`.
    pub(super) fn run_to_death(&mut self, end: u64) -> Option<Death> {
        loop {
            self.arm();
            let first = (0..self.tasks.len()).min_by_key(|&i| self.tasks[i].0);
            let task_at = first.map(|i| self.tasks[i].0);
            let timer_at = self.armed.map(|(_, at)| at);
            let next = task_at.into_iter().chain(timer_at).min()?;
            if self.awake(next) > end {
                self.now = self.now.max(end);
                return None;
            }
            self.now = self.now.max(self.awake(next));
            match first {
                // The timer goes first: the worst case.
                Some(index) if timer_at.is_none_or(|timer| timer > next) => {
                    let (_, task) = self.tasks.swap_remove(index);
                    self.perform(task);
                }
                _ => {
                    self.armed = None;
                    self.engine.handle_timeout(START.saturating_add(ms(self.now)));
                }
            }
            if self.drain() {
                let (at, answered_in_time) = (self.now, self.last_answer_in_time);
                return Some(Death { at, answered_in_time });
            }
        }
    }

    /// When the page is next awake, from `at` on.
    fn awake(&self, at: u64) -> u64 {
        let nap = self.naps.iter().find(|(asleep, woke)| (*asleep..*woke).contains(&at));
        nap.map_or(at, |&(_, woke)| woke)
    }

    /// The next of a list that is gone through over and over.
    fn draw<T: Copy>(&mut self, list: &[T]) -> T {
        self.drawn += 1;
        list[self.drawn % list.len()]
    }

    fn arm(&mut self) {
        let due = self.engine.poll_timeout().map(|at| whole(at.saturating_since(START)));
        if self.armed.map(|(due, _)| due) != due {
            let late = self.draw(&self.setting.late);
            self.armed = due.map(|due| (due, due + late));
        }
    }

    /// Something arrives, if the connection still lives.
    fn arrive(&mut self, at: u64, task: Task) {
        if at <= self.dies_at {
            let queued = self.draw(&self.setting.queued);
            self.tasks.push((self.awake(at) + queued, task));
        }
    }

    fn perform(&mut self, task: Task) {
        let now = START.saturating_add(ms(self.now));
        match task {
            Task::Opened(c) => {
                self.engine.handle_open(now, c);
                self.talk(c);
            }
            Task::Heard(c, answer) => _ = self.engine.handle_message(now, c, answer),
            Task::Talk(c) => {
                self.engine.handle_message(now, c, false);
                if self.engine.connection() == Some(c) {
                    self.talk(c);
                }
            }
            Task::Signal(signal) => self.engine.handle_signal(now, signal),
        }
    }

    fn talk(&mut self, c: ConnectionId) {
        if let Some(every) = self.setting.talk {
            self.arrive(self.now + every, Task::Talk(c));
        }
    }

    /// Carries out what the engine wants. Returns whether a connection was declared dead.
    fn drain(&mut self) -> bool {
        let now = START.saturating_add(ms(self.now));
        while let Some(output) = self.engine.poll_output() {
            match output {
                // Opened at once: this is about open lines.
                Output::Dial(c) => self.tasks.push((self.now, Task::Opened(c))),
                Output::Ping(c) => {
                    self.engine.handle_ping_sent(now, c);
                    let answer = self.draw(&self.setting.answers);
                    self.last_answer_in_time = answer.is_some() && self.now < self.dies_at;
                    if let Some(thousandths) = answer {
                        self.arrive(
                            self.now + self.setting.timeout * thousandths / 1000,
                            Task::Heard(c, true),
                        );
                    }
                }
                _ => {}
            }
        }
        let mut died = false;
        while let Some(event) = self.engine.poll_event() {
            died |= matches!(
                event,
                Event::Close {
                    cause: CloseCause::Heartbeat,
                    ..
                }
            );
        }
        died
    }
}
