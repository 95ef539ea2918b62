//! The beginning of a connection, and the operations of the server.

use crate::channels::adapter::{AdapterOutput, Bus};
use crate::channels::nats::answer::ServerInfo;
use crate::channels::nats::protocol::{self, Operation, Parser};
use crate::channels::nats::request;
use crate::engine::Instant;

use super::phase::{ANSWERS, Phase};
use super::{MAX_MESSAGE, Nats};

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
        self.check_at = Instant::NEVER;
    }

    /// The answer is not NATS' protocol: another connection may do better.
    pub(super) fn give_up(&mut self, bus: &mut Bus) {
        self.reset();
        bus.handle_disconnected();
        self.outputs.push(AdapterOutput::Dial);
    }

    pub(super) fn handle_operation(&mut self, now: Instant, operation: Operation, bus: &mut Bus) {
        match operation {
            Operation::Info(json) => {
                if let Some(info) = ServerInfo::parse(&json) {
                    if info.max_payload > 0 {
                        self.max_payload = info.max_payload;
                    }
                    if self.phase == Phase::Opening {
                        self.log_in();
                    }
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
