//! The deliveries of an outbox that have not ended, as a signal.

use std::{fmt, rc::Rc};

use dioxus_core::use_hook;
use dioxus_hooks::{use_effect, use_reactive};
use dioxus_signals::{CopyValue, ReadableExt, Signal, WritableExt};
use holdfast_ws::delivery::{Delivery, Outbox, Subscription};
use holdfast_ws_hooks::watch_pending;

use crate::Context;

/// The pending deliveries of an outbox: see [`use_outbox`]. It is `Copy`, and may be handed to other components.
#[derive(Clone, Copy, PartialEq)]
pub struct UseOutbox {
    pending: Signal<Vec<Delivery>>,
}

/// Returns the deliveries of an outbox that have not ended, for as long as the component is mounted. Nothing is pending without an outbox,
/// on a server, and before the first effect.
///
/// ```
/// # use dioxus::prelude::*;
/// # use holdfast_ws_dioxus::{delivery::Outbox, use_outbox};
/// #[component]
/// fn Unsaved(outbox: ReadSignal<Option<Outbox>>) -> Element {
///     let unsaved = use_outbox(outbox());
///     rsx! {
///         if !unsaved.is_empty() { p { "{unsaved.len()} changes not yet saved" } }
///     }
/// }
/// ```
pub fn use_outbox(outbox: impl Into<Option<Outbox>>) -> UseOutbox {
    let outbox = outbox.into();
    let (unsaved, context, subscription) = use_hook(|| {
        let unsaved = UseOutbox {
            pending: Signal::new(Vec::new()),
        };
        (
            unsaved,
            Rc::new(Context::current()),
            CopyValue::new(None::<Subscription>),
        )
    });
    use_effect(use_reactive((&outbox,), move |(outbox,)| {
        let (mut subscription, context) = (subscription, Rc::clone(&context));
        subscription.set(watch_pending(outbox.as_ref(), move |all| {
            let mut pending = unsaved.pending;
            context.enter(|| pending.set(all));
        }));
    }));
    unsaved
}

impl UseOutbox {
    /// The deliveries that have not ended, which are read as a signal is.
    #[must_use]
    pub fn pending(&self) -> Vec<Delivery> {
        self.pending.read().clone()
    }

    /// How many they are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.pending.read().len()
    }

    /// True if all have ended.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl fmt::Debug for UseOutbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UseOutbox")
    }
}
