//! Errors: an enum for each operation. Each text says what to do.

use alloc::string::String;
use core::fmt;

use crate::engine;

/// The error of making a `WebSocket`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ConnectError {
    /// This program is not a WebAssembly module in a browser: it is rendered on a server, or tested natively. Make the
    /// socket where only the browser comes: in an effect, or on mount. A native test enters a world first (feature `testing`).
    NotInBrowser,
    /// An option is impossible.
    Option {
        /// Its name, with its group: `reconnect.min_delay`.
        option: String,
        /// The values that it takes.
        takes: &'static str,
    },
    /// The browser refuses the URL or a subprotocol. Correct them: the URL is one of `ws:`, `wss:`, `http:` or `https:`,
    /// without a fragment; subprotocols are tokens, each given once.
    Refused,
    /// The browser does not allow this page this connection. A page that came by `https:` may only use `wss:`.
    Forbidden,
    /// There is no `WebSocket` where this runs. Run it in a page or a worker.
    Unsupported,
    /// Tabs can't find each other here, and the connection must be shared ([`Tabs::required`](crate::Tabs::required)): `navigator.locks`
    /// and `BroadcastChannel` need a secure context and an origin.
    #[cfg(feature = "tabs")]
    NoTabs,
}

impl From<engine::ConfigError> for ConnectError {
    fn from(error: engine::ConfigError) -> Self {
        let mut option = String::new();
        // As the builder calls it: `reconnect.minDelay` is `reconnect.min_delay`.
        for letter in error.option().chars() {
            if letter.is_ascii_uppercase() {
                option.push('_');
            }
            option.push(letter.to_ascii_lowercase());
        }
        Self::Option {
            option,
            takes: error.takes(),
        }
    }
}

impl fmt::Display for ConnectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotInBrowser => "a WebSocket exists only in a browser: make it in an effect or on mount, not on the server",
            Self::Option { option, takes } => return write!(f, "the option {option} takes {takes}"),
            Self::Refused => {
                "the browser refuses the URL or a subprotocol: give a ws:, wss:, http: or https: URL without a fragment, \
                 and subprotocols that are tokens, each once"
            }
            Self::Forbidden => "the browser forbids this connection: a page that came by https: must use wss:",
            Self::Unsupported => "there is no WebSocket here: run this in a page or a worker",
            #[cfg(feature = "tabs")]
            Self::NoTabs => {
                "tabs can't find each other here: navigator.locks and BroadcastChannel need a secure context and an origin"
            }
        })
    }
}

impl core::error::Error for ConnectError {}

/// The error of a message that was not accepted. Nothing was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum SendError {
    /// No connection is open, and queueing or reconnection is off. Wait for `open`.
    NotOpen,
    /// The queue has no room for it: it is full, or the message is larger than all of it. Wait until `buffered_amount()` is
    /// lower, or allow it more.
    QueueFull,
    /// The socket is closed, or closing. `reconnect()` starts it again.
    Closed,
    /// Messages of this sink waited for longer than `Queue::max_age` and were dropped, as `Event::Expired` reports.
    #[cfg(feature = "futures")]
    Expired,
    /// The browser refuses such data. Send an `ArrayBuffer` or a view of one that is neither shared nor resizable.
    Refused,
}

impl From<engine::SendError> for SendError {
    fn from(error: engine::SendError) -> Self {
        match error {
            engine::SendError::NotOpen => Self::NotOpen,
            // Numbers are taken from the engine here, so none is in use.
            engine::SendError::Full | engine::SendError::NumberInUse => Self::QueueFull,
        }
    }
}

impl fmt::Display for SendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotOpen => "no connection is open, and nothing may wait for one: wait for `open`, or allow a queue",
            Self::QueueFull => {
                "the queue has no room for the message: wait until buffered_amount() is lower, or allow more with \
                 Queue::max_bytes() and max_messages()"
            }
            #[cfg(feature = "futures")]
            Self::Expired => "messages waited for longer than the queue's max_age: allow more, or none",
            Self::Closed => "the WebSocket is closed: reconnect() starts it again",
            Self::Refused => "the browser takes no such data: send memory that is neither shared nor resizable",
        })
    }
}

impl core::error::Error for SendError {}

/// The error of `close()` with an invalid code or reason. The socket is unchanged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum CloseError {
    /// An application may only close with 1000, or 3000 to 4999.
    Code(u16),
    /// The reason has more than 123 bytes, which is what fits a close frame. Shorten it.
    ReasonTooLong {
        /// Its length in bytes.
        bytes: usize,
    },
    /// The browser objects, for a reason that it keeps to itself. Close without a code.
    Refused,
}

impl fmt::Display for CloseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Code(code) => write!(f, "{code} is not for applications: close with 1000, or 3000 to 4999"),
            Self::ReasonTooLong { bytes } => write!(f, "a close reason of {bytes} bytes: shorten it to 123"),
            Self::Refused => f.write_str("the browser objects to this code and reason: close without them"),
        }
    }
}

impl core::error::Error for CloseError {}

/// The error of waiting for `open`, when that can't happen any more.
#[cfg(feature = "futures")]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum OpenError {
    /// The socket is closed, or closing. `reconnect()` starts it again.
    Closed,
}

#[cfg(feature = "futures")]
impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the WebSocket is closed and will not open: reconnect() starts it again")
    }
}

#[cfg(feature = "futures")]
impl core::error::Error for OpenError {}
