//! From an address and options to a socket.

#[cfg(feature = "tabs")]
use alloc::boxed::Box;
#[cfg(feature = "tabs")]
use alloc::format;
use alloc::rc::Rc;
use alloc::string::String;
#[cfg(feature = "tabs")]
use core::fmt;
use core::future::Future;
use core::time::Duration;

use super::handle::WebSocket;
use crate::client::platform::{self, Destination};
use crate::client::state::shared::{Functions, Host, Shared};
use crate::client::values::authenticate::Authenticate;
use crate::client::values::error::ConnectError;
#[cfg(feature = "serde")]
use crate::client::values::id_key::IdKey;
use crate::client::values::message::Message;
use crate::client::values::options::{BinaryType, Heartbeat, Hidden, Options, Queue, Reconnect};
use crate::client::values::protocols::{IntoProtocols, Protocols};
use crate::client::values::resume::Resume;
use crate::client::values::url::{Attempt, Source, Url};
use crate::driver::Driver;
use crate::engine;

/// The options of a [`WebSocket`]: see [`WebSocket::builder`].
///
/// ```no_run
/// use std::time::Duration;
/// use holdfast_ws::{Heartbeat, Reconnect, WebSocket};
///
/// let ws = WebSocket::builder("wss://example.com/live")
///     .protocols(["chat.v2", "chat.v1"])
///     .reconnect(Reconnect::new().max_delay(Duration::from_secs(10)))
///     .heartbeat(Heartbeat::new().interval(Duration::from_secs(10)).ping("ping").pong("pong"))
///     .connect()?;
/// # Ok::<(), holdfast_ws::ConnectError>(())
/// ```
#[derive(Debug)]
#[must_use = "nothing is done before connect()"]
pub struct Builder {
    url: Url,
    options: Options,
    authenticate: Option<Authenticate<Shared>>,
    /// Connects in the place of this builder.
    #[cfg(feature = "tabs")]
    connector: Option<Connector>,
}

/// Connects in the place of a builder that is given to it.
#[cfg(feature = "tabs")]
struct Connector(Box<dyn FnOnce(Builder) -> Result<WebSocket, ConnectError>>);

#[cfg(feature = "tabs")]
impl fmt::Debug for Connector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Connector")
    }
}

impl WebSocket {
    /// Connects to `url`, with the default options.
    ///
    /// # Errors
    /// [`ConnectError`]; outside of a browser, and of a world for tests, [`ConnectError::NotInBrowser`].
    pub fn new(url: impl Into<Url>) -> Result<Self, ConnectError> {
        Self::builder(url).connect()
    }

    /// Options for a connection to `url`.
    pub fn builder(url: impl Into<Url>) -> Builder {
        Builder {
            url: url.into(),
            options: Options::default(),
            authenticate: None,
            #[cfg(feature = "tabs")]
            connector: None,
        }
    }
}

impl Builder {
    /// The subprotocols to offer, best first.
    pub fn protocols<P: Into<String>>(mut self, protocols: impl IntoIterator<Item = P>) -> Self {
        self.options.protocols = Protocols::Fixed(protocols.into_iter().map(Into::into).collect());
        self
    }

    /// Calls `provider` for the subprotocols to offer before each attempt, beside the URL's function if there is one. `None` or `Err` is a
    /// failed attempt, as with [`Url::from_fn`].
    ///
    /// ```no_run
    /// # use holdfast_ws::WebSocket;
    /// # fn token() -> String { String::new() }
    /// let ws = WebSocket::builder("wss://example.com/live")
    ///     .protocols_from_fn(|_| ["chat.v2".to_owned(), format!("token.{}", token())])
    ///     .connect()?;
    /// # Ok::<(), holdfast_ws::ConnectError>(())
    /// ```
    pub fn protocols_from_fn<T: IntoProtocols>(mut self, provider: impl Fn(Attempt) -> T + 'static) -> Self {
        self.options.protocols = Protocols::from_fn(provider);
        self
    }

    /// The same for an async function. Its future is dropped if it takes longer than the connect timeout.
    ///
    /// ```no_run
    /// # use holdfast_ws::WebSocket;
    /// # async fn fresh_token() -> Result<String, std::io::Error> { Ok(String::new()) }
    /// let ws = WebSocket::builder("wss://example.com/live")
    ///     .protocols_from_async_fn(|_| async { fresh_token().await.map(|token| format!("token.{token}")) })
    ///     .connect()?;
    /// # Ok::<(), holdfast_ws::ConnectError>(())
    /// ```
    pub fn protocols_from_async_fn<F>(mut self, provider: impl Fn(Attempt) -> F + 'static) -> Self
    where
        F: Future<Output: IntoProtocols> + 'static,
    {
        self.options.protocols = Protocols::from_async_fn(provider);
        self
    }

    pub(crate) fn authenticated_by(mut self, authenticate: Authenticate<Shared>) -> Self {
        self.authenticate = Some(authenticate);
        self
    }

    /// Sets reconnection and its backoff. On by default.
    pub fn reconnect(mut self, reconnect: Reconnect) -> Self {
        self.options.reconnect = Some(reconnect);
        self
    }

    /// Makes one connection, as the browser's class does: no other attempt, and no queue.
    pub fn without_reconnect(mut self) -> Self {
        self.options.reconnect = None;
        self
    }

    /// Sets the heartbeat, which detects dead connections. Off by default, because the server must answer it.
    pub fn heartbeat(mut self, heartbeat: Heartbeat) -> Self {
        self.options.heartbeat = Some(heartbeat);
        self
    }

    /// Sets the limits of the queue, in which messages wait while no connection is open. On by default.
    pub fn queue(mut self, queue: Queue) -> Self {
        self.options.queue = Some(queue);
        self
    }

    /// Refuses to send while no connection is open.
    pub fn without_queue(mut self) -> Self {
        self.options.queue = None;
        self
    }

    /// Sets the behaviour of a hidden page. By default it keeps its connection.
    pub fn hidden(mut self, hidden: Hidden) -> Self {
        self.options.hidden = hidden;
        self
    }

    /// Closes the connection after this much silence, without pinging. Off by default: a quiet server looks the same as a dead one.
    pub fn idle_timeout(mut self, timeout: Duration) -> Self {
        self.options.idle_timeout = Some(timeout);
        self
    }

    /// Abandons the connection if the browser's buffer has not shrunk for this long; this is detected after once to twice that time. Off by
    /// default: it works only while data is being sent, and can't see data that the operating system has already accepted.
    pub fn stall_timeout(mut self, timeout: Duration) -> Self {
        self.options.stall_timeout = Some(timeout);
        self
    }

    /// Makes no connection before the socket is used. Off by default.
    ///
    /// The first of these connects: a message, a request, `stream()` or a stream of messages that is polled,
    /// `wait_open()`, [`WebSocket::connect`] or [`WebSocket::reconnect`]. Handlers,
    /// `events()`, `handle()` and [`try_send`](WebSocket::try_send) don't. Until then the status
    /// is [`Status::Idle`](crate::Status::Idle), and nothing happens in the page. A URL or subprotocol that the browser refuses is
    /// reported as an attempt that has failed, not by [`Builder::connect`]. It needs reconnection to be on.
    ///
    /// ```no_run
    /// # use holdfast_ws::WebSocket;
    /// let ws = WebSocket::builder("wss://example.com/live").lazy().connect()?;
    /// // Much later: this connects.
    /// ws.send_with_str("hello")?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn lazy(mut self) -> Self {
        self.options.lazy = true;
        self
    }

    /// Sets the type of received binary messages. Default: [`BinaryType::ArrayBuffer`].
    pub fn binary_type(mut self, binary_type: BinaryType) -> Self {
        self.options.binary_type = binary_type;
        self
    }

    /// Reads from a message how far the server's stream has come: its number, a cursor, an event id. The last token is handed
    /// to the URL's provider as [`Attempt::resume`], so that the next connection can go on from there.
    ///
    /// Called for each message before the handler or a stream has it; `None` keeps the last token. Not called for replies and
    /// the heartbeat's answers, nor while there is neither a handler nor a stream of messages. A message that waits in a stream
    /// counts as received.
    ///
    /// ```no_run
    /// # use holdfast_ws::{Url, WebSocket};
    /// let url = Url::from_fn(|attempt| {
    ///     format!("wss://example.com/live?from={}", attempt.resume.as_deref().unwrap_or("now"))
    /// });
    /// let ws = WebSocket::builder(url)
    ///     .resume(|message| Some(message.as_text()?.split_once(' ')?.0.to_owned()))
    ///     .connect()?;
    /// # Ok::<(), holdfast_ws::ConnectError>(())
    /// ```
    pub fn resume(mut self, read: impl Fn(&Message) -> Option<String> + 'static) -> Self {
        self.options.resume = Resume::new(read);
        self
    }

    /// Sets the timeout of requests that don't set their own. Default 10 s.
    #[cfg(feature = "serde")]
    pub fn request_timeout(mut self, timeout: Duration) -> Self {
        self.options.request_timeout = timeout;
        self
    }

    /// Sets the name of the field with a request's number, in requests and replies. Default `id`. JSON-RPC and codecs have their own.
    ///
    /// ```no_run
    /// # use holdfast_ws::WebSocket;
    /// // A request is `{"reqId":1,…}`, and its reply has the same `reqId`.
    /// let ws = WebSocket::builder("wss://example.com/live").request_id_key("reqId").connect()?;
    /// # Ok::<(), holdfast_ws::ConnectError>(())
    /// ```
    #[cfg(feature = "serde")]
    pub fn request_id_key(mut self, key: impl Into<String>) -> Self {
        self.options.id_key = IdKey::new(key.into());
        self
    }

    /// Checks the options, and makes nothing.
    #[cfg(any(feature = "channels", feature = "tabs"))]
    pub(crate) fn check(&self) -> Result<(), ConnectError> {
        Ok(self.config().check()?)
    }

    /// Makes the socket, which starts its first attempt unless it is [`lazy`](Self::lazy). Nothing is dispatched before the next turn of the browser's event loop,
    /// so that handlers set right after this miss nothing.
    ///
    /// # Errors
    /// [`ConnectError`]; outside of a browser, and of a world for tests, [`ConnectError::NotInBrowser`].
    #[cfg_attr(not(feature = "tabs"), allow(unused_mut))]
    pub fn connect(mut self) -> Result<WebSocket, ConnectError> {
        #[cfg(feature = "tabs")]
        if let Some(Connector(connect)) = self.connector.take() {
            return connect(self);
        }
        let (url, url_provider) = match &self.url.0 {
            Source::Fixed(url) => (url.as_str(), None),
            Source::Provider(provider) => ("", Some(provider.clone())),
        };
        let (protocols, protocols_provider) = match &self.options.protocols {
            Protocols::Fixed(protocols) => (&protocols[..], None),
            Protocols::Provider(provider) => (&[][..], Some(provider.clone())),
        };
        let config = self.config();
        config.check()?;
        // Without a browser, the following would panic.
        if !platform::is_available() {
            return Err(ConnectError::NotInBrowser);
        }
        let target = Destination::new(url, protocols);
        let functions = Functions {
            url: url_provider,
            protocols: protocols_provider,
            authenticate: self.authenticate,
        };
        start(Rc::new(Shared::new(self.options, target, functions)), config)
    }

    fn config(&self) -> engine::Config {
        engine::Config {
            authenticates: self.authenticate.is_some(),
            ..self.options.config(self.has_functions())
        }
    }

    /// True if the URL or the subprotocols come from a function.
    pub(crate) fn has_functions(&self) -> bool {
        matches!(self.url.0, Source::Provider(_)) || matches!(self.options.protocols, Protocols::Provider(_))
    }
}

/// Starts the socket that has this state.
pub(crate) fn start(shared: Rc<Shared>, config: engine::Config) -> Result<WebSocket, ConnectError> {
    let driver = Rc::new(Driver::new(Host(Rc::clone(&shared)), config)?);
    shared.join(&driver);
    if !driver.start() {
        return Err(shared.refusal.take().unwrap_or(ConnectError::Refused));
    }
    Ok(WebSocket::new_handle(driver, shared))
}

/// For a connection that tabs share.
#[cfg(feature = "tabs")]
#[cfg_attr(all(feature = "testing", not(target_arch = "wasm32")), allow(dead_code))] // A world has one page.
impl Builder {
    /// Has `connect` make the socket.
    pub(crate) fn connected_by(
        mut self,
        connect: impl FnOnce(Self) -> Result<WebSocket, ConnectError> + 'static,
    ) -> Self {
        self.connector = Some(Connector(Box::new(connect)));
        self
    }

    /// The same URL, options and functions.
    pub(crate) fn copy(&self) -> Self {
        Self {
            url: self.url.clone(),
            options: self.options.clone(),
            authenticate: self.authenticate.clone(),
            connector: None,
        }
    }

    pub(crate) const fn options(&self) -> &Options {
        &self.options
    }

    pub(crate) fn fixed_url(&self) -> Option<&str> {
        match &self.url.0 {
            Source::Fixed(url) => Some(url),
            Source::Provider(_) => None,
        }
    }

    /// Returns the subprotocols as text that differs if they do.
    pub(crate) fn protocols_text(&self) -> String {
        match &self.options.protocols {
            Protocols::Fixed(protocols) => format!("{protocols:?}"),
            Protocols::Provider(_) => String::new(),
        }
    }

    /// Takes off what is each tab's own.
    pub(crate) fn for_all_tabs(mut self, queue: Queue) -> Self {
        self.options.queue = Some(queue);
        self.options.hidden = Hidden::new();
        self.options.binary_type = BinaryType::ArrayBuffer;
        self
    }
}
