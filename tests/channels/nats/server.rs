//! A server with streams, consumers and keys, as far as the adapter uses it.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::stream::{Consumer, Stream, pending};
use crate::chance::Chance;

/// The faults: one in so many; 0 for never.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Faults {
    pub(crate) drops: u64,
    pub(crate) kills: u64,
    pub(crate) cuts: u64,
    pub(crate) silences: u64,
}

/// A server, and its connection to one client.
pub(crate) struct Server {
    pub(crate) now: u64,
    pub(crate) chance: Chance,
    pub(crate) streams: BTreeMap<String, Stream>,
    consumers: Vec<Consumer>,
    subscriptions: BTreeMap<u64, String>,
    pub(crate) faults: Faults,
    /// Subjects that the user may not publish to begin with one of these.
    pub(crate) forbidden: Vec<String>,
    /// Nothing is delivered: the client reads too slowly.
    pub(crate) stalls: bool,
    /// The tokens that are taken; empty for all logins.
    pub(crate) tokens: Vec<String>,
    unread: Vec<u8>,
    /// The messages to the client, and after how long each is sent. Answers may pass each other.
    down: Vec<(u64, Vec<u8>)>,
}

impl Server {
    pub(crate) fn new(seed: u64) -> Self {
        let mut server = Self {
            now: 1,
            chance: Chance::new(seed),
            streams: BTreeMap::new(),
            consumers: Vec::new(),
            subscriptions: BTreeMap::new(),
            faults: Faults::default(),
            forbidden: Vec::new(),
            stalls: false,
            tokens: Vec::new(),
            unread: Vec::new(),
            down: Vec::new(),
        };
        server.make("CHANNELS", "channels.", 0, 0);
        server
    }

    pub(crate) fn make(&mut self, name: &str, prefix: &str, per_subject: i64, max_age: u64) {
        let created = format!("{name} made at {}", self.now);
        self.consumers.retain(|consumer| consumer.stream != name);
        let stream = Stream::new(created, prefix, per_subject, max_age);
        self.streams.insert(name.into(), stream);
    }

    pub(crate) fn channels(&mut self) -> &mut Stream {
        self.streams.get_mut("CHANNELS").unwrap()
    }

    /// A back end publishes.
    pub(crate) fn say(&mut self, name: &str, text: &str) -> u64 {
        let subject = format!("channels.{name}");
        let now = self.now;
        self.channels().store(now, &subject, "", text.as_bytes()).0
    }

    /// The client has connected.
    pub(crate) fn open(&mut self) {
        self.send(
            0,
            b"INFO {\"headers\":true,\"jetstream\":true,\"max_payload\":1048576} \r\n".to_vec(),
        );
    }

    /// The server is about to end. `others`: the servers that it knows of, as JSON.
    pub(crate) fn end_soon(&mut self, others: &str) {
        let info = format!("INFO {{\"headers\":true,\"jetstream\":true,\"ldm\":true,\"connect_urls\":{others}}} \r\n");
        self.send(1, info.into_bytes());
    }

    /// The client is gone.
    pub(crate) fn close(&mut self) {
        self.subscriptions.clear();
        self.consumers.clear();
        self.down.clear();
        self.unread.clear();
    }

    /// All consumers go with their node.
    pub(crate) fn kill_consumers(&mut self) {
        self.consumers.clear();
    }

    /// The client has sent this.
    pub(crate) fn hear(&mut self, bytes: &[u8]) {
        self.unread.extend_from_slice(bytes);
    }

    /// Returns what has come to the client by now.
    pub(crate) fn take_due(&mut self) -> Vec<u8> {
        let mut bytes = Vec::new();
        let now = self.now;
        self.down.retain_mut(|(due, piece)| {
            let is_due = *due <= now;
            if is_due {
                bytes.append(piece);
            }
            !is_due
        });
        bytes
    }

    pub(crate) fn hits(&mut self, one_in: u64) -> bool {
        one_in > 0 && self.chance.one_in(one_in)
    }

    fn send(&mut self, delay: u64, bytes: Vec<u8>) {
        self.down.push((self.now + delay, bytes));
    }

    /// Reads what the client has sent.
    pub(crate) fn serve(&mut self) {
        loop {
            let Some(end) = self.unread.windows(2).position(|pair| pair == b"\r\n") else {
                return;
            };
            let line: Vec<u8> = self.unread.drain(..end + 2).collect();
            let line = String::from_utf8(line).unwrap();
            let words: Vec<&str> = line.split_whitespace().collect();
            match words.as_slice() {
                ["CONNECT", ..] => self.log_in(&line["CONNECT ".len()..]),
                ["PONG"] => {}
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

    fn log_in(&mut self, options: &str) {
        let options: Value = serde_json::from_str(options).unwrap();
        let token = options["auth_token"].as_str().unwrap_or_default();
        if !self.tokens.is_empty() && !self.tokens.iter().any(|each| each == token) {
            self.send(0, b"-ERR 'Authorization Violation'\r\n".to_vec());
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
    pub(crate) fn deliver(&mut self) {
        let now = self.now;
        for stream in self.streams.values_mut().filter(|stream| stream.max_age > 0) {
            stream.expire(now);
        }
        if self.stalls {
            return;
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
}
