//! Promise 2: every request settles exactly once, and is handed to connections no more often than it may be.

use std::collections::BTreeMap;

use holdfast_ws::engine::{
    Config, ConnectionId, Engine, Event, Failure, Instant, Output, ReadyState, Reply, RequestId, Route, SendError, Span,
};

/// Marks the payload of a request, which is its number.
const REQUEST: u32 = 1 << 31;

/// The time that a request may exceed its timeout: after sleep, its reply may still be dispatched in this time.
const GRACE: Span = Span::from_millis(5_000);

/// The time for which a settled request is remembered.
const REPEATS: Span = Span::from_millis(10_000);

/// The number of the request that a payload is of.
pub(super) fn of_request(payload: u32) -> Option<u64> {
    payload.checked_sub(REQUEST).map(u64::from)
}

/// A request that nobody has settled yet, as far as was told.
#[derive(Debug)]
struct Waiting {
    timeout: Span,
    deadline: Instant,
    route: Route,
    aboard: Vec<ConnectionId>,
    /// The engine knows that it failed, and has yet to tell.
    failing: bool,
}

/// Watches requests.
///
/// It counts them from 1; `base` is the number before that of the first.
#[derive(Debug, Default)]
pub(super) struct Requests {
    base: u64,
    numbered: u64,
    /// Numbers that were given, and are not in use yet.
    spare: Vec<RequestId>,
    waiting: BTreeMap<u64, Waiting>,
    /// The number of accepted requests, and of those that have settled.
    accepted: usize,
    settled: usize,
    late: u64,
    /// When each of them settled, if that is known; of those told later than it happened, it isn't.
    ended: BTreeMap<u64, Option<Instant>>,
    /// The latest time of all, at which one may have settled unseen: clocks run backwards, too.
    latest: Option<Instant>,
    pub(super) transmitted: u64,
    /// True if the socket was closed when the last `close` was dispatched.
    over: bool,
}

impl Requests {
    pub(super) fn new(engine: &mut Engine<u32>) -> Self {
        let base = engine.number_request().get();
        Self {
            base,
            ..Self::default()
        }
    }

    fn real(&self, id: u64) -> RequestId {
        RequestId::new(self.base.wrapping_add(id))
    }

    /// Takes a number, for later.
    pub(super) fn number(&mut self, engine: &mut Engine<u32>) {
        let id = engine.number_request();
        self.numbered += 1;
        assert_eq!(id, self.real(self.numbered), "each number is new");
        self.spare.push(RequestId::new(self.numbered));
    }

    /// Makes one under a number of which there is, or was a moment ago, another.
    pub(super) fn ask_twice(
        &mut self,
        engine: &mut Engine<u32>,
        now: Instant,
        index: u32,
        (bytes, timeout): (u64, Span),
        at_once: bool,
    ) {
        let id = self.pick(index);
        // Told late, it may have failed by now.
        let waits = at_once && self.waiting.contains_key(&id);
        if waits || self.is_late(id, now) == Some(true) {
            let before = format!("{engine:?}");
            let asked = engine.request(now, self.real(id), 0, bytes, timeout, Route::Any);
            assert_eq!(asked, Err(SendError::NumberInUse));
            assert_eq!(before, format!("{engine:?}"));
        }
    }

    /// True if a reply to a settled request counts as late; `None` if that is undetermined.
    fn is_late(&self, id: u64, now: Instant) -> Option<bool> {
        if self.waiting.contains_key(&id) {
            // It has failed, and that is yet to be told.
            return None;
        }
        let Some(&ended) = self.ended.get(&id) else {
            return Some(false);
        };
        let ended = ended?;
        if now.saturating_since(ended) >= REPEATS {
            Some(false)
        } else {
            // It may have been forgotten before the clock ran backwards.
            self.latest
                .is_some_and(|latest| latest.saturating_since(ended) < REPEATS)
                .then_some(true)
        }
    }

    /// Makes one: under the number taken last, which may not be the least.
    pub(super) fn ask(
        &mut self,
        engine: &mut Engine<u32>,
        config: &Config,
        now: Instant,
        (bytes, timeout, route): (u64, Span, Route),
        takes: impl Fn(ConnectionId) -> bool,
    ) {
        if self.spare.is_empty() {
            self.number(engine);
        }
        let id = self.spare.pop().expect("a number");
        let payload = REQUEST + u32::try_from(id.get()).expect("few requests");
        let before = (
            engine.outbox().len(),
            engine.outbox().bytes(),
            engine.pending_requests(),
        );
        let (open, state) = (engine.can_transmit(), engine.ready_state());
        let asked = engine.request(now, self.real(id.get()), payload, bytes, timeout, route);
        let fits = config
            .queue
            .as_ref()
            .filter(|_| config.reconnect.is_some())
            .map(|queue| {
                before.0 < queue.max_messages as usize
                    && before.1.checked_add(bytes).is_some_and(|sum| sum <= queue.max_bytes)
            });
        let may_wait = match (state, fits) {
            (ReadyState::Closed, _) | (_, None) => Err(SendError::NotOpen),
            (_, Some(false)) => Err(SendError::Full),
            (_, Some(true)) => Ok(()),
        };
        let expected = match route {
            Route::Only(connection) if takes(connection) => Ok(()),
            Route::Only(_) => Err(SendError::NotOpen),
            _ if open => Ok(()),
            _ => may_wait,
        };
        // If the server closes, another connection may follow; if we do, none will.
        let we_close = state == ReadyState::Closing && asked == Err(SendError::NotOpen);
        assert!(we_close || asked == expected, "{asked:?} instead of {expected:?}");
        if asked.is_err() {
            let after = (
                engine.outbox().len(),
                engine.outbox().bytes(),
                engine.pending_requests(),
            );
            assert_eq!(before, after, "it keeps what it has");
            return;
        }
        self.accepted += 1;
        let deadline = now.saturating_add(timeout);
        let waiting = Waiting {
            timeout,
            deadline,
            route,
            aboard: Vec::new(),
            failing: false,
        };
        assert!(self.waiting.insert(id.get(), waiting).is_none(), "a number in use");
    }

    /// A number among those given, or around them.
    fn pick(&self, index: u32) -> u64 {
        u64::from(index) % (self.numbered + 3)
    }

    pub(super) fn reply(&mut self, engine: &mut Engine<u32>, now: Instant, index: u32, last: bool) {
        let id = self.pick(index);
        let reply = engine.handle_reply(now, self.real(id), last);
        let waiting = self.waiting.get_mut(&id).filter(|waiting| !waiting.failing);
        match (reply, waiting) {
            (Reply::Matched, Some(waiting)) => {
                waiting.deadline = now.saturating_add(waiting.timeout);
                if last {
                    self.settle(id, Some(now));
                }
            }
            (Reply::Late | Reply::Unknown, Some(waiting)) => {
                waiting.failing = true;
                self.late += u64::from(reply == Reply::Late);
            }
            (Reply::Late, None) => {
                assert_ne!(self.is_late(id, now), Some(false), "a message like any other");
                self.late += 1;
            }
            (Reply::Unknown, None) => assert_ne!(self.is_late(id, now), Some(true), "it is late"),
            (reply, waiting) => panic!("{reply:?} to {id}: {waiting:?}"),
        }
        assert_eq!(engine.stats().late_replies, self.late);
    }

    pub(super) fn abort(&mut self, engine: &mut Engine<u32>, now: Instant, index: u32) {
        let id = self.pick(index);
        match (engine.abort_request(now, self.real(id)), self.waiting.get_mut(&id)) {
            (true, Some(waiting)) if !waiting.failing => self.settle(id, Some(now)),
            (false, Some(waiting)) => waiting.failing = true,
            (false, None) => {}
            (true, waiting) => panic!("aborted {id}: {waiting:?}"),
        }
    }

    /// Something is done while the connection that counts is `open`, or isn't.
    pub(super) fn output(&mut self, output: &Output<u32>, open: bool) {
        if let Output::Transmit(connection, payload) = output
            && let Some(id) = of_request(*payload)
        {
            self.transmitted += 1;
            let waiting = self.waiting.get_mut(&id).expect("nobody waits for it");
            let again = waiting.route == Route::Retry;
            assert!(again || waiting.aboard.is_empty(), "it may not run twice");
            assert!(
                open || waiting.route == Route::Only(*connection),
                "it went out before its time"
            );
            assert!(!waiting.aboard.contains(connection), "once for each connection");
            waiting.aboard.push(*connection);
        }
    }

    /// An event is told; `at_once` if nothing has happened since it did.
    pub(super) fn event(&mut self, event: &Event<u32>, now: Instant, at_once: bool) {
        match event {
            Event::Close { will_reconnect, .. } => self.over = !will_reconnect,
            Event::Failed { id, failure, sent } => {
                let id = id.get() - self.base;
                let waiting = self.waiting.get(&id).expect("it had settled");
                match failure {
                    Failure::TimedOut => assert!(!at_once || now >= waiting.deadline, "too early"),
                    Failure::Lost if self.over => {}
                    Failure::Lost => assert!(
                        waiting.route != Route::Retry && waiting.aboard.len() == 1,
                        "not lost at all"
                    ),
                    _ => panic!("the promises know no failure like {failure:?}"),
                }
                assert_eq!(*sent, !waiting.aboard.is_empty(), "sent or not");
                self.settle(id, at_once.then_some(now));
            }
            _ => {}
        }
    }

    fn settle(&mut self, id: u64, now: Option<Instant>) {
        self.ended.insert(id, now);
        self.waiting.remove(&id).expect("somebody waits for it");
        self.settled += 1;
    }

    /// After each step: everything has been told, if `at_once`.
    pub(super) fn check(&mut self, engine: &Engine<u32>, now: Instant, at_once: bool) {
        self.latest = self.latest.max(Some(now));
        assert!(engine.pending_requests() <= self.waiting.len());
        if at_once {
            assert_eq!(engine.pending_requests(), self.waiting.len());
            assert!(
                self.waiting.values().all(|waiting| !waiting.failing),
                "known to have failed, and not told"
            );
        }
        // Requests that are settled or sent leave at most as many gaps as there are that wait.
        let gaps = format!("{engine:?}").matches(", None)").count();
        let waiting = engine.pending_requests() + engine.outbox().len();
        assert!(gaps <= waiting, "{gaps} gaps among {waiting}");
    }

    /// Asserts that every waiting request is served, whatever the others do.
    pub(super) fn check_fairness(&mut self, engine: &Engine<u32>, now: Instant) {
        // Clocks run backwards, too.
        self.latest = self.latest.max(Some(now));
        let latest = self.latest.unwrap_or(now);
        let alarm = engine.poll_timeout().unwrap_or(Instant::NEVER);
        for (id, waiting) in &self.waiting {
            let by = waiting.deadline.max(latest).saturating_add(GRACE);
            assert!(alarm <= by, "request {id} waits until {alarm:?}, not {by:?}");
        }
    }

    pub(super) fn finish(&self, engine: &Engine<u32>) {
        assert_eq!((self.accepted, self.waiting.len()), (self.settled, 0));
        assert_eq!(engine.pending_requests(), 0);
    }
}
