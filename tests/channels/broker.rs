//! A broker: streams that are kept for a while, and their subscriptions.

use holdfast_ws::channels::{Numbering, Position, Recovered, Start};

use crate::world::Epoch;

/// The broker's abilities and faults.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Habits {
    pub(crate) numbering: Numbering,
    /// It answers questions for history.
    pub(crate) history: bool,
    /// It sends the messages after a position with a subscription. If not, they are fetched.
    pub(crate) replays: bool,
    /// How many messages it keeps.
    pub(crate) kept: u64,
    /// One live message in so many is not delivered; 0 for none.
    pub(crate) drops: u64,
    /// One live message in so many is delivered twice; 0 for none.
    pub(crate) doubles: u64,
    /// One subscription in so many is refused; 0 for none.
    pub(crate) refuses: u64,
    /// One question for history in so many gets no answer; 0 for none.
    pub(crate) silent: u64,
}

impl Default for Habits {
    fn default() -> Self {
        Self {
            numbering: Numbering::Dense,
            history: true,
            replays: true,
            kept: 100,
            drops: 0,
            doubles: 0,
            refuses: 0,
            silent: 0,
        }
    }
}

/// One channel's stream. Messages are their own offsets.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Kept {
    pub(crate) epoch: Epoch,
    /// The last message.
    pub(crate) end: u64,
    /// The first message that is kept.
    pub(crate) first: u64,
    /// By how much offsets grow.
    pub(crate) stride: u64,
}

impl Kept {
    pub(crate) const fn new(stride: u64) -> Self {
        Self {
            epoch: 1,
            end: 0,
            first: stride,
            stride,
        }
    }

    pub(crate) const fn position(&self, offset: u64) -> Position<Epoch> {
        Position {
            epoch: self.epoch,
            offset,
        }
    }

    /// Adds a message, and returns its position.
    pub(crate) fn add(&mut self, kept: u64) -> Position<Epoch> {
        self.end += self.stride;
        self.first = self
            .first
            .max((self.end + self.stride).saturating_sub(kept * self.stride));
        self.position(self.end)
    }

    /// The stream is lost, and begins again.
    pub(crate) const fn reset(&mut self) {
        self.epoch += 1;
        self.end = 0;
        self.first = self.stride;
    }

    /// Returns the messages after one and before another that are kept.
    pub(crate) fn between(&self, after: u64, before: u64) -> Vec<Position<Epoch>> {
        (1..=self.end / self.stride)
            .map(|number| number * self.stride)
            .filter(|offset| *offset >= self.first && *offset > after && *offset < before)
            .map(|offset| self.position(offset))
            .collect()
    }

    /// Returns the answer to a subscription, and the messages that follow it.
    pub(crate) fn subscribe(
        &self,
        habits: Habits,
        since: Option<Position<Epoch>>,
        history: u32,
    ) -> (Start<Epoch>, Vec<Position<Epoch>>) {
        let all = u64::MAX;
        let (proven, messages) = match since {
            None => {
                let after = self.end.saturating_sub(u64::from(history) * self.stride);
                (true, self.between(after, all))
            }
            Some(since) => {
                let kept = since.epoch == self.epoch && since.offset + self.stride >= self.first;
                (
                    kept,
                    if since.epoch == self.epoch {
                        self.between(since.offset, all)
                    } else {
                        Vec::new()
                    },
                )
            }
        };
        let ordered = habits.numbering == Numbering::Ordered;
        let recovered = match proven {
            _ if ordered => Recovered::Unknown,
            true => Recovered::Yes,
            false => Recovered::No,
        };
        let start = Start {
            position: (!ordered).then(|| self.position(self.end)),
            recovered,
            replays: habits.replays,
        };
        (start, if habits.replays { messages } else { Vec::new() })
    }
}
