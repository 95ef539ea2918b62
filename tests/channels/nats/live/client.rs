//! A page, without a browser: the machine over TCP.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant as Clock};

use holdfast_ws::channels::nats::{Nats, Options};
use holdfast_ws::channels::{
    Action, AdapterOutput, Change, ChannelConfig, ChannelId, Config, Connected, Event, Payload, Recovered,
};
use holdfast_ws::engine::{Instant, Span};

use super::PATIENCE;

pub(super) struct Client {
    begin: Clock,
    ports: Vec<u16>,
    pub(super) machine: Connected<Nats>,
    stream: Option<TcpStream>,
    token: Option<String>,
    dial_at: Clock,
    pub(super) dials: usize,
    /// How many connections were lost, or could not be made.
    pub(super) losses: usize,
    pub(super) events: Vec<Event<Payload, String>>,
}

impl Client {
    pub(super) fn new(ports: &[u16], options: Options, token: Option<&str>, seed: u64) -> Self {
        let options = Options {
            heartbeat: Span::from_millis(500),
            ..options
        };
        let begin = Instant::from_millis(0);
        let mut machine = Connected::new(begin, Config::default(), Nats::new(options, seed), seed);
        assert_eq!(machine.poll_output(begin), Some(Action::Adapter(AdapterOutput::Dial)));
        Self {
            begin: Clock::now(),
            ports: ports.into(),
            machine,
            stream: None,
            token: token.map(Into::into),
            dial_at: Clock::now(),
            dials: 0,
            losses: 0,
            events: Vec::new(),
        }
    }

    pub(super) fn now(&self) -> Instant {
        Instant::from_millis_f64(self.begin.elapsed().as_secs_f64() * 1_000.0)
    }

    pub(super) fn join(&mut self, name: &str, config: ChannelConfig<Payload, String>) -> ChannelId {
        let now = self.now();
        self.machine.bus_mut().join(now, name, config).expect("one user").0
    }

    pub(super) fn lose(&mut self) {
        self.losses += 1;
        self.stream = None;
        self.dial_at = Clock::now() + Duration::from_millis(200);
        let now = self.now();
        self.machine.handle_closed(now, true);
    }

    pub(super) fn dial(&mut self) {
        let port = self.ports[self.dials % self.ports.len()];
        self.dials += 1;
        let now = self.now();
        if let Some(token) = self.token.clone() {
            self.machine.handle_token(now, token, None);
        }
        self.machine.dial(now, "");
        match TcpStream::connect(("127.0.0.1", port)) {
            Ok(stream) => {
                stream.set_nonblocking(true).unwrap();
                self.stream = Some(stream);
                self.machine.handle_open(now);
            }
            Err(_) => self.lose(),
        }
    }

    pub(super) fn step(&mut self) {
        if self.stream.is_none() && self.dial_at <= Clock::now() {
            self.dial();
        }
        let mut bytes = [0; 16_384];
        for _ in 0..16 {
            let Some(stream) = &mut self.stream else { break };
            match stream.read(&mut bytes) {
                Ok(0) => self.lose(),
                Ok(length) => {
                    let now = self.now();
                    self.machine
                        .handle_message(now, Payload::Binary(bytes[..length].into()));
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(_) => self.lose(),
            }
        }
        let now = self.now();
        if self.machine.poll_timeout().is_some_and(|due| due <= now) {
            self.machine.handle_timeout(now);
        }
        while let Some(action) = self.machine.poll_output(now) {
            if action == Action::Adapter(AdapterOutput::Dial) {
                self.stream = None;
                self.dial_at = Clock::now();
            }
            let Action::Adapter(AdapterOutput::Send(payload)) = action else {
                continue;
            };
            if let Some(stream) = &mut self.stream {
                stream.set_nonblocking(false).unwrap();
                let sent = stream.write_all(payload.as_bytes());
                if sent.and_then(|()| stream.set_nonblocking(true)).is_err() {
                    self.lose();
                }
            }
        }
        while let Some(event) = self.machine.poll_event() {
            self.events.push(event);
        }
    }

    pub(super) fn until(&mut self, what: &str, mut done: impl FnMut(&Self) -> bool) {
        let begin = Clock::now();
        while !done(self) {
            assert!(
                begin.elapsed() < PATIENCE,
                "never: {what}; {:?}",
                self.events.iter().rev().take(9).collect::<Vec<_>>()
            );
            self.step();
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    pub(super) fn texts(&self, of: ChannelId) -> Vec<&str> {
        let texts = self.events.iter().filter_map(|event| match event {
            Event::Message { channel, payload, .. } if *channel == of => payload.as_text(),
            _ => None,
        });
        texts.collect()
    }

    pub(super) fn subscribed(&self, of: ChannelId) -> Vec<Recovered> {
        let all = self.events.iter().filter_map(|event| match event {
            Event::Subscribed { channel, recovered, .. } if *channel == of => Some(*recovered),
            _ => None,
        });
        all.collect()
    }

    pub(super) fn gaps(&self) -> usize {
        self.events
            .iter()
            .filter(|event| matches!(event, Event::Gap { .. }))
            .count()
    }

    pub(super) fn changes(&self) -> Vec<(Change, &str)> {
        let all = self.events.iter().filter_map(|event| match event {
            Event::Member { user, change, .. } => Some((*change, user.as_str())),
            _ => None,
        });
        all.collect()
    }
}

pub(super) fn plain() -> ChannelConfig<Payload, String> {
    ChannelConfig::default()
}

pub(super) fn numbers(count: usize) -> Vec<String> {
    (0..count).map(|number| number.to_string()).collect()
}
