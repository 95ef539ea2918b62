//! The beginning of a connection, and the operations of the server.

use crate::channels::adapter::{AdapterOutput, Bus};
use crate::channels::nats::answer::ServerInfo;
use crate::channels::nats::protocol::{self, Operation, Parser};
use crate::channels::nats::request;
use crate::engine::{Instant, Span};

use super::phase::{ANSWERS, Phase};
use super::{MAX_MESSAGE, Nats, SHORTEST};

/// For how long the server may take to accept a login.
const PATIENCE: Span = Span::from_millis(20_000);
/// The longest delay after a connection that was given up.
const LONGEST: Span = Span::from_millis(20_000);
/// A connection that was of use for longer than this is another matter.
const LONG: Span = Span::from_millis(60_000);

impl Nats {
    /// Forgets everything of a connection.
    pub(super) fn reset(&mut self) {
        self.phase = Phase::Closed;
        self.parser = Parser::new(MAX_MESSAGE);
        self.out.clear();
        self.questions.clear();
        self.readers.clear();
        self.channels.clear();
        self.publications.clear();
        self.time_to_live = None;
        self.move_at = Instant::NEVER;
        self.check_at = Instant::NEVER;
    }

    /// The connection is open, and the server's turn to speak.
    pub(super) fn begin(&mut self, now: Instant) {
        self.reset();
        self.phase = Phase::Opening;
        self.opened_at = now;
        self.check_at = now.saturating_add(PATIENCE);
    }

    /// The answer is not NATS' protocol, or doesn't come: another connection may do better, after a while.
    pub(super) fn give_up(&mut self, now: Instant, bus: &mut Bus) {
        self.reset();
        bus.handle_disconnected();
        if now.saturating_since(self.opened_at) > LONG {
            self.ceiling = SHORTEST;
        }
        let delay = self.random.between(self.ceiling.half(), self.ceiling);
        self.ceiling = self.ceiling.saturating_add(self.ceiling).min(LONGEST);
        self.check_at = now.saturating_add(delay);
    }

    /// The deadline of a connection that can't be used yet, or can't be used at all.
    pub(super) fn handle_no_login(&mut self, now: Instant, bus: &mut Bus) {
        if self.phase == Phase::Closed {
            self.check_at = Instant::NEVER;
            self.outputs.push(AdapterOutput::Dial);
        } else {
            self.give_up(now, bus);
        }
    }

    pub(super) fn handle_operation(&mut self, now: Instant, operation: Operation, bus: &mut Bus) {
        match operation {
            Operation::Info(json) => {
                let Some(info) = ServerInfo::parse(&json) else {
                    return self.give_up(now, bus);
                };
                if info.max_payload > 0 {
                    self.max_payload = info.max_payload;
                }
                if self.phase == Phase::Opening {
                    self.log_in();
                } else if info.ldm && info.has_others {
                    self.plan_move(now);
                }
            }
            Operation::Ping => protocol::pong(&mut self.out),
            Operation::Pong if self.phase == Phase::LoggingIn => {
                self.phase = Phase::Ready;
                self.check_at = now.saturating_add(self.period());
                bus.handle_connected(now);
            }
            Operation::Message(delivery) if delivery.sid == ANSWERS => self.handle_answer(now, &delivery, bus),
            Operation::Message(delivery) => self.handle_delivery(now, delivery, bus),
            Operation::Error(text) => self.handle_error(now, &text, bus),
            Operation::Pong | Operation::Ok => {}
        }
    }

    fn log_in(&mut self) {
        self.phase = Phase::LoggingIn;
        protocol::connect(
            &mut self.out,
            &request::login(&self.options.login, self.token.as_deref()),
        );
        let answers = alloc::format!("{}.a.*", self.inbox());
        protocol::subscribe(&mut self.out, &answers, ANSWERS);
        // The answer says that the login was accepted.
        protocol::ping(&mut self.out);
    }
}
