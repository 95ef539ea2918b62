//! The options of a socket that shares its connection with other tabs.

use alloc::rc::Rc;
use alloc::string::String;
use core::fmt;
use core::time::Duration;

use super::pending::{Erased, Heads};
use crate::client::codec::Codec;
use crate::client::values::error::ConnectError;
use crate::client::values::message::Message;

/// The least time after which a silent leader is replaced.
const LEAST_PATIENCE: Duration = Duration::from_secs(1);

/// The most messages that a tab can be given that comes later.
const MOST_REPLAYED: usize = 1_024;

/// One connection for all tabs of the origin: see [`Builder::tabs`](crate::Builder::tabs).
///
/// ```no_run
/// # use holdfast_ws::{Tabs, WebSocket};
/// let tabs = Tabs::new().key("live").identity("user 7");
/// let ws = WebSocket::builder("wss://example.com/live").tabs(tabs).connect()?;
/// # Ok::<(), holdfast_ws::ConnectError>(())
/// ```
#[derive(Clone)]
#[must_use = "give it to the builder"]
pub struct Tabs {
    pub(crate) key: Option<String>,
    pub(crate) identity: Option<String>,
    pub(crate) take_over_after: Duration,
    pub(crate) replay: usize,
    pub(crate) required: bool,
    pub(crate) greet: Option<Rc<dyn Fn() -> Option<Message>>>,
    pub(crate) codec: Option<Rc<dyn Heads>>,
}

impl Default for Tabs {
    fn default() -> Self {
        Self {
            key: None,
            identity: None,
            take_over_after: Duration::from_secs(5),
            replay: 0,
            required: false,
            greet: None,
            codec: None,
        }
    }
}

impl Tabs {
    /// The defaults.
    pub fn new() -> Self {
        Self::default()
    }

    /// The name of the connection: tabs with the same name share it, also those of the npm package's `holdfast-ws/tabs` with the
    /// same `key`. By default it is made of the URL, the subprotocols and the options. It is needed where the URL or the subprotocols
    /// come from a function.
    pub fn key(mut self, key: impl Into<String>) -> Self {
        self.key = Some(key.into());
        self
    }

    /// The user who is logged in. Tabs of another user have another connection.
    pub fn identity(mut self, identity: impl Into<String>) -> Self {
        self.identity = Some(identity.into());
        self
    }

    /// For how long a visible tab lets the leader be silent before it takes over; 1 s at least. It matters only for a leader that is frozen
    /// without a word. Default 5 s.
    pub fn take_over_after(mut self, time: Duration) -> Self {
        self.take_over_after = time;
        self
    }

    /// How many of the last messages a tab gets that opens later, up to 1,024. Default 0.
    pub fn replay(mut self, messages: usize) -> Self {
        self.replay = messages;
        self
    }

    /// Calls the function when this tab joins a connection that is open already, or may have missed messages, and sends what it returns: what the
    /// server must hear so that it says again what it said at the beginning.
    pub fn greet(mut self, greet: impl Fn() -> Option<Message> + 'static) -> Self {
        self.greet = Some(Rc::new(greet));
        self
    }

    /// Fails with [`ConnectError::NoTabs`] where tabs can't find each other: in an insecure context or an opaque origin. By default the
    /// tab has a connection of its own there. Where the browser refuses locks only when they are asked for, the socket closes with 1006.
    pub fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// The codec of requests ([`WebSocket::with_codec`](crate::WebSocket::with_codec)): the tab that leads recognises by it which tab a reply
    /// is for. Without it every tab is given replies to such requests, as messages.
    pub fn codec<C: Codec>(mut self, codec: C) -> Self {
        self.codec = Some(Rc::new(Erased(Rc::new(codec))));
        self
    }

    /// Checks the values.
    pub(crate) fn check(&self) -> Result<(), ConnectError> {
        let refuse = |option: &str, takes| {
            Err(ConnectError::Option {
                option: option.into(),
                takes,
            })
        };
        if self.take_over_after < LEAST_PATIENCE {
            return refuse("tabs.take_over_after", "a time of 1 s or more");
        }
        if self.replay > MOST_REPLAYED {
            return refuse("tabs.replay", "a number up to 1024");
        }
        Ok(())
    }
}

impl fmt::Debug for Tabs {
    /// Without the identity, which may be personal.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Tabs");
        shown.field("key", &self.key).field("replay", &self.replay);
        shown.field("take_over_after", &self.take_over_after);
        shown.finish_non_exhaustive()
    }
}
