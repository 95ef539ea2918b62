//! Values that cross the client's interface: messages, events, options, URLs, errors. No state of a socket.

pub(crate) mod bytes;
pub(crate) mod error;
pub(crate) mod event;
pub(crate) mod message;
pub(crate) mod options;
pub(crate) mod resume;
pub(crate) mod stats;
pub(crate) mod url;
