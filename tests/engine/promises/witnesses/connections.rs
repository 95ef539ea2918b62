//! Promise 1, as seen from outside: at most one live connection, and each is told from its opening to its one end.

use std::collections::BTreeMap;

use holdfast_ws::engine::{ConnectionId, Event, Instant, Output};

/// The last event of a connection.
#[derive(Debug, PartialEq, Eq)]
enum Told {
    Nothing,
    Opening,
    End,
}

/// Watches connections come and go.
#[derive(Debug, Default)]
pub(super) struct Connections {
    /// The one that counts.
    pub(super) live: Option<ConnectionId>,
    /// True if it has opened, and no side has begun to close it.
    pub(super) open: bool,
    /// True if it has opened, and is being authenticated.
    pub(super) authenticating: bool,
    /// The one that messages go to without calling the engine, and until when.
    pub(super) direct: Option<(ConnectionId, Instant)>,
    told: BTreeMap<ConnectionId, Told>,
}

impl Connections {
    /// The browser has told the end of this connection.
    pub(super) fn ended(&mut self, connection: ConnectionId) {
        if self.live == Some(connection) {
            self.live = None;
            self.open = false;
            self.authenticating = false;
            self.direct = None;
        }
    }

    /// True if messages for this connection only are sent.
    pub(super) fn takes(&self, connection: ConnectionId) -> bool {
        self.live == Some(connection) && (self.open || self.authenticating)
    }

    pub(super) fn output(&mut self, output: &Output<u32>) {
        match *output {
            Output::Resolve(_) => assert_eq!(self.live, None, "a question while a connection is live"),
            Output::Dial(c) => {
                assert_eq!(self.live.replace(c), None, "dialled {c:?} while another is live");
                let before = self.told.insert(c, Told::Nothing);
                assert_eq!(before, None, "{c:?} was dialled twice");
                self.open = false;
                self.authenticating = false;
            }
            // Other witnesses check the messages that go out before it is authenticated.
            Output::Transmit(c, _) => assert!(self.takes(c), "{output:?} while {:?} counts", self.live),
            Output::AllowDirectSend(c, until) => {
                assert!(
                    self.live == Some(c) && self.open,
                    "{output:?} while {:?} counts",
                    self.live
                );
                self.direct = Some((c, until));
            }
            Output::RevokeDirectSend(c) => {
                assert_eq!(self.live, Some(c), "only the live one is held");
                assert!(self.direct.take().is_some(), "it was not free");
            }
            Output::Ping(c) | Output::ReadBufferedAmount(c) | Output::CheckIdle(c) => {
                assert!(
                    self.live == Some(c) && self.open,
                    "{output:?} while {:?} counts, open: {}",
                    self.live,
                    self.open
                );
            }
            Output::Close(c) => {
                assert_eq!(self.live, Some(c), "closed another than the live one");
                self.open = false;
                self.authenticating = false;
            }
            Output::Abandon(c) => {
                assert_eq!(self.live, Some(c), "abandoned another than the live one");
                self.ended(c);
            }
        }
    }

    pub(super) fn event(&mut self, event: &Event<u32>) {
        match *event {
            Event::Open(c) => {
                let before = self.told.insert(c, Told::Opening);
                assert_eq!(before, Some(Told::Nothing), "the opening of {c:?} was told");
            }
            Event::Close {
                connection: Some(c), ..
            } => {
                let before = self.told.insert(c, Told::End);
                assert!(
                    matches!(before, Some(Told::Nothing | Told::Opening)),
                    "the end of {c:?} was told: {before:?}"
                );
            }
            _ => {}
        }
    }

    /// It is over, and everything has been told.
    pub(super) fn finish(&self) {
        assert_eq!(self.live, None);
        let open = self.told.iter().find(|(_, told)| **told != Told::End);
        assert_eq!(open, None, "its end was never told");
    }
}
