//! The HTTP requests of an adapter.

use alloc::boxed::Box;
use alloc::rc::Rc;
use alloc::string::String;
use alloc::vec::Vec;
use core::future::Future;
use core::pin::Pin;

pub use crate::channels::Response as HttpResponse;

use crate::channels::Payload;

/// An HTTP request of an adapter.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct HttpRequest {
    /// The method.
    pub method: &'static str,
    /// The URL; absolute.
    pub url: String,
    /// Names and values.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Option<Payload>,
}

/// The response, or why there is none.
pub type HttpFuture = Pin<Box<dyn Future<Output = Result<HttpResponse, String>>>>;

/// Makes HTTP requests.
pub(super) type Http = Rc<dyn Fn(HttpRequest) -> HttpFuture>;
