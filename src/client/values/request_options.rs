//! The options of a single request.

use core::time::Duration;

/// The number of parts that are buffered for a slow reader.
const LIMIT: usize = 1024;

/// Options of a single request.
///
/// ```no_run
/// # use std::time::Duration;
/// # use holdfast_ws::{RequestError, RequestOptions, WebSocket};
/// # async fn run(ws: &WebSocket) -> Result<(), RequestError> {
/// // Reading may safely run twice.
/// let options = RequestOptions::new().timeout(Duration::from_secs(30)).retry();
/// let rows: Vec<String> = ws.call_with("rows", &(), options).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[must_use = "give it to request_with(), call_with() or stream_with()"]
pub struct RequestOptions {
    pub(crate) timeout: Option<Duration>,
    pub(crate) retry: bool,
    limit: Option<usize>,
}

impl RequestOptions {
    /// The socket's own timeout, and no retry.
    pub fn new() -> Self {
        Self::default()
    }

    /// The time to wait for the reply, including the wait for a connection. For a reply in parts it is the time to wait for each part.
    /// Default: the builder's `request_timeout`.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// For what may safely run twice: if the connection ends before the reply, it goes out again on the next one, first and
    /// under the same id, within its timeout. A reply in parts starts again, so parts may come twice.
    pub fn retry(mut self) -> Self {
        self.retry = true;
        self
    }

    /// The number of parts that are buffered for a slow reader of a [stream](crate::WebSocket::stream), 1 at least. Default 1024.
    pub fn limit(mut self, parts: usize) -> Self {
        self.limit = Some(parts);
        self
    }

    pub(crate) fn parts(self) -> usize {
        self.limit.unwrap_or(LIMIT).max(1)
    }
}
