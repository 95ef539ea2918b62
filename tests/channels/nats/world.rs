//! The client and its server, and a network that splits, delays and breaks.

use std::ops::{Deref, DerefMut};

use holdfast_ws::channels::nats::{Nats, Options};
use holdfast_ws::channels::{
    Action, AdapterOutput, ChannelConfig, ChannelId, Config, Connected, Event, Payload, PublicationId,
};
use holdfast_ws::engine::{Instant, Span};

use super::server::Server;

pub(super) type Happened = Event<Payload, String>;

pub(super) struct World {
    pub(super) server: Server,
    pub(super) client: Connected<Nats>,
    connected: bool,
    dial_at: u64,
    /// How often the adapter has asked for another connection.
    pub(super) dials: usize,
    pub(super) events: Vec<Happened>,
    pub(super) sent: String,
}

impl Deref for World {
    type Target = Server;

    fn deref(&self) -> &Server {
        &self.server
    }
}

impl DerefMut for World {
    fn deref_mut(&mut self) -> &mut Server {
        &mut self.server
    }
}

fn at(millis: u64) -> Instant {
    Instant::from_millis(millis)
}

impl World {
    pub(super) fn new(seed: u64) -> Self {
        Self::with(seed, Options::default())
    }

    pub(super) fn with(seed: u64, options: Options) -> Self {
        let options = Options {
            heartbeat: Span::from_millis(1_000),
            ..options
        };
        Self {
            server: Server::new(seed),
            client: Connected::new(at(1), Config::default(), Nats::new(options, seed), seed),
            connected: false,
            dial_at: 1,
            dials: 0,
            events: Vec::new(),
            sent: String::new(),
        }
    }

    pub(super) fn join(&mut self, name: &str, config: ChannelConfig<Payload, String>) -> ChannelId {
        let (channel, _) = self
            .client
            .bus_mut()
            .join(at(self.server.now), name, config)
            .expect("one user");
        self.pump();
        channel
    }

    pub(super) fn publish(&mut self, name: &str, text: &str) -> PublicationId {
        let now = at(self.server.now);
        let publication = self.client.bus_mut().publish(now, name, text.into());
        self.pump();
        publication
    }

    /// The connection is lost, and comes back after a while.
    pub(super) fn cut(&mut self, away: u64) {
        if self.connected {
            self.connected = false;
            self.server.close();
            self.client.handle_closed(at(self.server.now), true);
            self.dial_at = self.server.now + away;
            self.pump();
        }
    }

    fn pump(&mut self) {
        let now = at(self.server.now);
        while let Some(action) = self.client.poll_output(now) {
            match action {
                Action::Adapter(AdapterOutput::Send(payload)) => {
                    self.sent.push_str(&String::from_utf8_lossy(payload.as_bytes()));
                    self.server.hear(payload.as_bytes());
                }
                Action::Adapter(AdapterOutput::Dial) => {
                    self.dials += 1;
                    self.dial_at = self.server.now;
                    if self.connected {
                        self.connected = false;
                        self.server.close();
                    }
                }
                other => panic!("{other:?}"),
            }
        }
        while let Some(event) = self.client.poll_event() {
            self.events.push(event);
        }
    }

    /// Lets time pass, a millisecond at a time.
    pub(super) fn run(&mut self, millis: u64) {
        for _ in 0..millis {
            self.server.now += 1;
            let now = at(self.server.now);
            if !self.connected && self.dial_at <= self.server.now {
                self.connected = true;
                assert!(self.client.dial(now, "ws://nats").is_some());
                self.client.handle_open(now);
                self.server.open();
            }
            self.server.serve();
            self.server.deliver();
            self.receive();
            if self.client.poll_timeout().is_some_and(|due| due <= now) {
                self.client.handle_timeout(now);
            }
            self.pump();
        }
    }

    fn receive(&mut self) {
        let mut bytes = self.server.take_due();
        while !bytes.is_empty() && self.connected {
            let piece = usize::try_from(1 + self.server.chance.below(200)).unwrap();
            let rest = bytes.split_off(piece.min(bytes.len()));
            self.client.handle_message(at(self.server.now), Payload::Binary(bytes));
            bytes = rest;
            self.pump();
        }
        let faults = self.server.faults;
        if self.server.hits(faults.cuts) {
            let away = 1 + self.server.chance.below(3_000);
            self.cut(away);
        }
        if self.server.hits(faults.kills) {
            self.server.kill_consumers();
        }
    }

    /// Returns the texts of the channel's messages.
    pub(super) fn texts(&self, of: ChannelId) -> Vec<String> {
        let texts = self.events.iter().filter_map(|event| match event {
            Event::Message { channel, payload, .. } if *channel == of => payload.as_text().map(str::to_owned),
            _ => None,
        });
        texts.collect()
    }

    /// Returns how the reasons of refusals begin, with whether they are tried again.
    pub(super) fn refusals(&self) -> Vec<(String, bool)> {
        let refusals = self.events.iter().filter_map(|event| match event {
            Event::Refused { reason, retry_in, .. } => {
                let text = reason.as_ref().and_then(Payload::as_text).unwrap_or_default();
                Some((text.to_owned(), retry_in.is_some()))
            }
            _ => None,
        });
        refusals.collect()
    }
}
