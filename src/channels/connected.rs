//! The bus and its adapter as one machine.

use alloc::string::String;

use crate::engine::{Instant, Queue, Span};

use super::adapter::{Adapter, AdapterOutput, Bus, Payload, Response};
use super::config::Config;
use super::ids::{ChannelId, QuestionId, RequestId};
use super::login::Login;
use super::output::{Event, Output};

/// An action for the caller to execute: the adapter's, or a question to the application.
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Action {
    /// The adapter's.
    Adapter(AdapterOutput),
    /// Ask the [`Bus::authorizer`] for a channel's token. Answer with [`Bus::handle_token`] or [`Bus::handle_no_token`].
    Authorize(ChannelId, QuestionId),
    /// Let the [`Bus::loaders`] load their state. Answer with [`Bus::handle_all_loaded`] or [`Bus::handle_not_loaded`].
    Load(ChannelId, QuestionId),
    /// The connection is closed for good, as the broker has refused the token. Connect again, with another one.
    Reconnect,
}

/// The rules of all channels of one connection, and the adapter that translates them for its broker.
///
/// The caller executes every [`Connected::poll_output`], dispatches every [`Connected::poll_event`], and calls
/// [`Connected::handle_timeout`] at [`Connected::poll_timeout`]. It may do so once for several calls: the channels that are joined in
/// the meantime are then one batch.
#[derive(Debug)]
pub struct Connected<A> {
    bus: Bus,
    adapter: A,
    login: Login,
    outputs: Queue<Action>,
}

impl<A: Adapter> Connected<A> {
    /// A machine without channels and without a connection. `seed` is drawn at random.
    pub fn new(now: Instant, config: Config, mut adapter: A, seed: u64) -> Self {
        let mut bus = Bus::new(config, adapter.abilities(), seed);
        adapter.handle_start(now, &mut bus);
        Self {
            bus,
            adapter,
            login: Login::new(config, seed),
            outputs: Queue::new(),
        }
    }

    /// The adapter.
    pub const fn adapter(&self) -> &A {
        &self.adapter
    }

    /// The bus, to be asked.
    pub const fn bus(&self) -> &Bus {
        &self.bus
    }

    /// The bus, for what the application does and answers.
    pub const fn bus_mut(&mut self) -> &mut Bus {
        &mut self.bus
    }

    /// Returns true if the application is to be asked for the connection's token before the next attempt.
    #[must_use]
    pub fn needs_token(&self, now: Instant) -> bool {
        self.login.is_needed(now)
    }

    /// The application's token for the connection, and for how long it is good if that is known.
    pub fn handle_token(&mut self, now: Instant, token: String, lifetime: Option<Span>) {
        self.login.set(now, token, lifetime);
    }

    /// An attempt to connect begins. Returns the URL to dial; [`None`] if no connection is needed.
    pub fn dial(&mut self, now: Instant, base: &str) -> Option<String> {
        self.adapter.handle_connection_token(self.login.token());
        self.adapter.handle_dialing(now, &mut self.bus);
        self.translate(now);
        self.adapter.url(base)
    }

    /// The connection is open.
    pub fn handle_open(&mut self, now: Instant) {
        self.login.opened();
        self.adapter.handle_open(now, &mut self.bus);
    }

    /// The connection has ended, or an attempt has failed. `follows` if another attempt follows by itself.
    pub fn handle_closed(&mut self, now: Instant, follows: bool) {
        let refusal = self.adapter.take_login_refusal();
        let is_token = refusal.as_ref().is_some_and(|refusal| refusal.is_token);
        self.login.closed(now, is_token, follows);
        self.adapter.handle_closed(now, &mut self.bus);
        if let Some(refusal) = refusal {
            self.bus.handle_login_refused(Payload::Text(refusal.reason));
        }
    }

    /// A WebSocket message has come.
    pub fn handle_message(&mut self, now: Instant, frame: Payload) {
        self.adapter.handle_message(now, frame, &mut self.bus);
    }

    /// An HTTP request has its response, or has failed for this reason.
    pub fn handle_response(&mut self, now: Instant, request: RequestId, response: Result<Response, String>) {
        self.adapter.handle_response(now, request, response, &mut self.bus);
    }

    /// Returns when [`Connected::handle_timeout`] is due; [`None`] if nothing is.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Instant> {
        let (bus, adapter) = (self.bus.poll_timeout(), self.adapter.poll_timeout());
        [bus, adapter, self.login.retry_at()].into_iter().flatten().min()
    }

    /// A deadline may have come.
    pub fn handle_timeout(&mut self, now: Instant) {
        self.bus.handle_timeout(now);
        if self.adapter.poll_timeout().is_some_and(|at| at <= now) {
            self.adapter.handle_timeout(now, &mut self.bus);
        }
        if self.login.take_retry(now) {
            self.outputs.push(Action::Reconnect);
        }
    }

    /// Returns the next action to execute.
    pub fn poll_output(&mut self, now: Instant) -> Option<Action> {
        self.translate(now);
        if let Some(action) = self.outputs.pop() {
            return Some(action);
        }
        let output = self.adapter.poll_output()?;
        if matches!(output, AdapterOutput::Dial | AdapterOutput::Close) {
            self.login.begin();
        }
        Some(Action::Adapter(output))
    }

    /// Returns the next event to dispatch.
    pub fn poll_event(&mut self) -> Option<Event<Payload, String>> {
        self.bus.poll_event()
    }

    /// Passes the bus's outputs to the adapter.
    fn translate(&mut self, now: Instant) {
        while let Some(output) = self.bus.poll_output() {
            match output {
                Output::Authorize(channel, question) => self.outputs.push(Action::Authorize(channel, question)),
                Output::Load(channel, question) => self.outputs.push(Action::Load(channel, question)),
                output => self.adapter.handle_output(now, output, &mut self.bus),
            }
        }
    }
}
