//! Without `tracing`: nothing, in as many words.

use alloc::string::String;

use crate::client::values::event::{CloseEvent, Reconnecting};

pub(crate) struct Trace;

#[allow(clippy::unused_self)]
impl Trace {
    pub(crate) const fn new() -> Self {
        Self
    }
    pub(crate) fn dialled(&self, _: impl FnOnce() -> u32, _: impl FnOnce() -> String) {}
    pub(crate) const fn opened(&self) {}
    pub(crate) const fn authenticated(&self, _: bool) {}
    pub(crate) const fn error(&self) {}
    pub(crate) const fn closed(&self, _: &CloseEvent) {}
    pub(crate) const fn reconnecting(&self, _: &Reconnecting) {}
    pub(crate) const fn expired(&self, _: usize) {}
    pub(crate) const fn ping(&self) {}
    pub(crate) const fn pong(&self) {}
}

pub(crate) const fn queued(_: u64) {}

#[cfg(feature = "serde")]
pub(crate) struct Request;

#[cfg(feature = "serde")]
#[allow(clippy::unused_self)]
impl Request {
    pub(crate) const fn new(_: u64, _: &'static str) -> Self {
        Self
    }
    pub(crate) const fn part(&self) {}
    pub(crate) const fn settled(&self, _: Option<&crate::client::json::error::RequestError>) {}
    pub(crate) const fn dropped(&self) {}
}
