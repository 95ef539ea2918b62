//! The adapter: what the bus wants, as operations of NATS, and the server's operations as inputs of the bus.

mod checks;
mod creating;
mod errors;
mod followed;
mod history;
mod login;
mod moving;
mod payload;
mod phase;
mod presence;
mod present;
mod publishing;
mod reader;
mod reading;
mod sent;
mod subscribing;

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use crate::channels::adapter::{Adapter, AdapterOutput, Bus, Can, LoginRefusal, Payload};
use crate::channels::config::Abilities;
use crate::channels::ids::{ChannelId, PublicationId};
use crate::channels::output::Output;
use crate::channels::position::{Numbering, Recovered};
use crate::engine::{Instant, Queue, Random, Span};

use self::followed::{Followed, Question};
use self::phase::Phase;
use self::reader::{Reader, Repeat};
use self::sent::Sent;
use super::options::Options;
use super::proof::Stream;
use super::protocol::Parser;
use super::subject::subject_part;

/// The greatest message that is taken: the most that a server can be configured to pass on.
const MAX_MESSAGE: usize = 64 * 1024 * 1024;

/// The first delay after a connection that was given up. It doubles.
const SHORTEST: Span = Span::from_millis(500);

/// The adapter for NATS `JetStream`.
#[derive(Debug)]
pub struct Nats {
    options: Options,
    /// Names this page among all that use the server.
    client: String,
    token: Option<String>,
    refusal: Option<LoginRefusal>,
    phase: Phase,
    parser: Parser,
    /// The greatest payload that the server takes.
    max_payload: usize,
    /// The bytes to send, in one WebSocket message.
    out: Vec<u8>,
    outputs: Queue<AdapterOutput>,
    /// The last number that was given to a request or a subscription.
    number: u64,
    /// The questions for streams that are open.
    questions: BTreeMap<u64, (Question, Repeat)>,
    /// The consumers, by the numbers of their subscriptions.
    readers: BTreeMap<u64, Reader>,
    channels: BTreeMap<ChannelId, Followed>,
    publications: BTreeMap<PublicationId, Sent>,
    /// The stream as it was when it was asked for last.
    stream: Stream,
    /// For how long the bucket keeps a key, once that is known.
    time_to_live: Option<Span>,
    /// When deadlines are looked at next. Before the login is accepted, that of the login; without a connection, when to dial again.
    check_at: Instant,
    /// When to go to another server, as this one is about to end.
    move_at: Instant,
    /// When the connection opened.
    opened_at: Instant,
    /// The ceiling of the delay after the next connection that is given up.
    ceiling: Span,
    random: Random,
}

impl Nats {
    /// An adapter without a connection. `seed` is drawn at random, and from nothing else.
    #[must_use]
    pub fn new(options: Options, seed: u64) -> Self {
        let mut random = Random::new(seed);
        let client = format!("{:08x}{:08x}", random.bits(), random.bits());
        Self {
            options,
            client,
            token: None,
            refusal: None,
            phase: Phase::Closed,
            parser: Parser::new(MAX_MESSAGE),
            max_payload: usize::MAX,
            out: Vec::new(),
            outputs: Queue::new(),
            number: 1,
            questions: BTreeMap::new(),
            readers: BTreeMap::new(),
            channels: BTreeMap::new(),
            publications: BTreeMap::new(),
            stream: Stream::default(),
            time_to_live: None,
            check_at: Instant::NEVER,
            move_at: Instant::NEVER,
            opened_at: Instant::NEVER,
            ceiling: SHORTEST,
            random,
        }
    }

    fn next_number(&mut self) -> u64 {
        self.number = self.number.saturating_add(1);
        self.number
    }

    /// The subject that begins all of this page's own.
    fn inbox(&self) -> String {
        format!("{}.{}", self.options.inbox, self.client)
    }

    /// The subject for the answer to a request with this number.
    fn answer_to(&self, number: u64) -> String {
        format!("{}.a.{number}", self.inbox())
    }

    fn subject(&self, name: &str) -> String {
        let part = subject_part(name);
        if self.options.prefix.is_empty() {
            part
        } else {
            format!("{}.{part}", self.options.prefix)
        }
    }
}

impl Adapter for Nats {
    fn abilities(&self) -> Abilities {
        Abilities {
            numbering: Numbering::Ordered,
            // No gap shows by the numbers, so the rules fetch nothing.
            history: false,
            acknowledges: true,
            deduplicates: true,
            renews: false,
            resumes: true,
            publishes_apart: false,
        }
    }

    fn can(&self) -> Can {
        Can {
            recovery: Recovered::Yes,
            history: true,
            publish: true,
            presence: !self.options.bucket.is_empty(),
            wildcard: false,
            ack: true,
            // The connection's user has permissions.
            tokens: false,
        }
    }

    fn handle_start(&mut self, _now: Instant, _bus: &mut Bus) {
        self.outputs.push(AdapterOutput::Dial);
    }

    fn handle_connection_token(&mut self, token: Option<String>) {
        self.token = token;
    }

    fn take_login_refusal(&mut self) -> Option<LoginRefusal> {
        self.refusal.take()
    }

    fn url(&mut self, base: &str) -> Option<String> {
        Some(base.into())
    }

    fn handle_open(&mut self, now: Instant, _bus: &mut Bus) {
        self.begin(now);
    }

    fn handle_closed(&mut self, _now: Instant, bus: &mut Bus) {
        self.reset();
        bus.handle_disconnected();
    }

    fn handle_message(&mut self, now: Instant, frame: Payload, bus: &mut Bus) {
        if self.phase == Phase::Closed {
            return;
        }
        self.parser.push(frame.as_bytes());
        loop {
            match self.parser.next_operation() {
                Ok(Some(operation)) => self.handle_operation(now, operation, bus),
                Ok(None) => return,
                Err(_) => return self.give_up(now, bus),
            }
        }
    }

    fn handle_output(&mut self, now: Instant, output: Output<Payload, String>, bus: &mut Bus) {
        if self.phase != Phase::Ready {
            return;
        }
        match output {
            Output::Subscribe(batch) => self.subscribe(now, batch, bus),
            Output::Unsubscribe(channel) => self.unsubscribe(channel),
            Output::Publish {
                publication,
                name,
                payload,
            } => self.publish(now, publication, &name, payload, bus),
            Output::History { question, name, range } => self.ask_history(now, question, &name, &range, bus),
            // There are no tokens of channels, and nothing is fetched. The rest is the application's.
            _ => {}
        }
    }

    fn poll_timeout(&self) -> Option<Instant> {
        (self.check_at != Instant::NEVER).then_some(self.check_at)
    }

    fn handle_timeout(&mut self, now: Instant, bus: &mut Bus) {
        if self.check_at > now {
            return;
        }
        if self.phase == Phase::Ready {
            self.check(now, bus);
        } else {
            self.handle_no_login(now, bus);
        }
    }

    fn poll_output(&mut self) -> Option<AdapterOutput> {
        if let Some(output) = self.outputs.pop() {
            return Some(output);
        }
        let bytes = core::mem::take(&mut self.out);
        (!bytes.is_empty()).then_some(AdapterOutput::Send(Payload::Binary(bytes)))
    }
}
