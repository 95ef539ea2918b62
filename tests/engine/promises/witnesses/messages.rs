//! Promise 3: every accepted message is handed to a connection exactly once, in order, or reported as unsent.

use holdfast_ws::engine::{Config, ConnectionId, Engine, Event, Instant, Output, SendError, Sent};

use super::requests::of_request;

/// Watches messages, numbered in the order in which they are sent.
#[derive(Debug, Default)]
pub(super) struct Messages {
    next: u32,
    accepted: Vec<u32>,
    transmitted: Vec<u32>,
    unsent: Vec<u32>,
    /// Those reported since, by events that say that they will never be sent, but not why.
    reported: Vec<u32>,
    expired: Vec<u32>,
    /// The number of messages sent on a connection that the application chose.
    direct: u64,
}

/// The payload of messages for one connection alone.
const DIRECT: u32 = 1 << 30;

impl Messages {
    /// Sends one.
    pub(super) fn send(&mut self, engine: &mut Engine<u32>, config: &Config, now: Instant, bytes: u64) {
        let (held, weight) = (engine.outbox().len(), engine.outbox().bytes());
        let could = engine.can_transmit();
        let sent = engine.send(now, self.next, bytes);
        if matches!(sent, Ok(Sent::Transmitted | Sent::Queued)) {
            self.accepted.push(self.next);
        }
        self.next += 1;
        assert_eq!(could, sent == Ok(Sent::Transmitted));
        let fits = config.queue.as_ref().is_some_and(|queue| {
            held < queue.max_messages as usize && weight.checked_add(bytes).is_some_and(|sum| sum <= queue.max_bytes)
        });
        match sent {
            Ok(Sent::Queued) => assert!(fits, "took more than it may"),
            Err(SendError::Full) => assert!(!fits, "refused what fits"),
            _ => {}
        }
        if sent != Ok(Sent::Queued) {
            assert_eq!(
                (held, weight),
                (engine.outbox().len(), engine.outbox().bytes()),
                "it keeps what it has"
            );
        }
    }

    /// Sends one without calling the engine. Returns its number.
    pub(super) fn send_past(&mut self) -> u32 {
        self.accepted.push(self.next);
        self.next += 1;
        self.next - 1
    }

    /// Sends one on this connection, which takes it or doesn't.
    pub(super) fn send_on(&mut self, engine: &mut Engine<u32>, connection: ConnectionId, takes: bool) {
        let sent = engine.send_on(connection, DIRECT);
        assert_eq!(sent, if takes { Ok(()) } else { Err(SendError::NotOpen) });
        self.direct += u64::from(takes);
    }

    /// Something is done while the connection that counts is `open`, or isn't.
    pub(super) fn output(&mut self, output: &Output<u32>, open: bool) {
        if let Output::Transmit(_, message) = output
            && of_request(*message).is_none()
            && *message != DIRECT
        {
            assert!(open, "{message} went out before its time");
            assert!(
                self.transmitted.last() < Some(message),
                "{message} after {:?}",
                self.transmitted.last()
            );
            self.transmitted.push(*message);
        }
    }

    pub(super) fn event(&mut self, event: &Event<u32>) {
        let reported = &mut self.reported;
        match event {
            Event::Unsent(message) => reported.push(*message),
            Event::Close { will_reconnect, .. } => {
                assert!(reported.is_empty() || !will_reconnect, "given up while there is hope");
                assert!(reported.is_sorted());
                self.unsent.append(reported);
            }
            Event::Expired => {
                assert!(!reported.is_empty() && self.expired.last() < reported.first());
                assert!(reported.is_sorted());
                self.expired.append(reported);
            }
            // The event that says why follows messages that will never be sent.
            _ => assert!(reported.is_empty(), "{event:?} after {reported:?}"),
        }
    }

    /// It is over, and everything has been told; so many messages were requests.
    pub(super) fn finish(mut self, engine: &Engine<u32>, requests: u64) {
        assert!(engine.outbox().is_empty() && engine.outbox().bytes() == 0);
        assert!(
            self.reported.is_empty(),
            "nobody says why {:?} will never be sent",
            self.reported
        );
        assert_eq!(
            engine.stats().sent,
            self.transmitted.len() as u64 + self.direct + requests
        );
        assert_eq!(engine.stats().unsent, (self.unsent.len() + self.expired.len()) as u64);
        let mut accounted = self.transmitted;
        accounted.append(&mut self.unsent);
        accounted.append(&mut self.expired);
        accounted.sort_unstable();
        assert_eq!(accounted, self.accepted);
    }
}
