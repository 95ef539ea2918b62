//! Requests to `JetStream`, and the login: JSON.

use alloc::format;
use alloc::string::String;
use core::fmt::Write as _;

use crate::engine::Span;

use super::time::rfc3339;

/// For how long the server keeps a consumer whose messages nobody takes, in nanoseconds.
const INACTIVE: u64 = 5_000_000_000;

/// The first message of a consumer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum From {
    /// With the next message.
    New,
    /// With the message of this number, or the next one that is there.
    Sequence(u64),
    /// With the first message since this time, in milliseconds since 1970.
    Time(f64),
    /// With the last message of each subject.
    LastPerSubject,
}

/// A consumer to create.
#[derive(Debug, Clone, PartialEq)]
pub struct Consumer<'a> {
    /// The stream's name.
    pub stream: &'a str,
    /// The consumer's name.
    pub name: &'a str,
    /// The subject or pattern whose messages it delivers.
    pub filter: &'a str,
    /// The subject that it delivers them to.
    pub deliver: &'a str,
    /// The first message.
    pub from: From,
    /// How often it sends a heartbeat when there are no messages.
    pub heartbeat: Span,
}

impl Consumer<'_> {
    /// Returns the subject of the request. It has the filter, so that a server can allow each of its users some channels only.
    #[must_use]
    pub fn subject(&self, api: &str) -> String {
        format!("{api}.CONSUMER.CREATE.{}.{}.{}", self.stream, self.name, self.filter)
    }

    /// Returns the request.
    #[must_use]
    pub fn json(&self) -> String {
        let from = match self.from {
            From::New => String::from(r#""new""#),
            From::Sequence(sequence) => format!(r#""by_start_sequence","opt_start_seq":{}"#, sequence.max(1)),
            From::Time(millis) => format!(r#""by_start_time","opt_start_time":"{}""#, rfc3339(millis)),
            From::LastPerSubject => String::from(r#""last_per_subject""#),
        };
        let (stream, name) = (quoted(self.stream), quoted(self.name));
        let (filter, deliver) = (quoted(self.filter), quoted(self.deliver));
        // A consumer that is never asked again is kept in memory by one server.
        format!(
            r#"{{"stream_name":{stream},"config":{{"name":{name},"deliver_policy":{from},"deliver_subject":{deliver},"filter_subject":{filter},"ack_policy":"none","max_deliver":1,"flow_control":true,"idle_heartbeat":{}000000,"mem_storage":true,"num_replicas":1,"inactive_threshold":{INACTIVE}}}}}"#,
            self.heartbeat.as_millis()
        )
    }
}

/// How the connection's token is given to the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Login {
    /// As `auth_token`.
    Token,
    /// As the password of this user.
    Password(String),
    /// As a JWT of a bearer, which needs no signature.
    Jwt,
}

/// Returns the options of `CONNECT`.
#[must_use]
pub fn login(login: &Login, token: Option<&str>) -> String {
    let version = env!("CARGO_PKG_VERSION");
    let mut json = format!(
        r#"{{"verbose":false,"pedantic":false,"headers":true,"no_responders":true,"echo":true,"protocol":1,"lang":"holdfast-ws","version":"{version}""#
    );
    let secret = token.map(quoted);
    // Writing to a string doesn't fail.
    let _ = match (login, secret) {
        (_, None) => Ok(()),
        (Login::Token, Some(token)) => write!(json, r#","auth_token":{token}"#),
        (Login::Password(user), Some(password)) => write!(json, r#","user":{},"pass":{password}"#, quoted(user)),
        (Login::Jwt, Some(jwt)) => write!(json, r#","jwt":{jwt}"#),
    };
    json.push('}');
    json
}

/// Returns the text as JSON.
fn quoted(text: &str) -> String {
    let mut json = String::from('"');
    for char in text.chars() {
        match char {
            '"' | '\\' => {
                json.push('\\');
                json.push(char);
            }
            '\0'..='\u{1f}' => {
                let _ = write!(json, "\\u{:04x}", u32::from(char));
            }
            _ => json.push(char),
        }
    }
    json.push('"');
    json
}
