//! Spans and events for `tracing`, if its feature is on. Otherwise everything here is empty.
//!
//! No field has a payload, a close reason, or the query of a URL.

#[cfg(not(feature = "tracing"))]
mod off;
#[cfg(feature = "tracing")]
mod on;

#[cfg(not(feature = "tracing"))]
pub(crate) use self::off::*;
#[cfg(feature = "tracing")]
pub(crate) use self::on::*;
