//! One native socket under its connection's number, and the four closures that listen to it.
//!
//! What the browser tells is handed on as the event it came in: the engine is told first, so that a listener finds the state
//! that the event speaks of.

use alloc::rc::Weak;

use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};

use super::{CloseEvent, Driver, Event, Heard, Native, span};
use crate::engine::{Close, Connection, Instant};

type Listener = Closure<dyn Fn(Event)>;

/// A native socket that is listened to, until it is abandoned or dropped.
pub(super) struct Line {
    pub(super) connection: Connection,
    pub(super) native: Native,
    listeners: [Listener; 4],
}

impl Line {
    pub(super) fn connect<H: Heard + 'static>(
        driver: &Weak<Driver<H>>,
        connection: Connection,
        native: Native,
    ) -> Self {
        let listener = |run: fn(&Driver<H>, Connection, &Event)| {
            let driver = driver.clone();
            Listener::new(move |event| {
                if let Some(driver) = driver.upgrade() {
                    run(&driver, connection, &event);
                }
            })
        };
        let listeners = [
            listener(Driver::on_open),
            listener(Driver::on_message),
            listener(Driver::on_error),
            listener(Driver::on_close),
        ];
        let [open, message, error, close] = &listeners;
        listen(&native, [open, message, error, close].map(Listener::as_ref));
        Self {
            connection,
            native,
            listeners,
        }
    }

    fn listen_again(&self) {
        let [_, message, ..] = &self.listeners;
        self.native.set_onmessage(message.as_ref());
    }

    /// Lets go of the socket: nothing of it is heard any more, and the browser closes it in its own time.
    pub(super) fn abandon(&self) {
        listen(&self.native, [&JsValue::NULL; 4]);
        self.native.leave();
    }
}

fn listen(native: &Native, [open, message, error, close]: [&JsValue; 4]) {
    native.set_onopen(open);
    native.set_onmessage(message);
    native.set_onerror(error);
    native.set_onclose(close);
}

impl Drop for Line {
    fn drop(&mut self) {
        self.abandon();
    }
}

impl<H: Heard + 'static> Driver<H> {
    /// Takes back what the host listens to.
    pub(super) fn listen_again(&self) {
        let line = self.line.borrow().clone();
        if let Some(line) = line.filter(|_| self.bypassed.replace(false)) {
            line.listen_again();
        }
    }

    fn is_current(&self, connection: Connection) -> bool {
        self.engine(|engine| engine.connection()) == Some(connection)
    }

    /// Whether what is sent now goes out. Once the server has begun to close, the browser would drop it without a word.
    pub(super) fn can_transmit(&self, line: &Line) -> bool {
        let open = self.engine(|engine| engine.can_transmit());
        if open && line.native.ready_state() != Native::OPEN {
            self.engine(|engine| engine.handle_closing(line.connection));
            self.settle();
            return false;
        }
        open
    }

    /// Tells the engine if the browser has seen the server begin to close, for which it has no event.
    pub(super) fn look(&self) {
        let _ = self.can_send();
    }

    /// Tells what has yet to be told, before something else changes the state that it speaks of.
    pub(super) fn tell_waiting(&self) {
        if self.engine(|engine| engine.has_events()) {
            self.tell();
        }
    }

    fn on_open(&self, connection: Connection, event: &Event) {
        // After a busy time the browser may come to this before the alarm: the last connection's end is told first.
        self.tell_waiting();
        let now = self.now();
        self.engine(|engine| engine.handle_open(now, connection));
        // What waited goes out before the application can send more.
        self.settle();
        // One that is yet to be admitted can't transmit, nor one that a listener has closed by now.
        let untold = self.is_current(connection) && self.engine(|engine| engine.can_transmit());
        if !untold || self.host.open(event) {
            self.tell();
        } else {
            self.settle();
        }
    }

    /// On the path of every message, unless only the application waits for it: not for signs of life, nor for replies. Then the
    /// host listens itself from here on. More listeners to it may have their turns after this one, so nothing is told at its end.
    fn on_message(&self, connection: Connection, event: &Event) {
        self.tell_waiting();
        let (listens, matches, awaits) =
            self.engine(|engine| (engine.listens(), engine.matches_answers(), engine.awaits_answer()));
        let answer = matches && self.host.answers(event);
        let now = match (listens, awaits) {
            (false, _) => Instant::ORIGIN,
            (true, false) => self.clock.time_of(event),
            // A round trip may have been slept through.
            (true, true) => self.now(),
        };
        let delivers = self.engine(|engine| engine.handle_message(now, connection, answer)) && !answer;
        if delivers && !(self.expects_replies() && self.host.is_reply(event)) {
            self.host.message(event);
        }
        // After what the application may have done in hearing it.
        let busy = listens || self.expects_replies() || self.engine(|engine| engine.has_events());
        if !busy && self.is_current(connection) {
            self.bypassed.set(self.host.listen());
        }
        if awaits {
            // An answer brings the next ping before what the alarm was set to.
            self.arm();
        }
    }

    fn on_error(&self, connection: Connection, event: &Event) {
        self.tell();
        if self.is_current(connection) {
            self.host.error(Some(event));
        }
        self.settle();
    }

    fn on_close(&self, connection: Connection, event: &Event) {
        self.tell_waiting();
        if !self.is_current(connection) {
            return;
        }
        let event: &CloseEvent = event.unchecked_ref();
        let retry_after = self.host.ended(event);
        let close = Close {
            code: event.code(),
            clean: event.was_clean(),
            // JSON's 1e999 is Infinity, which is no time.
            retry_after: (0.0..=f64::MAX).contains(&retry_after).then(|| span(retry_after)),
        };
        let now = self.now();
        self.engine(|engine| engine.handle_closed(now, connection, close));
        self.tell();
    }
}
