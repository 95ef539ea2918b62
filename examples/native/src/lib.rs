//! The engine with another transport: a native client that reconnects, over tokio-tungstenite.
//!
//! This is the event loop that [`holdfast_ws::engine`] describes. One task owns the engine. Its inputs are the application's
//! commands, the connections' events and the timer. It passes each input to the engine with the time, and executes the engine's
//! outputs before the next input. Each connection is a task of its own, named by its [`ConnectionId`]; the engine ignores the
//! events of connections it has abandoned.

mod connection;

use holdfast_ws::engine::{
    Close, Config, ConfigError, ConnectionId, Engine, Event as EngineEvent, Instant, Output, Span,
};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio_tungstenite::tungstenite::Message;

use connection::{ConnectionCommand, ConnectionEvent};

/// An event for the application.
#[derive(Debug, PartialEq, Eq)]
pub enum Event {
    /// A connection is open.
    Open,
    /// A message was received.
    Message(Message),
    /// A connection has ended with this code; `true` if another attempt follows.
    Closed(u16, bool),
    /// Another attempt is planned, the n-th.
    Reconnecting(u32),
}

enum Command {
    Send(Message),
    Close,
}

/// A connection that reconnects. Dropping it closes it.
#[derive(Debug)]
pub struct Client {
    commands: UnboundedSender<Command>,
    events: UnboundedReceiver<Event>,
}

impl Client {
    /// Starts the first attempt. Needs a tokio runtime.
    ///
    /// # Errors
    /// Returns an error that names the option if `config` is invalid.
    pub fn connect(url: impl Into<String>, config: Config) -> Result<Self, ConfigError> {
        let (commands, command_rx) = unbounded_channel();
        let (event_tx, events) = unbounded_channel();
        let began = tokio::time::Instant::now();
        // Jitter needs spread, not secrecy; the hasher's keys are random.
        let seed = std::hash::BuildHasher::hash_one(&std::hash::RandomState::new(), 0);
        let engine = Engine::new(Instant::ORIGIN, config, seed)?;
        let (connection_events, rx) = unbounded_channel();
        let task = Task {
            engine,
            url: url.into(),
            began,
            connection: None,
            connection_events,
            events: event_tx,
        };
        tokio::spawn(task.run(command_rx, rx));
        Ok(Self { commands, events })
    }

    /// Sends a message, or queues it until a connection is open.
    pub fn send(&self, message: impl Into<Message>) {
        let _ = self.commands.send(Command::Send(message.into()));
    }

    /// Closes the connection for good.
    pub fn close(&self) {
        let _ = self.commands.send(Command::Close);
    }

    /// Returns the next event; `None` after the last one.
    pub async fn next(&mut self) -> Option<Event> {
        self.events.recv().await
    }
}

/// The task that owns the engine.
struct Task {
    engine: Engine<Message>,
    url: String,
    began: tokio::time::Instant,
    /// The current connection, and the sender of its commands. Dropping the sender abandons the connection.
    connection: Option<(ConnectionId, UnboundedSender<ConnectionCommand>)>,
    connection_events: UnboundedSender<(ConnectionId, ConnectionEvent)>,
    events: UnboundedSender<Event>,
}

impl Task {
    async fn run(
        mut self,
        mut commands: UnboundedReceiver<Command>,
        mut rx: UnboundedReceiver<(ConnectionId, ConnectionEvent)>,
    ) {
        let mut dropped = false;
        loop {
            // The loop of the engine's documentation: outputs first and in order, then events, then the timer.
            while let Some(output) = self.engine.poll_output() {
                self.execute(output);
            }
            while let Some(event) = self.engine.poll_event() {
                if self.dispatch(&event) {
                    return;
                }
            }
            let deadline = self
                .engine
                .poll_timeout()
                .map(|at| self.began + at.saturating_since(Instant::ORIGIN).into());
            let far = tokio::time::Instant::now() + std::time::Duration::from_secs(3600);
            tokio::select! {
                // A closed channel is always ready, so it isn't polled once the client has been dropped.
                command = commands.recv(), if !dropped => match command {
                    Some(Command::Send(message)) => self.send(message),
                    command @ (Some(Command::Close) | None) => {
                        dropped = command.is_none();
                        let now = self.now();
                        self.engine.close(now);
                    }
                },
                Some((id, event)) = rx.recv() => self.handle(id, event),
                () = tokio::time::sleep_until(deadline.unwrap_or(far)) => {
                    let now = self.now();
                    self.engine.handle_timeout(now);
                }
            }
        }
    }

    fn now(&self) -> Instant {
        Instant::ORIGIN.saturating_add(Span::from(self.began.elapsed()))
    }

    fn send(&mut self, message: Message) {
        let (now, bytes) = (self.now(), message.len() as u64);
        // A real client would return the message if the queue is full.
        let _ = self.engine.send(now, message, bytes);
    }

    fn handle(&mut self, id: ConnectionId, event: ConnectionEvent) {
        let now = self.now();
        match event {
            ConnectionEvent::Open => self.engine.handle_open(now, id),
            // A pong frame answers the ping frame below. Pages can't send ping frames, native clients can.
            ConnectionEvent::Pong => _ = self.engine.handle_message(now, id, true),
            ConnectionEvent::Message(message) => {
                if self.engine.handle_message(now, id, false) {
                    let _ = self.events.send(Event::Message(message));
                }
            }
            ConnectionEvent::Closed(code, clean) => {
                let retry_after = None;
                let close = Close {
                    code,
                    clean,
                    retry_after,
                };
                self.engine.handle_closed(now, id, close);
            }
        }
    }

    fn execute(&mut self, output: Output<Message>) {
        let (id, command) = match output {
            Output::Dial(id) => {
                let (commands, command_rx) = unbounded_channel();
                let events = self.connection_events.clone();
                tokio::spawn(connection::run(self.url.clone(), id, command_rx, events));
                self.connection = Some((id, commands));
                return;
            }
            Output::Abandon(_) => return self.connection = None,
            Output::Transmit(id, message) => (id, ConnectionCommand::Send(message)),
            Output::Ping(id) => {
                let now = self.now();
                self.engine.handle_ping_sent(now, id);
                (id, ConnectionCommand::Send(Message::Ping(Vec::new().into())))
            }
            Output::Close(id) => (id, ConnectionCommand::Close),
            // Direct sending is an optimisation that this client doesn't use. The others belong to options it doesn't set.
            Output::AllowDirectSend(..)
            | Output::RevokeDirectSend(_)
            | Output::Resolve(_)
            | Output::ReadBufferedAmount(_)
            | Output::CheckIdle(_) => return,
        };
        if let Some((current, commands)) = &self.connection
            && *current == id
        {
            let _ = commands.send(command);
        }
    }

    /// Dispatches an event to the application. Returns true if it was the last one.
    fn dispatch(&mut self, event: &EngineEvent<Message>) -> bool {
        let mut over = false;
        let event = match event {
            EngineEvent::Open(_) => Event::Open,
            EngineEvent::Close {
                close, will_reconnect, ..
            } => {
                over = !*will_reconnect;
                Event::Closed(close.code, *will_reconnect)
            }
            EngineEvent::Reconnecting { attempt, .. } => Event::Reconnecting(*attempt),
            // A real client would ask its application.
            EngineEvent::ShouldReconnect {
                id, would_reconnect, ..
            } => {
                let now = self.now();
                self.engine.handle_decision(now, *id, *would_reconnect);
                return false;
            }
            EngineEvent::Authenticate(_)
            | EngineEvent::Error
            | EngineEvent::Unsent(_)
            | EngineEvent::Expired
            | EngineEvent::Status(_)
            | EngineEvent::Failed { .. }
            | EngineEvent::Drain => return false,
        };
        let _ = self.events.send(event);
        over
    }
}
