//! Requests: sent or queued, replied to, timed out, retried or lost. Each settles exactly once.

use super::super::error::SendError;
use super::super::ids::RequestId;
use super::super::instant::{Instant, Span};
use super::super::output::{Event, Failure};
use super::super::requests::{LATE_REPLY_WINDOW, Pending, Place, Reply, Route};
use super::super::state::Phase;
use super::super::timer::Timer;
use super::Engine;
use super::liveness::LATE;

/// The time that a request has at least after a late tick: the ping must be answered before the reply can come.
const AWAKE: Span = Span::from_millis(5_000);

impl<P: Clone> Engine<P> {
    /// Returns the number of pending requests.
    #[must_use]
    pub const fn pending_requests(&self) -> usize {
        self.requests.len()
    }

    /// True if this request has never been handed to a connection: it waits in the queue.
    #[must_use]
    pub fn queues_request(&mut self, id: RequestId) -> bool {
        self.requests
            .get_mut(id)
            .is_some_and(|pending| matches!(pending.place, Place::Queued(_)))
    }

    /// True if a message may be a reply: a request is pending, or one settled so recently that its reply may come late or twice.
    /// `now` is only used if none is pending.
    #[must_use]
    pub fn expects_replies(&mut self, now: impl FnOnce() -> Instant) -> bool {
        if self.requests.len() > 0 {
            return true;
        }
        if self.replies_until > Instant::ORIGIN && now() >= self.replies_until {
            // The clock need not be read for that again.
            self.replies_until = Instant::ORIGIN;
            self.requests.forget();
        }
        self.replies_until > Instant::ORIGIN
    }

    /// Returns an id for the next request.
    pub const fn number_request(&mut self) -> RequestId {
        self.requests.number()
    }

    /// The reply to `id` has come, or a part of it if it is not the `last`: then the timeout starts over.
    pub fn handle_reply(&mut self, now: Instant, id: RequestId, last: bool) -> Reply {
        let Some(pending) = self.requests.get_mut(id) else {
            if !self.requests.is_late(now, id) {
                return Reply::Unknown;
            }
            self.stats.late_replies += 1;
            return Reply::Late;
        };
        if last {
            self.settle(now, id);
        } else {
            // A deadline that only moves later: see `watch`.
            pending.deadline = now.saturating_add(pending.timeout);
            pending.late = false;
        }
        Reply::Matched
    }

    /// The application no longer waits for the request `id`. If it is still queued, it is removed. Returns true if it was pending.
    pub fn abort_request(&mut self, now: Instant, id: RequestId) -> bool {
        self.settle(now, id).is_some()
    }

    /// Some requests have timed out. If the tick is late, the page may have slept. Then a request gets its timeout again, once, and
    /// [`AWAKE`] at most.
    pub(super) fn requests_are_due(&mut self, now: Instant) {
        let mut last = RequestId::new(0);
        while let Some(id) = self.requests.next(last, |pending| pending.deadline <= now) {
            last = id;
            if let Some(pending) = self.requests.get_mut(id)
                && !pending.late
                && now.saturating_since(pending.deadline) > LATE
            {
                pending.late = true;
                pending.deadline = now.saturating_add(pending.timeout.min(AWAKE));
                continue;
            }
            self.fail(now, id, Failure::TimedOut);
        }
        self.timers.set(Timer::Request, self.requests.next_deadline());
    }

    /// A connection has ended, so requests sent on it get no reply. A request that may run twice goes back to the queue, before
    /// everything else in it. If the socket is `closed` for good, all requests fail, also those in the queue.
    pub(super) fn lose_requests(&mut self, now: Instant, closed: bool) {
        let is_lost = |pending: &Pending<P>| closed || pending.place == Place::InFlight;
        let mut last = RequestId::new(0);
        while let Some(id) = self.requests.next(last, is_lost) {
            last = id;
            let pending = self.requests.get_mut(id).filter(|_| !closed);
            let again = pending.and_then(|pending| {
                let again = pending.again.clone()?;
                pending.place = Place::QueuedAgain;
                Some(again)
            });
            if let Some((payload, bytes)) = again {
                self.outbox.put_first(now, payload, bytes, id);
            } else {
                self.fail(now, id, Failure::Lost);
            }
        }
    }

    fn fail(&mut self, now: Instant, id: RequestId, failure: Failure) {
        if let Some(place) = self.settle(now, id) {
            let sent = !matches!(place, Place::Queued(_));
            self.events.push(Event::Failed { id, failure, sent });
        }
    }

    /// Returns its place, if it was pending.
    fn settle(&mut self, now: Instant, id: RequestId) -> Option<Place> {
        let place = self.requests.settle(now, id)?;
        self.outbox.remove(id, place);
        self.replies_until = now.saturating_add(LATE_REPLY_WINDOW);
        if self.requests.len() == 0 {
            self.timers.stop(Timer::Request);
            self.check_hidden(now);
        }
        Some(place)
    }

    /// Sends the request `id` (from [`Engine::number_request`]), or keeps it until a connection is open; its `timeout` runs
    /// from now.
    ///
    /// # Errors
    /// [`SendError`] if it can be neither sent nor queued, or if the number is in use; nothing was changed.
    pub fn request(
        &mut self,
        now: Instant,
        id: RequestId,
        payload: P,
        bytes: u64,
        timeout: Span,
        route: Route,
    ) -> Result<(), SendError> {
        if self.requests.is_used(now, id) {
            return Err(SendError::NumberInUse);
        }
        let again = (route == Route::Retry).then(|| (payload.clone(), bytes));
        let place = match (self.phase, route) {
            (_, Route::Only(connection)) => {
                self.send_on(connection, payload)?;
                Place::InFlight
            }
            (Phase::Closing | Phase::Closed, _) => return Err(SendError::NotOpen),
            (Phase::Open, _) if !self.liveness.in_doubt => {
                self.transmit(payload);
                Place::InFlight
            }
            _ => self.enqueue(now, payload, bytes, Some(id))?,
        };
        let deadline = now.saturating_add(timeout);
        let pending = Pending {
            place,
            deadline,
            late: false,
            timeout,
            again,
        };
        self.requests.insert(id, pending);
        self.timers.set_earlier(Timer::Request, deadline);
        Ok(())
    }
}
