//! One native socket under its connection's number, and the four closures that listen to it.
//!
//! What the browser tells is handed on as the event it came in: the engine is told first, so that a listener finds the state
//! that the event speaks of.

use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};

use super::{CloseEvent, Driver, Event, Heard, Interest, Native, span};
use crate::engine::{Close, ConnectionId, Instant, ReadyState};

type Listener = Closure<dyn Fn(Event)>;

/// A native socket that is listened to, until it is abandoned or dropped.
pub(super) struct Line {
    pub(super) connection: ConnectionId,
    pub(super) native: Native,
    /// Kept for as long as they may be called.
    _listeners: [Listener; 4],
}

impl Line {
    pub(super) fn connect<H: Heard + 'static>(driver: &Driver<H>, connection: ConnectionId, native: Native) -> Self {
        let listener = |run: fn(&Driver<H>, ConnectionId, &Event)| {
            let driver = driver.this.clone();
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
        let [open, message, error, close] = listeners.each_ref().map(Listener::as_ref);
        listen(&native, [open, error, close]);
        driver.host.hear(&native, message);
        Self {
            connection,
            native,
            _listeners: listeners,
        }
    }

    /// Lets go of the socket: nothing of it is heard any more, except what its host listens to, and the browser closes it in its
    /// own time.
    pub(super) fn abandon(&self) {
        listen(&self.native, [&JsValue::NULL; 3]);
        let _ = self.native.leave();
    }
}

fn listen(native: &Native, [open, error, close]: [&JsValue; 3]) {
    // What throws here is no socket of the browser's, and then doesn't open.
    let _ = native.set_onopen(open);
    let _ = native.set_onerror(error);
    let _ = native.set_onclose(close);
}

impl Drop for Line {
    fn drop(&mut self) {
        self.abandon();
    }
}

impl<H: Heard + 'static> Driver<H> {
    /// Takes back what the host listens to, until the next message.
    pub(super) fn listen_again(&self) {
        self.catch_up();
        if self.bypass.take().is_some() {
            self.host.bypass(None);
        }
    }

    /// Tells the engine when the line was last heard, by messages that went past.
    pub(super) fn catch_up(&self) {
        if self.bypass.get().is_some_and(|interest| interest.time) {
            let Some(connection) = self.line.borrow().as_ref().map(|line| line.connection) else {
                return;
            };
            for answer in [true, false] {
                let at = self.host.heard_at(answer);
                if !at.is_nan() {
                    let at = self.clock.at(at);
                    self.engine(|engine| engine.handle_heard(at, connection, answer));
                }
            }
        }
    }

    /// What the messages to come are looked at for; `None` if the engine is to hear of each.
    fn interest(&self) -> Option<Interest> {
        let (time, each) = self.engine(|engine| (engine.listens(), engine.awaits_answer() || engine.has_events()));
        let replies = self.awaits_replies();
        // A reply that may come late is looked for until a time that somebody has to watch.
        let each = each || !replies && self.expects_replies();
        (!each).then_some(Interest { time, replies })
    }

    fn is_current(&self, connection: ConnectionId) -> bool {
        self.engine(|engine| engine.connection()) == Some(connection)
    }

    /// Whether what is sent now goes out. Once the server has begun to close, the browser would drop it without a word.
    pub(super) fn can_transmit(&self, line: &Line) -> bool {
        let (open, free) = self.engine(|engine| (engine.ready_state() == ReadyState::Open, engine.can_transmit()));
        if open && line.native.ready_state() != Native::OPEN {
            let now = self.now();
            self.engine(|engine| engine.handle_closing(now, line.connection));
            self.settle();
            return false;
        }
        free
    }

    /// The same before a message is sent: after long silence the connection is in doubt, and the message waits.
    pub(super) fn can_send_now(&self, line: &Line) -> bool {
        if self.can_transmit(line) && self.engine(|engine| engine.doubts()) {
            let now = self.now();
            self.engine(|engine| engine.handle_silence(now));
            self.settle();
        }
        self.can_transmit(line)
    }

    /// Tells the engine if the browser has seen the server begin to close, for which it has no event.
    pub(super) fn look(&self) {
        let line = self.line.borrow().clone();
        let _ = line.is_some_and(|line| self.can_transmit(&line));
    }

    /// Tells what has yet to be told, before something else changes the state that it speaks of.
    pub(super) fn tell_waiting(&self) {
        if self.engine(|engine| engine.has_events()) {
            self.tell();
        }
    }

    fn on_open(&self, connection: ConnectionId, event: &Event) {
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

    /// On the path of a message, unless nothing depends on it at once. Then the host listens itself from here on. More listeners
    /// to it may have their turns after this one, so nothing is told at its end.
    fn on_message(&self, connection: ConnectionId, event: &Event) {
        self.tell_waiting();
        let (listens, matches, awaits) =
            self.engine(|engine| (engine.listens(), engine.matches_answers(), engine.awaits_answer()));
        let answer = matches && self.host.answers(event);
        let now = if listens { self.now() } else { Instant::ORIGIN };
        let delivers = self.engine(|engine| engine.handle_message(now, connection, answer)) && !answer;
        if awaits {
            // What waited for the answer goes out before what a listener may send.
            self.settle();
        }
        if delivers && !(self.expects_replies() && self.host.is_reply(event)) {
            self.host.message(event);
        }
        // After what the application may have done in hearing it.
        if self.is_current(connection) {
            let interest = self.interest();
            let bypass = interest.filter(|_| self.host.bypass(interest));
            self.bypass.set(bypass);
        }
        if awaits {
            // An answer brings the next ping before what the alarm was set to.
            self.arm();
        }
    }

    fn on_error(&self, connection: ConnectionId, event: &Event) {
        self.tell();
        if self.is_current(connection) {
            let now = self.now();
            if self.engine(|engine| engine.handle_error(now, connection)) {
                self.host.error(Some(event));
            }
        }
        self.settle();
    }

    fn on_close(&self, connection: ConnectionId, event: &Event) {
        self.tell_waiting();
        if !self.is_current(connection) {
            return;
        }
        let event: &CloseEvent = event.unchecked_ref();
        let retry_after = self.host.ended(event);
        let close = Close {
            code: event.code().unwrap_or(Close::ABNORMAL.code),
            clean: event.was_clean().unwrap_or_default(),
            // JSON's 1e999 is Infinity, which is no time.
            retry_after: (0.0..=f64::MAX).contains(&retry_after).then(|| span(retry_after)),
        };
        let now = self.now();
        self.engine(|engine| engine.handle_closed(now, connection, close));
        self.tell();
    }
}
