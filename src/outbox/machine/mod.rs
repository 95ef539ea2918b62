//! The machine of one box: what is held, and until when. Its other files have the rules of sending and of answers.

mod ahead;
mod answers;
mod sending;

use alloc::collections::{BTreeMap, BTreeSet, VecDeque};
use core::ops::RangeInclusive;

use super::numbering::Numbering;
use super::withdrawn::{Held, Withdrawn};
use super::{AfterRefusal, Config, Output, Reason};
use crate::engine::Instant;

/// The state of the connection, for this box.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// There is none.
    Closed,
    /// There is none, and the box is let go: another machine may have it.
    LetGo,
    /// Hello is not sent, because nothing is stored.
    Silent,
    /// Hello is sent, with this number.
    Greeting(u64),
    /// Hello is answered.
    Greeted,
    /// The server can't do a message now. Hello is sent again at this time.
    Waiting(Instant),
}

/// The rules of one box.
#[derive(Debug)]
pub struct Outbox {
    config: Config,
    phase: Phase,
    held: BTreeMap<u64, Held>,
    deadlines: BTreeSet<(Instant, u64)>,
    /// Those that are given up, until the storage has them no more. Before that nothing is told of their end: after a crash, the page that
    /// adopts the box would send them.
    removing: BTreeMap<u64, Held>,
    withdrawn: Withdrawn,
    numbering: Numbering,
    /// The last number that was given to a message.
    last: u64,
    /// The number that the server expects after all that is in flight.
    next: u64,
    /// How many of the held numbers are below `next`.
    in_flight: usize,
    /// Numbers above this one were never sent.
    sent: u64,
    /// The last number that the server has confirmed.
    confirmed: u64,
    is_stopped: bool,
    /// Waits since the server has confirmed something.
    retries: u32,
    outputs: VecDeque<Output>,
}

impl Outbox {
    /// Creates an empty box, without a connection.
    #[must_use]
    pub fn new(config: Config) -> Self {
        Outbox {
            config,
            phase: Phase::Closed,
            held: BTreeMap::new(),
            deadlines: BTreeSet::new(),
            removing: BTreeMap::new(),
            withdrawn: Withdrawn::default(),
            numbering: Numbering::Own,
            last: 0,
            next: 1,
            in_flight: 0,
            sent: 0,
            confirmed: 0,
            is_stopped: false,
            retries: 0,
            outputs: VecDeque::new(),
        }
    }

    /// Returns how many messages have not ended.
    #[must_use]
    pub fn len(&self) -> usize {
        self.held.len() + self.removing.len() + self.withdrawn.len()
    }

    /// True if every message has ended.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// True after a refusal, until `resume()`. See [`AfterRefusal::Stop`].
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.is_stopped
    }

    /// Takes a new message, and returns its number. It has to be stored now, and `handle_stored()` to be called.
    pub fn add(&mut self, deadline: Instant) -> u64 {
        self.last += 1;
        self.hold(self.last, deadline, false);
        self.last
    }

    /// Takes a message that was stored by an earlier machine, under its number. Before the first `handle_open()`.
    pub fn restore(&mut self, number: u64, deadline: Instant) {
        self.numbering.adopt();
        self.last = self.last.max(number);
        self.sent = self.last;
        self.hold(number, deadline, true);
    }

    /// Takes a message that is stored, with a number that the storage gave it: the next after the last.
    pub fn insert(&mut self, now: Instant, number: u64, deadline: Instant) {
        if number > self.last && !self.leaves_out() {
            self.last = number;
            self.hold(number, deadline, true);
            self.compare_read(number);
            self.advance(now);
        }
    }

    /// Takes what an earlier machine knew of this box: its `confirmed()` and `is_stopped()`. Before the first `handle_open()`.
    pub fn restore_state(&mut self, confirmed: u64, is_stopped: bool) {
        self.numbering.adopt();
        self.confirmed = confirmed;
        self.last = self.last.max(confirmed);
        self.sent = self.last;
        // The application may have another configuration by now: then nobody would call `resume()`.
        self.is_stopped = is_stopped && self.config.after_refusal == AfterRefusal::Stop;
    }

    /// Returns the last number that the server has confirmed. It is stored, so that a server that has less is known after a reload, too.
    #[must_use]
    pub fn confirmed(&self) -> u64 {
        self.confirmed
    }

    /// Messages are stored, of these numbers: they may be sent.
    pub fn handle_stored(&mut self, now: Instant, numbers: RangeInclusive<u64>) {
        if numbers.is_empty() {
            return;
        }
        for (_, held) in self.held.range_mut(numbers) {
            held.is_stored = true;
        }
        self.advance(now);
    }

    /// A message is no longer in the storage: [`Output::Remove`] has asked for it.
    pub fn handle_removed(&mut self, now: Instant, number: u64) {
        let Some(held) = self.removing.remove(&number) else {
            return;
        };
        if number <= self.sent || self.phase == Phase::LetGo {
            self.withdrawn.insert(number, held);
        } else if let Some(reason) = held.reason {
            self.outputs.push_back(Output::GivenUp {
                number,
                reason,
                may_be_done: false,
            });
        }
        self.advance(now);
    }

    /// Gives up a message: the application cancels it, or it can't be stored. It ends when it is removed. If it was sent, it ends when
    /// the server has told whether it is done.
    pub fn cancel(&mut self, now: Instant, number: u64) {
        self.withdraw(number, Reason::Cancelled);
        self.advance(now);
    }

    /// Goes on after a refusal. See [`AfterRefusal::Stop`].
    pub fn resume(&mut self, now: Instant) {
        self.is_stopped = false;
        self.advance(now);
    }

    /// A connection is open.
    pub fn handle_open(&mut self, now: Instant) {
        if self.phase == Phase::LetGo {
            self.sent = self.last;
            self.withdrawn.lose_hello(self.last + 1);
        }
        self.phase = Phase::Silent;
        self.advance(now);
    }

    /// The connection has ended. What was in flight is done or not.
    pub fn handle_close(&mut self) {
        if let Phase::Greeting(from) = self.phase {
            self.withdrawn.lose_hello(from);
        }
        if self.phase != Phase::LetGo {
            self.phase = Phase::Closed;
        }
        self.outputs
            .retain(|output| !matches!(output, Output::Hello(_) | Output::Send(_)));
    }

    /// The box is let go: until the next `handle_open()`, another machine may have sent what this one holds, and had the server pass over
    /// what this one has given up.
    pub fn let_go(&mut self) {
        self.handle_close();
        self.phase = Phase::LetGo;
    }

    /// Returns when `handle_timeout()` has to be called; `None` means never.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Instant> {
        let expiry = self.deadlines.first().map(|(deadline, _)| *deadline);
        match self.phase {
            Phase::Waiting(until) => Some(expiry.map_or(until, |expiry| expiry.min(until))),
            _ => expiry,
        }
    }

    /// Time has passed.
    pub fn handle_timeout(&mut self, now: Instant) {
        while let Some((deadline, number)) = self.deadlines.first().copied() {
            if deadline > now {
                break;
            }
            self.withdraw(number, Reason::Expired);
        }
        if let Phase::Waiting(until) = self.phase
            && until <= now
        {
            self.phase = Phase::Silent;
        }
        self.advance(now);
    }

    /// Returns the next action to execute.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    fn hold(&mut self, number: u64, deadline: Instant, is_stored: bool) {
        let held = Held {
            deadline,
            is_stored,
            reason: None,
        };
        self.held.insert(number, held);
        self.deadlines.insert((deadline, number));
    }

    /// Forgets a message, unless it has ended already.
    fn release(&mut self, number: u64) -> Option<Held> {
        let held = self.held.remove(&number)?;
        self.deadlines.remove(&(held.deadline, number));
        if number < self.next {
            self.in_flight = self.in_flight.saturating_sub(1);
        }
        Some(held)
    }

    /// Forgets a message that is done or refused.
    fn end(&mut self, number: u64, output: Output) {
        if self.release(number).is_some() {
            self.remove(number, false);
            self.outputs.push_back(output);
        } else if self.removing.remove(&number).is_some() || self.withdrawn.remove(number) {
            self.outputs.push_back(output);
        }
    }

    fn remove(&mut self, number: u64, is_awaited: bool) {
        self.outputs.push_back(Output::Remove { number, is_awaited });
    }

    /// Forgets a message that is given up. Its end is told when it is removed and known.
    fn withdraw(&mut self, number: u64, reason: Reason) {
        let Some(held) = self.release(number) else { return };
        let reason = Some(reason);
        self.removing.insert(number, Held { reason, ..held });
        self.remove(number, true);
    }
}
