//! A client with many channels, as the simulation sees it.

use crate::input::Millis;

/// An input of a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Input {
    /// Its connection is lost.
    Lost,
    /// Its attempt succeeded.
    Opened,
    /// Its attempt failed.
    Refused,
    /// The broker has subscribed what this request asked for.
    Answered(Ticket),
    /// The time that it asked for has come.
    Due,
}

/// The number of a request, which the client gives.
pub(super) type Ticket = u32;

/// An action of a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Action {
    /// It dials at this time.
    Dial(Millis),
    /// It asks the broker to subscribe this many channels.
    Subscribe(Ticket, u32),
    /// It closes its connection.
    Close,
}

/// A client, its connection, and its channels.
pub(super) trait Client: Send {
    /// Passes an input. Adds what the client does now.
    fn handle(&mut self, now: Millis, input: Input, actions: &mut Vec<Action>);

    /// Returns when it wants [`Input::Due`].
    fn due(&self) -> Option<Millis>;

    /// True if all its channels are subscribed.
    fn is_subscribed(&self) -> bool;
}
