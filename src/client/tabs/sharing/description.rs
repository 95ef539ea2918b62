//! The connection, as the tab that has it describes it at each change to the others: those of the npm package, too.

use alloc::string::String;

use wasm_bindgen::JsValue;

use super::object::{flag, get, make, number, set, text};
use crate::client::values::event::EndReason;
use crate::engine::{Close, RetryCause, Span, Status};

/// The state of the connection.
#[derive(Debug, Clone)]
pub(super) struct Description {
    pub(super) status: Status,
    pub(super) attempt: u32,
    /// In milliseconds since 1970.
    pub(super) retry_at: Option<f64>,
    pub(super) latency: Option<f64>,
    pub(super) protocol: String,
    pub(super) extensions: String,
    pub(super) url: String,
    /// Set if this is its end.
    pub(super) close: Option<End>,
    /// Set if an attempt is planned.
    pub(super) reconnecting: Option<Planned>,
}

/// The end of a connection.
#[derive(Debug, Clone)]
pub(super) struct End {
    pub(super) code: u16,
    pub(super) reason: String,
    pub(super) was_clean: bool,
    pub(super) will_reconnect: bool,
    /// Why it is the end for good, if it is.
    pub(super) why: Option<EndReason>,
}

/// An attempt that is planned.
#[derive(Debug, Clone, Copy)]
pub(super) struct Planned {
    pub(super) attempt: u32,
    /// In milliseconds.
    pub(super) delay: f64,
    pub(super) cause: RetryCause,
}

/// Statuses and causes by the names that they have in the npm package.
const STATUSES: [(&str, Status); 6] = [
    ("connecting", Status::Connecting),
    ("open", Status::Open),
    ("waiting", Status::Waiting),
    ("offline", Status::Offline),
    ("closing", Status::Closing),
    ("closed", Status::Closed),
];

const CAUSES: [(&str, RetryCause); 10] = [
    ("closed", RetryCause::Closed),
    ("failed", RetryCause::Failed),
    ("connect-timeout", RetryCause::ConnectTimeout),
    ("heartbeat", RetryCause::Heartbeat),
    ("idle", RetryCause::Idle),
    ("stalled", RetryCause::Stalled),
    ("manual", RetryCause::Manual),
    ("online", RetryCause::Online),
    ("wake", RetryCause::Wake),
    ("hidden", RetryCause::Hidden),
];

/// Only this crate names them.
const ENDS: [(&str, EndReason); 4] = [
    ("own-close", EndReason::OwnClose),
    ("final-code", EndReason::FinalCode),
    ("attempts-spent", EndReason::AttemptsSpent),
    ("declined", EndReason::Declined),
];

fn named<T: Copy, const N: usize>(table: &[(&str, T); N], name: &str) -> Option<T> {
    table.iter().find(|(known, _)| *known == name).map(|(_, value)| *value)
}

fn name_of<T: PartialEq, const N: usize>(table: &[(&'static str, T); N], value: &T) -> JsValue {
    let found = table.iter().find(|(_, known)| known == value);
    found.map_or(JsValue::UNDEFINED, |(name, _)| JsValue::from_str(name))
}

fn optional(number: Option<f64>) -> JsValue {
    number.map_or(JsValue::NULL, JsValue::from_f64)
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // The cast saturates.
fn small(object: &JsValue, name: &str) -> u32 {
    number(object, name).unwrap_or_default() as u32
}

impl Description {
    pub(super) fn write(&self) -> JsValue {
        let object = make([
            ("status", name_of(&STATUSES, &self.status)),
            ("attempt", self.attempt.into()),
            ("retryAt", optional(self.retry_at)),
            ("latency", optional(self.latency)),
            ("protocol", JsValue::from_str(&self.protocol)),
            ("extensions", JsValue::from_str(&self.extensions)),
            ("url", JsValue::from_str(&self.url)),
        ]);
        if let Some(close) = &self.close {
            let end = close.why.map_or(JsValue::UNDEFINED, |end| name_of(&ENDS, &end));
            let close = make([
                ("code", close.code.into()),
                ("reason", JsValue::from_str(&close.reason)),
                ("wasClean", close.was_clean.into()),
                ("willReconnect", close.will_reconnect.into()),
                ("end", end),
            ]);
            set(&object, "close", &close);
        }
        if let Some(planned) = &self.reconnecting {
            let planned = make([
                ("attempt", planned.attempt.into()),
                ("delay", planned.delay.into()),
                ("cause", name_of(&CAUSES, &planned.cause)),
            ]);
            set(&object, "reconnecting", &planned);
        }
        object.into()
    }

    /// Any script of the origin can post anything: what is missing has a default.
    pub(super) fn read(object: &JsValue) -> Self {
        let (close, planned) = (get(object, "close"), get(object, "reconnecting"));
        Self {
            status: named(&STATUSES, &text(object, "status")).unwrap_or(Status::Connecting),
            attempt: small(object, "attempt"),
            retry_at: number(object, "retryAt"),
            latency: number(object, "latency"),
            protocol: text(object, "protocol"),
            extensions: text(object, "extensions"),
            url: text(object, "url"),
            close: close.is_object().then(|| End::read(&close)),
            reconnecting: planned.is_object().then(|| Planned {
                attempt: small(&planned, "attempt"),
                delay: number(&planned, "delay").unwrap_or_default(),
                cause: named(&CAUSES, &text(&planned, "cause")).unwrap_or(RetryCause::Closed),
            }),
        }
    }

    pub(super) fn latency(&self) -> Option<Span> {
        self.latency.map(Span::from_millis_f64)
    }
}

impl End {
    fn read(object: &JsValue) -> Self {
        let code = u16::try_from(small(object, "code")).unwrap_or(Close::ABNORMAL.code);
        let close = Close {
            code,
            ..Close::ABNORMAL
        };
        // The npm package doesn't say why.
        let guess = if close.is_final() {
            EndReason::FinalCode
        } else {
            EndReason::AttemptsSpent
        };
        let will_reconnect = flag(object, "willReconnect");
        Self {
            code,
            reason: text(object, "reason"),
            was_clean: flag(object, "wasClean"),
            will_reconnect,
            why: (!will_reconnect).then(|| named(&ENDS, &text(object, "end")).unwrap_or(guess)),
        }
    }
}
