//! The options of the machine and of a channel, and what a broker can do.

use crate::engine::{Random, Span};

use super::output::Identity;
use super::position::{Numbering, Position};

/// The abilities of an adapter and its broker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools)] // Each is a fact of its own.
pub struct Abilities {
    /// How messages are numbered.
    pub numbering: Numbering,
    /// Messages between two positions can be fetched.
    pub history: bool,
    /// A publication is acknowledged.
    pub acknowledges: bool,
    /// A publication that comes twice counts once, so that it may be repeated on the next connection.
    pub deduplicates: bool,
    /// A token can be renewed without a new subscription.
    pub renews: bool,
    /// A subscribed channel can be subscribed again from another position. Needed where no gap shows by the numbers.
    pub resumes: bool,
    /// A publication goes another way than the connection, and outlives it.
    pub publishes_apart: bool,
}

/// The options of all channels. All have defaults.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Config {
    /// For how long a channel stays subscribed after its last holder has left. 3 s.
    pub linger: Span,
    /// How many messages are held while a gap is filled or the application loads. 1,000.
    pub held: usize,
    /// How many publications wait for a connection. 1,000.
    pub waiting: usize,
    /// For how long a publication may be without an acknowledgement. 10 s.
    pub publish_timeout: Span,
    /// For how long the broker may be without an answer to a subscription or to a question for history, and for how long the
    /// application may load. 10 s. For subscriptions and loads it doubles with each answer that does not come in time, up to 16 times
    /// as long.
    pub answer_timeout: Span,
    /// The first delay after a channel was refused. It doubles up to `max_delay`. 500 ms.
    pub min_delay: Span,
    /// The longest delay after a channel was refused. 20 s.
    pub max_delay: Span,
    /// For how long before its end a token is renewed. 10 s.
    pub renew_before: Span,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            linger: Span::from_millis(3_000),
            held: 1_000,
            waiting: 1_000,
            publish_timeout: Span::from_millis(10_000),
            answer_timeout: Span::from_millis(10_000),
            min_delay: Span::from_millis(500),
            max_delay: Span::from_millis(20_000),
            renew_before: Span::from_millis(10_000),
        }
    }
}

/// The most doublings of the time for an answer.
const DOUBLINGS: u32 = 4;

impl Config {
    /// Returns for how long the broker or the application may be without an answer, after this many in a row have not come in time.
    ///
    /// If everybody asked a broker that is behind again at the same pace, it would only do work that is thrown away, and never catch
    /// up (`cargo xtask storm`, `herd`).
    pub(super) fn patience(&self, overdue: u32) -> Span {
        (0..overdue.min(DOUBLINGS)).fold(self.answer_timeout, |span, _| span.saturating_add(span))
    }

    /// Returns the next delay, at random between half the ceiling and the ceiling, and doubles the ceiling. Zero stands for the first one.
    pub(super) fn next_delay(&self, ceiling: &mut Span, random: &mut Random) -> Span {
        let now = (*ceiling).max(self.min_delay).min(self.max_delay);
        *ceiling = now.saturating_add(now);
        random.between(now.half(), now)
    }
}

/// The options of a channel, which its first holder sets.
#[derive(Debug, Clone, PartialEq)]
pub struct ChannelConfig<P, E> {
    /// The last message that the application knows.
    pub since: Option<Position<E>>,
    /// How many messages of before a new subscription asks for. Not used with `since` or `loads`.
    pub history: u32,
    /// A new subscription asks for the messages since this time, in milliseconds since 1970. Not used with `since` or `loads`.
    pub since_time: Option<f64>,
    /// The application loads its state, first and whenever messages may be missing.
    pub loads: bool,
    /// A subscription needs a token.
    pub authorizes: bool,
    /// For how long a user whose connection was lost is a member still.
    pub grace: Span,
    /// The application is a member, as this user. A later holder may bring other data of the same user.
    pub identity: Option<Identity<P>>,
}

impl<P, E> ChannelConfig<P, E> {
    /// Returns the user that the application is a member as.
    pub(super) fn user(&self) -> Option<&str> {
        self.identity.as_ref().map(|identity| identity.user.as_str())
    }
}

impl<P, E> Default for ChannelConfig<P, E> {
    fn default() -> Self {
        Self {
            since: None,
            history: 0,
            since_time: None,
            loads: false,
            authorizes: false,
            grace: Span::from_millis(15_000),
            identity: None,
        }
    }
}
