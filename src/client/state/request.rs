//! One request: sent, awaited, and cancelled when it is dropped.

use alloc::rc::{Rc, Weak};
use core::task::{Context, Poll};

use super::pending::{End, Kind, Pending};
use super::shared::{Host, Shared};
#[cfg(feature = "tabs")]
use super::tab::TabRequest;
use super::transmit;
use crate::client::json::error::RequestError;
use crate::client::trace;
use crate::client::values::data;
use crate::client::values::error::SendError;
use crate::client::values::message::Message;
use crate::client::values::request_options::RequestOptions;
use crate::driver::Driver;
use crate::engine::{self, ConnectionId, Engine, Failure, RequestId, Route};

/// The form of a request.
#[derive(Clone)]
pub(crate) struct Form {
    pub(crate) kind: Kind,
    pub(crate) options: RequestOptions,
    /// True if the reply may come in parts.
    pub(crate) streams: bool,
    /// The only connection on which it is sent, if not on any.
    pub(crate) only: Option<ConnectionId>,
}

/// A request in flight. It doesn't keep the socket.
pub(crate) struct Request {
    shared: Weak<Shared>,
    id: RequestId,
    pending: Rc<Pending>,
    trace: trace::Request,
}

impl Request {
    /// Sends what `encode` makes of a number, or queues it.
    pub(crate) fn send(
        shared: &Rc<Shared>,
        form: Form,
        encode: impl FnOnce(RequestId) -> Result<Message, RequestError>,
    ) -> Result<Self, RequestError> {
        let Form {
            kind,
            options,
            streams,
            only,
        } = form;
        let Some(driver) = shared.driver() else {
            return Err(SendError::Closed.into());
        };
        let id = driver.engine(Engine::number_request);
        let (data, bytes) = data::of_message(&encode(id)?).ok_or(SendError::Refused)?;
        let timeout = options.timeout.unwrap_or(shared.request_timeout);
        let route = match only {
            Some(connection) => Route::Only(connection),
            None if options.retry => Route::Retry,
            None => Route::Any,
        };
        #[cfg(feature = "tabs")]
        let data = match shared.tab.get() {
            Some(tab) => {
                let kind = &kind;
                tab.wrap(&TabRequest { id, kind, streams }, data)
            }
            None => data,
        };
        let trace = trace::Request::new(id.get(), kind.name());
        let pending = Pending::new(kind, streams.then(|| options.parts()));
        // Before it is sent, and taken out again whatever happens: the reply may come within that call.
        let request = Self {
            shared: Rc::downgrade(shared),
            id,
            pending: shared.pending_requests.register(id, pending),
            trace,
        };
        driver
            .request(id, data, bytes, timeout.into(), route)
            .map_err(|error| match error {
                // The engine has one word for both.
                engine::SendError::NotOpen if transmit::is_ending(&driver) => SendError::Closed,
                error => error.into(),
            })?;
        Ok(request)
    }

    /// Returns the next part of the reply, and `None` after the last.
    pub(crate) fn poll(&self, cx: &Context<'_>) -> Poll<Option<Result<Message, RequestError>>> {
        let part = self.pending.poll(cx);
        part.map(|part| {
            let part = part.map(|part| part.map_err(Into::into));
            match &part {
                Some(Ok(_)) if self.pending.streams() => self.trace.part(),
                None | Some(Ok(_)) => self.trace.settled(None),
                Some(Err(error)) => self.trace.settled(Some(error)),
            }
            part
        })
    }

    /// Waits for the only reply.
    pub(crate) async fn reply(self) -> Result<Message, RequestError> {
        let reply = core::future::poll_fn(|cx| self.poll(cx)).await;
        reply.unwrap_or(Err(RequestError::ConnectionLost { sent: true }))
    }
}

impl Drop for Request {
    fn drop(&mut self) {
        self.trace.dropped();
        let Some(shared) = self.shared.upgrade() else { return };
        shared.pending_requests.remove(self.id);
        #[cfg(feature = "tabs")]
        if let Some(tab) = shared.tab.get() {
            tab.request_is_over(self.id);
        }
        if let Some(driver) = shared.driver()
            && driver.command(|engine, now| engine.abort_request(now, self.id))
        {
            send_cancel(&driver, &self.pending.kind, self.id);
        }
    }
}

/// Tells the server that a request was given up, if its codec has a message for that. Does nothing while no connection is open.
pub(crate) fn send_cancel(driver: &Driver<Host>, kind: &Kind, id: RequestId) {
    let cancel = kind.codec().and_then(|codec| codec.cancel(id));
    if let Some((data, _)) = cancel.and_then(|message| data::of_message(&message)) {
        // A server that isn't reached knows nothing of the request either.
        let _ = transmit::send_now(driver, &data);
    }
}

impl From<End> for RequestError {
    fn from(end: End) -> Self {
        match end {
            End::Failed(Failure::TimedOut, sent) => Self::TimedOut { sent },
            End::Failed(Failure::Lost, sent) => Self::ConnectionLost { sent },
            End::Rpc(error) => Self::Rpc(error),
            End::Lagged => Self::Lagged,
        }
    }
}
