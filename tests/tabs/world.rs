//! The loop around the tabs: a lock, channels with delays, pages that freeze, crash and come back, connections, and a server.
//!
//! After each step it checks what can be checked anywhere: who hands a message over holds the lock; what is heard is heard once and in
//! order, with a gap told where something is missing; what is sent arrives once and in order; a request is settled once.

use std::collections::BTreeMap;

use holdfast_ws::engine::{Instant, Span};
use holdfast_ws::tabs::{Config, Request, RequestNumber, Role, Signal, Tab, TabId};

use crate::chance::Chance;
use crate::lock::Lock;
use crate::server::Server;
use crate::stage::{Heard, Life, Payload, Source, Stage, Task};

/// The longest delays: so that all tabs answer a roll call in time, and so that they don't.
pub(crate) const FAST: u64 = 60;
const SLOW: u64 = 200;

/// How replies are recognised.
pub(crate) const KIND: u32 = 3;

#[derive(Debug)]
#[allow(clippy::struct_excessive_bools)] // Independent facts.
pub(crate) struct World {
    pub(crate) now: u64,
    pub(crate) tabs: Vec<Stage>,
    pub(crate) lock: Lock,
    pub(crate) server: Server,
    pub(crate) chance: Chance,
    pub(crate) config: Config,
    /// True if the server resumes from a token.
    pub(crate) resumes: bool,
    /// The longest delay of a frame, in milliseconds.
    pub(crate) slowest: u64,
    /// How often each message was handed over.
    pub(crate) handed: BTreeMap<(usize, u64), u32>,
    requests: std::collections::BTreeSet<(usize, u64)>,
    /// True if it may be handed over more than once.
    pub(crate) retried: BTreeMap<(usize, u64), bool>,
    /// The last number of each tab that arrived.
    pub(crate) arrived: BTreeMap<usize, u64>,
    pub(crate) next_connection: u64,
    /// True if a tab was frozen or away. Then a later leader may resume from what that tab has read, and read again what others know:
    /// who has read least is a guess from then on, and where it is wrong a gap is told.
    pub(crate) stale: bool,
    /// When the lock was taken away from each tab.
    pub(crate) stolen_at: BTreeMap<usize, u64>,
    /// True if a connection may come into doubt whenever it is asked.
    pub(crate) doubts: bool,
    /// True if lookups may fail or take seconds, and the lock by which a tab is known to be there is granted late.
    pub(crate) is_harsh: bool,
    /// One of so many frames takes up to a second and more; none if it is 0.
    pub(crate) slow_frames: u64,
    /// By how much the clock on the wall has been set back.
    pub(crate) set_back: u64,
    /// True if a tab that crashes may take frames with it that it has posted.
    pub(crate) loses_frames: bool,
    /// How many frames were posted.
    pub(crate) posted: u64,
    /// The messages that a hub had said to hand over when it was lost.
    pub(crate) lost: Vec<Payload>,
    /// The next numbered frame to this tab is lost.
    pub(crate) loses: Option<usize>,
    pub(crate) log: Vec<String>,
    pub(crate) logs: bool,
}

pub(crate) const fn at(millis: u64) -> Instant {
    Instant::from_millis(millis)
}

impl World {
    pub(crate) fn new(seed: u64, resumes: bool) -> Self {
        Self {
            now: 1_000,
            tabs: Vec::new(),
            lock: Lock::default(),
            server: Server::new(),
            chance: Chance::new(seed),
            config: Config::default(),
            resumes,
            slowest: if seed.is_multiple_of(2) { SLOW } else { FAST },
            handed: BTreeMap::new(),
            requests: std::collections::BTreeSet::new(),
            retried: BTreeMap::new(),
            arrived: BTreeMap::new(),
            next_connection: 1,
            stale: false,
            stolen_at: BTreeMap::new(),
            doubts: false,
            is_harsh: false,
            slow_frames: 0,
            set_back: 0,
            loses_frames: false,
            posted: 0,
            lost: Vec::new(),
            loses: None,
            log: Vec::new(),
            logs: std::env::var_os("HOLDFAST_LOG").is_some(),
        }
    }

    pub(crate) fn note(&mut self, text: impl FnOnce() -> String) {
        if self.logs {
            let text = text();
            eprintln!("{:>8} {text}", self.now);
            self.log.push(text);
        }
    }

    /// Opens a tab.
    pub(crate) fn open(&mut self, visible: bool) -> usize {
        let index = self.tabs.len();
        let seed = self.chance.bits();
        let machine = Tab::new(at(self.now), self.config, id(index), seed, visible);
        self.tabs.push(Stage::new(machine, visible));
        self.ask_for_presence(index);
        self.note(|| format!("tab {index} opens"));
        self.pump(index);
        index
    }

    pub(crate) fn running(&self) -> Vec<usize> {
        (0..self.tabs.len())
            .filter(|&tab| self.tabs[tab].is_running())
            .collect()
    }

    pub(crate) fn alive(&self) -> Vec<usize> {
        (0..self.tabs.len()).filter(|&tab| self.tabs[tab].is_alive()).collect()
    }

    /// Returns the tabs that think that they lead, and run.
    pub(crate) fn leaders(&self) -> Vec<usize> {
        self.running()
            .into_iter()
            .filter(|&tab| self.tabs[tab].machine.role() == Role::Leader)
            .collect()
    }

    pub(crate) fn send(&mut self, tab: usize) {
        let number = self.next_number(tab, false);
        self.note(|| format!("tab {tab} sends {number}"));
        let now = at(self.now);
        self.tabs[tab].machine.send(now, Payload::Sent(tab, number), 1);
        self.pump(tab);
    }

    /// Sends a request whose number in the application's protocol no other has.
    pub(crate) fn request(&mut self, tab: usize, timeout: u64, retry: bool) -> RequestNumber {
        let wire = 1_000 + self.requests.len() as u64;
        self.request_as(tab, wire, timeout, retry)
    }

    pub(crate) fn request_as(&mut self, tab: usize, wire: u64, timeout: u64, retry: bool) -> RequestNumber {
        let number = self.next_number(tab, retry);
        let now = at(self.now);
        let stage = &mut self.tabs[tab];
        let request = stage
            .machine
            .request(
                now,
                Payload::Sent(tab, number),
                1,
                Request {
                    wire,
                    timeout: Span::from_millis(timeout),
                    retry,
                    streams: false,
                    kind: KIND,
                },
            )
            .expect("a tab that has not left");
        stage.requests.insert(request, 0);
        self.requests.insert((tab, number));
        self.note(|| format!("tab {tab} requests {number}, retry {retry}"));
        self.pump(tab);
        request
    }

    fn next_number(&mut self, tab: usize, retry: bool) -> u64 {
        self.tabs[tab].sent += 1;
        let number = self.tabs[tab].sent;
        self.retried.insert((tab, number), retry);
        number
    }

    /// The server says something to all.
    pub(crate) fn say(&mut self) {
        self.server.said += 1;
        let said = self.server.said;
        self.note(|| format!("the server says {said}"));
        for (connection, tab) in self.server.connections.clone() {
            self.deliver(tab, Source::Connection(connection), Task::Message(connection, said));
        }
    }

    pub(crate) fn signal(&mut self, tab: usize, signal: Signal) {
        self.note(|| format!("tab {tab}: {signal:?}"));
        match signal {
            Signal::Visible => self.tabs[tab].visible = true,
            Signal::Hidden => self.tabs[tab].visible = false,
            _ => {}
        }
        self.brings_back(tab, signal);
        let now = at(self.now);
        self.tabs[tab].machine.handle_signal(now, signal);
        self.pump(tab);
        if signal == Signal::Away {
            self.vanish(tab);
        }
    }

    /// The page opens its channels and asks for its lock before its tab is told that it is back.
    pub(crate) fn brings_back(&mut self, tab: usize, signal: Signal) {
        if signal == Signal::Back {
            self.tabs[tab].hears = true;
            if !self.tabs[tab].present {
                self.ask_for_presence(tab);
            }
        }
    }

    /// Freezes the tab, with or without a word to it.
    pub(crate) fn freeze(&mut self, tab: usize, told: bool) {
        self.note(|| format!("tab {tab} freezes, told {told}"));
        if told {
            self.signal(tab, Signal::Away);
        }
        if self.tabs[tab].life == Life::Left {
            return;
        }
        self.tabs[tab].life = Life::Frozen;
        self.tabs[tab].suspended = true;
        self.stale = true;
        if told {
            self.tabs[tab].close_channels();
            // What it can be told of `resume` comes when it runs again, before all else.
            let stage = &mut self.tabs[tab];
            stage
                .tasks
                .entry(Source::Page)
                .or_default()
                .push_back((0, Task::Signal(Signal::Back)));
        }
    }

    pub(crate) fn thaw(&mut self, tab: usize) {
        self.note(|| format!("tab {tab} thaws"));
        self.tabs[tab].life = Life::Running;
    }

    /// The tab goes into the back/forward cache.
    pub(crate) fn go_away(&mut self, tab: usize) {
        self.signal(tab, Signal::Away);
        if self.is_harsh {
            // `pagehide` and `freeze`.
            self.signal(tab, Signal::Away);
        }
        let stage = &mut self.tabs[tab];
        if stage.life == Life::Left {
            return;
        }
        stage.life = Life::Away;
        stage.suspended = true;
        stage.close_channels();
        self.stale = true;
        self.drop_connection(tab);
    }

    pub(crate) fn come_back(&mut self, tab: usize) {
        self.tabs[tab].life = Life::Running;
        self.signal(tab, Signal::Back);
        if self.is_harsh {
            // `resume` and `pageshow`.
            self.signal(tab, Signal::Back);
        }
    }

    pub(crate) fn leave(&mut self, tab: usize) {
        self.note(|| format!("tab {tab} leaves"));
        let now = at(self.now);
        self.tabs[tab].leaves = true;
        self.tabs[tab].machine.leave(now);
        self.pump(tab);
        assert_eq!(self.tabs[tab].life, Life::Left, "a tab that leaves has ended");
    }

    /// The server calls a method. One tab answers.
    pub(crate) fn call(&mut self, method: u64) {
        self.server.called += 1;
        let id = self.server.called;
        self.note(|| format!("the server calls {method} as {id}"));
        for (connection, tab) in self.server.connections.clone() {
            self.deliver(tab, Source::Connection(connection), Task::Call(connection, id, method));
        }
    }

    /// The clock on the wall is set back.
    pub(crate) fn set_clock_back(&mut self) {
        self.set_back += self.chance.below(100_000);
        self.note(|| "the clock is set back".into());
    }

    /// Returns the time on the wall, in milliseconds since 1970.
    pub(crate) const fn date(&self) -> u64 {
        1_000_000_000 + self.now - self.set_back
    }

    /// The network drops the connection; it is made again by itself.
    pub(crate) fn cut(&mut self) {
        let Some((&connection, &tab)) = self.server.connections.iter().next_back() else {
            return;
        };
        self.note(|| format!("connection {connection} of tab {tab} is cut"));
        self.server.connections.remove(&connection);
        self.deliver(tab, Source::Connection(connection), Task::Lost(connection));
    }

    /// The tab's connection may be dead, and takes no messages until it proves not to be, or is lost.
    pub(crate) fn doubt(&mut self, tab: usize) {
        let Some(held) = self.tabs[tab].connection.as_mut().filter(|held| held.open) else {
            return;
        };
        held.in_doubt = true;
        let connection = held.id;
        self.note(|| format!("connection {connection} of tab {tab} is in doubt"));
        let task = if self.chance.one_in(3) {
            self.server.connections.remove(&connection);
            Task::Lost(connection)
        } else {
            Task::Proved(connection)
        };
        let due = self.now + self.chance.below(8_000);
        let tasks = self.tabs[tab].tasks.entry(Source::Connection(connection)).or_default();
        let due = tasks.back().map_or(due, |(last, _)| due.max(*last));
        tasks.push_back((due, task));
    }

    /// Returns how often the message was handed over.
    pub(crate) fn times_handed(&self, tab: usize, number: u64) -> u32 {
        self.handed.get(&(tab, number)).copied().unwrap_or(0)
    }

    /// True if this was a request, which may have timed out before it was handed over.
    pub(crate) fn is_request(&self, tab: usize, number: u64) -> bool {
        self.requests.contains(&(tab, number))
    }

    /// Returns what the tab has heard.
    pub(crate) fn heard(&self, tab: usize) -> Vec<u64> {
        self.tabs[tab]
            .heard
            .iter()
            .filter_map(|heard| match heard {
                Heard::Message(number) => Some(*number),
                Heard::Gap => None,
            })
            .collect()
    }

    /// The tab leaves when all that it has sent is handed over.
    pub(crate) fn leave_when_sent(&mut self, tab: usize, wait: u64) {
        let now = at(self.now);
        self.note(|| format!("tab {tab} leaves within {wait}"));
        self.tabs[tab].leaves = true;
        let wait = Span::from_millis(wait);
        self.tabs[tab].machine.leave_when_sent(now, wait, None);
        self.pump(tab);
    }

    /// The tab answers calls of these methods.
    pub(crate) fn handle_calls(&mut self, tab: usize, methods: &[u64]) {
        let now = at(self.now);
        self.tabs[tab].methods = methods.to_vec();
        self.tabs[tab].machine.set_methods(now, methods.to_vec());
        self.pump(tab);
    }

    /// Returns the tab that answers a call, by the leader.
    pub(crate) fn answerer(&self, method: u64) -> usize {
        let leader = self.leaders()[0];
        let answerer = self.tabs[leader].machine.answerer(&method);
        (0..self.tabs.len())
            .find(|&tab| self.tabs[tab].machine.id() == answerer)
            .expect("it is one of the tabs")
    }
}

pub(crate) fn id(index: usize) -> TabId {
    TabId::new(index as u64 + 1)
}

#[allow(clippy::cast_possible_truncation)] // As the world has given it.
pub(crate) const fn index(tab: TabId) -> usize {
    tab.get() as usize - 1
}
