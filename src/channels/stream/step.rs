//! The options of a stream, and the effects of its inputs.

use crate::channels::position::{Numbering, Position, Recovered};

/// An effect of an input on a stream.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::channels) enum Step<P, E> {
    /// Dispatch this message.
    Message {
        position: Option<Position<E>>,
        payload: P,
        replayed: bool,
    },
    /// Dispatch this message to those alone that don't load: it is in the state of the others.
    Early {
        position: Position<E>,
        payload: P,
        replayed: bool,
    },
    /// Messages between the two may be missing.
    Gap {
        after: Option<Position<E>>,
        before: Option<Position<E>>,
    },
    /// Fetch the messages after the position and before the offset.
    Fetch { after: Position<E>, before: u64 },
    /// Let the application load its state.
    Load,
    /// Subscribe again from the last message: what follows it was dispatched before, and some need it.
    Resume,
    /// All of before has been dispatched. What follows is live.
    Live { recovered: Recovered, replayed: u64 },
}

/// The options of a stream.
#[derive(Debug, Clone, Copy)]
pub(in crate::channels) struct Rules {
    pub(in crate::channels) numbering: Numbering,
    pub(in crate::channels) history: bool,
    pub(in crate::channels) resumes: bool,
    pub(in crate::channels) loads: bool,
    pub(in crate::channels) held: usize,
}
