//! One tab of the world: its machine, what it has dispatched, and the tasks that wait for its turn.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use holdfast_ws::tabs::{Frame, RequestNumber, Signal, Tab};

/// A message of the server is its number; one of a tab is the tab and its number; others describe the connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Payload {
    Said(u64),
    Sent(usize, u64),
    State(&'static str),
    /// A call of the server, and the answer to it.
    Called(u64),
    Answers(u64),
}

pub(crate) type Machine = Tab<Payload, u64>;

/// The source of a task. Tasks of one source keep their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Source {
    Common,
    Pair(usize),
    Lock,
    Connection(u64),
    Page,
    Application,
    /// The tabs whose end is watched for.
    Watch,
    LookUp,
}

#[derive(Debug, Clone)]
pub(crate) enum Task {
    /// It was posted by this tab, as the frame with this number of all.
    Frame(Frame<Payload, u64>, usize, u64),
    Granted(usize),
    Stolen,
    Gone(usize),
    Holder(Option<usize>),
    Signal(Signal),
    Open(u64),
    Message(u64, u64),
    Reply(u64, u64, usize, u64),
    Call(u64, u64, u64),
    /// The application answers a call.
    Answer(u64),
    /// The connection has proved to be alive.
    Proved(u64),
    Lost(u64),
    Presence(usize, bool),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Life {
    Running,
    /// Nothing runs; what happens meanwhile waits.
    Frozen,
    /// In the back/forward cache: its channels are closed, and nothing runs.
    Away,
    Crashed,
    Left,
}

/// The messages that a tab has heard, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Heard {
    Message(u64),
    Gap,
}

#[derive(Debug)]
#[allow(clippy::struct_excessive_bools)] // Independent facts.
pub(crate) struct Stage {
    pub(crate) machine: Machine,
    pub(crate) life: Life,
    pub(crate) visible: bool,
    /// True while it holds the lock that is its own, or has asked for it: not while its page is away.
    pub(crate) present: bool,
    /// When it was granted that lock.
    pub(crate) present_from: u64,
    /// False while it has closed its channels.
    pub(crate) hears: bool,
    /// The tabs whose channels it has open, as the hub.
    pub(crate) open: BTreeSet<usize>,
    /// The tabs whose end it watches for.
    pub(crate) watched: BTreeSet<usize>,
    /// The calls of the server that it was given.
    pub(crate) called: Vec<u64>,
    /// True if its application answers no calls.
    pub(crate) is_slow: bool,
    /// True once it was told to leave.
    pub(crate) leaves: bool,
    /// The last frame that is known to have left its page.
    pub(crate) left: u64,
    /// The messages of others that it has said to hand over, and has not.
    pub(crate) handing: Vec<Payload>,
    /// Tasks by source, each with the earliest time of its turn.
    pub(crate) tasks: BTreeMap<Source, VecDeque<(u64, Task)>>,
    pub(crate) connection: Option<Connection>,
    pub(crate) heard: Vec<Heard>,
    /// True if it was frozen or away at any time.
    pub(crate) suspended: bool,
    pub(crate) sent: u64,
    /// Requests, and how often each was settled.
    pub(crate) requests: BTreeMap<RequestNumber, u32>,
    pub(crate) unsent: Vec<Payload>,
    pub(crate) uncertain: Vec<Payload>,
    /// The calls of the server that it answers.
    pub(crate) methods: Vec<u64>,
}

/// The connection that a tab holds.
#[derive(Debug)]
pub(crate) struct Connection {
    pub(crate) id: u64,
    pub(crate) open: bool,
    /// True while it may be dead: it keeps what it is given.
    pub(crate) in_doubt: bool,
    /// The last message that came on it or that it resumes from.
    pub(crate) token: Option<u64>,
    /// The requests that replies are expected to, late ones included: their tabs and numbers in the application's protocol.
    pub(crate) asked: Vec<(usize, u64)>,
    /// The calls that came on it.
    pub(crate) calls: Vec<u64>,
}

impl Stage {
    pub(crate) const fn new(machine: Machine, visible: bool) -> Self {
        Self {
            machine,
            life: Life::Running,
            visible,
            present: true,
            present_from: 0,
            hears: true,
            open: BTreeSet::new(),
            watched: BTreeSet::new(),
            called: Vec::new(),
            is_slow: false,
            leaves: false,
            left: 0,
            handing: Vec::new(),
            tasks: BTreeMap::new(),
            connection: None,
            heard: Vec::new(),
            suspended: false,
            sent: 0,
            requests: BTreeMap::new(),
            unsent: Vec::new(),
            uncertain: Vec::new(),
            methods: Vec::new(),
        }
    }

    /// It no longer hears the other tabs, and what is on its way to it is lost.
    pub(crate) fn close_channels(&mut self) {
        self.hears = false;
        self.open.clear();
        self.tasks
            .retain(|source, _| !matches!(source, Source::Common | Source::Pair(_)));
    }

    /// It no longer hears this tab, of which it is the hub no more.
    pub(crate) fn close_channel(&mut self, tab: usize) {
        self.open.remove(&tab);
        self.tasks.remove(&Source::Pair(tab));
    }

    /// Loses the frames of this tab from this number on.
    pub(crate) fn lose_frames(&mut self, by: usize, from: u64) {
        for tasks in self.tasks.values_mut() {
            tasks.retain(
                |(_, task)| !matches!(task, Task::Frame(_, poster, number) if *poster == by && *number >= from),
            );
        }
        self.tasks.retain(|_, tasks| !tasks.is_empty());
    }

    /// Returns the numbers of the frames of this tab that are on their way.
    pub(crate) fn frames_of(&self, by: usize) -> impl Iterator<Item = u64> {
        self.tasks.values().flatten().filter_map(move |(_, task)| match task {
            Task::Frame(_, poster, number) if *poster == by => Some(*number),
            _ => None,
        })
    }

    pub(crate) fn is_running(&self) -> bool {
        self.life == Life::Running
    }

    pub(crate) fn is_alive(&self) -> bool {
        matches!(self.life, Life::Running | Life::Frozen | Life::Away)
    }
}
