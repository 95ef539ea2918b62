//! The ends: the page is left, everything is erased, the outbox is closed.

use alloc::rc::Rc;
use alloc::string::String;
use alloc::vec::Vec;

use super::{Inner, OneBox};
use crate::client::delivery::pending::DeliveryError;
use crate::client::delivery::store::StoreError;
use crate::client::delivery::{flush, wire};
use crate::engine::Instant;
use crate::outbox::Output;

impl OneBox {
    /// Nothing more comes of its deliveries here.
    fn end(self) {
        for slot in self.slots.into_values() {
            slot.end(Err(DeliveryError::Closed));
        }
    }

    /// The frames that the server has to get now that the page is left, in order.
    fn flush(&mut self, now: Instant, name: &str) -> Vec<String> {
        let frames = self.machine.flush(now).into_iter();
        let text = |frame| match frame {
            Output::Hello(from) => Some(wire::hello(name, from)),
            Output::Send(number) => Some(wire::frame(name, number, &self.slots.get(&number)?.message)),
            _ => None,
        };
        frames.filter_map(text).collect()
    }
}

impl Inner {
    /// The page is being left.
    pub(super) fn flush(&self) {
        let Some(url) = &self.options.flush else { return };
        let now = self.now();
        let mut boxes = self.boxes.borrow_mut();
        let frames = boxes.iter_mut().map(|(name, one)| one.flush(now, name)).collect();
        drop(boxes);
        flush::post(url, frames);
    }

    /// Cancels everything, and removes it from the store.
    pub(in crate::client::delivery) async fn erase(&self) -> Result<(), StoreError> {
        self.erasing.begin();
        self.drop_all();
        let erased = self.options.store.erase(&(self.options.user.clone() + "/")).await;
        self.erasing.end();
        erased
    }

    /// Cancels everything, and ends it at once.
    fn drop_all(&self) {
        for cursor in self.cursors() {
            cursor.abandon(&*self.options.store);
        }
        let now = self.now();
        for name in self.names() {
            let slots = self.with(&name, |one| {
                let slots = core::mem::take(&mut one.slots);
                for number in slots.keys() {
                    one.machine.cancel(now, *number);
                }
                slots
            });
            for slot in slots.unwrap_or_default().into_values() {
                slot.end(Err(DeliveryError::Cancelled));
            }
        }
        self.changed();
        self.settle();
    }

    /// Stops. What is on the disk stays there; what was delivered just now is written yet.
    pub(in crate::client::delivery) fn close(&self) -> usize {
        self.is_closed.set(true);
        for cursor in self.cursors() {
            cursor.abandon(&*self.options.store);
        }
        let on_leave = self.on_leave.take();
        drop(on_leave);
        self.platform.clear_timer();
        let boxes = self.boxes.take();
        let mut left = 0;
        for (name, one) in boxes {
            left += one.slots.len();
            self.close_box(name, one);
        }
        left
    }

    fn close_box(&self, name: String, mut one: OneBox) {
        let store = Rc::clone(&self.options.store);
        if !self.is_started.get() || !one.records.has_unwritten() {
            store.unlock(&name);
            one.end();
            return;
        }
        let state = one.state();
        let task = one.records.take(state, usize::MAX);
        self.platform.spawn(async move {
            if store.write(&name, task.changes.clone()).await.is_ok() {
                for number in task.stored() {
                    if let Some(slot) = one.slots.get(&number) {
                        slot.store(store.stored_in());
                    }
                }
            }
            store.unlock(&name);
            one.end();
        });
    }
}
