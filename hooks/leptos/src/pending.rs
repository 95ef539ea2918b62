//! The deliveries of an outbox that have not ended, as a signal.

use std::fmt;

use holdfast_ws::delivery::{Delivery, Outbox, Subscription};
use holdfast_ws_hooks::{IN_BROWSER, watch_pending};
use reactive_graph::{
    effect::Effect,
    owner::LocalStorage,
    send_wrapper_ext::SendOption,
    signal::RwSignal,
    traits::{Set, With},
};

/// The pending deliveries of an outbox: see [`use_outbox`]. It is `Copy`, and may be handed to other components.
#[derive(Clone, Copy)]
pub struct UseOutbox {
    pending: RwSignal<SendOption<Vec<Delivery>>>,
}

/// Returns the deliveries of an outbox that have not ended, for as long as the component is mounted. Nothing is pending without an outbox,
/// on a server, and before the first effect.
///
/// `outbox` is a function. Signals that it reads are tracked: an outbox is opened asynchronously, so it may come later.
///
/// ```
/// # use holdfast_ws_leptos::{delivery::Outbox, use_outbox};
/// # use leptos::prelude::*;
/// # Owner::new().set();
/// let outbox = RwSignal::new_local(None::<Outbox>);
/// let unsaved = use_outbox(move || outbox.get());
/// view! { <Show when=move || !unsaved.is_empty()>{move || unsaved.len()} " changes not yet saved"</Show> };
/// ```
pub fn use_outbox(outbox: impl Fn() -> Option<Outbox> + 'static) -> UseOutbox {
    // No delivery may move to another thread. A server has none.
    let pending = RwSignal::new(SendOption::new_local(None));
    if IN_BROWSER {
        Effect::<LocalStorage>::new(move |_: Option<Option<Subscription>>| {
            let outbox = outbox();
            watch_pending(outbox.as_ref(), move |all| {
                pending.try_set(SendOption::new_local(Some(all)));
            })
        });
    }
    UseOutbox { pending }
}

impl UseOutbox {
    /// Returns the deliveries that have not ended, and tracks them.
    #[must_use]
    pub fn pending(&self) -> Vec<Delivery> {
        self.pending.with(|pending| (**pending).clone().unwrap_or_default())
    }

    /// Returns how many they are, and tracks that.
    #[must_use]
    pub fn len(&self) -> usize {
        self.pending.with(|pending| pending.as_ref().map_or(0, Vec::len))
    }

    /// True if all have ended; tracks that.
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
