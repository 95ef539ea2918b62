//! Every message is inspected as long as a stream of notifications is there.

use alloc::rc::{Rc, Weak};

use super::shared::Shared;

/// Belongs to a stream, and must be dropped after its buffer: then the last one stops the inspection.
pub(crate) struct Inspection(Weak<Shared>);

impl Inspection {
    pub(crate) fn start(shared: &Rc<Shared>) -> Self {
        shared.inspect();
        Self(Rc::downgrade(shared))
    }
}

impl Drop for Inspection {
    fn drop(&mut self) {
        if let Some(shared) = self.0.upgrade() {
            shared.inspect();
        }
    }
}
