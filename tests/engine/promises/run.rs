//! Makes a sequence happen, and lets the witnesses look on.

use holdfast_ws::engine::{
    Connection, Decision, Engine, Event, Instant, Output, Question, ReadyState, Route, Span, Status,
};

use super::connections::Connections;
use super::inputs::{Input, Sequence, Who};
use super::messages::Messages;
use super::requests::Requests;
use super::retries::{Reading, Retries, Told};
use crate::story::Note;

/// An engine, and what has been seen of it.
#[derive(Debug)]
pub(super) struct Run<'s> {
    pub(super) engine: Engine<u32>,
    pub(super) record: Vec<Note>,
    sequence: &'s Sequence,
    now: Instant,
    /// The last number given to a connection or a question.
    last: u32,
    /// The question that was asked last.
    question: Option<u32>,
    /// The question whether to go on that was told last.
    asked: Option<u32>,
    told: Status,
    /// Each status that was seen, and each that was told.
    statuses: [Vec<Status>; 2],
    /// When somebody who waits for the buffer to drain is to be told, at the latest.
    drain_by: Option<Instant>,
    /// The amount last told of the native buffer.
    buffered: u64,
    /// Whether messages that nothing depends on at once go past the engine, and when the last did, and the last that answers.
    past: bool,
    heard: [Option<Instant>; 2],
    /// When attempts were told to be made, if that was told at once.
    plans: Vec<Instant>,
    connections: Connections,
    messages: Messages,
    requests: Requests,
    retries: Retries,
}

impl<'s> Run<'s> {
    pub(super) fn new(sequence: &'s Sequence) -> Self {
        let now = Instant::from_micros(sequence.starts);
        let mut engine = Engine::new(now, sequence.config.clone(), sequence.seed).expect("a possible configuration");
        let mut run = Self {
            told: engine.status(),
            statuses: [vec![engine.status()], vec![engine.status()]],
            drain_by: None,
            asked: None,
            requests: Requests::new(&mut engine),
            engine,
            record: Vec::new(),
            buffered: 0,
            past: false,
            heard: [None; 2],
            sequence,
            now,
            last: 0,
            question: None,
            plans: Vec::new(),
            connections: Connections::default(),
            messages: Messages::default(),
            retries: Retries::new(&sequence.config),
        };
        run.carry_out();
        run
    }

    /// The same, past which messages go when they can.
    pub(super) fn bypassed(sequence: &'s Sequence) -> Self {
        Self {
            past: true,
            ..Self::new(sequence)
        }
    }

    /// Tells of the messages that went past.
    fn catch_up(&mut self) {
        let [heard, answered] = core::mem::take(&mut self.heard);
        let connection = self.connection(Who::Current);
        for (at, answer) in [(answered, true), (heard, false)] {
            if let Some(at) = at {
                self.engine.handle_heard(at, connection, answer);
            }
        }
    }

    /// One input, and what comes of it.
    pub(super) fn step(&mut self, input: Input) {
        let before = Reading::of(&self.engine, self.connections.admitting);
        let plans = self.plans.len();
        let closed = self.is_closed();
        let record = self.record.len();
        let told = self.input(input);
        self.carry_out();
        let after = Reading::of(&self.engine, self.connections.admitting);
        self.retries.check(told, self.now, before, after);
        if self.sequence.tells_at_once {
            self.tell();
            // Whoever asks for the status while the application is asked sees `closing`, but it is not told.
            let asked = self.engine.status() == Status::Closing && self.engine.connection().is_none();
            assert!(asked || self.told == self.engine.status(), "the status was not told");
            // A plan that is new, or has moved, is told.
            let moved = after.waits() && (after.planned != before.planned || !before.waits());
            let plan = self.plans[plans..].last().copied();
            assert!(
                !moved || plan == Some(after.planned.max(self.now)),
                "planned {after:?}, told {plan:?}"
            );
        }
        self.see();
        assert_eq!(self.engine.connection(), self.connections.live);
        self.requests.check(&self.engine, self.now, self.sequence.tells_at_once);
        if self.is_closed() {
            assert_eq!(self.engine.poll_timeout(), None, "a timer after the end");
            let silent = !self.sequence.tells_at_once || self.record.len() == record;
            assert!(!closed || silent, "something came out after the end");
        } else {
            assert!(!closed || told == Told::Reconnect, "only reconnect() starts again");
        }
    }

    /// Ends it, and lets the witnesses speak.
    pub(super) fn finish(&mut self) {
        self.step(Input::Close);
        if let Some(connection) = self.engine.connection() {
            self.step(Input::Closed(
                Who::Number(connection.0),
                holdfast_ws::engine::Close::ABNORMAL,
            ));
        }
        self.tell();
        assert!(self.is_closed());
        let [seen, told] = &self.statuses;
        let mut rest = told.iter();
        assert!(
            seen.iter().all(|status| rest.any(|other| other == status)),
            "seen {seen:?}, told {told:?}"
        );
        self.connections.finish();
        self.requests.finish(&self.engine);
        core::mem::take(&mut self.messages).finish(&self.engine, self.requests.transmitted);
    }

    /// Notes the status, and checks that nobody waits for longer than he should.
    fn see(&mut self) {
        let asked = self.engine.status() == Status::Closing && self.engine.connection().is_none();
        if !asked && self.statuses[0].last() != Some(&self.engine.status()) {
            self.statuses[0].push(self.engine.status());
        }
        if self.is_closed() {
            self.drain_by = None;
        }
        if let (Some(by), true) = (self.drain_by, self.sequence.tells_at_once) {
            let alarm = self.engine.poll_timeout().unwrap_or(Instant::NEVER);
            assert!(
                alarm <= by,
                "who waits for the buffer waits until {alarm:?}, not {by:?}"
            );
        }
    }

    fn is_closed(&self) -> bool {
        self.engine.ready_state() == ReadyState::Closed
    }

    fn input(&mut self, input: Input) -> Told {
        // Before time passes, but only once for many messages.
        if !matches!(input, Input::Heard(..)) {
            self.catch_up();
        }
        match input {
            Input::Pass(span) => self.now = self.now.after(span),
            Input::Back(span) => {
                self.now = Instant::from_micros(self.now.as_micros().saturating_sub(span.as_micros()));
            }
            Input::Leap => self.now = Instant::NEVER,
            Input::Tick => return self.tick(),
            Input::Due(late) => {
                if let Some(at) = self.engine.poll_timeout() {
                    self.now = self.now.max(at.after(late));
                }
                return self.tick();
            }
            Input::Tell => self.tell(),
            Input::Send(bytes) => self
                .messages
                .send(&mut self.engine, &self.sequence.config, self.now, bytes),
            Input::Number => self.requests.number(&mut self.engine),
            Input::Ask(bytes, timeout, retry) => {
                self.ask(bytes, timeout, if retry { Route::Again } else { Route::Any });
            }
            Input::AskTwice(index, bytes, timeout) => {
                self.requests.ask_twice(
                    &mut self.engine,
                    self.now,
                    index,
                    (bytes, timeout),
                    self.sequence.tells_at_once,
                );
            }
            Input::AskOn(who, bytes, timeout) => {
                let connection = self.connection(who);
                self.ask(bytes, timeout, Route::Only(connection));
            }
            Input::SendOn(who) => {
                let connection = self.connection(who);
                let takes = self.connections.takes(connection);
                self.messages.send_on(&mut self.engine, connection, takes);
            }
            Input::Reply(index, last) => self.requests.reply(&mut self.engine, self.now, index, last),
            Input::Abort(index) => self.requests.abort(&mut self.engine, self.now, index),
            Input::Drain => {
                self.engine.watch_drain(self.now);
                let bound = if self.connections.open { 20 } else { 1_000 };
                let by = self.now.after(Span::from_millis(bound));
                self.drain_by = Some(self.drain_by.map_or(by, |before| before.min(by)));
            }
            Input::Close => {
                self.engine.close(self.now);
                return Told::Close;
            }
            Input::Reconnect => {
                self.engine.reconnect(self.now);
                return Told::Reconnect;
            }
            Input::Decision(before, go_on) => return self.decide(before, go_on),
            Input::Signal(signal) => {
                self.engine.handle_signal(self.now, signal);
                return Told::Signal(signal);
            }
            Input::Resolved(who) | Input::Unresolved(who) => self.answered(who, matches!(input, Input::Resolved(_))),
            Input::Opened(who)
            | Input::Admitted(who)
            | Input::TurnedAway(who)
            | Input::Heard(who, _)
            | Input::Closing(who)
            | Input::Closed(who, _)
            | Input::Refused(who)
            | Input::Erred(who)
            | Input::Pinged(who)
            | Input::Buffered(who, _) => return self.heard(who, input),
        }
        Told::Other
    }

    /// The application answers a question. Any but the last one, and that but once, changes nothing at all.
    fn decide(&mut self, before: u32, go_on: bool) -> Told {
        let Some(asked) = self.asked else { return Told::Other };
        let judged = self.engine.status() == Status::Closing && self.engine.connection().is_none();
        // There is no other question without another attempt.
        let awaited = before == 0 && judged && asked > self.last;
        let state = (!awaited).then(|| format!("{:?}", self.engine));
        self.engine
            .handle_decision(self.now, Decision(asked.wrapping_sub(before)), go_on);
        if let Some(state) = state {
            assert_eq!(state, format!("{:?}", self.engine), "a stale answer changed something");
            return Told::Other;
        }
        Told::Verdict(go_on)
    }

    fn tick(&mut self) -> Told {
        self.engine.handle_timeout(self.now);
        Told::Tick
    }

    fn number(&self, who: Who, current: Option<u32>) -> u32 {
        match who {
            Who::Current => current.unwrap_or(self.last),
            Who::Before(n) => self.last.wrapping_sub(n),
            Who::Number(number) => number,
        }
    }

    fn connection(&self, who: Who) -> Connection {
        Connection(self.number(who, self.connections.live.map(|c| c.0)))
    }

    fn ask(&mut self, bytes: u64, timeout: Span, route: Route) {
        let connections = &self.connections;
        let takes = |connection| connections.takes(connection);
        let config = &self.sequence.config;
        self.requests
            .ask(&mut self.engine, config, self.now, (bytes, timeout, route), takes);
    }

    /// Something is told of a connection. Of any but the live one, it changes nothing at all.
    fn heard(&mut self, who: Who, input: Input) -> Told {
        let c = self.connection(who);
        let live = self.connections.live == Some(c);
        match input {
            Input::Heard(_, answer) if self.past && live && !self.engine.awaits_answer() => {
                let [heard, answered] = &mut self.heard;
                *if answer { answered } else { heard } = Some(self.now);
                return Told::Heard;
            }
            _ => self.catch_up(),
        }
        let before = (!live).then(|| format!("{:?}", self.engine));
        let connecting = self.engine.ready_state() == ReadyState::Connecting && !self.connections.admitting;
        let (engine, now) = (&mut self.engine, self.now);
        let mut told = Told::Other;
        match input {
            Input::Opened(_) => {
                engine.handle_open(now, c);
                if live && connecting {
                    if self.sequence.config.authenticates {
                        self.connections.admitting = true;
                    } else {
                        self.connections.open = true;
                        told = Told::Opened;
                    }
                }
            }
            Input::Admitted(_) => {
                engine.handle_admitted(now, c);
                if live && self.connections.admitting {
                    (self.connections.admitting, self.connections.open) = (false, true);
                    told = Told::Opened;
                }
            }
            Input::TurnedAway(_) => {
                let admitting = live && self.connections.admitting;
                assert_eq!(engine.handle_turned_away(now, c), admitting);
            }
            Input::Heard(_, answer) => {
                assert_eq!(engine.handle_message(now, c, answer), live);
                told = if live { Told::Heard } else { told };
            }
            Input::Closing(_) => {
                engine.handle_closing(now, c);
                self.connections.open &= !live;
            }
            Input::Closed(_, close) => {
                engine.handle_closed(now, c, close);
                self.connections.ended(c);
                told = if live { Told::Closed(close) } else { told };
            }
            Input::Refused(_) => {
                engine.handle_refused(now, c);
                self.connections.ended(c);
            }
            Input::Erred(_) => _ = engine.handle_error(now, c),
            Input::Pinged(_) => engine.handle_pinged(now, c),
            Input::Buffered(_, amount) => {
                self.buffered = amount;
                engine.handle_buffered(now, c, amount);
            }
            _ => unreachable!("not of a connection: {input:?}"),
        }
        if let Some(before) = before {
            assert_eq!(
                before,
                format!("{:?}", self.engine),
                "{input:?} of {c:?} changed something"
            );
        }
        told
    }

    /// The application answers a question for the URL. Any but the last, and that but once, changes nothing at all.
    fn answered(&mut self, who: Who, resolved: bool) {
        let number = self.number(who, self.question);
        let awaited = self.question == Some(number)
            && self.connections.live.is_none()
            && self.engine.status() == Status::Connecting;
        let before = (!awaited).then(|| format!("{:?}", self.engine));
        if resolved {
            self.engine.handle_resolved(Question(number));
        } else {
            self.engine.handle_unresolved(self.now, Question(number));
        }
        if let Some(before) = before {
            assert_eq!(
                before,
                format!("{:?}", self.engine),
                "an answer to question {number} changed something"
            );
        }
    }

    fn carry_out(&mut self) {
        while let Some(output) = self.engine.poll_output() {
            match output {
                Output::Dial(c) => self.last = c.0,
                Output::Resolve(question) => (self.last, self.question) = (question.0, Some(question.0)),
                _ => {}
            }
            self.connections.output(&output);
            self.messages.output(&output, self.connections.open);
            self.requests.output(&output, self.connections.open);
            if matches!(output, Output::Free(_)) {
                assert!(self.engine.outbox().is_empty(), "something still waits");
            }
            if let Output::Weigh(c) = output {
                self.engine.handle_buffered(self.now, c, self.buffered);
            }
            self.record.push(Note::Did(output));
        }
    }

    fn tell(&mut self) {
        while let Some(event) = self.engine.poll_event() {
            match &event {
                Event::Status(status) => {
                    assert_ne!(self.told, *status, "the same status was told twice");
                    self.told = *status;
                    self.statuses[1].push(*status);
                }
                Event::Ask { id, .. } => self.asked = Some(id.0),
                Event::Reconnecting { delay, .. } => self.plans.push(self.now.after(*delay)),
                Event::Drain => self.drain_by = None,
                _ => {}
            }
            self.connections.event(&event);
            self.messages.event(&event);
            self.requests.event(&event, self.now, self.sequence.tells_at_once);
            self.record.push(Note::Told(event));
        }
        assert!(!self.engine.has_events());
    }
}
