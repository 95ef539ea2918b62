//! The connection of a bus: a socket that reconnects by itself.

use alloc::rc::Weak;
use alloc::string::String;

use super::{BusEvent, Inner, Machine};
use crate::channels::Payload;
use crate::client::socket::handle::WebSocket;
use crate::client::values::message::Message;
use crate::client::values::options::Heartbeat;
use crate::client::values::url::{Attempt, Source, Url};
use crate::engine::{ReadyState, Status};

fn payload(message: Message) -> Option<Payload> {
    match message {
        Message::Text(text) => Some(Payload::Text(text)),
        Message::Binary(bytes) => Some(Payload::Binary(bytes)),
        // None is asked for.
        Message::Blob(_) => None,
    }
}

impl Inner {
    pub(in crate::client::bus) fn status(&self) -> Status {
        if self.is_closed.get() {
            return Status::Closed;
        }
        let socket = self.socket.borrow();
        socket.as_ref().map_or(Status::Idle, WebSocket::status)
    }

    pub(super) fn status_changed(&self) {
        self.report(&BusEvent::Status(self.status()));
    }

    fn is_current(&self, generation: u64) -> bool {
        self.generation.get() == generation && !self.is_closed.get()
    }

    /// Closes the connection, and hears nothing more of it.
    pub(super) fn hang_up(&self) {
        self.generation.set(self.generation.get().wrapping_add(1));
        let old = self.socket.take();
        if let Some(old) = old {
            old.close();
        }
    }

    /// Connects anew.
    pub(super) fn dial(&self) {
        self.hang_up();
        let generation = self.generation.get();
        let this = self.this.clone();
        let url = Url::from_async_fn(move |attempt| Self::url(this.clone(), generation, attempt));
        let mut builder = WebSocket::builder(url)
            .reconnect(self.settings.reconnect.clone())
            .without_queue();
        if let Some(protocol) = self.with(|machine, _| machine.adapter().subprotocol()) {
            builder = builder.protocols([protocol]);
        }
        if let Some(heartbeat) = self.heartbeat(generation) {
            builder = builder.heartbeat(heartbeat);
        }
        // The options are checked, and there is a browser.
        if let Ok(socket) = builder.connect() {
            self.listen_to(&socket, generation);
            let old = self.socket.replace(Some(socket));
            drop(old);
        }
        self.status_changed();
    }

    fn heartbeat(&self, generation: u64) -> Option<Heartbeat> {
        let pulse = self.settings.pulse?;
        let heartbeat = Heartbeat::new()
            .interval(pulse.interval)
            .timeout(pulse.timeout)
            .ping(pulse.ping);
        let Some(pong) = pulse.pong else {
            return Some(heartbeat);
        };
        let this = self.this.clone();
        Some(heartbeat.pong_with(move |message| {
            let answers = message.as_text() == Some(pong);
            if answers && let Some(this) = this.upgrade().filter(|this| this.is_current(generation)) {
                // The first one says that all messages of before have come.
                this.with(|machine, now| machine.handle_message(now, pong.into()));
                this.schedule();
            }
            answers
        }))
    }

    fn listen_to(&self, socket: &WebSocket, generation: u64) {
        let this = || self.this.clone();
        let enter = move |this: &Weak<Self>, call: &mut dyn FnMut(&Self)| {
            if let Some(this) = this.upgrade().filter(|this| this.is_current(generation)) {
                call(&this);
            }
        };
        let weak = this();
        socket.set_onopen(move || {
            enter(&weak, &mut |this| {
                this.with(Machine::handle_open);
                this.flush();
            });
        });
        let weak = this();
        socket.set_onmessage(move |message| {
            let Some(payload) = payload(message) else { return };
            let mut payload = Some(payload);
            enter(&weak, &mut |this| {
                if let Some(payload) = payload.take() {
                    this.with(|machine, now| machine.handle_message(now, payload));
                    this.flush();
                }
            });
        });
        let weak = this();
        socket.set_onclose(move |close| {
            enter(&weak, &mut |this| {
                this.with(|machine, now| machine.handle_closed(now, close.will_reconnect));
                this.flush();
            });
        });
        let weak = this();
        socket.set_onstatuschange(move |_| enter(&weak, &mut Self::status_changed));
    }

    /// Returns the URL of an attempt. Nothing is kept alive while the application answers.
    async fn url(this: Weak<Self>, generation: u64, attempt: Attempt) -> Option<String> {
        let current = || this.upgrade().filter(|this| this.is_current(generation));
        let asked = {
            let this = current()?;
            let needed = this.with(|machine, now| machine.needs_token(now));
            this.settings.token.as_ref().filter(|_| needed).map(|ask| ask())
        };
        if let Some(asked) = asked {
            let token = asked.await.ok()?;
            let this = current()?;
            this.with(|machine, now| machine.handle_token(now, token.text, token.lifetime));
        }
        let source = current()?.settings.url.0.clone();
        let base = match source {
            Source::Fixed(url) => url,
            Source::Provider(provider) => provider(attempt).await?,
        };
        let this = current()?;
        let url = this.with(|machine, now| machine.dial(now, &base));
        this.flush();
        if url.is_none() && this.is_current(generation) {
            this.hang_up();
            this.status_changed();
        }
        url
    }

    pub(super) fn transmit(&self, payload: &Payload) {
        let socket = self.socket.borrow().clone();
        let Some(socket) = socket.filter(|socket| socket.ready_state() == ReadyState::Open) else {
            return;
        };
        // What can't be sent is lost with the connection.
        let _ = match payload {
            Payload::Text(text) => socket.send_with_str(text),
            Payload::Binary(bytes) => socket.send_with_u8_array(bytes),
        };
    }

    /// The same socket connects again, though it was closed for good.
    pub(super) fn reconnect(&self) {
        let socket = self.socket.borrow().clone();
        if let Some(socket) = socket {
            socket.reconnect();
        }
    }
}
