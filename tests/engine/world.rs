//! The loop around the engine, on a virtual clock: carries out its outputs against a [`Server`], tells its events, serves its
//! timer, and records everything in order.
//!
//! The world is on nobody's side: letters from connections that were abandoned are delivered all the same, a timer goes before
//! a letter that is due at the same time, and after a sleep every timer goes before what arrived meanwhile. After each step it
//! checks the promise that can be checked anywhere: once closed, no timer and no output.

use std::collections::HashSet;

use holdfast_ws::engine::{
    Close, Config, ConnectionId, DecisionId, Engine, Event, Instant, Output, ReadyState, RequestId, ResolveId,
    SendError, Sent, Signal, Span,
};

use crate::server::{Answer, Fate, Server};
use crate::story::{self, Note};

/// The size of the messages that [`World::send`] sends.
pub(crate) const SIZE: u64 = 10;

/// Something on its way to the engine.
#[derive(Debug, Clone, Copy)]
enum Letter {
    Open(ConnectionId),
    Message(ConnectionId, bool),
    Closed(ConnectionId, Close),
    Resolved(ResolveId),
    Unresolved(ResolveId),
}

/// The engine and all that is around it.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) engine: Engine<u32>,
    pub(crate) server: Server,
    /// Timers only have their turn at multiples of this, as in a hidden tab.
    pub(crate) throttle: Option<u64>,
    /// Something waits in the browser's buffer.
    pub(crate) busy: bool,
    /// Connections that are abandoned are yet to close.
    pub(crate) lingers: bool,
    now: Instant,
    letters: Vec<(Instant, u32, Letter)>,
    posted: u32,
    cut: HashSet<ConnectionId>,
    buffered: u64,
    drained_at: Instant,
    pub(crate) notes: Vec<(Instant, Note)>,
    read: usize,
    over: bool,
    /// The number before that of the first request: tests count from 1.
    base: u64,
    /// The last decision that was requested from the application.
    pub(crate) asked: Option<DecisionId>,
}

/// A span of `n` milliseconds.
pub(crate) const fn ms(n: u64) -> Span {
    Span::from_millis(n)
}

/// The span in whole milliseconds, rounded up.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // Of a test's length.
pub(crate) fn whole(span: Span) -> u64 {
    span.as_millis_f64().ceil() as u64
}

/// The start of the world's clock, well after its origin.
pub(crate) const START: Instant = Instant::from_millis(1_000_000);

impl World {
    pub(crate) fn new(config: Config, server: Server) -> Self {
        Self::seeded(config, server, 1)
    }

    pub(crate) fn seeded(config: Config, server: Server, seed: u64) -> Self {
        let engine = Engine::new(START, config, seed).expect("a possible configuration");
        let mut world = Self {
            engine,
            server,
            throttle: None,
            busy: false,
            lingers: false,
            now: START,
            letters: Vec::new(),
            posted: 0,
            cut: HashSet::new(),
            buffered: 0,
            drained_at: START,
            notes: Vec::new(),
            read: 0,
            over: false,
            base: 0,
            asked: None,
        };
        world.base = world.engine.number_request().get();
        world.pump();
        world
    }

    /// A world where the first connection has opened, with the story so far already read.
    pub(crate) fn open(config: Config, server: Server) -> Self {
        let mut world = Self::new(config, server);
        world.run(10);
        assert_eq!(world.engine.ready_state(), ReadyState::Open, "the server should open");
        world.story();
        world
    }

    /// Milliseconds since the start.
    pub(crate) fn elapsed(&self) -> u64 {
        self.now.saturating_since(START).as_millis()
    }

    pub(crate) const fn now(&self) -> Instant {
        self.now
    }

    /// Lets `millis` pass, and everything happen that is due.
    pub(crate) fn run(&mut self, millis: u64) {
        let end = self.now.saturating_add(ms(millis));
        for _ in 0..1_000_000 {
            let letter = self.next_letter();
            let timer = self.engine.poll_timeout().map(|at| self.turn(at).max(self.now));
            match (timer, letter) {
                (Some(at), _) if at <= end && letter.is_none_or(|(due, _)| at <= due.max(self.now)) => {
                    self.now = at;
                    self.engine.handle_timeout(at);
                }
                (_, Some((at, index))) if at <= end => {
                    self.now = at.max(self.now);
                    let (.., letter) = self.letters.swap_remove(index);
                    self.deliver(letter);
                }
                _ => {
                    self.now = end;
                    return;
                }
            }
            self.pump();
        }
        panic!("the engine keeps the world spinning at {} ms", self.elapsed());
    }

    /// The page sleeps: the clock goes on, nothing has its turn.
    pub(crate) fn sleep(&mut self, millis: u64) {
        self.now = self.now.saturating_add(ms(millis));
    }

    pub(crate) fn send(&mut self, payload: u32) -> Result<Sent, SendError> {
        let sent = self.engine.send(self.now, payload, SIZE);
        self.pump();
        sent
    }

    pub(crate) fn close(&mut self) {
        self.engine.close(self.now);
        self.pump();
    }

    pub(crate) fn reconnect(&mut self) {
        self.engine.reconnect(self.now);
        self.pump();
    }

    pub(crate) fn signal(&mut self, signal: Signal) {
        self.engine.handle_signal(self.now, signal);
        self.pump();
    }

    pub(crate) fn decision(&mut self, go_on: bool) {
        // One that was never asked has no number, so any will do.
        let asked = self.asked.unwrap_or(DecisionId::new(u32::MAX));
        self.engine.handle_decision(self.now, asked, go_on);
        self.pump();
    }

    /// A number for a request, from 1 up.
    pub(crate) fn number_request(&mut self) -> RequestId {
        RequestId::new(self.engine.number_request().get() - self.base)
    }

    /// A request's number as the engine knows it.
    pub(crate) const fn real(&self, id: RequestId) -> RequestId {
        RequestId::new(self.base.wrapping_add(id.get()))
    }

    /// The connection that counts.
    pub(crate) fn connection(&self) -> ConnectionId {
        self.engine.connection().expect("a connection")
    }

    /// A message arrives now, or an answer to a ping.
    pub(crate) fn hear(&mut self, answer: bool) {
        let connection = self.connection();
        assert!(self.engine.handle_message(self.now, connection, answer));
        self.pump();
    }

    /// The connection ends now.
    pub(crate) fn end(&mut self, close: Close) {
        let connection = self.connection();
        self.engine.handle_closed(self.now, connection, close);
        self.pump();
    }

    /// The server's close frame is seen now, before the connection's end.
    pub(crate) fn closing(&mut self) {
        let connection = self.connection();
        self.engine.handle_peer_closing(self.now, connection);
        self.pump();
    }

    /// The connection goes dead: nothing comes or goes, and nobody says so.
    pub(crate) fn cut(&mut self) {
        let connection = self.connection();
        self.cut.insert(connection);
    }

    /// From now on the connection carries so many bytes in a millisecond.
    pub(crate) fn carries(&mut self, rate: u64) {
        self.report_buffered_amount();
        self.server.rate = Some(rate);
    }

    /// Returns the lines since the last call, without times. Lines on direct sending are left out: see [`World::directs`].
    pub(crate) fn story(&mut self) -> Vec<String> {
        let mut story = self.lines();
        story.retain(|line| line != "allow direct send" && line != "revoke direct send");
        story
    }

    /// Returns the lines since the last call on messages that don't call the engine.
    pub(crate) fn directs(&mut self) -> Vec<String> {
        let mut story = self.lines();
        story.retain(|line| line == "allow direct send" || line == "revoke direct send");
        story
    }

    fn lines(&mut self) -> Vec<String> {
        let notes = self.notes[self.read..].iter();
        let lines = notes.map(|(_, note)| story::tell(note)).collect();
        self.read = self.notes.len();
        lines
    }

    fn turn(&self, at: Instant) -> Instant {
        match self.throttle {
            Some(every) => Instant::from_millis(whole(at.saturating_since(Instant::ORIGIN)).div_ceil(every) * every),
            None => at,
        }
    }

    fn next_letter(&self) -> Option<(Instant, usize)> {
        let letters = self.letters.iter().enumerate();
        let (_, at, index) = letters
            .map(|(i, &(at, number, _))| (number, at, i))
            .min_by_key(|&(n, at, _)| (at, n))?;
        Some((at, index))
    }

    fn post(&mut self, after: u64, letter: Letter) {
        self.posted += 1;
        self.letters
            .push((self.now.saturating_add(ms(after)), self.posted, letter));
    }

    fn deliver(&mut self, letter: Letter) {
        let now = self.now;
        match letter {
            Letter::Open(c) | Letter::Message(c, _) | Letter::Closed(c, _) if self.cut.contains(&c) => {}
            Letter::Open(c) => {
                (self.buffered, self.drained_at) = (0, now);
                self.engine.handle_open(now, c);
            }
            Letter::Message(c, answer) => _ = self.engine.handle_message(now, c, answer),
            Letter::Closed(c, close) => self.engine.handle_closed(now, c, close),
            Letter::Resolved(q) => self.engine.handle_resolved(q),
            Letter::Unresolved(q) => self.engine.handle_unresolved(now, q),
        }
    }

    /// Carries out and tells what the engine wants, until it wants nothing.
    pub(crate) fn pump(&mut self) {
        let over = self.over && self.engine.ready_state() == ReadyState::Closed;
        loop {
            if let Some(output) = self.engine.poll_output() {
                assert!(!over, "an output after the end: {output:?}");
                self.carry_out(output);
            } else if let Some(event) = self.engine.poll_event() {
                self.tell(event);
            } else {
                break;
            }
        }
        self.over = self.engine.ready_state() == ReadyState::Closed;
        if self.over {
            assert_eq!(self.engine.poll_timeout(), None, "a timer after the end");
        }
    }

    fn tell(&mut self, event: Event<u32>) {
        let asked = if let Event::ShouldReconnect { id, .. } = event {
            Some(id)
        } else {
            None
        };
        let event = match event {
            Event::Failed { id, failure, sent } => Event::Failed {
                id: RequestId::new(id.get() - self.base),
                failure,
                sent,
            },
            event => event,
        };
        self.notes.push((self.now, Note::Told(event)));
        self.asked = asked.or(self.asked);
        if let (Some(asked), Some(decision)) = (asked, self.server.decision) {
            self.engine.handle_decision(self.now, asked, decision);
        }
    }

    fn carry_out(&mut self, output: Output<u32>) {
        let now = self.now;
        match output {
            Output::Resolve(question) => match self.server.provider.pop_front() {
                Some(Answer::Silent) => {}
                Some(Answer::Rejects { after }) => self.post(after, Letter::Unresolved(question)),
                Some(Answer::Gives { after }) => self.post(after, Letter::Resolved(question)),
                None => self.post(0, Letter::Resolved(question)),
            },
            Output::Dial(c) => match self.server.script.pop_front().unwrap_or(self.server.otherwise) {
                Fate::Silent => {}
                Fate::Refused { after } => self.post(after, Letter::Closed(c, Close::ABNORMAL)),
                Fate::Opens { after } => self.post(after, Letter::Open(c)),
                Fate::Ends { after, lasts, close } => {
                    self.post(after, Letter::Open(c));
                    self.post(after + lasts, Letter::Closed(c, close));
                }
            },
            Output::Transmit(c, _) if self.engine.needs_buffered_amount() => {
                let before = self.report_buffered_amount();
                self.engine.handle_buffered_amount(now, c, before);
                self.buffered += SIZE;
                let after = self.report_buffered_amount();
                self.engine.handle_buffered_amount(now, c, after);
            }
            Output::CheckIdle(c) => self.engine.handle_idle(now, c, !self.busy),
            Output::Abandon(_) if self.lingers => self.engine.handle_lingering(now),
            Output::Transmit(..) | Output::AllowDirectSend(..) | Output::RevokeDirectSend(_) | Output::Abandon(_) => {}
            Output::Ping(c) => {
                if let (Some(after), false) = (self.server.pong, self.cut.contains(&c)) {
                    self.post(after, Letter::Message(c, true));
                }
                self.engine.handle_ping_sent(now, c);
            }
            Output::ReadBufferedAmount(c) => {
                let amount = self.report_buffered_amount();
                self.engine.handle_buffered_amount(now, c, amount);
            }
            Output::Close(c) => {
                self.letters
                    .retain(|(.., letter)| !matches!(letter, Letter::Closed(other, _) if *other == c));
                // Before it has opened, the browser ends it at once, with 1006.
                let opened = [Note::Told(Event::Open(c)), Note::Told(Event::Authenticate(c))];
                if self.notes.iter().any(|(_, note)| opened.contains(note)) {
                    self.post(
                        self.server.farewell,
                        Letter::Closed(c, crate::server::closed_with(1000)),
                    );
                } else {
                    self.post(0, Letter::Closed(c, Close::ABNORMAL));
                }
            }
        }
        self.notes.push((now, Note::Did(output)));
    }

    /// Returns the bytes that are left in the native buffer.
    fn report_buffered_amount(&mut self) -> u64 {
        let passed = self.now.saturating_since(self.drained_at).as_millis();
        let dead = self.engine.connection().is_some_and(|c| self.cut.contains(&c));
        if !dead {
            let left = self.server.rate.map_or(u64::MAX, |rate| rate.saturating_mul(passed));
            self.buffered = self.buffered.saturating_sub(left);
        }
        self.drained_at = self.now;
        self.buffered
    }
}
