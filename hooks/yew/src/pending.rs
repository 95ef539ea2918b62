//! The deliveries of an outbox that have not ended.

use std::rc::Rc;

use holdfast_ws::delivery::{Delivery, Outbox};
use holdfast_ws_hooks::watch_pending;
use yew::{hook, use_effect_with, use_state};

/// Returns the deliveries of an outbox that have not ended, and renders with each change. Nothing is pending without an outbox, on a
/// server, and before the first effect.
///
/// ```
/// # use holdfast_ws_yew::{delivery::Outbox, use_outbox};
/// # use yew::prelude::*;
/// # #[derive(PartialEq, Properties)]
/// # struct Props { outbox: Option<Outbox> }
/// #[component]
/// fn Unsaved(props: &Props) -> Html {
///     let unsaved = use_outbox(props.outbox.clone());
///     html! { if !unsaved.is_empty() { <p>{ unsaved.len() }{ " changes not yet saved" }</p> } }
/// }
/// ```
#[hook]
pub fn use_outbox<T>(outbox: T) -> Rc<[Delivery]>
where
    T: Into<Option<Outbox>>,
{
    let pending = use_state(|| Rc::<[Delivery]>::from([]));
    let setter = pending.setter();
    use_effect_with(outbox.into(), move |outbox| {
        let subscription = watch_pending(outbox.as_ref(), move |all| setter.set(all.into()));
        move || drop(subscription)
    });
    Rc::clone(&pending)
}
