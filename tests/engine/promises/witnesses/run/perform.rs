//! Tells the engine one input.

use holdfast_ws::engine::{ConnectionId, DecisionId, Instant, Output, ReadyState, ResolveId, Route, Span, Status};

use super::super::inputs::{Input, Who};
use super::super::note::Note;
use super::super::reading::InputKind;
use super::Run;

/// Three years. A clock that shows much more can't tell microseconds apart.
const HORIZON: Instant = Instant::from_millis(100_000_000_000);

/// The time itself, or the end of time for one beyond the horizon.
fn within_horizon(time: Instant) -> Instant {
    if time > HORIZON { Instant::NEVER } else { time }
}

impl Run<'_> {
    pub(super) fn input(&mut self, input: Input) -> InputKind {
        // Before time passes, but only once for many messages.
        if !matches!(input, Input::Heard(..)) {
            self.catch_up();
        }
        match input {
            Input::Pass(span) => self.now = within_horizon(self.now.saturating_add(span)),
            Input::Back(span) => {
                self.went_back = true;
                self.now = Instant::from_millis_f64(self.now.as_millis_f64() - span.as_millis_f64());
            }
            Input::Leap => self.now = Instant::NEVER,
            Input::Tick => return self.tick(),
            Input::Due(late) => {
                if let Some(at) = self.engine.poll_timeout() {
                    self.now = self.now.max(within_horizon(at.saturating_add(late)));
                }
                return self.tick();
            }
            Input::Tell => self.tell(),
            Input::Send(bytes) => {
                self.send(bytes);
                return InputKind::Use;
            }
            Input::Number => self.requests.number(&mut self.engine),
            Input::Ask(bytes, timeout, retry) => {
                self.ask(bytes, timeout, if retry { Route::Retry } else { Route::Any });
                return InputKind::Use;
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
                let by = self.now.saturating_add(Span::from_millis(bound));
                self.drain_by = Some(self.drain_by.map_or(by, |before| before.min(by)));
            }
            Input::Close => {
                self.engine.close(self.now);
                return InputKind::Close;
            }
            Input::Connect => {
                self.engine.connect(self.now);
                return InputKind::Use;
            }
            Input::Reconnect => {
                self.engine.reconnect(self.now);
                return InputKind::Reconnect;
            }
            Input::Decision(before, go_on) => return self.decide(before, go_on),
            Input::Signal(signal) => {
                self.bypass = None;
                self.engine.handle_bypassed(self.passed);
                self.engine.handle_signal(self.now, signal);
                return InputKind::Signal(signal);
            }
            Input::Resolved(who) | Input::Unresolved(who) => {
                return self.answered(who, matches!(input, Input::Resolved(_)));
            }
            Input::Opened(who)
            | Input::Authenticated(who)
            | Input::Rejected(who)
            | Input::Heard(who, _)
            | Input::Closing(who)
            | Input::Closed(who, _)
            | Input::Refused(who)
            | Input::Erred(who)
            | Input::Pinged(who)
            | Input::Idle(who, _)
            | Input::Buffered(who, _) => return self.heard(who, input),
            Input::Gone if self.closing > 0 => {
                self.closing -= 1;
                self.engine.handle_linger_ended(self.now);
                return InputKind::LingerEnded;
            }
            Input::Gone => {}
        }
        InputKind::Other
    }

    /// The application sends a message: past the engine if it may, and we do so.
    fn send(&mut self, bytes: u64) {
        if let (Some((connection, until)), true) = (self.connections.direct, self.past)
            && self.now < until
            && !self.went_back
        {
            self.engine.handle_transmitted();
            let message = self.messages.send_past();
            let sent = Output::Transmit(connection, message);
            self.messages.output(&sent, true);
            self.record.push(Note::Did(sent));
            return;
        }
        if self.engine.can_transmit() && self.engine.doubts() {
            self.engine.handle_inactivity(self.now);
            self.carry_out();
            let expired = self.connections.direct.is_some_and(|(_, until)| self.now >= until);
            if expired && self.engine.can_transmit() {
                self.engine.handle_direct_expired();
                self.carry_out();
            }
        }
        self.messages
            .send(&mut self.engine, &self.sequence.config, self.now, bytes);
    }

    /// The application answers a question. Any but the last one, and that but once, changes nothing at all.
    fn decide(&mut self, before: u32, go_on: bool) -> InputKind {
        let Some(asked) = self.asked else {
            return InputKind::Other;
        };
        let judged = self.engine.status() == Status::Closing && self.engine.connection().is_none();
        // There is no other question without another attempt.
        let awaited = before == 0 && judged && asked > self.last;
        let state = (!awaited).then(|| format!("{:?}", self.engine));
        self.engine
            .handle_decision(self.now, DecisionId::new(asked.wrapping_sub(before)), go_on);
        if let Some(state) = state {
            assert_eq!(state, format!("{:?}", self.engine), "a stale answer changed something");
            return InputKind::Other;
        }
        InputKind::Decision(go_on)
    }

    fn tick(&mut self) -> InputKind {
        self.engine.handle_timeout(self.now);
        InputKind::Tick
    }

    fn number(&self, who: Who, current: Option<u32>) -> u32 {
        match who {
            Who::Current => current.unwrap_or(self.last),
            Who::Before(n) => self.last.wrapping_sub(n),
            Who::Number(number) => number,
        }
    }

    pub(super) fn connection(&self, who: Who) -> ConnectionId {
        ConnectionId::new(self.number(who, self.connections.live.map(ConnectionId::get)))
    }

    fn ask(&mut self, bytes: u64, timeout: Span, route: Route) {
        let connections = &self.connections;
        let takes = |connection| connections.takes(connection);
        let config = &self.sequence.config;
        self.requests
            .ask(&mut self.engine, config, self.now, (bytes, timeout, route), takes);
    }

    /// Something is told of a connection. Of any but the live one, it changes nothing at all.
    fn heard(&mut self, who: Who, input: Input) -> InputKind {
        let c = self.connection(who);
        let live = self.connections.live == Some(c);
        if self.page.held.is_some_and(|held| held.connection == c) {
            // The browser has told its end, and tells no more.
            self.catch_up();
            return InputKind::Other;
        }
        match (input, self.bypass) {
            (Input::Heard(_, answer), Some(time)) if self.past && live && !self.engine.awaits_pong() => {
                self.passed += 1;
                if time || answer {
                    let [heard, answered] = &mut self.heard;
                    *if answer { answered } else { heard } = Some(self.now);
                }
                return InputKind::Received;
            }
            _ => self.catch_up(),
        }
        let before = (!live).then(|| format!("{:?}", self.engine));
        let connecting = self.engine.ready_state() == ReadyState::Connecting && !self.connections.authenticating;
        let (engine, now) = (&mut self.engine, self.now);
        let mut told = InputKind::Other;
        match input {
            Input::Opened(_) => {
                engine.handle_open(now, c);
                if live && connecting {
                    if self.sequence.config.authenticates {
                        self.connections.authenticating = true;
                    } else {
                        self.connections.open = true;
                        told = InputKind::Opened;
                    }
                }
            }
            Input::Authenticated(_) => {
                engine.handle_authenticated(now, c);
                if live && self.connections.authenticating {
                    (self.connections.authenticating, self.connections.open) = (false, true);
                    told = InputKind::Opened;
                }
            }
            Input::Rejected(_) => {
                let authenticating = live && self.connections.authenticating;
                assert_eq!(engine.handle_rejected(now, c), authenticating);
            }
            Input::Heard(_, answer) => {
                assert_eq!(engine.handle_message(now, c, answer), live);
                if live {
                    self.bypass = Some(engine.needs_message_times());
                }
                told = if live { InputKind::Received } else { told };
            }
            Input::Closing(_) => {
                engine.handle_peer_closing(now, c);
                self.connections.open &= !live;
            }
            Input::Closed(_, close) => {
                let closing = engine.ready_state() == ReadyState::Closing && engine.discards();
                let holds = live && !closing && self.page.holds(&self.sequence.config, now);
                engine.handle_closed(now, c, close);
                if holds {
                    self.page.hold(now, c, close);
                    self.connections.open = false;
                } else {
                    self.connections.ended(c);
                    told = if live { InputKind::Closed(close) } else { told };
                }
            }
            Input::Refused(_) => {
                engine.handle_refused(now, c);
                self.connections.ended(c);
            }
            Input::Erred(_) => _ = engine.handle_error(now, c),
            Input::Pinged(_) => engine.handle_ping_sent(now, c),
            Input::Idle(_, idle) => {
                engine.handle_idle(now, c, idle);
                told = if live { InputKind::Idle(idle) } else { told };
            }
            Input::Buffered(_, amount) => {
                self.buffered = amount;
                engine.handle_buffered_amount(now, c, amount);
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
    fn answered(&mut self, who: Who, resolved: bool) -> InputKind {
        let number = self.number(who, self.question);
        let awaited = self.question == Some(number)
            && self.connections.live.is_none()
            && self.engine.status() == Status::Connecting;
        let before = (!awaited).then(|| format!("{:?}", self.engine));
        if resolved {
            self.engine.handle_resolved(ResolveId::new(number));
        } else {
            self.engine.handle_unresolved(self.now, ResolveId::new(number));
        }
        if let Some(before) = before {
            assert_eq!(
                before,
                format!("{:?}", self.engine),
                "an answer to question {number} changed something"
            );
        }
        if awaited && resolved && self.page.left {
            InputKind::Shelved
        } else {
            InputKind::Other
        }
    }
}
