//! The payloads that tabs send to the one that has the connection, and those that it posts to them. Messages are text, `Uint8Array`, `ArrayBuffer` or
//! `Blob`. All else is an object or an array.

use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue};

use super::object::{get, make, number};
use crate::client::state::tab::Closing;
use crate::client::values::data::Data;
use crate::tabs::wire::numbers::{value, whole};

/// How the reply to a request is recognised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Protocol {
    /// Any object with the request's `id`.
    Id,
    JsonRpc,
    Codec,
    /// A tab of the npm package has one for all of its requests, and doesn't say which.
    Npm,
}

/// By the numbers that the machine passes on.
const PROTOCOLS: [Protocol; 4] = [Protocol::Npm, Protocol::Id, Protocol::JsonRpc, Protocol::Codec];

impl Protocol {
    pub(super) fn of(kind: u32) -> Self {
        let known = PROTOCOLS.into_iter().find(|protocol| protocol.kind() == kind);
        known.unwrap_or(Self::Npm)
    }

    pub(super) const fn kind(self) -> u32 {
        match self {
            Self::Npm => 0,
            Self::Id => 1,
            Self::JsonRpc => 2,
            Self::Codec => 3,
        }
    }
}

/// A request on its way from the socket to its tab.
#[derive(Debug, Clone)]
pub(super) struct Request {
    pub(super) data: Data,
    /// Its number in the application's protocol.
    pub(super) wire: u64,
    pub(super) streams: bool,
    pub(super) protocol: Protocol,
}

impl Request {
    /// Within a tab, an array is a request, because it is no message: see [`Request::unwrap`].
    pub(super) fn wrap(&self) -> Data {
        let parts = [value(self.wire), self.streams.into(), self.protocol.kind().into()];
        let wrapped = Array::of1(&self.data);
        for part in parts {
            wrapped.push(&part);
        }
        wrapped.into()
    }

    /// Returns the request that a socket sends; [`None`] if it sends a message.
    pub(super) fn unwrap(data: &Data) -> Option<Self> {
        let wrapped = data.dyn_ref::<Array>()?;
        let wire = wrapped.get(1).as_f64().map(whole)?;
        let kind = wrapped.get(3).as_f64().map(whole)?;
        Some(Self {
            data: wrapped.get(0),
            wire,
            streams: wrapped.get(2).is_truthy(),
            protocol: Protocol::of(u32::try_from(kind).unwrap_or_default()),
        })
    }
}

pub(super) fn write_closing(closing: &Closing) -> JsValue {
    let code = closing.code.map_or(JsValue::UNDEFINED, Into::into);
    make([("code", code), ("reason", JsValue::from_str(&closing.reason))]).into()
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // The cast saturates.
pub(super) fn read_closing(payload: &JsValue) -> Closing {
    Closing {
        code: number(payload, "code").map(|code| code as u16),
        reason: get(payload, "reason").as_string().unwrap_or_default(),
    }
}
