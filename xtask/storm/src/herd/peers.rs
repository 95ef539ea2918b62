//! The peers' algorithms with their defaults, as read in their sources.

use crate::input::{Hint, Input as Connection, Millis};
use crate::peers::{Peer, Rule};

use super::client::{Action, Client, Input, Ticket};

/// phoenix: each channel asks for itself.
pub(super) struct Phoenix {
    peer: Peer,
    rule: Rule,
    channels: Vec<Joining>,
    tickets: Ticket,
    connected: bool,
}

/// A channel of phoenix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Joining {
    Joined,
    /// Not connected.
    Errored,
    /// Asked; how many timeouts there were, and when the next one is.
    Asked(Ticket, usize, Millis),
    /// The answer came too late: asks again at this time.
    Waits(usize, Millis),
}

const PHOENIX_TIMEOUT: Millis = 10_000;

/// The delays of `rejoinAfterMs`.
const REJOIN: [Millis; 3] = [1_000, 2_000, 5_000];

impl Phoenix {
    pub(super) fn subscribed(number: u64, channels: u32, rule: Rule) -> Self {
        Self {
            peer: Peer::connected(number),
            rule,
            channels: vec![Joining::Joined; channels as usize],
            tickets: 0,
            connected: true,
        }
    }
}

impl Client for Phoenix {
    fn handle(&mut self, now: Millis, input: Input, actions: &mut Vec<Action>) {
        let tickets = &mut self.tickets;
        let mut ask = |timeouts| {
            *tickets += 1;
            actions.push(Action::Subscribe(*tickets, 1));
            Joining::Asked(*tickets, timeouts, now + PHOENIX_TIMEOUT)
        };
        match input {
            Input::Lost => {
                self.connected = false;
                self.channels.fill(Joining::Errored);
                let dials = self.peer.handle(self.rule, now, Connection::Lost(Hint::None));
                actions.extend(dials.map(Action::Dial));
            }
            Input::Refused => {
                let dials = self.peer.handle(self.rule, now, Connection::Refused);
                actions.extend(dials.map(Action::Dial));
            }
            Input::Opened => {
                self.connected = true;
                self.peer.handle(self.rule, now, Connection::Opened);
                for channel in &mut self.channels {
                    *channel = ask(0);
                }
            }
            Input::Answered(ticket) => {
                for channel in &mut self.channels {
                    if matches!(channel, Joining::Asked(asked, ..) if *asked == ticket) {
                        *channel = Joining::Joined;
                    }
                }
            }
            Input::Due => {
                for channel in &mut self.channels {
                    match *channel {
                        Joining::Asked(_, timeouts, at) if at <= now => {
                            let delay = REJOIN.get(timeouts).copied().unwrap_or(10_000);
                            *channel = Joining::Waits(timeouts + 1, now + delay);
                        }
                        Joining::Waits(timeouts, at) if at <= now => *channel = ask(timeouts),
                        _ => {}
                    }
                }
            }
        }
    }

    fn due(&self) -> Option<Millis> {
        let of = |channel: &Joining| match *channel {
            Joining::Asked(.., at) | Joining::Waits(_, at) => Some(at),
            Joining::Joined | Joining::Errored => None,
        };
        self.channels.iter().filter_map(of).min()
    }

    fn is_subscribed(&self) -> bool {
        self.connected && self.channels.iter().all(|channel| *channel == Joining::Joined)
    }
}

/// centrifuge: all channels in a batch; if its answer is late, the connection is given up.
pub(super) struct Centrifuge {
    peer: Peer,
    rule: Rule,
    channels: u32,
    tickets: Ticket,
    /// When the answer is late.
    until: Option<Millis>,
    subscribed: bool,
}

const CENTRIFUGE_TIMEOUT: Millis = 5_000;

impl Centrifuge {
    pub(super) fn subscribed(number: u64, channels: u32, rule: Rule) -> Self {
        Self {
            peer: Peer::connected(number),
            rule,
            channels,
            tickets: 0,
            until: None,
            subscribed: true,
        }
    }
}

impl Client for Centrifuge {
    fn handle(&mut self, now: Millis, input: Input, actions: &mut Vec<Action>) {
        match input {
            Input::Lost => {
                self.subscribed = false;
                self.until = None;
                let dials = self.peer.handle(self.rule, now, Connection::Lost(Hint::None));
                actions.extend(dials.map(Action::Dial));
            }
            Input::Refused => {
                let dials = self.peer.handle(self.rule, now, Connection::Refused);
                actions.extend(dials.map(Action::Dial));
            }
            Input::Opened => {
                self.peer.handle(self.rule, now, Connection::Opened);
                self.tickets += 1;
                self.until = Some(now + CENTRIFUGE_TIMEOUT);
                actions.push(Action::Subscribe(self.tickets, self.channels));
            }
            Input::Answered(ticket) if ticket == self.tickets => {
                self.until = None;
                self.subscribed = true;
            }
            Input::Due if self.until.is_some_and(|until| until <= now) => {
                self.until = None;
                actions.push(Action::Close);
            }
            Input::Answered(_) | Input::Due => {}
        }
    }

    fn due(&self) -> Option<Millis> {
        self.until
    }

    fn is_subscribed(&self) -> bool {
        self.subscribed
    }
}
