//! Executes the engine's outputs.

use alloc::rc::Rc;

use wasm_bindgen::JsValue;

use super::connection::{Connection, Listener};
use super::host::Host;
use super::lifecycle::Driver;
use super::native::{Event, Native};
use super::time::millis;
use crate::engine::{ConnectionId, Engine, Output};

impl<H: Host + 'static> Driver<H> {
    /// Executes all outputs of the engine, and sets the timer. Events are dispatched later, in a task of their own.
    pub fn drain_outputs(&self) {
        self.execute_outputs();
        self.arm();
    }

    pub(super) fn execute_outputs(&self) {
        while let Some(output) = self.engine(Engine::poll_output) {
            self.execute(output);
        }
        #[cfg(feature = "client")]
        if let Some(signals) = &*self.signals.borrow() {
            signals.connected(self.engine(|engine| engine.connection()).is_some());
        }
    }

    pub(super) fn execute(&self, output: Output<JsValue>) {
        let connection = match output {
            Output::Resolve(question) => {
                let attempt = self.engine(|engine| engine.attempt());
                return self.host.provide(question.get(), attempt);
            }
            Output::Dial(connection) => return self.dial(connection),
            Output::Transmit(connection, _)
            | Output::AllowDirectSend(connection, _)
            | Output::RevokeDirectSend(connection)
            | Output::Ping(connection)
            | Output::ReadBufferedAmount(connection)
            | Output::CheckIdle(connection)
            | Output::Close(connection)
            | Output::Abandon(connection) => connection,
        };
        let line = self.line.borrow().clone();
        let Some(line) = line.filter(|line| line.id == connection) else {
            return;
        };
        match output {
            // Open, so the browser has nothing to object to.
            Output::Transmit(_, payload) => _ = self.transmit(&line, &payload),
            Output::AllowDirectSend(_, until) => {
                let now = self.clock.now();
                let trusted = until.map_or(f64::INFINITY, |until| millis(until.saturating_since(now)));
                self.host.allow_direct_send(Some(trusted));
            }
            Output::RevokeDirectSend(_) => self.host.allow_direct_send(None),
            Output::Ping(_) => {
                let ping = self.host.ping();
                let pinged = !ping.is_undefined() && self.transmit(&line, &ping).is_ok();
                let now = self.now();
                if pinged {
                    self.engine(|engine| engine.handle_ping_sent(now, connection));
                    self.stop_bypass();
                } else {
                    self.engine(|engine| engine.handle_no_ping(now, connection));
                }
            }
            Output::ReadBufferedAmount(_) => self.report_buffered_amount(&line),
            Output::CheckIdle(_) => {
                let idle = line.native.buffered_amount() == 0.0 && !self.host.is_busy();
                let now = self.now();
                self.engine(|engine| engine.handle_idle(now, connection, idle));
            }
            Output::Abandon(_) => {
                self.host.set_message_listener(&line.native, &JsValue::NULL);
                line.abandon();
                if line.native.ready_state() != Native::CLOSED && self.host.lingers(&line.native) {
                    let now = self.now();
                    self.engine(|engine| engine.handle_lingering(now));
                }
            }
            // Closed already: see `Driver::command`.
            Output::Close(_) | Output::Resolve(_) | Output::Dial(_) => {}
        }
    }

    fn dial(&self, connection: ConnectionId) {
        if let Some(native) = self.host.dial() {
            let listeners = [Self::on_open, Self::on_message, Self::on_error, Self::on_close];
            let line = Connection::new(connection, native, listeners.map(|run| self.listener(connection, run)));
            self.host.set_message_listener(&line.native, line.message_listener());
            self.bypass.set(None);
            let old = self.line.replace(Some(Rc::new(line)));
            if let Some(old) = old {
                self.host.set_message_listener(&old.native, &JsValue::NULL);
            }
        } else {
            let now = self.now();
            self.engine(|engine| engine.handle_refused(now, connection));
        }
    }

    fn listener(&self, connection: ConnectionId, run: fn(&Self, ConnectionId, &Event)) -> Listener {
        let driver = self.this.clone();
        Listener::new(move |event| {
            if let Some(driver) = driver.upgrade() {
                run(&driver, connection, &event);
            }
        })
    }
}
