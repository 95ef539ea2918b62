//! Streams as a server keeps them, and its consumers.

use std::collections::BTreeMap;

use serde_json::{Value, json};

#[derive(Debug, Clone)]
pub(crate) struct Stored {
    pub(crate) sequence: u64,
    pub(crate) at: u64,
    pub(crate) subject: String,
    pub(crate) headers: String,
    pub(crate) payload: Vec<u8>,
}

#[derive(Debug, Default)]
pub(crate) struct Stream {
    pub(crate) created: String,
    pub(crate) prefix: String,
    pub(crate) per_subject: i64,
    pub(crate) retention: String,
    /// For how long it keeps messages, in milliseconds; 0 for ever.
    pub(crate) max_age: u64,
    pub(crate) messages: Vec<Stored>,
    pub(crate) first: u64,
    pub(crate) last: u64,
    identities: BTreeMap<String, u64>,
}

impl Stream {
    pub(crate) fn new(created: String, prefix: &str, per_subject: i64, max_age: u64) -> Self {
        Self {
            created,
            prefix: prefix.into(),
            per_subject,
            retention: "limits".into(),
            max_age,
            ..Self::default()
        }
    }

    /// Forgets what is too old.
    pub(crate) fn expire(&mut self, now: u64) {
        let max_age = self.max_age;
        self.messages.retain(|message| message.at + max_age > now);
        self.first = self.messages.first().map_or(self.last + 1, |message| message.sequence);
    }

    pub(crate) fn store(&mut self, at: u64, subject: &str, headers: &str, payload: &[u8]) -> (u64, bool) {
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
    pub(crate) fn put(&mut self, at: u64, subject: &str, headers: &str, payload: &[u8]) {
        self.store(at, subject, headers, payload);
    }

    /// Removes all messages.
    pub(crate) fn purge(&mut self) {
        self.messages.clear();
        self.first = self.last + 1;
    }

    pub(crate) fn info(&self) -> Value {
        let kept = u64::try_from(self.messages.len()).unwrap();
        json!({
            "created": self.created,
            "config": {"retention": self.retention, "max_msgs_per_subject": self.per_subject, "max_age": self.max_age * 1_000_000},
            "state": {"first_seq": self.first, "last_seq": self.last, "num_deleted": (self.last + 1 - self.first).saturating_sub(kept)},
        })
    }
}

#[derive(Debug)]
pub(crate) struct Consumer {
    pub(crate) stream: String,
    pub(crate) name: String,
    pub(crate) filter: String,
    pub(crate) deliver: String,
    pub(crate) next: u64,
    pub(crate) delivered: u64,
    pub(crate) heartbeat: u64,
    pub(crate) quiet_since: u64,
    pub(crate) last_per_subject: bool,
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

/// Returns the messages that a consumer has yet to deliver.
pub(crate) fn pending(stream: &Stream, consumer: &Consumer, from: u64) -> Vec<Stored> {
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
