//! HTTP requests: a world has no servers for them.

use alloc::string::String;
use core::future::{Future, ready};

use crate::client::bus::{HttpRequest, HttpResponse};

/// Returns the error that says so.
pub(crate) fn fetch(_: HttpRequest) -> impl Future<Output = Result<HttpResponse, String>> {
    ready(Err(String::from(
        "a world has no HTTP: give the bus a function by BusBuilder::http",
    )))
}
