//! The machine of one tab: its standing among the others, its spoke, and its hub while it has one.

mod command;
mod frames;
mod lock;
mod page;

use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::engine::{Instant, Random};

use super::config::Config;
use super::frame::Handed;
use super::hub::{Calls, Hub};
use super::ids::{Position, TabId, Term};
use super::output::{Event, Output, Role};
use super::queues::Queues;
use super::spoke::{Spoke, WatchStep};

/// The rules for one tab. It only passes on payloads of type `P` and compares resume tokens of type `T`.
///
/// See the [module](super). After every call the caller executes every [`Tab::poll_output`], dispatches every [`Tab::poll_event`], and
/// calls [`Tab::handle_timeout`] at [`Tab::poll_timeout`].
#[derive(Debug)]
pub struct Tab<P, T> {
    id: TabId,
    config: Config,
    random: Random,
    standing: Standing<P, T>,
    visible: bool,
    spoke: Spoke<P, T>,
    queues: Queues<P, T>,
    /// How much was handed over of what tabs sent that are away.
    handed: Vec<Handed>,
    /// The calls of the last connection that it held: what was handed over before the end of that is admitted after it.
    last_calls: Calls<P, T>,
    /// When the tab last ran.
    ran_at: Instant,
    /// Set while the tab is about to leave.
    leaving: Option<Leaving<P>>,
}

/// How a tab leaves, once no message of it waits for a hub.
#[derive(Debug)]
struct Leaving<P> {
    /// It leaves then in any case.
    until: Instant,
    /// Set if the connection is closed for all tabs.
    everyone: Option<P>,
}

/// The tab's standing among the others.
#[derive(Debug)]
enum Standing<P, T> {
    /// It waits for the lock.
    Waiting,
    /// It was told that it has the lock, but the news may be old: it looks up whether it has.
    Checking { others: Option<usize>, since: Instant },
    /// It has the lock, and asks how far the others have read.
    Calling(RollCall<T>),
    /// It is the hub.
    Leading(Box<Hub<P, T>>),
    /// Its page is where nothing reaches it.
    Away,
    /// It has left.
    Left,
}

/// The answers that a tab with the lock collects before it leads.
#[derive(Debug)]
struct RollCall<T> {
    /// Its number, so that answers to an earlier one don't count.
    number: u32,
    until: Instant,
    /// The date at which it began, in milliseconds since 1970.
    date: u64,
    /// The latest term that anybody has heard of.
    known: Term,
    /// The tab that has read least.
    least: Option<(Position, T)>,
}

impl<P: Clone, T: Clone + PartialEq> Tab<P, T> {
    /// A tab that joins the others at `now`. `id` is drawn at random, `seed` too; `visible` is the page's visibility.
    #[must_use]
    pub fn new(now: Instant, config: Config, id: TabId, seed: u64, visible: bool) -> Self {
        let mut tab = Self {
            id,
            config,
            random: Random::new(seed),
            standing: Standing::Waiting,
            visible,
            spoke: Spoke::new(id, now, config.patience(), visible),
            queues: Queues::new(id),
            handed: Vec::new(),
            last_calls: Calls::default(),
            ran_at: now,
            leaving: None,
        };
        tab.come(now);
        tab
    }

    /// Returns the tab's role.
    #[must_use]
    pub const fn role(&self) -> Role {
        match self.standing {
            Standing::Leading(_) => Role::Leader,
            _ => Role::Follower,
        }
    }

    /// Returns the tab's number.
    #[must_use]
    pub const fn id(&self) -> TabId {
        self.id
    }

    /// Returns the term of the hub that the tab is attached to.
    #[must_use]
    pub const fn attached(&self) -> Option<Term> {
        self.spoke.attached()
    }

    /// Returns how many messages of this tab no hub has begun to hand over.
    #[must_use]
    pub const fn unsent_count(&self) -> usize {
        self.spoke.unsent_count()
    }

    /// Returns the bytes of the messages of this tab that no hub has begun to hand over.
    #[must_use]
    pub const fn unsent_bytes(&self) -> u64 {
        self.spoke.unsent_bytes()
    }

    /// Returns the messages of other tabs that this one has said to hand over and that are still on their way to the connection. If it is
    /// lost now, they are.
    pub fn handing(&self) -> impl Iterator<Item = &P> {
        let hub = match &self.standing {
            Standing::Leading(hub) => Some(hub.handing()),
            _ => None,
        };
        hub.into_iter().flatten()
    }

    /// Returns how many bytes, of all tabs, are in the connection's buffer. Few are left out.
    #[must_use]
    pub const fn buffered(&self) -> u64 {
        self.spoke.buffered()
    }

    /// Returns how many tabs are attached to this one; 0 if it isn't the hub.
    #[must_use]
    pub const fn members(&self) -> usize {
        match &self.standing {
            Standing::Leading(hub) => hub.members(),
            _ => 0,
        }
    }

    /// Returns the tab that answers a call of the server: of those that have said to answer this method, the one that was visible last. If
    /// none has, it is a tab that answers other calls, or else this one: it says that there is no such method.
    #[must_use]
    pub fn answerer(&self, method: &T) -> TabId {
        match &self.standing {
            Standing::Leading(hub) => hub.answerer(method).unwrap_or(self.id),
            _ => self.id,
        }
    }

    /// True if this is the hub, and any tab has said to answer calls of the server.
    #[must_use]
    pub fn answers_calls(&self) -> bool {
        matches!(&self.standing, Standing::Leading(hub) if hub.answers_calls())
    }

    /// Returns the next action to execute.
    pub fn poll_output(&mut self) -> Option<Output<P, T>> {
        self.queues.take_output()
    }

    /// Returns the next event to dispatch.
    pub fn poll_event(&mut self) -> Option<Event<P>> {
        self.queues.take_event()
    }

    /// Returns when [`Tab::handle_timeout`] is due; [`None`] if nothing is.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Instant> {
        let own = match &self.standing {
            Standing::Left => return None,
            Standing::Calling(call) => call.until,
            Standing::Leading(hub) => hub.next_deadline(),
            Standing::Waiting if self.visible => self.spoke.watch.due(),
            Standing::Waiting | Standing::Checking { .. } | Standing::Away => Instant::NEVER,
        };
        let leaves = self.leaving.as_ref().map_or(Instant::NEVER, |leaving| leaving.until);
        let next = own.min(self.spoke.next_deadline()).min(leaves);
        (next != Instant::NEVER).then_some(next)
    }

    /// A deadline has come.
    pub fn handle_timeout(&mut self, now: Instant) {
        self.run(now);
        self.spoke.expire(now, &mut self.queues);
        match &mut self.standing {
            Standing::Calling(call) if now >= call.until => self.end_roll_call(now),
            Standing::Leading(hub) => {
                hub.stop_skipping(now, &mut self.queues);
                hub.look_up_suspects(now, &mut self.queues);
                hub.hand_over_due(now, &mut self.queues);
                hub.read_sendable_due(now, &mut self.queues);
                hub.read_buffered_due(now, &mut self.queues);
            }
            Standing::Waiting if self.visible => {
                let step = self.spoke.watch.check(now);
                self.watch(step);
            }
            _ => {}
        }
        self.settle(now);
    }

    fn watch(&mut self, step: WatchStep) {
        match step {
            WatchStep::Nothing => {}
            WatchStep::Question => self.spoke.question(&mut self.queues),
            WatchStep::Query => self.queues.output(Output::QueryLock),
            WatchStep::Steal => self.queues.output(Output::StealLock),
        }
    }

    /// Notes that the tab runs. A hub that has not run for a while can have been frozen, and another tab may be the hub by now.
    fn run(&mut self, now: Instant) {
        let ran_at = self.ran_at;
        self.ran_at = ran_at.max(now);
        if now.saturating_since(ran_at) > self.config.lease()
            && let Standing::Leading(hub) = &mut self.standing
            && hub.doubt(now)
        {
            self.queues.output(Output::QueryLock);
        }
    }

    /// The tab's standing is another from now on. If it was the hub, it may still be asked about what it has handed over.
    fn stand(&mut self, standing: Standing<P, T>) {
        if let Standing::Leading(hub) = core::mem::replace(&mut self.standing, standing) {
            self.last_calls = hub.into_calls();
        }
    }

    fn end(&mut self, everyone: Option<P>) {
        let unsent = self.spoke.end(&mut self.queues);
        self.stand(Standing::Left);
        self.queues.leading = false;
        self.queues.event(Event::Ended { everyone, unsent });
    }
}
