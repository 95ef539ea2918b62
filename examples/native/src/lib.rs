//! The engine over a transport of one's own: a client that holds, natively, over tokio-tungstenite.
//!
//! This is the loop that [`holdfast_ws::engine`] asks for, and all there is to it: one task owns the engine. Whatever
//! happens comes to it as a message (a command of the application's, a letter from a connection, the alarm), is told to the
//! engine with the time, and what the engine wants is carried out before the next. Each connection is a task of its own,
//! under its number; the engine doesn't listen to those it has abandoned.

mod line;

use holdfast_ws::engine::{Close, Config, ConfigError, ConnectionId, Engine, Event, Instant, Output, Span};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio_tungstenite::tungstenite::Message;

use line::{Letter, Order};

/// What the application is told.
#[derive(Debug, PartialEq, Eq)]
pub enum Told {
    /// A connection is open.
    Open,
    /// A message has come.
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

/// A connection that holds. To drop it is to close it.
#[derive(Debug)]
pub struct Client {
    commands: UnboundedSender<Command>,
    told: UnboundedReceiver<Told>,
}

impl Client {
    /// Starts the first attempt. Needs a tokio runtime.
    ///
    /// # Errors
    /// An impossible `config` is refused, naming the option.
    pub fn connect(url: impl Into<String>, config: Config) -> Result<Self, ConfigError> {
        let (commands, received) = unbounded_channel();
        let (tell, told) = unbounded_channel();
        let began = tokio::time::Instant::now();
        // Jitter needs spread, not secrecy; the hasher's keys are random.
        let seed = std::hash::BuildHasher::hash_one(&std::hash::RandomState::new(), 0);
        let engine = Engine::new(Instant::ORIGIN, config, seed)?;
        let (letters, mailbox) = unbounded_channel();
        let keeper = Keeper {
            engine,
            url: url.into(),
            began,
            line: None,
            letters,
            tell,
        };
        tokio::spawn(keeper.run(received, mailbox));
        Ok(Self { commands, told })
    }

    /// Sends a message, or keeps it until a connection is open.
    pub fn send(&self, message: impl Into<Message>) {
        let _ = self.commands.send(Command::Send(message.into()));
    }

    /// Ends it.
    pub fn close(&self) {
        let _ = self.commands.send(Command::Close);
    }

    /// What has happened next; `None` once it is over and all has been told.
    pub async fn next(&mut self) -> Option<Told> {
        self.told.recv().await
    }
}

/// The task that owns the engine.
struct Keeper {
    engine: Engine<Message>,
    url: String,
    began: tokio::time::Instant,
    /// The current connection, and how to give it orders. Dropping that abandons it.
    line: Option<(ConnectionId, UnboundedSender<Order>)>,
    letters: UnboundedSender<(ConnectionId, Letter)>,
    tell: UnboundedSender<Told>,
}

impl Keeper {
    async fn run(
        mut self,
        mut commands: UnboundedReceiver<Command>,
        mut mailbox: UnboundedReceiver<(ConnectionId, Letter)>,
    ) {
        let mut dropped = false;
        loop {
            // The loop of the engine's documentation: outputs at once and in order, then events, then the alarm.
            while let Some(output) = self.engine.poll_output() {
                self.carry_out(output);
            }
            while let Some(event) = self.engine.poll_event() {
                if self.tell(&event) {
                    return;
                }
            }
            let alarm = self
                .engine
                .poll_timeout()
                .map(|at| self.began + at.saturating_since(Instant::ORIGIN).into());
            let far = tokio::time::Instant::now() + std::time::Duration::from_secs(3600);
            tokio::select! {
                // There is nothing to wait for once the client is dropped: a closed channel is always ready.
                command = commands.recv(), if !dropped => match command {
                    Some(Command::Send(message)) => self.send(message),
                    command @ (Some(Command::Close) | None) => {
                        dropped = command.is_none();
                        let now = self.now();
                        self.engine.close(now);
                    }
                },
                Some((connection, letter)) = mailbox.recv() => self.read(connection, letter),
                () = tokio::time::sleep_until(alarm.unwrap_or(far)) => {
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
        // A full queue: a real client would hand the message back.
        let _ = self.engine.send(now, message, bytes);
    }

    fn read(&mut self, connection: ConnectionId, letter: Letter) {
        let now = self.now();
        match letter {
            Letter::Open => self.engine.handle_open(now, connection),
            // A protocol's pong answers the ping below; here a client may send such, unlike a page.
            Letter::Pong => _ = self.engine.handle_message(now, connection, true),
            Letter::Message(message) => {
                if self.engine.handle_message(now, connection, false) {
                    let _ = self.tell.send(Told::Message(message));
                }
            }
            Letter::Closed(code, clean) => {
                let retry_after = None;
                let close = Close {
                    code,
                    clean,
                    retry_after,
                };
                self.engine.handle_closed(now, connection, close);
            }
        }
    }

    fn carry_out(&mut self, output: Output<Message>) {
        let (connection, order) = match output {
            Output::Dial(connection) => {
                let (orders, received) = unbounded_channel();
                let line = line::run(self.url.clone(), connection, received, self.letters.clone());
                tokio::spawn(line);
                self.line = Some((connection, orders));
                return;
            }
            Output::Abandon(_) => return self.line = None,
            Output::Transmit(connection, message) => (connection, Order::Send(message)),
            Output::Ping(connection) => {
                let now = self.now();
                self.engine.handle_ping_sent(now, connection);
                (connection, Order::Send(Message::Ping(Vec::new().into())))
            }
            Output::Close(connection) => (connection, Order::Close),
            // A shorter way that this client has no use for; and what only comes with options that it doesn't set.
            Output::AllowDirectSend(..)
            | Output::RevokeDirectSend(_)
            | Output::Resolve(_)
            | Output::ReadBufferedAmount(_)
            | Output::CheckIdle(_) => return,
        };
        if let Some((current, orders)) = &self.line
            && *current == connection
        {
            let _ = orders.send(order);
        }
    }

    /// Returns whether that was the last there is to tell.
    fn tell(&mut self, event: &Event<Message>) -> bool {
        let mut over = false;
        let told = match event {
            Event::Open(_) => Told::Open,
            Event::Close {
                close, will_reconnect, ..
            } => {
                over = !*will_reconnect;
                Told::Closed(close.code, *will_reconnect)
            }
            Event::Reconnecting { attempt, .. } => Told::Reconnecting(*attempt),
            // A real client would ask and tell its application.
            Event::ShouldReconnect {
                id, would_reconnect, ..
            } => {
                let now = self.now();
                self.engine.handle_decision(now, *id, *would_reconnect);
                return false;
            }
            Event::Authenticate(_)
            | Event::Error
            | Event::Expired(_)
            | Event::Status(_)
            | Event::Failed { .. }
            | Event::Drain => return false,
        };
        let _ = self.tell.send(told);
        over
    }
}
