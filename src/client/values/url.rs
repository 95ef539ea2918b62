//! The URL to dial, or a function that gives one before each attempt.

use alloc::boxed::Box;
use alloc::rc::Rc;
use alloc::string::String;
use core::fmt;
use core::future::{Future, ready};
use core::pin::Pin;

use super::event::CloseEvent;

pub(crate) type Answer = Pin<Box<dyn Future<Output = Option<String>>>>;

/// Asks the application.
pub(crate) type Provider = Rc<dyn Fn(Attempt) -> Answer>;

/// The URL to dial. A `&str` or `String` is one; [`Url::from_fn`] and [`Url::from_async_fn`] call a function before each
/// attempt, which is how a token that expires is kept fresh.
///
/// A URL is what the browser's class takes: `ws:`, `wss:`, `http:` or `https:`, absolute or relative to the page, without a
/// fragment.
#[derive(Clone)]
pub struct Url(pub(crate) Source);

#[derive(Clone)]
pub(crate) enum Source {
    Fixed(String),
    Provider(Provider),
}

/// The attempt that a function of the application's is called for.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Attempt {
    /// 0 for the first of all and after a stable connection, then 1, 2, ….
    pub number: u32,
    /// The end of the last connection, if there was one, without its unsent messages.
    pub last_close: Option<CloseEvent>,
    /// The last token that [`Builder::resume`](crate::Builder::resume) gave, if there was one.
    pub resume: Option<String>,
}

impl Url {
    /// Calls `provider` for the URL before each attempt. `None` or `Err` is a failed attempt: `error` and `close` are dispatched,
    /// and it is asked again after the usual delay. What the error says is yours to log.
    ///
    /// ```no_run
    /// # use holdfast_ws::{Url, WebSocket};
    /// let hosts = ["wss://a.example.com", "wss://b.example.com"];
    /// let ws = WebSocket::new(Url::from_fn(move |attempt| hosts[attempt.number as usize % 2]))?;
    /// # Ok::<(), holdfast_ws::ConnectError>(())
    /// ```
    pub fn from_fn<T: IntoUrl>(provider: impl Fn(Attempt) -> T + 'static) -> Self {
        Self(Source::Provider(Rc::new(move |attempt| {
            Box::pin(ready(provider(attempt).into_url()))
        })))
    }

    /// The same for an async function. Its future is dropped if it takes longer than the connect timeout.
    ///
    /// ```no_run
    /// # use holdfast_ws::{Url, WebSocket};
    /// # async fn fresh_token() -> Result<String, std::io::Error> { Ok(String::new()) }
    /// let ws = WebSocket::new(Url::from_async_fn(|_| async {
    ///     fresh_token().await.map(|token| format!("wss://example.com/live?token={token}"))
    /// }))?;
    /// # Ok::<(), holdfast_ws::ConnectError>(())
    /// ```
    pub fn from_async_fn<F>(provider: impl Fn(Attempt) -> F + 'static) -> Self
    where
        F: Future<Output: IntoUrl> + 'static,
    {
        Self(Source::Provider(Rc::new(move |attempt| {
            let url = provider(attempt);
            Box::pin(async move { url.await.into_url() })
        })))
    }
}

impl From<&str> for Url {
    fn from(url: &str) -> Self {
        Self(Source::Fixed(url.into()))
    }
}

impl From<String> for Url {
    fn from(url: String) -> Self {
        Self(Source::Fixed(url))
    }
}

impl From<&String> for Url {
    fn from(url: &String) -> Self {
        Self(Source::Fixed(url.clone()))
    }
}

impl fmt::Debug for Url {
    /// Without the URL, whose query may be a secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Source::Fixed(_) => "Url(fixed)",
            Source::Provider(_) => "Url(from_fn)",
        })
    }
}

/// The result of a provider: text, or text in an `Option` or a `Result`.
pub trait IntoUrl: sealed::IntoUrl {}

impl<T: sealed::IntoUrl> IntoUrl for T {}

mod sealed {
    use alloc::string::String;

    pub trait IntoUrl {
        fn into_url(self) -> Option<String>;
    }

    impl IntoUrl for String {
        fn into_url(self) -> Option<String> {
            Some(self)
        }
    }

    impl IntoUrl for &str {
        fn into_url(self) -> Option<String> {
            Some(self.into())
        }
    }

    impl<T: IntoUrl> IntoUrl for Option<T> {
        fn into_url(self) -> Option<String> {
            self?.into_url()
        }
    }

    impl<T: IntoUrl, E> IntoUrl for Result<T, E> {
        fn into_url(self) -> Option<String> {
            self.ok()?.into_url()
        }
    }
}
use sealed::IntoUrl as _;
