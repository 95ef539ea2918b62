//! One direction of a connection: bandwidth, latency with jitter, and silence. What goes in comes out in order.
//!
//! Bytes are numbered from the first. Those below `sent` are on the wire; the operating system holds up to [`SEND_BUFFER`] more.
//! While the pipe is held nothing moves: TCP repeats what was lost, so it arrives after the silence, or never.

use alloc::collections::VecDeque;

use super::random::Random;
use super::time::{Instant, Span};

/// The bytes that the operating system takes from an application before it is on the wire.
const SEND_BUFFER: u64 = 64 * 1024;

/// Linux gives a connection up when its data has not been acknowledged for this long (`tcp_retries2`).
const TCP_GIVES_UP: Span = Span::from_millis(924_600);

const SECOND: u128 = 1_000_000;

/// How a pipe carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Quality {
    pub(super) latency: Span,
    /// Up to this much is added to the latency of each item.
    pub(super) jitter: Span,
    /// Bytes a second; `None` means no limit.
    pub(super) rate: Option<u64>,
}

#[derive(Debug)]
struct Queued<T> {
    item: T,
    starts: u64,
    ends: u64,
}

/// One direction of a connection.
#[derive(Debug)]
pub(super) struct Pipe<T> {
    quality: Quality,
    held: bool,
    /// The sending side counts how long nothing is acknowledged.
    gives_up: bool,
    queue: VecDeque<Queued<T>>,
    /// How many bytes were put in.
    queued: u64,
    /// How many of them were on the wire at `sent_at`.
    sent: u64,
    sent_at: Instant,
    /// When each arrives, in order.
    flying: VecDeque<(Instant, T)>,
    arrived_at: Instant,
    /// Since when something waits in a held pipe.
    blocked_since: Option<Instant>,
}

impl<T> Pipe<T> {
    pub(super) const fn new(quality: Quality) -> Self {
        Self {
            quality,
            held: false,
            gives_up: true,
            queue: VecDeque::new(),
            queued: 0,
            sent: 0,
            sent_at: Instant::ORIGIN,
            flying: VecDeque::new(),
            arrived_at: Instant::ORIGIN,
            blocked_since: None,
        }
    }

    pub(super) fn push(&mut self, now: Instant, item: T, bytes: u64) {
        if self.queue.is_empty() {
            self.sent_at = now;
        }
        let starts = self.queued;
        self.queued = starts.saturating_add(bytes);
        self.queue.push_back(Queued {
            item,
            starts,
            ends: self.queued,
        });
        if self.held && self.blocked_since.is_none() {
            self.blocked_since = Some(now);
        }
    }

    /// Returns when something next arrives or leaves.
    pub(super) fn next_at(&self) -> Option<Instant> {
        if self.held {
            return self
                .blocked_since
                .filter(|_| self.gives_up)
                .map(|since| since.saturating_add(TCP_GIVES_UP));
        }
        let arrives = self.flying.front().map(|(at, _)| *at);
        arrives.into_iter().chain(self.head_leaves_at()).min()
    }

    /// True if the sending side's TCP has given up. True once.
    pub(super) fn take_given_up(&mut self, now: Instant) -> bool {
        let due = self.held && self.next_at().is_some_and(|at| at <= now);
        if due {
            self.clear();
        }
        due
    }

    /// Takes what has arrived.
    pub(super) fn take_arrived(&mut self, now: Instant, chance: &mut Random) -> Option<T> {
        self.progress(now, chance);
        if self.held {
            return None;
        }
        let (at, _) = self.flying.front()?;
        if *at > now {
            return None;
        }
        self.flying.pop_front().map(|(_, item)| item)
    }

    pub(super) fn set_quality(&mut self, now: Instant, quality: Quality, chance: &mut Random) {
        self.progress(now, chance);
        self.sent = self.on_wire(now);
        self.sent_at = now;
        self.quality = quality;
    }

    /// Holds everything, or lets it go on: what was on the wire is repeated. The sending side may give up meanwhile.
    pub(super) fn hold(&mut self, now: Instant, held: bool, gives_up: bool, chance: &mut Random) {
        self.gives_up = gives_up;
        if self.held == held {
            return;
        }
        self.progress(now, chance);
        self.sent = self.on_wire(now);
        self.sent_at = now;
        self.held = held;
        let waits = !self.queue.is_empty() || !self.flying.is_empty();
        self.blocked_since = (held && waits).then_some(now);
        if !held {
            for (at, _) in &mut self.flying {
                self.arrived_at = (*at).max(now.saturating_add(self.quality.latency));
                *at = self.arrived_at;
            }
        }
    }

    /// Drops what is not on the wire yet.
    pub(super) fn drop_queue(&mut self, now: Instant, chance: &mut Random) {
        self.progress(now, chance);
        self.drop_waiting();
    }

    fn drop_waiting(&mut self) {
        self.queue.clear();
        self.queued = self.sent;
    }

    /// Drops everything.
    pub(super) fn clear(&mut self) {
        self.drop_waiting();
        self.flying.clear();
        self.blocked_since = None;
    }

    pub(super) fn is_empty(&self) -> bool {
        self.queue.is_empty() && self.flying.is_empty()
    }

    /// Returns how many bytes were put in.
    pub(super) const fn queued(&self) -> u64 {
        self.queued
    }

    /// Returns how many bytes the operating system has taken.
    pub(super) fn taken(&self, now: Instant) -> u64 {
        self.on_wire(now).saturating_add(SEND_BUFFER).min(self.queued)
    }

    /// Returns how many bytes the messages have that the operating system has taken wholly.
    pub(super) fn taken_whole(&self, now: Instant) -> u64 {
        let taken = self.taken(now);
        let begun = self.queue.iter().find(|queued| queued.ends > taken);
        begun.map_or(taken, |queued| queued.starts)
    }

    fn on_wire(&self, now: Instant) -> u64 {
        let Some(rate) = self.quality.rate.filter(|_| !self.held) else {
            return if self.held { self.sent } else { self.queued };
        };
        let micros = u128::from(now.saturating_since(self.sent_at).as_micros());
        let carried = micros * u128::from(rate) / SECOND;
        let carried = u64::try_from(carried).unwrap_or(u64::MAX);
        self.sent.saturating_add(carried).min(self.queued)
    }

    /// When the first of the queue is on the wire wholly.
    fn head_leaves_at(&self) -> Option<Instant> {
        let head = self.queue.front()?;
        let bytes = u128::from(head.ends.saturating_sub(self.sent));
        let micros = match self.quality.rate {
            None => 0,
            Some(0) if bytes > 0 => return Some(Instant::NEVER),
            Some(rate) => (bytes * SECOND).div_ceil(u128::from(rate.max(1))),
        };
        let micros = Span::from_micros(u64::try_from(micros).unwrap_or(u64::MAX));
        Some(self.sent_at.saturating_add(micros))
    }

    /// Puts on the wire what is by now.
    fn progress(&mut self, now: Instant, chance: &mut Random) {
        while !self.held
            && let Some(at) = self.head_leaves_at().filter(|&at| at <= now)
            && let Some(head) = self.queue.pop_front()
        {
            (self.sent, self.sent_at) = (head.ends, at);
            let jitter = match self.quality.jitter {
                Span::ZERO => Span::ZERO,
                jitter => chance.between(Span::ZERO, jitter),
            };
            let arrives = at.saturating_add(self.quality.latency).saturating_add(jitter);
            self.arrived_at = arrives.max(self.arrived_at);
            self.flying.push_back((self.arrived_at, head.item));
        }
    }
}
