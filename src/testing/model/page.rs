//! The page: its task queue, its life cycle, and whether anything in it may run.

use alloc::collections::VecDeque;
use alloc::vec::Vec;

use super::happening::Happening;
use super::ids::{SocketId, TimerId};
use super::payload::Payload;
use super::random::Random;
use super::step::{Closed, PageEvent};
use super::time::{Instant, Span};
use super::timers::Throttle;

/// The source of a task. Tasks of one source keep their order
/// ([HTML](https://html.spec.whatwg.org/multipage/webappapis.html#task-source)).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Source {
    Timers,
    Network,
    Page,
}

/// Something that the page has yet to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Task {
    Open(SocketId),
    Message(SocketId, Payload),
    /// The server's close frame was seen.
    Closing(SocketId),
    Error(SocketId),
    Close(SocketId, Closed),
    Timer(TimerId),
    Event(PageEvent),
    /// The page is frozen from now on.
    Froze,
    /// Another page begins to load.
    Navigate,
    /// The page is in the back/forward cache from now on.
    Cached,
    /// The page is gone from now on.
    Unload,
}

impl Task {
    const fn source(&self) -> Source {
        match self {
            Self::Timer(_) => Source::Timers,
            Self::Event(_) | Self::Froze | Self::Navigate | Self::Cached | Self::Unload => Source::Page,
            _ => Source::Network,
        }
    }

    pub(super) const fn socket(&self) -> Option<SocketId> {
        match self {
            Self::Open(id) | Self::Message(id, _) | Self::Closing(id) | Self::Error(id) | Self::Close(id, _) => {
                Some(*id)
            }
            _ => None,
        }
    }
}

/// The state of the page: may anything in it run?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Life {
    Running,
    Frozen,
    /// In the back/forward cache.
    Cached,
    /// Crashed, left, or discarded.
    Gone,
}

/// The state of the page.
#[derive(Debug)]
pub(super) struct Page {
    pub(super) tasks: VecDeque<Task>,
    pub(super) hidden: bool,
    pub(super) hidden_since: Instant,
    pub(super) life: Life,
    /// The machine sleeps since then.
    pub(super) asleep_since: Option<Instant>,
    /// And is to wake then.
    pub(super) wakes_at: Instant,
    /// A task runs until then.
    pub(super) busy_until: Instant,
    /// Another page is loading: when this one is left, and whether the browser then discards it.
    pub(super) leaving: Option<(Instant, bool)>,
    /// In place of what the browser does.
    pub(super) throttle: Option<Throttle>,
    /// Which source's task is next is left to chance.
    pub(super) any_order: bool,
    /// For how long the page's clock stood still.
    pub(super) stood: Span,
    /// Sockets made by this page.
    pub(super) sockets: Vec<SocketId>,
    /// The events that wait until the machine wakes.
    pub(super) deferred: Vec<Happening>,
}

impl Page {
    pub(super) const fn new() -> Self {
        Self {
            tasks: VecDeque::new(),
            hidden: false,
            hidden_since: Instant::ORIGIN,
            life: Life::Running,
            asleep_since: None,
            wakes_at: Instant::ORIGIN,
            busy_until: Instant::ORIGIN,
            leaving: None,
            throttle: None,
            any_order: false,
            stood: Span::ZERO,
            sockets: Vec::new(),
            deferred: Vec::new(),
        }
    }

    /// True if a task may run.
    pub(super) fn runs(&self, now: Instant) -> bool {
        self.life == Life::Running && self.asleep_since.is_none() && now >= self.busy_until
    }

    pub(super) fn queue(&mut self, task: Task) {
        if self.life != Life::Gone {
            self.tasks.push_back(task);
        }
    }

    /// Takes the next task: the oldest, or by chance the oldest of any source.
    pub(super) fn take_task(&mut self, chance: &mut Random) -> Option<Task> {
        let mut index = 0;
        if self.any_order {
            let mut sources: Vec<Source> = self.tasks.iter().map(Task::source).collect();
            sources.sort_unstable();
            sources.dedup();
            if let Some(last) = sources.len().checked_sub(1).filter(|last| *last > 0) {
                let drawn = chance.up_to(last as u64);
                let source = usize::try_from(drawn)
                    .ok()
                    .and_then(|drawn| sources.get(drawn).copied());
                index = self
                    .tasks
                    .iter()
                    .position(|task| Some(task.source()) == source)
                    .unwrap_or(0);
            }
        }
        self.tasks.remove(index)
    }
}
