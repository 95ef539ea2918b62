//! Adapters: translators between the [bus](super::Channels) and a broker's protocol.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use crate::engine::Instant;

use super::bus::Channels;
use super::config::Abilities;
use super::ids::RequestId;
use super::output::Output;
use super::position::Recovered;

/// A message's body or a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Payload {
    /// Text.
    Text(String),
    /// Bytes.
    Binary(Vec<u8>),
}

impl Payload {
    /// Returns the text, if it is text.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Binary(_) => None,
        }
    }

    /// Returns the bytes; those of a text are UTF-8.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Text(text) => text.as_bytes(),
            Self::Binary(bytes) => bytes,
        }
    }
}

impl From<String> for Payload {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<Vec<u8>> for Payload {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Binary(bytes)
    }
}

impl From<&[u8]> for Payload {
    fn from(bytes: &[u8]) -> Self {
        Self::Binary(bytes.into())
    }
}

impl From<&str> for Payload {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

/// The machine of all channels, as adapters and their applications use it.
pub type Bus = Channels<Payload, String>;

/// The abilities of an adapter's broker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools)] // Each is a fact of its own.
pub struct Can {
    /// The knowledge after a subscription that goes on from a position: at best `Yes`, or `Unknown`; `No` if there are no positions.
    pub recovery: Recovered,
    /// Messages of before can be asked for.
    pub history: bool,
    /// The application can publish.
    pub publish: bool,
    /// Members are known.
    pub presence: bool,
    /// A channel's name may be a pattern.
    pub wildcard: bool,
    /// A publication is acknowledged.
    pub ack: bool,
    /// A channel has a token of its own.
    pub tokens: bool,
}

/// An action of an adapter, for the caller to execute.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum AdapterOutput {
    /// Close the present connection if there is one, and dial [`Adapter::url`] at once. The connection that is replaced is not
    /// reported as closed. From then on the connection is kept: after its end it is dialled again, with backoff.
    Dial,
    /// Close the connection, and dial no more until the next `Dial`.
    Close,
    /// Send a message over the connection.
    Send(Payload),
    /// Make an HTTP request. Answer it with [`Adapter::handle_response`].
    Request {
        /// Identifies the request.
        request: RequestId,
        /// The method.
        method: &'static str,
        /// The URL; absolute.
        url: String,
        /// Names and values.
        headers: Vec<(String, String)>,
        /// The body.
        body: Option<Payload>,
    },
}

/// The response to an HTTP request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// The status.
    pub status: u16,
    /// The body.
    pub body: Payload,
}

/// The broker has refused the login.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoginRefusal {
    /// Why, in the broker's words.
    pub reason: String,
    /// It may be the token's fault, so that another one is asked for.
    pub is_token: bool,
}

/// A translator between the bus and a broker's protocol. It decides nothing about messages.
///
/// [`Connected`](super::Connected) calls it. After each call it passes all outputs of the bus to [`Adapter::handle_output`].
pub trait Adapter {
    /// Returns the broker's abilities that the rules depend on.
    fn abilities(&self) -> Abilities;

    /// Returns what the application is told of the broker.
    fn can(&self) -> Can;

    /// Returns the WebSocket's subprotocol, if it needs one.
    fn subprotocol(&self) -> Option<&'static str> {
        None
    }

    /// Called once, first. An adapter that logs in before anything else returns [`AdapterOutput::Dial`] from then on; one whose URL
    /// has the channels may report the bus as connected already, and dial with the first channel.
    fn handle_start(&mut self, now: Instant, bus: &mut Bus);

    /// The token of the connection, which the application gives before an attempt; [`None`] if it has none.
    fn handle_connection_token(&mut self, token: Option<String>) {
        let _ = token;
    }

    /// Returns, once, that the broker has refused the login, or has ended the connection because the token has expired.
    fn take_login_refusal(&mut self) -> Option<LoginRefusal> {
        None
    }

    /// An attempt to connect begins: the first one, one after a loss, or one for [`AdapterOutput::Dial`]. [`Adapter::url`] is asked next.
    fn handle_dialing(&mut self, now: Instant, bus: &mut Bus) {
        let _ = (now, bus);
    }

    /// Returns the URL to dial now, made from the base URL; [`None`] if no connection is needed.
    fn url(&mut self, base: &str) -> Option<String>;

    /// The connection is open.
    fn handle_open(&mut self, now: Instant, bus: &mut Bus);

    /// The connection has ended, or an attempt has failed. The next attempt follows, unless [`AdapterOutput::Close`] came before.
    fn handle_closed(&mut self, now: Instant, bus: &mut Bus);

    /// A WebSocket message has come.
    fn handle_message(&mut self, now: Instant, frame: Payload, bus: &mut Bus);

    /// An action of the bus is to be translated. It is never [`Output::Authorize`] or [`Output::Load`].
    fn handle_output(&mut self, now: Instant, output: Output<Payload, String>, bus: &mut Bus);

    /// An HTTP request has its response, or has failed for this reason.
    fn handle_response(&mut self, now: Instant, request: RequestId, response: Result<Response, String>, bus: &mut Bus) {
        let _ = (now, request, response, bus);
    }

    /// Returns when [`Adapter::handle_timeout`] is due; [`None`] if nothing is.
    fn poll_timeout(&self) -> Option<Instant> {
        None
    }

    /// A deadline may have come.
    fn handle_timeout(&mut self, now: Instant, bus: &mut Bus) {
        let _ = (now, bus);
    }

    /// Returns the next action to execute.
    fn poll_output(&mut self) -> Option<AdapterOutput>;
}

/// So that one module of bindings serves every adapter.
impl<T: Adapter + ?Sized> Adapter for Box<T> {
    fn abilities(&self) -> Abilities {
        (**self).abilities()
    }

    fn can(&self) -> Can {
        (**self).can()
    }

    fn subprotocol(&self) -> Option<&'static str> {
        (**self).subprotocol()
    }

    fn handle_start(&mut self, now: Instant, bus: &mut Bus) {
        (**self).handle_start(now, bus);
    }

    fn handle_connection_token(&mut self, token: Option<String>) {
        (**self).handle_connection_token(token);
    }

    fn take_login_refusal(&mut self) -> Option<LoginRefusal> {
        (**self).take_login_refusal()
    }

    fn handle_dialing(&mut self, now: Instant, bus: &mut Bus) {
        (**self).handle_dialing(now, bus);
    }

    fn url(&mut self, base: &str) -> Option<String> {
        (**self).url(base)
    }

    fn handle_open(&mut self, now: Instant, bus: &mut Bus) {
        (**self).handle_open(now, bus);
    }

    fn handle_closed(&mut self, now: Instant, bus: &mut Bus) {
        (**self).handle_closed(now, bus);
    }

    fn handle_message(&mut self, now: Instant, frame: Payload, bus: &mut Bus) {
        (**self).handle_message(now, frame, bus);
    }

    fn handle_output(&mut self, now: Instant, output: Output<Payload, String>, bus: &mut Bus) {
        (**self).handle_output(now, output, bus);
    }

    fn handle_response(&mut self, now: Instant, request: RequestId, response: Result<Response, String>, bus: &mut Bus) {
        (**self).handle_response(now, request, response, bus);
    }

    fn poll_timeout(&self) -> Option<Instant> {
        (**self).poll_timeout()
    }

    fn handle_timeout(&mut self, now: Instant, bus: &mut Bus) {
        (**self).handle_timeout(now, bus);
    }

    fn poll_output(&mut self) -> Option<AdapterOutput> {
        (**self).poll_output()
    }
}
