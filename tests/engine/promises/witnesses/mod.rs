//! Makes a sequence of inputs happen to an engine, with a witness for each promise. The property tests draw the sequences; the fuzz
//! target (`tests/fuzz`) reads them from bytes.

mod connections;
mod hidden;
mod inputs;
mod lingering;
mod messages;
mod note;
mod page;
mod reading;
mod requests;
mod retries;
mod run;

pub(crate) use self::inputs::{Input, Sequence, Who};
pub(crate) use self::note::Note;
pub(crate) use self::run::Run;
