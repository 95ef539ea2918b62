//! The target of messages and requests of a type: a socket, or one connection alone. Both have the same methods for them.

use alloc::rc::Rc;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::handle::WebSocket;
use crate::client::json::error::RequestError;
use crate::client::json::request;
use crate::client::state::pending::Kind;
use crate::client::state::request::{Form, Request};
use crate::client::state::shared::Shared;
use crate::client::values::error::SendError;
use crate::client::values::message::Message;
use crate::client::values::request_options::RequestOptions;
use crate::engine::{ConnectionId, RequestId};

/// [`WebSocket`] and [`Connection`](crate::Connection).
pub trait Target {
    /// Returns the socket's state, and the only connection that is used, if not any.
    #[doc(hidden)]
    fn place(&self) -> Result<Place, SendError>;

    /// Sends a message.
    #[doc(hidden)]
    fn send_message(&self, message: &Message) -> Result<(), SendError>;
}

/// A socket's state, and the only connection that is used, if not any.
pub struct Place {
    pub(super) shared: Rc<Shared>,
    pub(super) only: Option<ConnectionId>,
}

impl core::fmt::Debug for Place {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Place")
    }
}

impl Target for WebSocket {
    fn place(&self) -> Result<Place, SendError> {
        Ok(Place {
            shared: Rc::clone(self.shared()),
            only: None,
        })
    }

    fn send_message(&self, message: &Message) -> Result<(), SendError> {
        self.send(message)
    }
}

/// Sends a request. The state is not kept while it waits for its reply.
pub(crate) fn send(
    target: &impl Target,
    kind: Kind,
    options: RequestOptions,
    encode: impl FnOnce(&Shared, RequestId) -> Result<Message, RequestError>,
) -> Result<Request, RequestError> {
    let Place { shared, only } = target.place()?;
    let form = Form {
        kind,
        options,
        streams: false,
        only,
    };
    Request::send(&shared, form, |id| encode(&shared, id))
}

/// Sends a request as JSON by `id`, and reads its reply.
pub(crate) async fn request<Req, Res>(
    target: &impl Target,
    value: &Req,
    options: RequestOptions,
) -> Result<Res, RequestError>
where
    Req: Serialize + ?Sized,
    Res: DeserializeOwned,
{
    let sent = send(target, Kind::Id, options, |shared, id| {
        let body = request::write(value, &shared.id_key)?;
        Ok(request::with_id(&body, shared.id_key.quoted(), id.get()).into())
    })?;
    request::read(sent.reply().await?.as_text().unwrap_or_default())
}

/// Calls a method by JSON-RPC, and reads its result.
pub(crate) async fn call<Params, Res>(
    target: &impl Target,
    method: &str,
    params: &Params,
    options: RequestOptions,
) -> Result<Res, RequestError>
where
    Params: Serialize + ?Sized,
    Res: DeserializeOwned,
{
    let sent = send(target, Kind::JsonRpc, options, |_, id| {
        let frame = request::write_call(method, params)?;
        Ok(request::with_id(&frame, request::RPC_ID, id.get()).into())
    })?;
    request::read_result(sent.reply().await?.as_text().unwrap_or_default())
}
