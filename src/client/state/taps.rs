//! Listeners that take messages before everybody else: an outbox takes the answers to it.

use alloc::rc::Rc;
use alloc::vec::Vec;
use core::cell::RefCell;

use crate::client::values::data::{self, Data};

/// Returns true if it takes the message; `None` if it is gone.
type Tap = Rc<dyn Fn(&str) -> Option<bool>>;

#[derive(Default)]
pub(crate) struct Taps(RefCell<Vec<Tap>>);

impl Taps {
    pub(crate) fn add(&self, tap: impl Fn(&str) -> Option<bool> + 'static) {
        self.0.borrow_mut().push(Rc::new(tap));
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.borrow().is_empty()
    }

    pub(crate) fn clear(&self) {
        let old = self.0.take();
        drop(old);
    }

    /// Returns true if one of them has taken the message; all hear it. Only an object with a box can be theirs.
    pub(crate) fn take(&self, data: &Data) -> bool {
        if self.is_empty() || data::bracket(data) != Some('{') || !data::includes(data, "\"box\"") {
            return false;
        }
        let Some(text) = data::text(data) else { return false };
        let taps = self.0.borrow().clone();
        let mut is_taken = false;
        // All of them: an application may have several, of one user, too.
        for tap in &taps {
            match tap(&text) {
                Some(taken) => is_taken |= taken,
                None => self.0.borrow_mut().retain(|each| !Rc::ptr_eq(each, tap)),
            }
        }
        is_taken
    }
}
