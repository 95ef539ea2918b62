//! A record for tests: each output and event as a short line, and queries on the record.

use holdfast_ws::engine::{Close, CloseCause, Event, Instant, Output, RetryCause, Span, Status};

pub(crate) use crate::promises::Note;
use crate::world::{START, World};

/// The note as a line.
pub(crate) fn tell(note: &Note) -> String {
    match note {
        Note::Did(Output::Resolve(_)) => "resolve".into(),
        Note::Did(Output::Dial(_)) => "dial".into(),
        Note::Did(Output::Transmit(_, payload)) => format!("transmit {payload}"),
        Note::Did(Output::AllowDirectSend(..)) => "allow direct send".into(),
        Note::Did(Output::RevokeDirectSend(_)) => "revoke direct send".into(),
        Note::Did(Output::Ping(_)) => "ping".into(),
        Note::Did(Output::ReadBufferedAmount(_)) => "read buffered amount".into(),
        Note::Did(Output::CheckIdle(_)) => "check".into(),
        Note::Did(Output::Close(_)) => "close".into(),
        Note::Did(Output::Abandon(_)) => "abandon".into(),
        Note::Told(Event::Authenticate(_)) => "authenticate?".into(),
        Note::Told(Event::Open(_)) => "open".into(),
        Note::Told(Event::Error) => "error".into(),
        Note::Told(Event::ShouldReconnect { attempt, .. }) => format!("may attempt {attempt} follow?"),
        Note::Told(Event::Close {
            close,
            cause,
            will_reconnect,
            ..
        }) => {
            let then = if *will_reconnect { "goes on" } else { "over" };
            format!("ended {} {cause:?}, {then}", close.code)
        }
        Note::Told(Event::Unsent(payload)) => format!("unsent {payload}"),
        Note::Told(Event::Reconnecting { attempt, cause, .. }) => format!("attempt {attempt} planned: {cause:?}"),
        Note::Told(Event::Failed { id, failure, .. }) => format!("request {} {failure:?}", id.get()),
        Note::Told(Event::Drain) => "drain".into(),
        Note::Told(Event::Expired) => "expired".into(),
        Note::Told(Event::Status(status)) => format!("now {status:?}"),
    }
}

/// A `close` event, as tests look at it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct End {
    pub(crate) at: u64,
    pub(crate) close: Close,
    pub(crate) cause: CloseCause,
    pub(crate) goes_on: bool,
    pub(crate) unsent: Vec<u32>,
}

/// An announced attempt, as tests look at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Plan {
    pub(crate) at: Instant,
    pub(crate) attempt: u32,
    pub(crate) delay: Span,
    pub(crate) cause: RetryCause,
}

impl World {
    /// When, in whole milliseconds since the start, something happened whose line begins with `line`.
    pub(crate) fn times(&self, line: &str) -> Vec<u64> {
        let notes = self.notes.iter().filter(|(_, note)| tell(note).starts_with(line));
        notes.map(|(at, _)| at.saturating_since(START).as_millis()).collect()
    }

    /// Returns how many lines start with `line`.
    pub(crate) fn count(&self, line: &str) -> usize {
        self.times(line).len()
    }

    /// Every `close` event, with the messages that were reported before it.
    pub(crate) fn ends(&self) -> Vec<End> {
        let notes = self.notes.iter();
        let mut unsent = Vec::new();
        notes
            .filter_map(|(at, note)| match note {
                Note::Told(Event::Unsent(payload)) => {
                    unsent.push(*payload);
                    None
                }
                Note::Told(Event::Expired) => {
                    unsent.clear();
                    None
                }
                Note::Told(Event::Close {
                    close,
                    cause,
                    will_reconnect,
                    ..
                }) => Some(End {
                    at: at.saturating_since(START).as_millis(),
                    close: *close,
                    cause: *cause,
                    goes_on: *will_reconnect,
                    unsent: core::mem::take(&mut unsent),
                }),
                _ => None,
            })
            .collect()
    }

    /// The last `close` event.
    pub(crate) fn last_end(&self) -> End {
        self.ends().pop().expect("a close event")
    }

    /// Every announced attempt.
    pub(crate) fn plans(&self) -> Vec<Plan> {
        let notes = self.notes.iter();
        notes
            .filter_map(|(at, note)| match *note {
                Note::Told(Event::Reconnecting { attempt, delay, cause }) => Some(Plan {
                    at: *at,
                    attempt,
                    delay,
                    cause,
                }),
                _ => None,
            })
            .collect()
    }

    /// Every message handed to a connection, in order.
    pub(crate) fn transmitted(&self) -> Vec<u32> {
        let notes = self.notes.iter();
        notes
            .filter_map(|(_, note)| match note {
                Note::Did(Output::Transmit(_, payload)) => Some(*payload),
                _ => None,
            })
            .collect()
    }

    /// Every status told.
    pub(crate) fn statuses(&self) -> Vec<Status> {
        let notes = self.notes.iter();
        notes
            .filter_map(|(_, note)| match note {
                Note::Told(Event::Status(status)) => Some(*status),
                _ => None,
            })
            .collect()
    }
}
