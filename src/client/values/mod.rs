//! Values that cross the client's interface: messages, events, options, URLs, errors. No state of a socket.

/// True where JavaScript can be called. Elsewhere, under WASI too, each call of it would panic.
pub(crate) const HAS_JAVASCRIPT: bool = cfg!(all(
    target_arch = "wasm32",
    any(target_os = "unknown", target_os = "none")
));

pub(crate) mod authenticate;
pub(crate) mod bytes;
pub(crate) mod error;
pub(crate) mod event;
pub(crate) mod message;
pub(crate) mod options;
pub(crate) mod protocols;
#[cfg(feature = "serde")]
pub(crate) mod request_options;
pub(crate) mod resume;
pub(crate) mod stats;
pub(crate) mod url;
