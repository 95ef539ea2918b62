//! Values that cross the client's interface: messages, events, options, URLs, errors. No state of a socket.

pub(crate) mod authenticate;
pub(crate) mod data;
pub(crate) mod error;
pub(crate) mod event;
#[cfg(feature = "serde")]
pub(crate) mod id_key;
pub(crate) mod message;
pub(crate) mod options;
pub(crate) mod protocols;
#[cfg(feature = "serde")]
pub(crate) mod request_options;
pub(crate) mod resume;
pub(crate) mod stats;
#[cfg(feature = "tabs")]
pub(crate) mod tabs;
pub(crate) mod url;
