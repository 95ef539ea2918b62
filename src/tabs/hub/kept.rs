//! The last messages, for tabs that come later or come back.

use alloc::vec::Vec;

use super::super::frame::Message;

#[derive(Debug)]
pub(super) struct Kept<P, T> {
    /// The messages, each with its bytes. The oldest first.
    all: Vec<(Message<P, T>, u64)>,
    /// The sum of the bytes.
    bytes: u64,
    most: usize,
    most_bytes: u64,
}

impl<P, T> Kept<P, T> {
    pub(super) const fn new(most: usize, most_bytes: u64) -> Self {
        Self {
            all: Vec::new(),
            bytes: 0,
            most,
            most_bytes,
        }
    }

    /// Returns true if older messages were dropped. That happens rarely and by halves, so that each message costs the same on average.
    pub(super) fn push(&mut self, message: Message<P, T>, bytes: u64) -> bool {
        self.bytes = self.bytes.saturating_add(bytes);
        self.all.push((message, bytes));
        if self.all.len() <= self.most.saturating_mul(2) && self.bytes <= self.most_bytes.saturating_mul(2) {
            return false;
        }
        let (mut excess, mut bytes) = (0, self.bytes);
        for (_, each) in &self.all {
            if self.all.len() - excess <= self.most && bytes <= self.most_bytes {
                break;
            }
            excess += 1;
            bytes -= *each;
        }
        self.all.drain(..excess);
        self.bytes = bytes;
        true
    }

    pub(super) const fn len(&self) -> usize {
        self.all.len()
    }

    pub(super) fn first(&self) -> Option<&Message<P, T>> {
        self.iter().next()
    }

    pub(super) fn iter(&self) -> impl DoubleEndedIterator<Item = &Message<P, T>> {
        self.all.iter().map(|(message, _)| message)
    }
}

impl<P, T: PartialEq> Kept<P, T> {
    /// Returns the number of the last message that has brought this token.
    pub(super) fn last_with(&self, token: &T) -> Option<u64> {
        let mut latest = self.iter().rev();
        let found = latest.find(|message| message.token.as_ref() == Some(token))?;
        Some(found.seq)
    }
}
