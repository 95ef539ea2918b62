//! A reply in parts, as a `Stream`.

use alloc::boxed::Box;
use alloc::rc::Rc;
use alloc::string::String;
use core::fmt;
use core::pin::Pin;
use core::task::{Context, Poll};

use futures_core::{FusedStream, Stream};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::handle::WebSocket;
use crate::client::json::error::RequestError;
use crate::client::json::request;
use crate::client::state::pending::Kind;
use crate::client::state::request::{Form, Request};
use crate::client::values::error::SendError;
use crate::client::values::message::Message;
use crate::client::values::request_options::RequestOptions;

/// Sends the request.
type Send = Box<dyn FnOnce() -> Result<Request, RequestError>>;

/// Reads a part.
type Read<T> = Box<dyn Fn(&Message) -> Result<T, RequestError>>;

/// The parts of a reply: see [`WebSocket::stream`].
#[must_use = "streams do nothing unless polled"]
pub struct Replies<T> {
    progress: Progress,
    read: Read<T>,
}

enum Progress {
    /// It is sent when it is polled first.
    Unsent(Send),
    Sent(Request),
    Over,
}

impl WebSocket {
    /// Sends a struct or map as JSON with an `id` added, as [`request`](Self::request) does, and returns a stream of the replies: each
    /// message that has the same `id` is a part, until one has `"done":true`. That one is a part, too, unless it has `"result":null`.
    ///
    /// Nothing is sent before the stream is polled. To drop it cancels. The timeout is for each part. 1024 parts
    /// ([`RequestOptions::limit`]) are buffered for a slow reader; one more ends the stream with [`RequestError::Lagged`], after those.
    /// A part of another shape is an `Err`, and the next follows; after any other error the stream is over. The stream doesn't keep the
    /// socket: it ends with [`RequestError::ConnectionLost`] when the last handle is dropped.
    ///
    /// ```no_run
    /// use futures_util::StreamExt;
    /// use serde::{Deserialize, Serialize};
    /// # use holdfast_ws::{RequestError, WebSocket};
    ///
    /// #[derive(Serialize)]
    /// struct List<'a> { list: &'a str }
    /// #[derive(Deserialize)]
    /// struct Row { name: String }
    ///
    /// # fn show(_: String) {}
    /// # async fn run(ws: &WebSocket) -> Result<(), RequestError> {
    /// let mut rows = ws.stream::<_, Row>(&List { list: "all" });
    /// while let Some(row) = rows.next().await {
    ///     show(row?.name);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn stream<Req, Part>(&self, request: &Req) -> Replies<Part>
    where
        Req: Serialize + ?Sized,
        Part: DeserializeOwned + 'static,
    {
        self.stream_with(request, RequestOptions::new())
    }

    /// The same with options.
    pub fn stream_with<Req, Part>(&self, request: &Req, options: RequestOptions) -> Replies<Part>
    where
        Req: Serialize + ?Sized,
        Part: DeserializeOwned + 'static,
    {
        let key = &self.shared().id_key;
        let body = request::write(request, key).map(|body| (body, key.quoted().into()));
        self.replies(body, Kind::Id, options, request::read)
    }

    /// Calls a method by JSON-RPC, and returns a stream of its results: of each response that has the same `id`, until one has
    /// `"done":true` or an error. All else is as with [`stream`](Self::stream).
    ///
    /// ```no_run
    /// use futures_util::TryStreamExt;
    /// # use holdfast_ws::{RequestError, WebSocket};
    /// # async fn run(ws: &WebSocket) -> Result<(), RequestError> {
    /// let primes: Vec<_> = ws.stream_call::<_, u32>("primes", &[1, 100]).try_collect().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn stream_call<Params, Part>(&self, method: &str, params: &Params) -> Replies<Part>
    where
        Params: Serialize + ?Sized,
        Part: DeserializeOwned + 'static,
    {
        self.stream_call_with(method, params, RequestOptions::new())
    }

    /// The same with options.
    pub fn stream_call_with<Params, Part>(
        &self,
        method: &str,
        params: &Params,
        options: RequestOptions,
    ) -> Replies<Part>
    where
        Params: Serialize + ?Sized,
        Part: DeserializeOwned + 'static,
    {
        let frame = request::write_call(method, params).map(|frame| (frame, request::RPC_ID.into()));
        self.replies(frame, Kind::JsonRpc, options, request::read_result)
    }

    /// `body` is the request, and the name of the field for its number, as JSON.
    fn replies<T: 'static>(
        &self,
        body: Result<(String, String), RequestError>,
        kind: Kind,
        options: RequestOptions,
        read: fn(&str) -> Result<T, RequestError>,
    ) -> Replies<T> {
        let shared = Rc::downgrade(self.shared());
        let form = Form {
            kind,
            options,
            streams: true,
            only: None,
        };
        let send = move || {
            let shared = shared.upgrade().ok_or(SendError::Closed)?;
            let (body, key) = body?;
            Request::send(&shared, form, |id| Ok(request::with_id(&body, &key, id.get()).into()))
        };
        Replies::new(send, move |part| read(part.as_text().unwrap_or_default()))
    }
}

impl<T> Replies<T> {
    pub(crate) fn new(
        send: impl FnOnce() -> Result<Request, RequestError> + 'static,
        read: impl Fn(&Message) -> Result<T, RequestError> + 'static,
    ) -> Self {
        Self {
            progress: Progress::Unsent(Box::new(send)),
            read: Box::new(read),
        }
    }
}

impl<T> Stream for Replies<T> {
    type Item = Result<T, RequestError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let request = match core::mem::replace(&mut self.progress, Progress::Over) {
            Progress::Unsent(send) => match send() {
                Ok(request) => request,
                Err(error) => return Poll::Ready(Some(Err(error))),
            },
            Progress::Sent(request) => request,
            Progress::Over => return Poll::Ready(None),
        };
        let part = request.poll(cx);
        if !matches!(part, Poll::Ready(None | Some(Err(_)))) {
            self.progress = Progress::Sent(request);
        }
        part.map(|part| Some(part?.and_then(|part| (self.read)(&part))))
    }
}

impl<T> FusedStream for Replies<T> {
    fn is_terminated(&self) -> bool {
        matches!(self.progress, Progress::Over)
    }
}

impl<T> fmt::Debug for Replies<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Replies")
    }
}
