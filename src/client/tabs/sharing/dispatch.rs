//! Dispatches what the machine tells to the socket of the application.

use alloc::vec::Vec;

use wasm_bindgen::JsValue;

use super::description::Description;
use super::member::Member;
use super::payload::read_closing;
use crate::client::state::tab::Closing;
use crate::client::values::data;
use crate::client::values::event::{EndReason, Reconnecting};
use crate::client::values::message::Message;
use crate::engine::{Close, Span, Status};
use crate::tabs::Event;

/// How long the description of an ended connection may take to reach all tabs before the hub leaves them, in milliseconds.
const FAREWELL: u32 = 500;

impl Member {
    pub(super) fn dispatch(&self, event: Event<JsValue>) {
        match event {
            Event::Role(_) => {
                let role = self.role();
                if let Some(shared) = self.shared.upgrade() {
                    shared.dispatch_role(role);
                }
            }
            Event::Lost => {
                self.view.description.take();
                self.give_up();
                self.lose();
            }
            Event::State { state, late } => self.change(Description::read(&state), late),
            Event::Message(payload) | Event::Reply { payload, .. } => {
                self.view.receive(payload);
            }
            Event::Gap => self.tell_gap(&[]),
            Event::Uncertain(payloads) => self.tell_gap(&payloads),
            // The socket knows from the state of the connection.
            Event::Failed { .. } => {}
            Event::Ended { everyone, unsent } => self.leave_socket(everyone.as_ref(), &unsent),
        }
    }

    fn tell_gap(&self, uncertain: &[JsValue]) {
        if let Some(shared) = self.shared.upgrade() {
            shared.dispatch_gap(messages(uncertain));
        }
    }

    /// The hub describes the connection.
    fn change(&self, description: Description, is_late: bool) {
        let (end, planned, status) = (description.close.clone(), description.reconnecting, description.status);
        self.view.description.replace(Some(description));
        if let Some(end) = end {
            if let Some(reason) = end.why {
                let closing = Closing {
                    code: Some(end.code),
                    reason: end.reason.clone(),
                };
                self.view.finish(closing, reason);
            }
            self.give_up();
            self.view.end(end.code, &end.reason, end.was_clean);
            if self.view.final_end().is_some() {
                // The others learn of it first.
                let leads = self.connection.borrow().is_some();
                self.after(if leads { FAREWELL } else { 0 }, Self::leave);
            }
            return;
        }
        if status == Status::Open {
            if is_late {
                self.greet();
            }
            self.view.open(self.is_attached());
        } else {
            self.lose();
        }
        let Some(shared) = self.shared.upgrade() else { return };
        if let Some(driver) = shared.driver() {
            shared.dispatch_status(driver.engine(|engine| engine.status()));
        }
        if let Some(planned) = planned {
            shared.dispatch_reconnecting(Reconnecting {
                attempt: planned.attempt,
                delay: Span::from_millis_f64(planned.delay).into(),
                cause: planned.cause,
            });
        }
    }

    /// The connection is open no longer.
    fn lose(&self) {
        if self.view.is_open() {
            self.give_up();
            self.view.end(Close::ABNORMAL.code, "", false);
        }
    }

    /// The tab has left: by the application's close, or because another closed the connection for all.
    fn leave_socket(&self, everyone: Option<&JsValue>, payloads: &[JsValue]) {
        self.end();
        if let Some(everyone) = everyone {
            self.view.finish(read_closing(everyone), EndReason::OwnClose);
        }
        if let Some(shared) = self.shared.upgrade() {
            shared.unsent.borrow_mut().extend(messages(payloads));
        }
        self.view.close();
    }
}

fn messages(payloads: &[JsValue]) -> Vec<Message> {
    payloads.iter().map(data::message).collect()
}
