//! A machine's knowledge of the giver of its box's numbers.

use super::Counter;

/// The giver of a box's numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Numbering {
    /// This machine, and it alone.
    Own,
    /// Nobody any more: an earlier machine has. What it has sent, and the storage has lost since, is done.
    Adopted,
    /// The storage, for several machines.
    Shared(Shared),
}

/// The machine's knowledge of numbers that the storage gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Shared {
    pub(super) counter: Counter,
    /// Numbers above this one were given while this page lived.
    pub(super) before: u64,
    /// The last number that the counter shall say to be opened.
    pub(super) opening: u64,
    /// The last number that the server has, as far as it has said so.
    pub(super) done: u64,
    /// True while what was displaced waits for other numbers.
    pub(super) is_displaced: bool,
}

impl Numbering {
    pub(super) fn adopt(&mut self) {
        if *self == Numbering::Own {
            *self = Numbering::Adopted;
        }
    }
}
