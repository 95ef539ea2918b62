//! Messages of other tabs that are about to be handed over: their tabs were told, and do not send them again if this hub is lost.
//!
//! A browser may send a message of the connection sooner than a frame that was posted before it: in Chromium the two leave the process
//! by different threads, and a crash can lose the second alone. Then the message would be sent twice. So it waits until a frame has
//! come back that was posted later.

use alloc::collections::VecDeque;

use crate::engine::{Instant, Span};

use super::super::frame::{Fence, Frame};
use super::super::ids::{RequestNumber, TabId, Term};
use super::super::output::Output;
use super::super::queues::Queues;
use super::Hub;
use super::taken::Taken;

#[derive(Debug)]
pub(super) struct Announced<P> {
    /// With their numbers, from 1 up.
    waiting: VecDeque<(u64, Taken<P>)>,
    last: u64,
    /// What was posted about those up to this one has left the page.
    told: u64,
    /// The number in the frame that is to come back, and when that was posted.
    asked: Option<(u64, Instant)>,
}

impl<P> Announced<P> {
    pub(super) const fn new() -> Self {
        Self {
            waiting: VecDeque::new(),
            last: 0,
            told: 0,
            asked: None,
        }
    }

    pub(super) fn push(&mut self, taken: Taken<P>) {
        self.last += 1;
        self.waiting.push_back((self.last, taken));
    }

    /// Returns the messages, in order.
    pub(super) fn payloads(&self) -> impl Iterator<Item = &P> {
        self.waiting.iter().map(|(_, taken)| &taken.payload)
    }

    /// True if the first can be handed over.
    pub(super) fn is_told(&self) -> bool {
        self.waiting.front().is_some_and(|(number, _)| *number <= self.told)
    }

    /// Returns the next that can be handed over.
    fn take_told(&mut self) -> Option<Taken<P>> {
        if self.is_told() { self.take() } else { None }
    }

    fn take(&mut self) -> Option<Taken<P>> {
        self.waiting.pop_front().map(|(_, taken)| taken)
    }

    /// The connection is lost: requests were for that one.
    pub(super) fn drop_requests(&mut self) {
        self.waiting.retain(|(_, taken)| taken.request.is_none());
    }

    /// Drops the request of a tab, which is gone. Returns false if it is none of these.
    pub(super) fn drop_request(&mut self, tab: TabId, number: RequestNumber) -> bool {
        let before = self.waiting.len();
        self.waiting.retain(|(_, taken)| {
            let is_it = taken.tab == tab && taken.request.is_some_and(|ask| ask.number == number);
            !is_it
        });
        self.waiting.len() < before
    }

    /// Posts a frame to come back, unless one is on its way.
    fn ask(&mut self, now: Instant, term: Term, queues: &mut Queues<P, impl Sized>) {
        if self.asked.is_none() && self.last > self.told {
            self.asked = Some((self.last, now));
            let fence = Fence::Announced(term, self.last);
            queues.output(Output::Post(Frame::Fence(term.hub, fence)));
        }
    }

    /// The frame with this number has come back. Returns how long it took; [`None`] if it is none that is waited for.
    fn answer(&mut self, now: Instant, number: u64) -> Option<Span> {
        let (_, posted_at) = self.asked.take_if(|(asked, _)| *asked == number)?;
        self.told = number;
        Some(now.saturating_since(posted_at))
    }
}

impl<P: Clone, T: Clone + PartialEq> Hub<P, T> {
    /// A frame of this hub to itself has come back. Returns true if it took so long that another tab may be the hub by now: that is new,
    /// and must be looked up.
    pub(crate) fn handle_fence(&mut self, now: Instant, term: Term, number: u64, queues: &mut Queues<P, T>) -> bool {
        if term != self.term {
            return false;
        }
        let Some(took) = self.announced.answer(now, number) else {
            return false;
        };
        let doubts = took > self.config.lease() && self.doubt(now);
        self.ask_fence(now, queues);
        self.hand_over(queues);
        doubts
    }

    pub(super) fn ask_fence(&mut self, now: Instant, queues: &mut Queues<P, T>) {
        self.announced.ask(now, self.term, queues);
    }

    /// Hands over what the tabs have been told of.
    pub(super) fn hand_told(&mut self, queues: &mut Queues<P, T>) {
        while let Some(taken) = self.announced.take_told() {
            self.hand(taken, queues);
        }
    }

    /// The connection is about to be closed. What the tabs were told of goes out, unless this tab isn't sure to be the hub.
    pub(crate) fn hand_all(&mut self, queues: &mut Queues<P, T>) {
        if !self.ready || self.withheld.is_some() {
            return;
        }
        while let Some(taken) = self.announced.take() {
            self.hand(taken, queues);
        }
    }

    /// Returns the messages that their tabs were told of and that are not handed over.
    pub(crate) fn handing(&self) -> impl Iterator<Item = &P> {
        self.announced.payloads()
    }
}
