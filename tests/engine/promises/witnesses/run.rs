//! Makes a sequence happen, and lets the witnesses look on.

mod perform;

use holdfast_ws::engine::{Engine, Event, Instant, Output, ReadyState, Status};

use super::connections::Connections;
use super::hidden::Hiding;
use super::inputs::{Input, Sequence, Who};
use super::messages::Messages;
use super::note::Note;
use super::page::Page;
use super::reading::{InputKind, Reading};
use super::requests::Requests;
use super::retries::Retries;

/// An engine, and what has been seen of it.
#[derive(Debug)]
pub(crate) struct Run<'s> {
    pub(crate) engine: Engine<u32>,
    pub(crate) record: Vec<Note>,
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
    /// True if messages that nothing depends on at once bypass the engine; the times of the last one, and of the last answer.
    past: bool,
    heard: [Option<Instant>; 2],
    /// The current bypass, if there is one; true if the times of messages are recorded.
    bypass: Option<bool>,
    /// The clock ran backwards. What was told to be trusted until then may not be.
    went_back: bool,
    /// The number of messages that bypassed the engine.
    passed: u64,
    page: Page,
    /// When attempts were told to be made, if that was told at once.
    plans: Vec<Instant>,
    connections: Connections,
    messages: Messages,
    requests: Requests,
    retries: Retries,
    hiding: Hiding,
    /// The number of abandoned connections that haven't closed yet.
    closing: u32,
    /// The engine has asked whether the connection is idle, in this step.
    checks: bool,
}

impl<'s> Run<'s> {
    pub(crate) fn new(sequence: &'s Sequence) -> Self {
        let now = Instant::from_millis_f64(sequence.starts);
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
            bypass: None,
            passed: 0,
            went_back: false,
            page: Page::new(&sequence.config, now),
            sequence,
            now,
            last: 0,
            question: None,
            plans: Vec::new(),
            connections: Connections::default(),
            messages: Messages::default(),
            retries: Retries::new(&sequence.config, now, sequence.closing),
            hiding: Hiding::new(&sequence.config, now),
            closing: sequence.closing,
            checks: false,
        };
        for _ in 0..sequence.closing {
            run.engine.handle_lingering(now);
        }
        run.carry_out();
        run
    }

    /// The same, past which messages go when they can.
    pub(crate) fn bypassed(sequence: &'s Sequence) -> Self {
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
                self.engine.handle_activity(at, connection, answer);
            }
        }
        // As at the message itself, not after what the next input adds.
        self.carry_out();
    }

    /// One input, and what comes of it.
    pub(crate) fn step(&mut self, input: Input) {
        self.checks = false;
        self.step_once(input);
        if self.checks && self.sequence.answers_at_once {
            self.step_once(Input::Idle(Who::Current, self.buffered == 0));
        }
    }

    fn step_once(&mut self, input: Input) {
        let closing = self.closing;
        let before = Reading::of(&self.engine, self.connections.authenticating, self.retries.online);
        let plans = self.plans.len();
        let closed = self.is_closed();
        let record = self.record.len();
        let told = self.input(input);
        if let Some(held) = self.page.held
            && told != InputKind::Reconnect
            && self.engine.connection() != Some(held.connection)
        {
            self.connections.ended(held.connection);
        }
        self.carry_out();
        let after = Reading::of(&self.engine, self.connections.authenticating, self.retries.online);
        self.retries.check(told, self.now, &self.page, before, after);
        self.retries
            .lingering
            .linger(self.now, self.closing.saturating_sub(closing));
        let page = self.page;
        self.page.check(told, self.now, before, after);
        self.hiding.check(told, self.now, &self.page, before, after);
        self.hiding
            .assert_goes_on(&self.page, after, self.engine.poll_timeout().unwrap_or(Instant::NEVER));
        if self.sequence.tells_at_once {
            self.tell();
            // Whoever asks for the status while the application is asked sees `closing`, but it is not told.
            let asked = self.engine.status() == Status::Closing && self.engine.connection().is_none();
            // A page that is being left is told of nothing new.
            let quiet = asked || self.page.is_quiet();
            assert!(quiet || self.told == self.engine.status(), "the status was not told");
            // A plan that is new, or has moved, is told, unless it only waits until the page stays.
            let stays = matches!(told, InputKind::Tick | InputKind::LingerEnded) && after.planned == page.leaving_until;
            let moved = !quiet
                && after.waits()
                && !after.parked
                && (after.planned != before.planned && !stays || !before.waits());
            let plan = self.plans[plans..].last().copied();
            assert!(
                !moved || plan == Some(after.planned.max(self.now)),
                "planned {after:?}, told {plan:?}"
            );
        }
        self.see();
        assert_eq!(self.engine.connection(), self.connections.live);
        self.see_direct();
        self.requests.check(&self.engine, self.now, self.sequence.tells_at_once);
        if self.is_closed() {
            assert_eq!(self.engine.poll_timeout(), None, "a timer after the end");
            let silent = !self.sequence.tells_at_once || self.record.len() == record;
            assert!(!closed || silent, "something came out after the end");
        } else {
            assert!(!closed || told == InputKind::Reconnect, "only reconnect() starts again");
        }
    }

    /// Ends it, and lets the witnesses speak.
    pub(crate) fn finish(&mut self) {
        self.step(Input::Close);
        if let Some(connection) = self.engine.connection() {
            self.step(Input::Closed(
                Who::Number(connection.get()),
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
        if !asked && !self.page.is_quiet() && self.statuses[0].last() != Some(&self.engine.status()) {
            self.statuses[0].push(self.engine.status());
        }
        if self.is_closed() {
            self.drain_by = None;
        }
        // A page that was left does nothing.
        let serves = self.sequence.tells_at_once && !self.page.left;
        // On a clock that runs backwards, times of before and after are not of one kind.
        if serves && !self.went_back {
            self.requests.check_fairness(&self.engine, self.now);
        }
        if let (Some(by), true) = (self.drain_by, serves) {
            let alarm = self.engine.poll_timeout().unwrap_or(Instant::NEVER);
            assert!(
                alarm <= by,
                "who waits for the buffer waits until {alarm:?}, not {by:?}"
            );
        }
    }

    /// Messages may go without calling the engine exactly while it would hand them over at once.
    fn see_direct(&self) {
        let direct = self.connections.direct.map(|(connection, _)| connection);
        let free = self.engine.can_transmit() && !self.engine.needs_buffered_amount();
        assert_eq!(
            direct,
            self.engine.connection().filter(|_| free),
            "who sends is told otherwise"
        );
        assert!(!free || self.engine.outbox().is_empty(), "something waits");
    }

    fn is_closed(&self) -> bool {
        self.engine.ready_state() == ReadyState::Closed
    }

    fn carry_out(&mut self) {
        while let Some(output) = self.engine.poll_output() {
            match output {
                Output::Dial(c) => (self.last, self.bypass) = (c.get(), None),
                Output::Resolve(question) => (self.last, self.question) = (question.get(), Some(question.get())),
                _ => {}
            }
            self.connections.output(&output);
            self.messages.output(&output, self.connections.open);
            self.requests.output(&output, self.connections.open);
            if matches!(output, Output::AllowDirectSend(..)) {
                assert!(self.engine.outbox().is_empty(), "something still waits");
            }
            match output {
                Output::CheckIdle(_) => {
                    self.hiding.asked(self.now, &self.page, &self.engine);
                    self.checks = true;
                }
                Output::Abandon(_) if self.sequence.lingers => {
                    self.engine.handle_lingering(self.now);
                    self.closing += 1;
                }
                _ => {}
            }
            if let Output::ReadBufferedAmount(c) = output {
                self.engine.handle_buffered_amount(self.now, c, self.buffered);
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
                Event::ShouldReconnect { id, .. } => self.asked = Some(id.get()),
                Event::Reconnecting { delay, .. } => self.plans.push(self.now.saturating_add(*delay)),
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
