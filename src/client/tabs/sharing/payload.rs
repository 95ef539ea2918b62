//! The payloads that tabs send to the one that has the connection, and those that it posts to them. Messages are text, `Uint8Array`, `ArrayBuffer` or
//! `Blob`. All else is an object or an array.

use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue};

use super::object::{flag, get, make, number, text};
use crate::client::state::tab::Closing;
use crate::client::values::data::Data;
use crate::tabs::TabId;
use crate::tabs::wire::numbers::{float, value, whole};

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

const PROTOCOLS: [(&str, Protocol); 3] = [
    ("id", Protocol::Id),
    ("json-rpc", Protocol::JsonRpc),
    ("codec", Protocol::Codec),
];

/// A request on its way to the tab that has the connection.
#[derive(Debug, Clone)]
pub(super) struct Request {
    pub(super) data: Data,
    /// Its number in the application's protocol.
    pub(super) wire: u64,
    pub(super) streams: bool,
    pub(super) protocol: Protocol,
}

impl Request {
    pub(super) fn write(&self) -> JsValue {
        let name = PROTOCOLS.iter().find(|(_, protocol)| *protocol == self.protocol);
        let object = make([
            ("data", self.data.clone()),
            ("wire", value(self.wire)),
            ("streams", self.streams.into()),
            (
                "protocol",
                name.map_or(JsValue::UNDEFINED, |(name, _)| JsValue::from_str(name)),
            ),
        ]);
        object.into()
    }

    pub(super) fn read(object: &JsValue) -> Self {
        let name = text(object, "protocol");
        let protocol = PROTOCOLS.iter().find(|(known, _)| *known == name);
        Self {
            data: get(object, "data"),
            wire: number(object, "wire").map(whole).unwrap_or_default(),
            streams: flag(object, "streams"),
            protocol: protocol.map_or(Protocol::Npm, |(_, protocol)| *protocol),
        }
    }

    /// Within a tab, an array is a request, because it is no message: see [`Request::unwrap`].
    pub(super) fn wrap(&self) -> Data {
        Array::of1(&self.write()).into()
    }

    /// Returns the request that a socket sends; [`None`] if it sends a message.
    pub(super) fn unwrap(data: &Data) -> Option<Self> {
        let wrapped = data.dyn_ref::<Array>()?;
        Some(Self::read(&wrapped.get(0)))
    }
}

/// A call of the server, as all tabs are given it: it is for one.
pub(super) fn write_call(data: &Data, tab: TabId) -> JsValue {
    Array::of2(data, &value(tab.get())).into()
}

/// Returns a message of the server for this tab; [`None`] if it is a call for another.
pub(super) fn read_message(payload: &JsValue, me: TabId) -> Option<Data> {
    let Some(call) = payload.dyn_ref::<Array>() else {
        return Some(payload.clone());
    };
    (call.get(1).as_f64() == Some(float(me.get()))).then(|| call.get(0))
}

/// Returns the message of what was sent and never handed over.
pub(super) fn unsent(payload: &JsValue) -> Data {
    let data = get(payload, "data");
    if data.is_undefined() { payload.clone() } else { data }
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
