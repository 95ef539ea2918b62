//! A server with streams, consumers and keys, as far as the adapter uses it, and a network that splits, delays and breaks.

use std::collections::BTreeMap;

use holdfast_ws::channels::nats::{Nats, Options};
use holdfast_ws::channels::{
    Action, AdapterOutput, ChannelConfig, ChannelId, Config, Connected, Event, Payload, PublicationId,
};
use holdfast_ws::engine::{Instant, Span};
use serde_json::{Value, json};

use crate::chance::Chance;

pub(super) type Happened = Event<Payload, String>;

#[derive(Debug, Clone)]
struct Stored {
    sequence: u64,
    at: u64,
    subject: String,
    headers: String,
    payload: Vec<u8>,
}

#[derive(Debug, Default)]
pub(super) struct Stream {
    pub(super) created: String,
    prefix: String,
    pub(super) per_subject: i64,
    pub(super) retention: String,
    /// For how long it keeps messages, in milliseconds; 0 for ever.
    max_age: u64,
    messages: Vec<Stored>,
    first: u64,
    last: u64,
    identities: BTreeMap<String, u64>,
}

impl Stream {
    fn store(&mut self, at: u64, subject: &str, headers: &str, payload: &[u8]) -> (u64, bool) {
        let identity = headers.lines().find_map(|line| line.strip_prefix("Nats-Msg-Id: "));
        if let Some(known) = identity.and_then(|identity| self.identities.get(identity)) {
            return (*known, true);
        }
        self.last += 1;
        if let Some(identity) = identity {
            self.identities.insert(identity.into(), self.last);
        }
        self.messages.push(Stored {
            sequence: self.last,
            at,
            subject: subject.into(),
            headers: headers.into(),
            payload: payload.into(),
        });
        let mine = self.messages.iter().filter(|message| message.subject == subject);
        if self.per_subject > 0 && mine.count() > usize::try_from(self.per_subject).unwrap() {
            let oldest = self.messages.iter().position(|message| message.subject == subject);
            self.messages.remove(oldest.unwrap());
        }
        self.first = self.messages.first().map_or(self.last + 1, |message| message.sequence);
        (self.last, false)
    }

    /// Writes a message that is like no other.
    pub(super) fn put(&mut self, at: u64, subject: &str, headers: &str, payload: &[u8]) {
        self.store(at, subject, headers, payload);
    }

    /// Removes all messages.
    pub(super) fn purge(&mut self) {
        self.messages.clear();
        self.first = self.last + 1;
    }

    fn info(&self) -> Value {
        let kept = u64::try_from(self.messages.len()).unwrap();
        json!({
            "created": self.created,
            "config": {"retention": self.retention, "max_msgs_per_subject": self.per_subject, "max_age": self.max_age * 1_000_000},
            "state": {"first_seq": self.first, "last_seq": self.last, "num_deleted": (self.last + 1 - self.first).saturating_sub(kept)},
        })
    }
}

#[derive(Debug)]
struct Consumer {
    stream: String,
    name: String,
    filter: String,
    deliver: String,
    next: u64,
    delivered: u64,
    heartbeat: u64,
    quiet_since: u64,
    last_per_subject: bool,
}

/// What goes wrong: one in so many; 0 for never.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Faults {
    pub(super) drops: u64,
    pub(super) kills: u64,
    pub(super) cuts: u64,
    pub(super) silences: u64,
}

pub(super) struct World {
    pub(super) now: u64,
    pub(super) chance: Chance,
    pub(super) client: Connected<Nats>,
    pub(super) streams: BTreeMap<String, Stream>,
    consumers: Vec<Consumer>,
    subscriptions: BTreeMap<u64, String>,
    pub(super) faults: Faults,
    /// Subjects that the user may not publish to begin with one of these.
    pub(super) forbidden: Vec<String>,
    connected: bool,
    dial_at: u64,
    unread: Vec<u8>,
    /// What is on its way to the client. Answers may pass each other.
    down: Vec<(u64, Vec<u8>)>,
    pub(super) events: Vec<Happened>,
    pub(super) sent: String,
}

fn matches(pattern: &str, subject: &str) -> bool {
    let mut tokens = subject.split('.');
    for part in pattern.split('.') {
        match (part, tokens.next()) {
            (">", Some(_)) => return true,
            ("*", Some(_)) => {}
            (part, Some(token)) if part == token => {}
            _ => return false,
        }
    }
    tokens.next().is_none()
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
        let mut world = Self {
            now: 1,
            chance: Chance::new(seed),
            client: Connected::new(at(1), Config::default(), Nats::new(options, seed), seed),
            streams: BTreeMap::new(),
            consumers: Vec::new(),
            subscriptions: BTreeMap::new(),
            faults: Faults::default(),
            forbidden: Vec::new(),
            connected: false,
            dial_at: 1,
            unread: Vec::new(),
            down: Vec::new(),
            events: Vec::new(),
            sent: String::new(),
        };
        world.make("CHANNELS", "channels.", 0, 0);
        world
    }

    pub(super) fn make(&mut self, name: &str, prefix: &str, per_subject: i64, max_age: u64) {
        let stream = Stream {
            created: format!("{name} made at {}", self.now),
            prefix: prefix.into(),
            per_subject,
            retention: "limits".into(),
            max_age,
            ..Stream::default()
        };
        self.consumers.retain(|consumer| consumer.stream != name);
        self.streams.insert(name.into(), stream);
    }

    pub(super) fn channels(&mut self) -> &mut Stream {
        self.streams.get_mut("CHANNELS").unwrap()
    }

    pub(super) fn join(&mut self, name: &str, config: ChannelConfig<Payload, String>) -> ChannelId {
        let (channel, _) = self.client.bus_mut().join(at(self.now), name, config);
        self.pump();
        channel
    }

    pub(super) fn publish(&mut self, name: &str, text: &str) -> PublicationId {
        let publication = self.client.bus_mut().publish(at(self.now), name, text.into());
        self.pump();
        publication
    }

    /// A back end publishes.
    pub(super) fn say(&mut self, name: &str, text: &str) -> u64 {
        let subject = format!("channels.{name}");
        let now = self.now;
        self.channels().store(now, &subject, "", text.as_bytes()).0
    }

    /// The connection is lost, and comes back after a while.
    pub(super) fn cut(&mut self, away: u64) {
        if self.connected {
            self.connected = false;
            self.subscriptions.clear();
            self.consumers.clear();
            self.down.clear();
            self.unread.clear();
            self.client.handle_closed(at(self.now));
            self.dial_at = self.now + away;
            self.pump();
        }
    }

    /// All consumers go with their node.
    pub(super) fn kill_consumers(&mut self) {
        self.consumers.clear();
    }

    fn pump(&mut self) {
        while let Some(action) = self.client.poll_output(at(self.now)) {
            match action {
                Action::Adapter(AdapterOutput::Send(payload)) => {
                    self.sent.push_str(&String::from_utf8_lossy(payload.as_bytes()));
                    self.unread.extend_from_slice(payload.as_bytes());
                }
                Action::Adapter(AdapterOutput::Dial) => self.dial_at = self.now,
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
            self.now += 1;
            if !self.connected && self.dial_at <= self.now {
                self.connected = true;
                assert!(self.client.dial(at(self.now), "ws://nats", None).is_some());
                self.client.handle_open(at(self.now));
                self.send(
                    0,
                    b"INFO {\"headers\":true,\"jetstream\":true,\"max_payload\":1048576} \r\n".to_vec(),
                );
            }
            self.serve();
            self.deliver();
            self.receive();
            if self.client.poll_timeout().is_some_and(|due| due <= at(self.now)) {
                self.client.handle_timeout(at(self.now));
            }
            self.pump();
        }
    }

    fn hits(&mut self, one_in: u64) -> bool {
        one_in > 0 && self.chance.one_in(one_in)
    }

    fn send(&mut self, delay: u64, bytes: Vec<u8>) {
        self.down.push((self.now + delay, bytes));
    }

    fn receive(&mut self) {
        let mut bytes = Vec::new();
        let now = self.now;
        self.down.retain_mut(|(due, piece)| {
            let is_due = *due <= now;
            if is_due {
                bytes.append(piece);
            }
            !is_due
        });
        while !bytes.is_empty() && self.connected {
            let rest = bytes.split_off(usize::try_from(1 + self.chance.below(200)).unwrap().min(bytes.len()));
            self.client.handle_message(at(self.now), Payload::Binary(bytes));
            bytes = rest;
            self.pump();
        }
        if self.hits(self.faults.cuts) {
            let away = 1 + self.chance.below(3_000);
            self.cut(away);
        }
        if self.hits(self.faults.kills) {
            self.kill_consumers();
        }
    }

    /// Reads what the client has sent.
    fn serve(&mut self) {
        loop {
            let Some(end) = self.unread.windows(2).position(|pair| pair == b"\r\n") else {
                return;
            };
            let line: Vec<u8> = self.unread.drain(..end + 2).collect();
            let line = String::from_utf8(line).unwrap();
            let words: Vec<&str> = line.split_whitespace().collect();
            match words.as_slice() {
                ["CONNECT", ..] | ["PONG"] => {}
                ["PING"] => self.send(0, b"PONG\r\n".to_vec()),
                ["SUB", subject, sid] => {
                    self.subscriptions.insert(sid.parse().unwrap(), (*subject).into());
                }
                ["UNSUB", sid] => {
                    self.subscriptions.remove(&sid.parse().unwrap());
                }
                ["PUB" | "HPUB", subject, arguments @ ..] => {
                    let with_headers = words[0] == "HPUB";
                    let total: usize = arguments.last().unwrap().parse().unwrap();
                    let numbers = 1 + usize::from(with_headers);
                    let size = if with_headers {
                        arguments[arguments.len() - 2].parse().unwrap()
                    } else {
                        0
                    };
                    let reply = (arguments.len() > numbers).then(|| arguments[0].to_owned());
                    let message: Vec<u8> = self.unread.drain(..total + 2).collect();
                    let headers = String::from_utf8(message[..size].to_vec()).unwrap();
                    let payload = message[size..total].to_vec();
                    self.handle_published(subject, reply, &headers, &payload);
                }
                other => panic!("{other:?}"),
            }
        }
    }

    fn answer(&mut self, reply: Option<String>, answer: &Value) {
        let Some(reply) = reply else { return };
        if self.hits(self.faults.silences) {
            return;
        }
        let delay = self.chance.below(30);
        let json = answer.to_string();
        self.send(
            delay,
            format!("MSG {reply} 1 {}\r\n{json}\r\n", json.len()).into_bytes(),
        );
    }

    fn handle_published(&mut self, subject: &str, reply: Option<String>, headers: &str, payload: &[u8]) {
        if self.forbidden.iter().any(|prefix| subject.starts_with(prefix)) {
            let error = format!("-ERR 'Permissions Violation for Publish to \"{subject}\"'\r\n");
            return self.send(0, error.into_bytes());
        }
        if let Some(name) = subject.strip_prefix("$JS.API.STREAM.INFO.") {
            let answer = self.streams.get(name).map_or_else(
                || json!({"error": {"code": 404, "err_code": 10_059, "description": "stream not found"}}),
                Stream::info,
            );
            return self.answer(reply, &answer);
        }
        if subject.starts_with("$JS.API.CONSUMER.CREATE.") {
            let answer = self.create(&serde_json::from_slice(payload).unwrap());
            return self.answer(reply, &answer);
        }
        let now = self.now;
        let stream = self
            .streams
            .iter_mut()
            .find(|(_, stream)| subject.starts_with(&stream.prefix));
        if let Some((name, stream)) = stream {
            let (sequence, duplicate) = stream.store(now, subject, headers, payload);
            let answer = json!({"stream": name, "seq": sequence, "duplicate": duplicate});
            self.answer(reply, &answer);
        } else if let Some(reply) = reply {
            self.send(
                0,
                format!("HMSG {reply} 1 16 16\r\nNATS/1.0 503\r\n\r\n\r\n").into_bytes(),
            );
        }
    }

    fn create(&mut self, request: &Value) -> Value {
        let (stream, config) = (request["stream_name"].as_str().unwrap(), &request["config"]);
        let Some(found) = self.streams.get(stream) else {
            return json!({"error": {"code": 404, "err_code": 10_059, "description": "stream not found"}});
        };
        let policy = config["deliver_policy"].as_str().unwrap();
        let start = config["opt_start_seq"].as_u64().unwrap_or(1);
        let next = match policy {
            "new" => found.last + 1,
            "by_start_sequence" if start > found.last => found.last + 1,
            "by_start_sequence" => start.max(found.first),
            "last_per_subject" => found.first.max(1),
            other => panic!("{other}"),
        };
        let consumer = Consumer {
            stream: stream.into(),
            name: config["name"].as_str().unwrap().into(),
            filter: config["filter_subject"].as_str().unwrap().into(),
            deliver: config["deliver_subject"].as_str().unwrap().into(),
            next,
            delivered: 0,
            heartbeat: config["idle_heartbeat"].as_u64().unwrap() / 1_000_000,
            quiet_since: self.now,
            last_per_subject: policy == "last_per_subject",
        };
        let pending = pending(found, &consumer, next).len();
        self.consumers.push(consumer);
        json!({"num_pending": pending, "delivered": {"stream_seq": next - 1}, "created": "then", "config": {"max_age": 0}})
    }

    /// Keys are forgotten, and consumers deliver.
    fn deliver(&mut self) {
        let now = self.now;
        for stream in self.streams.values_mut().filter(|stream| stream.max_age > 0) {
            let max_age = stream.max_age;
            stream.messages.retain(|message| message.at + max_age > now);
            stream.first = stream
                .messages
                .first()
                .map_or(stream.last + 1, |message| message.sequence);
        }
        let mut consumers = core::mem::take(&mut self.consumers);
        for consumer in &mut consumers {
            let subscribed = self
                .subscriptions
                .iter()
                .find(|(_, subject)| **subject == consumer.deliver);
            let (Some((&sid, _)), Some(stream)) = (subscribed, self.streams.get(&consumer.stream)) else {
                consumer.quiet_since = now;
                continue;
            };
            let nothing_new = stream.last < consumer.next;
            let messages = if nothing_new {
                Vec::new()
            } else {
                pending(stream, consumer, consumer.next)
            };
            let count = messages.len();
            for (done, message) in messages.into_iter().enumerate() {
                consumer.next = message.sequence + 1;
                consumer.delivered += 1;
                consumer.quiet_since = now;
                let (name, number, sequence) = (&consumer.name, consumer.delivered, message.sequence);
                let left = count - done - 1;
                let reply = format!(
                    "$JS.ACK.{}.{name}.1.{sequence}.{number}.{}.{left}",
                    consumer.stream, message.at
                );
                let (size, total) = (message.headers.len(), message.headers.len() + message.payload.len());
                let mut bytes = if size > 0 {
                    format!(
                        "HMSG {} {sid} {reply} {size} {total}\r\n{}",
                        message.subject, message.headers
                    )
                } else {
                    format!("MSG {} {sid} {reply} {total}\r\n", message.subject)
                }
                .into_bytes();
                bytes.extend_from_slice(&message.payload);
                bytes.extend_from_slice(b"\r\n");
                if !self.hits(self.faults.drops) {
                    self.send(0, bytes);
                }
            }
            if now - consumer.quiet_since >= consumer.heartbeat {
                consumer.quiet_since = now;
                let fields = format!(
                    "NATS/1.0 100 Idle Heartbeat\r\nNats-Last-Consumer: {}\r\n\r\n",
                    consumer.delivered
                );
                let size = fields.len();
                self.send(
                    0,
                    format!("HMSG {} {sid} {size} {size}\r\n{fields}\r\n", consumer.deliver).into_bytes(),
                );
            }
        }
        self.consumers = consumers;
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

fn pending(stream: &Stream, consumer: &Consumer, from: u64) -> Vec<Stored> {
    let all = stream.messages.iter();
    let mut wanted: Vec<Stored> = all
        .filter(|message| message.sequence >= from && matches(&consumer.filter, &message.subject))
        .cloned()
        .collect();
    if consumer.last_per_subject {
        let last: BTreeMap<String, u64> = wanted.iter().map(|one| (one.subject.clone(), one.sequence)).collect();
        wanted.retain(|message| last[&message.subject] == message.sequence);
    }
    wanted
}
