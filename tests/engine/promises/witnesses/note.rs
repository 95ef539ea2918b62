//! A record of what came out of an engine.

use holdfast_ws::engine::{Event, Output};

/// Something that came out of the engine.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Note {
    /// An output, carried out.
    Did(Output<u32>),
    /// An event, told.
    Told(Event<u32>),
}
