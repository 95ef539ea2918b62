//! Sent messages and requests: messages until they are handed over, requests until they are settled.

use alloc::vec::Vec;

use crate::engine::{Failure, Instant};

use super::super::frame::{Ask, Up};
use super::super::ids::{RequestNumber, Term};
use super::super::output::Event;
use super::super::queues::Queues;
use super::super::request::Request;
use super::Spoke;
use super::kept::{Pending, Unsent};

impl<P: Clone, T: Clone + PartialEq> Spoke<P, T> {
    /// Sends a message.
    pub(crate) fn send(&mut self, now: Instant, payload: P, bytes: u64, queues: &mut Queues<P, T>) {
        self.put(now, (payload, bytes), None, queues);
    }

    /// Sends a request, and returns its number.
    pub(crate) fn request(
        &mut self,
        now: Instant,
        (payload, bytes): (P, u64),
        request: Request,
        queues: &mut Queues<P, T>,
    ) -> RequestNumber {
        let number = RequestNumber::new(self.next_request);
        self.next_request += 1;
        self.pending.push(Pending {
            number,
            request,
            deadline: now.saturating_add(request.timeout),
            again: request.retry.then(|| (payload.clone(), bytes)),
            handed: false,
        });
        self.put(now, (payload, bytes), Some(number), queues);
        number
    }

    fn put(
        &mut self,
        now: Instant,
        (payload, bytes): (P, u64),
        request: Option<RequestNumber>,
        queues: &mut Queues<P, T>,
    ) {
        let number = self.next_number;
        self.next_number += 1;
        self.unsent.push(Unsent {
            number,
            payload,
            bytes,
            request,
        });
        if let Some(term) = self.attached() {
            self.post_unsent(now, term, number, queues);
        }
    }

    /// Posts what is unsent, from this number on.
    pub(super) fn post_unsent(&mut self, now: Instant, term: Term, from: u64, queues: &mut Queues<P, T>) {
        for unsent in self.unsent.iter().filter(|unsent| unsent.number >= from) {
            let request = unsent.request.and_then(|number| self.ask(now, number));
            let frame = Up::Send {
                number: unsent.number,
                payload: unsent.payload.clone(),
                request,
            };
            self.up(term, frame, queues);
        }
        self.posted_to = self.next_number - 1;
    }

    fn ask(&self, now: Instant, number: RequestNumber) -> Option<Ask> {
        let pending = self.pending.iter().find(|pending| pending.number == number)?;
        Some(Ask {
            number,
            request: Request {
                timeout: pending.deadline.saturating_since(now),
                ..pending.request
            },
        })
    }

    /// The hub is about to hand over what has these numbers.
    pub(super) fn handed(&mut self, upto: u64) {
        let pending = &mut self.pending;
        self.unsent.retain(|unsent| {
            let kept = unsent.number > upto;
            if let (false, Some(number)) = (kept, unsent.request) {
                for request in pending.iter_mut().filter(|request| request.number == number) {
                    request.handed = true;
                }
            }
            kept
        });
    }

    /// The tab was away when its hub was lost, and nobody knows how much that had handed over: what it had been given isn't sent again,
    /// as it would perhaps come twice.
    pub(super) fn give_up_uncertain(&mut self, queues: &mut Queues<P, T>) {
        let upto = self.uncertain_to;
        let uncertain: Vec<_> = self
            .unsent
            .iter()
            .filter(|unsent| unsent.number <= upto && unsent.request.is_none())
            .map(|unsent| unsent.payload.clone())
            .collect();
        if !uncertain.is_empty() {
            queues.event(Event::Uncertain(uncertain));
        }
        self.handed(upto);
    }

    /// True if a request was handed over that is not settled.
    pub(super) fn is_handed(&self) -> bool {
        self.pending.iter().any(|pending| pending.handed)
    }

    /// Numbers what is unsent from `first` on, for a new hub or for one that has forgotten the tab. Requests that were handed over are
    /// sent again first, or are lost.
    pub(super) fn renumber(&mut self, first: u64, queues: &mut Queues<P, T>) {
        let mut all = self.take_again(queues);
        all.append(&mut self.unsent.take());
        self.next_number = first;
        self.number(all);
        self.posted_to = 0;
    }

    /// The tab goes where no reply reaches it: requests that were handed over are sent again when it is back, or are lost.
    pub(super) fn lose_requests(&mut self, queues: &mut Queues<P, T>) {
        let again = self.take_again(queues);
        self.number(again);
    }

    fn number(&mut self, all: Vec<Unsent<P>>) {
        for unsent in all {
            let number = self.next_number;
            self.unsent.push(Unsent { number, ..unsent });
            self.next_number += 1;
        }
    }

    /// Returns what is sent again of the requests that were handed over. The others are lost.
    fn take_again(&mut self, queues: &mut Queues<P, T>) -> Vec<Unsent<P>> {
        let mut again = Vec::new();
        self.pending.retain_mut(|pending| {
            if !pending.handed {
                return true;
            }
            pending.handed = false;
            let Some((payload, bytes)) = pending.again.clone() else {
                queues.event(Event::Failed {
                    request: pending.number,
                    failure: Failure::Lost,
                    sent: true,
                });
                return false;
            };
            again.push(Unsent {
                number: 0,
                payload,
                bytes,
                request: Some(pending.number),
            });
            true
        });
        again
    }

    /// Settles a request. Returns false if it is settled already.
    pub(super) fn settle(&mut self, number: RequestNumber) -> bool {
        let before = self.pending.len();
        self.pending.retain(|pending| pending.number != number);
        self.unsent.retain(|unsent| unsent.request != Some(number));
        self.pending.len() < before
    }

    pub(super) fn is_pending(&self, number: RequestNumber) -> bool {
        self.pending.iter().any(|pending| pending.number == number)
    }

    /// The request is no longer wanted.
    pub(crate) fn abort(&mut self, number: RequestNumber, queues: &mut Queues<P, T>) {
        if self.settle(number)
            && let Some(term) = self.attached()
        {
            self.up(term, Up::Abort(number), queues);
        }
    }

    /// Returns when the first request times out.
    pub(crate) fn next_deadline(&self) -> Instant {
        self.pending
            .iter()
            .fold(Instant::NEVER, |next, pending| next.min(pending.deadline))
    }

    /// Fails the requests whose time is over.
    pub(crate) fn expire(&mut self, now: Instant, queues: &mut Queues<P, T>) {
        let due: Vec<_> = self
            .pending
            .iter()
            .filter(|pending| pending.deadline <= now)
            .map(|pending| (pending.number, pending.handed))
            .collect();
        for (request, sent) in due {
            self.abort(request, queues);
            queues.event(Event::Failed {
                request,
                failure: Failure::TimedOut,
                sent,
            });
        }
    }

    /// Fails all requests, and returns what was not handed over.
    pub(crate) fn end(&mut self, queues: &mut Queues<P, T>) -> Vec<P> {
        for pending in core::mem::take(&mut self.pending) {
            queues.event(Event::Failed {
                request: pending.number,
                failure: Failure::Lost,
                sent: pending.handed,
            });
        }
        let unsent = self.unsent.take();
        unsent
            .into_iter()
            .filter(|unsent| unsent.request.is_none())
            .map(|unsent| unsent.payload)
            .collect()
    }

    /// Returns how many messages no hub has begun to hand over.
    pub(crate) const fn unsent_count(&self) -> usize {
        self.unsent.len()
    }

    /// Returns the bytes of what no hub has begun to hand over.
    pub(crate) const fn unsent_bytes(&self) -> u64 {
        self.unsent.bytes()
    }

    /// Returns the bytes in the buffer of the hub's connection, as the hub has told last.
    pub(crate) const fn buffered(&self) -> u64 {
        self.buffered
    }
}
