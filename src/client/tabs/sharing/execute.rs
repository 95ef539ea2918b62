//! Carries out what the machine decides.

use alloc::format;
use alloc::rc::Weak;
use alloc::string::String;

use wasm_bindgen::JsValue;

use super::connection::{Connection, ConnectionListener, size};
use super::description::Description;
use super::locks::LockListener;
use super::member::{Core, Member};
use super::payload::{Protocol, read_closing};
use super::route::{Expected, answered};
use crate::client::browser::clock::date_now;
use crate::client::state::tab::Closing;
use crate::client::values::data::Data;
use crate::client::values::event::EndReason;
use crate::engine::Close;
use crate::tabs::wire::numbers::whole;
use crate::tabs::{Call, Output, TabId};

impl Member {
    pub(super) fn execute(&self, output: Output<JsValue, JsValue>) {
        let connection = self.connection.borrow().clone();
        let (locks, channels) = (self.locks.borrow().clone(), self.channels.borrow().clone());
        match output {
            Output::Post(frame) => {
                if let Some(channels) = channels {
                    channels.post(frame);
                }
            }
            Output::RequestLock => self.ask_for_lock(false),
            Output::StealLock => self.ask_for_lock(true),
            Output::ReleaseLock => {
                if let Some(locks) = &locks {
                    locks.release();
                }
            }
            Output::QueryLock => match locks {
                Some(locks) => locks.query(),
                None => self.soon(|member| member.holder(Some(member.id))),
            },
            Output::OpenConnection(token) => self.connect(token.as_ref()),
            Output::DropConnection => self.disconnect(&Closing::default()),
            Output::CloseConnection(payload) => {
                self.disconnect(&payload.as_ref().map(read_closing).unwrap_or_default());
            }
            Output::Hand { tab, payload, request } => {
                if let Some(connection) = connection
                    && (request.is_some() || self.admits(tab, &payload))
                {
                    connection.transmit(&payload);
                }
            }
            Output::Cancel { wire, kind } => {
                if let Some(connection) = &connection {
                    connection.cancel(wire, kind);
                }
            }
            Output::Refuse(call) => {
                if let Some(connection) = &connection {
                    connection.refuse_call(&call);
                }
            }
            Output::ReadBuffered => {
                let bytes = connection.map_or(0, |connection| connection.buffered());
                self.run(|core, now| core.handle_buffered(now, bytes));
            }
            Output::ReadSendable => {
                let sendable = connection.is_some_and(|connection| connection.is_sendable());
                self.run(|core, now| core.handle_sendable(now, sendable));
            }
            Output::Watch(tab) => {
                if let Some(locks) = &locks {
                    locks.watch(tab);
                }
            }
            Output::Unwatch(tab) => {
                if let Some(locks) = &locks {
                    locks.unwatch(tab);
                }
                if let Some(channels) = &channels {
                    channels.leave_tab(tab);
                }
            }
            Output::LookUp(tab) => {
                if let Some(locks) = &locks {
                    locks.look_up(tab);
                }
            }
        }
    }

    fn ask_for_lock(&self, steal: bool) {
        match &*self.locks.borrow() {
            Some(locks) => locks.request(steal),
            None => self.soon(|member| member.granted(0)),
        }
    }

    fn connect(&self, token: Option<&JsValue>) {
        let old = self.connection.take();
        if let Some(old) = old {
            old.close(&Closing::default());
        }
        // The tab is about to leave.
        if self.view.final_end().is_some() {
            return;
        }
        // A tab of the npm package may have a number.
        let token = token.map(|token| {
            let number = || token.as_f64().map(|number| format!("{number}"));
            token.as_string().or_else(number).unwrap_or_default()
        });
        let settings = &self.settings;
        let listener = self.weak() as Weak<dyn ConnectionListener>;
        let connection = Connection::open(settings.builder.copy(), settings.reader(), token, listener);
        self.connection.replace(connection);
    }

    fn disconnect(&self, closing: &Closing) {
        let old = self.connection.take();
        if let Some(old) = old {
            old.close(closing);
        }
        if let Some(locks) = &*self.locks.borrow() {
            locks.unwatch_all();
        }
        if let Some(channels) = &*self.channels.borrow() {
            channels.leave_tabs();
        }
    }

    /// Returns false if a tab's message must not go out: it answers a call of the server that is another tab's, or answered.
    fn admits(&self, tab: TabId, data: &Data) -> bool {
        if !self.awaits_answers() {
            return true;
        }
        answered(data).is_none_or(|id| self.admits_answer(tab, &id))
    }
}

impl Expected for Member {
    fn answers_calls(&self) -> bool {
        Self::answers_calls(self)
    }

    fn expects_replies(&self) -> bool {
        Self::expects_replies(self)
    }

    fn expected(&self, wire: u64) -> Option<Protocol> {
        Self::expected(self, wire).map(Protocol::of)
    }
}

impl ConnectionListener for Member {
    fn described(&self, description: &Description) {
        self.run(|core, now| core.handle_state(now, description.write()));
    }

    fn ready(&self, ready: bool) {
        self.run(|core, now| core.handle_ready(now, ready));
    }

    fn message(&self, payload: JsValue, token: Option<JsValue>) {
        let bytes = size(&payload);
        self.run(|core, now| core.handle_message(now, payload, bytes, token));
    }

    fn call(&self, data: &Data, method: &str, id: Option<String>, token: Option<JsValue>) {
        let bytes = size(data);
        let call = Call {
            id: id.map(|id| JsValue::from_str(&id)),
            method: JsValue::from_str(method),
            payload: data.clone(),
        };
        self.run(|core, now| core.handle_call(now, call, bytes, token));
    }

    fn reply(&self, wire: u64, payload: JsValue, ends: bool) {
        self.run(|core, now| core.handle_reply(now, wire, payload, ends));
    }
}

impl LockListener for Member {
    fn granted(&self, others: usize) {
        self.run(|core, now| core.handle_granted(now, Some(others)));
    }

    fn stolen(&self) {
        self.run(Core::handle_stolen);
    }

    fn holder(&self, tab: Option<TabId>) {
        self.run(|core, now| core.handle_holder(now, tab, whole(date_now())));
    }

    fn gone(&self, tab: TabId) {
        self.run(|core, now| core.handle_gone(now, tab));
    }

    fn presence(&self, tab: TabId, present: bool) {
        self.run(|core, now| core.handle_presence(now, tab, present));
    }

    /// The browser has locks, and refuses them here.
    fn refused(&self) {
        let old = (self.locks.take(), self.channels.take());
        if let (_, Some(channels)) = &old {
            channels.close();
        }
        drop(old);
        if self.settings.tabs.required {
            let closing = Closing {
                code: Some(Close::ABNORMAL.code),
                ..Closing::default()
            };
            self.view.finish(closing, EndReason::AttemptsSpent);
            self.leave();
        } else {
            self.ask_for_lock(false);
        }
    }
}
