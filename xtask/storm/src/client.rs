//! The reconnection strategies, and the simulated clients of each.

use crate::input::{Input, Millis};
use crate::ours::Ours;
use crate::peers::{Peer, Rule};

/// A reconnection strategy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Way {
    /// holdfast-ws's engine as it is, with its defaults.
    Ours,
    /// reconnecting-websocket 4.4.
    ReconnectingWebsocket,
    /// partysocket 1.3.
    PartySocket,
    /// socket.io-client 4.8.
    SocketIo,
    /// centrifuge 5.8.
    Centrifuge,
    /// phoenix 1.8.
    Phoenix,
    /// mqtt 5.
    Mqtt,
}

impl Way {
    /// All strategies without a limit of attempts.
    pub const ALL: [Self; 7] = [
        Self::Ours,
        Self::ReconnectingWebsocket,
        Self::PartySocket,
        Self::SocketIo,
        Self::Centrifuge,
        Self::Phoenix,
        Self::Mqtt,
    ];

    /// Returns its name in tables and plots.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ours => "holdfast-ws",
            Self::ReconnectingWebsocket => "reconnecting-websocket",
            Self::PartySocket => "partysocket",
            Self::SocketIo => "socket.io-client",
            Self::Centrifuge => "centrifuge",
            Self::Phoenix => "phoenix",
            Self::Mqtt => "mqtt.js",
        }
    }

    /// True if it honours hints in the server's close frame.
    #[must_use]
    pub const fn takes_hints(self) -> bool {
        matches!(self, Self::Ours)
    }

    /// Creates the clients.
    pub(crate) fn crowd(self, clients: u32) -> Crowd {
        let rule = match self {
            Self::Ours => return Crowd::Ours((0..clients).map(|number| Ours::connected(number.into())).collect()),
            Self::ReconnectingWebsocket => Rule::ReconnectingWebsocket,
            Self::PartySocket => Rule::PartySocket,
            Self::SocketIo => Rule::SocketIo,
            Self::Centrifuge => Rule::Centrifuge,
            Self::Phoenix => Rule::Phoenix,
            Self::Mqtt => Rule::Mqtt,
        };
        Crowd::Peers(
            rule,
            (0..clients).map(|number| Peer::connected(number.into())).collect(),
        )
    }
}

/// The clients of one strategy.
pub(crate) enum Crowd {
    Ours(Vec<Ours>),
    Peers(Rule, Vec<Peer>),
}

impl Crowd {
    /// Passes an input to a client. Returns when it dials next, if no other input comes before.
    pub(crate) fn handle(&mut self, client: u32, now: Millis, input: Input) -> Option<Millis> {
        match self {
            Self::Ours(clients) => clients[client as usize].handle(now, input),
            Self::Peers(rule, clients) => clients[client as usize].handle(*rule, now, input),
        }
    }
}
