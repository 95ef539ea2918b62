//! From an address, an adapter and options to a bus.

use alloc::boxed::Box;
use alloc::rc::Rc;
use core::error::Error;
use core::fmt;

use super::connected::Bus;
use super::http::{Http, HttpFuture, HttpRequest};
use super::inner::{Inner, Settings};
use super::token::{Ask, Token, ask};
use super::via::Via;
use crate::client::platform;
use crate::client::socket::handle::WebSocket;
use crate::client::values::error::ConnectError;
use crate::client::values::options::Reconnect;
use crate::client::values::url::Url;

/// The options of a [`Bus`]: see [`Bus::builder`].
#[must_use = "nothing is done before connect()"]
pub struct BusBuilder {
    url: Url,
    via: Via,
    token: Option<Ask>,
    reconnect: Reconnect,
    http: Option<Http>,
}

impl Bus {
    /// Options for a bus: where the broker is, and the adapter for it. A [`Url`] with a function is asked for before each attempt, for
    /// example to choose one of several servers.
    pub fn builder(url: impl Into<Url>, via: impl Into<Via>) -> BusBuilder {
        BusBuilder {
            url: url.into(),
            via: via.into(),
            token: None,
            reconnect: Reconnect::new(),
            http: None,
        }
    }
}

impl BusBuilder {
    /// Calls a function for the connection's token: before an attempt, when there is none yet, when it has expired, and after an attempt
    /// that failed. `Err` is a failed attempt.
    ///
    /// ```no_run
    /// # use std::time::Duration;
    /// # use holdfast_ws::bus::{Bus, Token, Via};
    /// # async fn fresh_token() -> Result<String, std::io::Error> { Ok(String::new()) }
    /// # fn run(via: Via) -> Result<(), holdfast_ws::ConnectError> {
    /// let bus = Bus::builder("wss://push.example.com", via)
    ///     .token(async || Ok(Token::new(fresh_token().await?).lifetime(Duration::from_secs(3600))))
    ///     .connect()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn token<T: Into<Token>>(mut self, function: impl AsyncFn() -> Result<T, Box<dyn Error>> + 'static) -> Self {
        self.token = Some(ask(function));
        self
    }

    /// Sets the backoff of the connection.
    pub fn reconnect(mut self, reconnect: Reconnect) -> Self {
        self.reconnect = reconnect;
        self
    }

    /// Makes the adapter's HTTP requests, in place of the browser's `fetch`. nchan is published to by POST.
    pub fn http(mut self, function: impl Fn(HttpRequest) -> HttpFuture + 'static) -> Self {
        self.http = Some(Rc::new(function));
        self
    }

    /// Makes the bus. It connects now, or with the first channel, as the adapter needs.
    ///
    /// # Errors
    /// [`ConnectError`]; outside of a browser, and of a world for tests, [`ConnectError::NotInBrowser`].
    pub fn connect(self) -> Result<Bus, ConnectError> {
        self.via.check()?;
        WebSocket::builder(self.url.clone())
            .reconnect(self.reconnect.clone())
            .check()?;
        if !platform::is_available() {
            return Err(ConnectError::NotInBrowser);
        }
        let settings = Settings {
            url: self.url,
            token: self.token,
            reconnect: self.reconnect,
            http: self.http,
            pulse: self.via.pulse,
        };
        let inner = Inner::new(settings, self.via.make);
        inner.schedule();
        Ok(Bus(inner))
    }
}

impl fmt::Debug for BusBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BusBuilder")
            .field("via", &self.via)
            .finish_non_exhaustive()
    }
}
