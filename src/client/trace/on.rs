//! With `tracing`.

use alloc::string::String;
#[cfg(feature = "serde")]
use core::cell::Cell;
use core::cell::RefCell;

use tracing::{Span, debug, debug_span, field, trace, warn};

use crate::client::values::event::{CloseEvent, Reconnecting};
use crate::engine::CloseCause;

/// The spans of one socket.
pub(crate) struct Trace {
    /// The span in which the socket was made: that of the connections' spans.
    parent: Span,
    /// The span of the connection that was dialled last, until it has ended.
    connection: RefCell<Span>,
}

impl Trace {
    /// Connections belong to the span that the caller is in.
    pub(crate) fn new() -> Self {
        Self {
            parent: Span::current(),
            connection: RefCell::new(Span::none()),
        }
    }

    /// A connection is dialled. `url` is called only if somebody collects the span.
    pub(crate) fn dialled(&self, attempt: impl FnOnce() -> u32, url: impl FnOnce() -> String) {
        let span = debug_span!(parent: &self.parent, "connection", attempt = attempt(), url = field::Empty);
        if !span.is_disabled() {
            span.record("url", without_secrets(&url()));
        }
        span.in_scope(|| debug!("dialled"));
        let old = self.connection.replace(span);
        drop(old);
    }

    /// A connection is open, and authenticated.
    pub(crate) fn opened(&self) {
        self.span().in_scope(|| debug!("open"));
    }

    /// The application has answered whether a connection is authenticated.
    pub(crate) fn authenticated(&self, accepted: bool) {
        self.span().in_scope(|| debug!(accepted, "authenticated"));
    }

    pub(crate) fn error(&self) {
        self.span().in_scope(|| debug!("error"));
    }

    /// A connection or an attempt has ended.
    pub(crate) fn closed(&self, event: &CloseEvent) {
        let span = self.connection.replace(Span::none());
        let CloseEvent {
            code,
            cause,
            will_reconnect,
            ..
        } = event;
        let unsent = event.unsent.len();
        let is_dead = matches!(cause, CloseCause::Heartbeat | CloseCause::Idle | CloseCause::Stalled);
        let parent = if span.is_none() { &self.parent } else { &span };
        parent.in_scope(|| {
            if is_dead || unsent > 0 {
                warn!(code, %cause, will_reconnect, unsent, "closed");
            } else {
                debug!(code, %cause, will_reconnect, "closed");
            }
        });
    }

    /// Another attempt is planned.
    pub(crate) fn reconnecting(&self, planned: &Reconnecting) {
        let Reconnecting { attempt, delay, cause } = planned;
        self.parent.in_scope(|| debug!(attempt, ?delay, %cause, "reconnecting"));
    }

    /// Messages have waited for too long in the queue.
    pub(crate) fn expired(&self, messages: usize) {
        self.parent.in_scope(|| warn!(messages, "expired"));
    }

    pub(crate) fn ping(&self) {
        self.span().in_scope(|| trace!("ping"));
    }

    pub(crate) fn pong(&self) {
        self.span().in_scope(|| trace!("pong"));
    }

    /// Not borrowed while the application's subscriber runs.
    fn span(&self) -> Span {
        self.connection.borrow().clone()
    }
}

/// A message waits in the queue.
pub(crate) fn queued(bytes: u64) {
    trace!(bytes, "queued");
}

/// The span of a request, within that of its caller.
#[cfg(feature = "serde")]
pub(crate) struct Request {
    span: Span,
    settled: Cell<bool>,
}

#[cfg(feature = "serde")]
impl Request {
    /// A request of this protocol is sent or queued.
    pub(crate) fn new(id: u64, protocol: &'static str) -> Self {
        Self {
            span: debug_span!("request", id, protocol),
            settled: Cell::new(false),
        }
    }

    /// A part of the reply is read.
    pub(crate) fn part(&self) {
        self.span.in_scope(|| trace!("part"));
    }

    /// The reply is complete, or the request has failed.
    pub(crate) fn settled(&self, error: Option<&crate::client::json::error::RequestError>) {
        self.settled.set(true);
        self.span.in_scope(|| match error {
            None => debug!("replied"),
            Some(error) => debug!(%error, "failed"),
        });
    }

    /// Nobody waits for the reply any more.
    pub(crate) fn dropped(&self) {
        if !self.settled.get() {
            self.span.in_scope(|| debug!("cancelled"));
        }
    }
}

/// A URL without user, password, query and fragment.
fn without_secrets(url: &str) -> String {
    let url = url.split(['?', '#']).next().unwrap_or_default();
    let Some((scheme, rest)) = url.split_once("//") else {
        return url.into();
    };
    let host = rest.find('/').unwrap_or(rest.len());
    let (authority, path) = rest.split_at_checked(host).unwrap_or((rest, ""));
    let authority = authority.rsplit('@').next().unwrap_or_default();
    [scheme, "//", authority, path].concat()
}
