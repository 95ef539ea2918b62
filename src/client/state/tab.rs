//! A socket as one tab of many that share a connection: what it asks of the tab, and tells it.

use alloc::string::String;
use alloc::vec::Vec;

use super::pending::Kind;
use crate::client::values::data::Data;
use crate::client::values::event::EndReason;
use crate::client::values::tabs::Role;
use crate::engine::{RequestId, Span, Status};

/// How the application closes its socket.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Closing {
    pub(crate) code: Option<u16>,
    pub(crate) reason: String,
}

/// A request, for the tab that has the connection.
#[cfg_attr(all(feature = "testing", not(target_arch = "wasm32")), allow(dead_code))] // A world has one page.
pub(crate) struct TabRequest<'a> {
    pub(crate) id: RequestId,
    pub(crate) kind: &'a Kind,
    /// True if the reply may come in parts.
    pub(crate) streams: bool,
}

/// The connection, as the tab that has it has described it last.
pub(crate) struct Described {
    pub(crate) attempt: u32,
    /// The time of the next attempt, in milliseconds since 1970.
    pub(crate) retry_at: Option<f64>,
    pub(crate) latency: Option<Span>,
    pub(crate) url: String,
}

/// The tab of a socket.
pub(crate) trait Tab {
    fn role(&self) -> Role;
    /// Returns a request's message such that the tab knows it for one.
    fn wrap(&self, request: &TabRequest<'_>, data: Data) -> Data;
    /// Nobody waits for the request any more.
    fn request_is_over(&self, id: RequestId);
    /// The tab answers calls of the server of these methods, and no others.
    fn answer_calls(&self, methods: Vec<String>);
    /// Returns the status of the connection, or the socket's own if that counts.
    fn status(&self, own: Status) -> Status;
    /// The same, if it has changed since the last time that this was called.
    fn take_status_change(&self, own: Status) -> Option<Status>;
    /// Returns the connection; [`None`] while no tab has described it.
    fn described(&self) -> Option<Described>;
    /// Returns why the connection has ended for good, if it has.
    fn end_reason(&self) -> Option<EndReason>;
    /// The application closes the socket, or the connection for all tabs.
    fn close(&self, closing: Closing, everyone: bool);
    /// The application connects anew.
    fn reconnect(&self);
    /// The last handle is gone.
    fn release(&self);
}
