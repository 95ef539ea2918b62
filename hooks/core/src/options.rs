//! The options of a component.

use std::{cell::RefCell, fmt, rc::Rc, time::Duration};

use holdfast_ws::{Builder, Event, Message, MessageError, Url, WebSocket};
use serde::de::DeserializeOwned;

/// A function of the application's. The socket calls it from tasks of the browser's, never within another callback.
pub(crate) type Callback<T> = Rc<RefCell<dyn FnMut(&T)>>;

pub(crate) fn call<T>(callback: &Callback<T>, given: &T) {
    if let Ok(mut callback) = callback.try_borrow_mut() {
        callback(given);
    }
}

/// The options of a component's socket, and its callbacks.
///
/// ```
/// use holdfast_ws_hooks::{Options, holdfast_ws::Heartbeat};
///
/// let options = Options::new()
///     .socket(|builder| builder.protocols(["chat"]).heartbeat(Heartbeat::new().pong("pong")))
///     .on_open(|ws| _ = ws.send_with_str("subscribe"));
/// ```
#[derive(Clone, Default)]
#[must_use = "give them to the hook"]
pub struct Options {
    configure: Option<Rc<dyn Fn(Builder) -> Builder>>,
    pub(crate) on_open: Vec<Callback<WebSocket>>,
    pub(crate) on_message: Vec<Callback<Message>>,
    pub(crate) on_event: Vec<Callback<Event>>,
    pub(crate) alone: bool,
    pub(crate) grace: Duration,
}

impl Options {
    /// The defaults.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the options of the socket, by its [`Builder`]. The function is called when a component takes a socket: to compare the
    /// options with those of the sockets there are, and to make one.
    pub fn socket(mut self, configure: impl Fn(Builder) -> Builder + 'static) -> Self {
        self.configure = Some(Rc::new(configure));
        self
    }

    /// Called when a connection is open, once for each, to subscribe or to log in; at once if a connection that is shared is
    /// open already.
    pub fn on_open(mut self, callback: impl FnMut(&WebSocket) + 'static) -> Self {
        self.on_open.push(Rc::new(RefCell::new(callback)));
        self
    }

    /// Called with each message.
    pub fn on_message(mut self, callback: impl FnMut(&Message) + 'static) -> Self {
        self.on_message.push(Rc::new(RefCell::new(callback)));
        self
    }

    /// Called with each message, read as JSON.
    pub fn on_json<T: DeserializeOwned>(self, mut callback: impl FnMut(Result<T, MessageError>) + 'static) -> Self {
        self.on_message(move |message| callback(message.json()))
    }

    /// Called with each event of the connections: `Open`, `Close`, `Reconnecting` and so on.
    pub fn on_event(mut self, callback: impl FnMut(&Event) + 'static) -> Self {
        self.on_event.push(Rc::new(RefCell::new(callback)));
        self
    }

    /// True if the component shares its socket with components of the same URL and the same options. Default: yes.
    pub fn share(mut self, share: bool) -> Self {
        self.alone = !share;
        self
    }

    /// Sets how long a socket waits for another component, once its last one has gone. Default: until the browser's next task.
    pub fn grace(mut self, grace: Duration) -> Self {
        self.grace = grace;
        self
    }

    pub(crate) fn builder(&self, url: Url) -> Builder {
        let builder = WebSocket::builder(url);
        match &self.configure {
            Some(configure) => configure(builder),
            None => builder,
        }
    }

    /// Returns the text by which options of the socket are compared. Functions compare as equal.
    pub(crate) fn compared(&self) -> String {
        format!("{:?}", self.builder("".into()))
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Options");
        shown.field("alone", &self.alone).field("grace", &self.grace);
        shown.finish_non_exhaustive()
    }
}
