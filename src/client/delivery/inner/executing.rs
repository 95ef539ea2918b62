//! Carries out what the machines of the boxes decide.

use serde_json::Value;

use super::Inner;
use crate::client::delivery::changes::{Ahead, Regressed};
use crate::client::delivery::pending::{DeliveryError, Receipt};
use crate::client::delivery::wire;
use crate::outbox::{Output, Reason};

impl Inner {
    /// Carries out what the machines want now.
    pub(super) fn settle(&self) {
        for name in self.names() {
            while let Some(Some(output)) = self.with(&name, |one| one.machine.poll_output()) {
                self.execute(&name, output);
            }
        }
        self.write();
        self.set_timer();
    }

    pub(super) fn execute(&self, name: &str, output: Output) {
        match output {
            Output::Hello(from) => self.transmit(&wire::hello(name, from)),
            Output::Send(number) => {
                let slot = self.with(name, |one| one.slots.get(&number).cloned()).flatten();
                if let Some(slot) = slot {
                    slot.send();
                    self.changed();
                    self.transmit(&wire::frame(name, number, &slot.message));
                }
            }
            Output::Remove { number, is_awaited } => {
                self.with(name, |one| one.records.remove(number, is_awaited));
            }
            Output::Acknowledged(number) => {
                let receipt = self.said(name, number);
                self.end(name, number, Ok(Receipt(receipt)));
            }
            Output::Refused(number) => {
                let error = self.said(name, number).unwrap_or_default();
                self.end(name, number, Err(DeliveryError::Refused(error)));
            }
            Output::GivenUp { number, reason, .. } => {
                let is_expired = reason == Reason::Expired;
                let error = if is_expired {
                    DeliveryError::Expired
                } else {
                    DeliveryError::Cancelled
                };
                self.end(name, number, Err(error));
            }
            Output::Regressed { done, acknowledged } => {
                let regressed = Regressed {
                    name: name.into(),
                    done,
                    acknowledged,
                };
                self.spawn(async move |this| this.listeners.tell_regressed(regressed));
            }
            Output::Ahead { done, given } => {
                let name = name.into();
                let ahead = Ahead { name, done, given };
                self.spawn(async move |this| this.listeners.tell_ahead(ahead));
            }
            Output::Renumbered { number, renumbered } => {
                self.with(name, |one| {
                    if let Some(slot) = one.slots.remove(&number) {
                        slot.number.set(renumbered);
                        one.slots.insert(renumbered, slot);
                    }
                    one.records.renumber(number, renumbered);
                });
            }
            // Of boxes that several pages share.
            Output::Open(_) | Output::Displaced { .. } => {}
        }
    }

    fn said(&self, name: &str, number: u64) -> Option<Value> {
        self.with(name, |one| one.said.take_if(|(said, _)| *said == number))
            .flatten()
            .map(|(_, value)| value)
    }

    pub(super) fn end(&self, name: &str, number: u64, end: Result<Receipt, DeliveryError>) {
        let slot = self.with(name, |one| one.slots.remove(&number)).flatten();
        if let Some(slot) = slot {
            slot.end(end);
            self.changed();
        }
    }

    fn transmit(&self, text: &str) {
        if self.is_open() {
            // What can't be sent now comes again on the next connection.
            let _ = self.socket.send_with_str(text);
        }
    }
}
