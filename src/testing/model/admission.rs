//! Firefox's order of attempts: one at a time to a host, and after a failure a delay that grows
//! ([RFC 6455, 4.1](https://www.rfc-editor.org/rfc/rfc6455#section-4.1) and
//! [7.2.3](https://www.rfc-editor.org/rfc/rfc6455#section-7.2.3); Firefox's `FailDelay`).

use alloc::collections::{BTreeMap, VecDeque};
use alloc::string::String;

use super::ids::SocketId;
use super::random::Random;
use super::time::{Instant, Span};
use super::url::Address;

const FIRST_LEAST: Span = Span::from_millis(200);
const FIRST_MOST: Span = Span::from_millis(399);
const LONGEST: u64 = 60_000_000;
const REMEMBERED: Span = Span::from_millis(60_000);

/// Attempts and failures by host and port; failures also by path.
#[derive(Debug, Default)]
pub(super) struct Admission {
    attempts: BTreeMap<(String, u16), VecDeque<SocketId>>,
    failures: BTreeMap<(String, u16, String), Failure>,
}

#[derive(Debug, Clone, Copy)]
struct Failure {
    at: Instant,
    delay: Span,
}

fn host(address: &Address) -> (String, u16) {
    (address.host.clone(), address.port)
}

fn place(address: &Address) -> (String, u16, String) {
    (address.host.clone(), address.port, address.path.clone())
}

impl Admission {
    /// Adds an attempt. Returns true if it may begin now.
    pub(super) fn enter(&mut self, id: SocketId, address: &Address) -> bool {
        let attempts = self.attempts.entry(host(address)).or_default();
        attempts.push_back(id);
        attempts.len() == 1
    }

    /// Removes an attempt. Returns the one that may begin instead.
    pub(super) fn leave(&mut self, id: SocketId, address: &Address) -> Option<SocketId> {
        let attempts = self.attempts.get_mut(&host(address))?;
        let was_first = attempts.front() == Some(&id);
        attempts.retain(|other| *other != id);
        attempts.front().copied().filter(|_| was_first)
    }

    /// Returns how long an attempt must wait.
    pub(super) fn delay(&mut self, now: Instant, address: &Address) -> Span {
        let place = place(address);
        let Some(Failure { at, delay }) = self.failures.get(&place).copied() else {
            return Span::ZERO;
        };
        if now >= at.saturating_add(REMEMBERED).saturating_add(delay) {
            self.failures.remove(&place);
            return Span::ZERO;
        }
        at.saturating_add(delay).saturating_since(now)
    }

    pub(super) fn succeeded(&mut self, address: &Address) {
        self.failures.remove(&place(address));
    }

    /// Notes a failure. `closed`: the page closed it before it was open, which doesn't lengthen a delay.
    pub(super) fn failed(&mut self, now: Instant, address: &Address, closed: bool, chance: &mut Random) {
        match self.failures.get_mut(&place(address)) {
            Some(_) if closed => {}
            Some(failure) => {
                let longer = (failure.delay.as_micros() / 2 * 3).min(LONGEST);
                *failure = Failure {
                    at: now,
                    delay: Span::from_micros(longer),
                };
            }
            None => {
                let delay = chance.between(FIRST_LEAST, FIRST_MOST);
                self.failures.insert(place(address), Failure { at: now, delay });
            }
        }
    }
}
