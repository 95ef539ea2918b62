//! The real connection, in the tab that is the hub: an ordinary socket, whose events go to the machine.

use alloc::rc::{Rc, Weak};
use alloc::string::String;
use core::cell::{Cell, RefCell};

use wasm_bindgen::{JsCast, JsValue};
use web_sys::Blob;

use super::description::{Description, End, Planned};
use super::payload::Protocol;
use super::route::{Expected, Reader, Route};
use crate::client::json::rpc;
use crate::client::socket::builder::Builder;
use crate::client::socket::handle::WebSocket;
use crate::client::state::tab::Closing;
use crate::client::state::transmit;
use crate::client::values::data::{self, Data};
use crate::client::values::event::{CloseEvent, Reconnecting};
use crate::engine::{RequestId, Status};

/// The events of a connection, for the tab that has it.
pub(super) trait ConnectionListener: Expected {
    fn described(&self, description: &Description);
    /// It takes messages from now on, or no longer.
    fn ready(&self, ready: bool);
    fn message(&self, payload: JsValue, token: Option<JsValue>);
    /// The server calls a method. A batch has no number.
    fn call(&self, data: &Data, method: &str, id: Option<String>, token: Option<JsValue>);
    /// The reply to the request with this number. `ends` if no parts follow in any case.
    fn reply(&self, wire: u64, payload: JsValue, ends: bool);
}

/// The connection that the hub holds.
pub(super) struct Connection {
    pub(super) socket: WebSocket,
    listener: Weak<dyn ConnectionListener>,
    reader: Reader,
    /// The end of the last connection.
    end: RefCell<Option<End>>,
    dropped: Cell<bool>,
}

impl Connection {
    /// Connects, and resumes from a token. `builder` has no queue limits of the application's: those are of each tab.
    pub(super) fn open(
        builder: Builder,
        reader: Reader,
        token: Option<String>,
        listener: Weak<dyn ConnectionListener>,
    ) -> Option<Rc<Self>> {
        // A URL that the browser refuses is an attempt that has failed, in whichever tab.
        let socket = builder.lazy().connect().ok()?;
        if let Some(token) = token {
            socket.shared().resume.set_token(token);
        }
        let connection = Rc::new(Self {
            socket,
            listener,
            reader,
            end: RefCell::default(),
            dropped: Cell::new(false),
        });
        connection.listen();
        connection.socket.connect();
        Some(connection)
    }

    fn listen(self: &Rc<Self>) {
        let on = |run: fn(&Self)| {
            let me = Rc::downgrade(self);
            move || {
                if let Some(me) = me.upgrade() {
                    run(&me);
                }
            }
        };
        self.socket.set_onopen(on(Self::opened));
        let changed = on(|me| {
            if me.socket.status() != Status::Open {
                me.describe(None);
            }
        });
        self.socket.set_onstatuschange(move |_| changed());
        let me = Rc::downgrade(self);
        self.socket.set_onclose(move |event| {
            if let Some(me) = me.upgrade() {
                me.closed(event);
            }
        });
        let me = Rc::downgrade(self);
        self.socket.set_onreconnecting(move |planned| {
            if let Some(me) = me.upgrade() {
                me.describe(Some(planned));
            }
        });
        let me = Rc::downgrade(self);
        self.socket
            .shared()
            .on
            .raw
            .set(move |(data, token): (Data, Option<String>)| {
                if let Some(me) = me.upgrade() {
                    me.receive(&data, token.map(|token| JsValue::from_str(&token)));
                }
            });
    }

    /// True if it would send a message at once, and not queue it: because it may be dead, or is about to end.
    pub(super) fn is_sendable(&self) -> bool {
        let driver = self.socket.driver();
        driver.check_visible();
        driver.can_send()
    }

    /// Returns the bytes in its buffer.
    pub(super) fn buffered(&self) -> u64 {
        self.socket.buffered_amount()
    }

    /// Hands over what a tab has sent.
    pub(super) fn transmit(&self, data: &Data) {
        // It is refused only if the socket is closed for good: then the tabs are told so.
        let _ = transmit::hand_over(self.socket.driver(), data, size(data));
    }

    /// Tells the server that a request was given up, if its codec has a message for that.
    pub(super) fn cancel(&self, wire: u64, kind: u32) {
        if kind != Protocol::Codec.kind() {
            return;
        }
        let cancel = self
            .reader
            .codec
            .as_ref()
            .and_then(|codec| codec.cancel(RequestId::new(wire)));
        if let Some((data, _)) = cancel.and_then(|message| data::of_message(&message)) {
            self.transmit(&data);
        }
    }

    /// No tab answers the call with this number, which is JSON.
    pub(super) fn refuse_call(&self, id: &JsValue) {
        let answer = rpc::error_response(&id.as_string().unwrap_or_default(), &rpc::method_not_found());
        self.transmit(&data::of_text(&answer));
    }

    /// Closes it; nothing that it still does is told.
    pub(super) fn close(&self, closing: &Closing) {
        self.dropped.set(true);
        let closed = match closing.code {
            Some(code) => self.socket.close_with_code_and_reason(code, &closing.reason).is_ok(),
            None => false,
        };
        if !closed {
            self.socket.close();
        }
    }

    /// Describes the connection as it is.
    pub(super) fn description(&self) -> Description {
        let socket = &self.socket;
        Description {
            status: socket.status(),
            attempt: socket.attempt(),
            retry_at: socket.retry_at().map(|at| at.as_secs_f64() * 1_000.0),
            latency: socket.latency().map(|latency| latency.as_secs_f64() * 1_000.0),
            protocol: socket.protocol(),
            extensions: socket.extensions(),
            url: socket.url(),
            close: None,
            reconnecting: None,
        }
    }

    fn tell(&self, tell: impl FnOnce(&dyn ConnectionListener)) {
        if let Some(listener) = self.listener.upgrade().filter(|_| !self.dropped.get()) {
            tell(&*listener);
        }
    }

    fn describe(&self, planned: Option<Reconnecting>) {
        let description = Description {
            close: self.end.borrow().clone().filter(|end| !end.will_reconnect),
            reconnecting: planned.map(|planned| Planned {
                attempt: planned.attempt,
                delay: planned.delay.as_secs_f64() * 1_000.0,
                cause: planned.cause,
            }),
            ..self.description()
        };
        self.tell(|listener| listener.described(&description));
    }

    fn opened(&self) {
        self.end.take();
        self.describe(None);
        self.tell(|listener| listener.ready(true));
    }

    fn receive(&self, data: &Data, token: Option<JsValue>) {
        let Some(listener) = self.listener.upgrade().filter(|_| !self.dropped.get()) else {
            return;
        };
        match self.reader.route(data, &*listener) {
            Route::All => listener.message(data.clone(), token),
            Route::Reply { wire, ends } => listener.reply(wire, data.clone(), ends),
            Route::Call { id, method } => listener.call(data, &method, id, token),
        }
    }

    fn closed(&self, event: CloseEvent) {
        let end = End {
            code: event.code,
            reason: event.reason,
            was_clean: event.was_clean,
            will_reconnect: event.will_reconnect,
            why: event.end,
        };
        self.end.replace(Some(end.clone()));
        self.tell(|listener| listener.ready(false));
        let description = Description {
            close: Some(end),
            ..self.description()
        };
        self.tell(|listener| listener.described(&description));
    }
}

/// The bytes of a message; of text, its UTF-16 units.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // A count of bytes.
pub(super) fn size(data: &Data) -> u64 {
    if let Some(text) = data.dyn_ref::<js_sys::JsString>() {
        return text.length().into();
    }
    match data.dyn_ref::<Blob>() {
        Some(blob) => blob.size() as u64,
        None => super::object::number(data, "byteLength").unwrap_or_default() as u64,
    }
}
