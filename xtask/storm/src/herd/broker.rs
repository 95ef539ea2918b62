//! The broker: it handles subscriptions one after the other, at a fixed rate.

use std::collections::VecDeque;

use crate::input::Millis;

use super::client::Ticket;

/// A request to subscribe channels.
#[derive(Debug, Clone, Copy)]
pub(super) struct Request {
    pub(super) client: u32,
    /// The number of the client's connection. What a lost connection asked for costs nothing.
    pub(super) connection: u32,
    pub(super) ticket: Ticket,
    pub(super) channels: u32,
    /// When it came.
    pub(super) at: Millis,
}

/// The requests that wait, and the one that is handled.
#[derive(Debug)]
pub(super) struct Broker {
    waiting: VecDeque<Request>,
    handled: Option<Request>,
    /// Subscriptions in a millisecond.
    rate: f64,
    /// The time until which the broker has work, with the fraction of a millisecond.
    until: f64,
}

impl Broker {
    pub(super) const fn new(rate: f64) -> Self {
        Self {
            waiting: VecDeque::new(),
            handled: None,
            rate,
            until: 0.0,
        }
    }

    /// Takes a request.
    pub(super) fn ask(&mut self, request: Request) {
        self.waiting.push_back(request);
    }

    /// Begins with the next request whose connection lives, if none is handled. Returns when it will be through.
    #[allow(clippy::cast_precision_loss)] // Of a simulation's length.
    pub(super) fn begin(&mut self, lives: impl Fn(&Request) -> bool) -> Option<f64> {
        if self.handled.is_some() {
            return None;
        }
        loop {
            let next = self.waiting.pop_front()?;
            if lives(&next) {
                self.until = self.until.max(next.at as f64) + f64::from(next.channels) / self.rate;
                self.handled = Some(next);
                return Some(self.until);
            }
        }
    }

    /// Returns the request that is through.
    pub(super) const fn end(&mut self) -> Option<Request> {
        self.handled.take()
    }
}
