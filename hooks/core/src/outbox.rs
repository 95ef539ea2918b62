//! The deliveries of an outbox that have not ended, for a component that shows them.

use holdfast_ws::delivery::{Delivery, Outbox, Subscription};

/// Calls a function with what is pending: now, and once for all that changes in a task, until the subscription is dropped. Without an
/// outbox nothing is.
pub fn watch_pending(outbox: Option<&Outbox>, show: impl Fn(Vec<Delivery>) + 'static) -> Option<Subscription> {
    let Some(outbox) = outbox else {
        show(Vec::new());
        return None;
    };
    show(outbox.pending());
    let weak = outbox.downgrade();
    Some(outbox.subscribe(move || {
        if let Some(outbox) = weak.upgrade() {
            show(outbox.pending());
        }
    }))
}
