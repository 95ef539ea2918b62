//! The application's functions that load the state of a channel.

use alloc::boxed::Box;
use alloc::rc::{Rc, Weak};
use alloc::vec::Vec;
use core::error::Error;
use core::future::{Future, poll_fn};
use core::pin::Pin;
use core::task::Poll;

use super::values::{Position, Update};
use crate::client::state::subscribers::Buffer;

/// A state that was loaded.
pub(super) struct Loaded {
    pub(super) position: Option<Position>,
    /// Puts it into the stream.
    pub(super) take: Box<dyn FnOnce()>,
}

/// [`None`] if the application could not load it.
pub(super) type LoadFuture = Pin<Box<dyn Future<Output = Option<Loaded>>>>;

/// The application's function.
pub(super) type Load = Rc<dyn Fn() -> LoadFuture>;

pub(super) fn load<S: 'static>(
    buffer: &Rc<Buffer<Update<S>>>,
    function: impl AsyncFn() -> Result<(S, Option<Position>), Box<dyn Error>> + 'static,
) -> Load {
    let (function, buffer) = (Rc::new(function), Rc::downgrade(buffer));
    Rc::new(move || {
        let (function, buffer) = (Rc::clone(&function), Weak::clone(&buffer));
        Box::pin(async move {
            let (state, position) = function().await.ok()?;
            let take = Box::new(move || {
                if let Some(buffer) = buffer.upgrade() {
                    buffer.push(Update::State(state));
                }
            });
            Some(Loaded { position, take })
        })
    })
}

/// Waits for all, side by side. [`None`] as soon as one has failed.
pub(super) fn all<Id: Copy>(loads: Vec<(Id, LoadFuture)>) -> impl Future<Output = Option<Vec<(Id, Loaded)>>> {
    let mut loads: Vec<_> = loads.into_iter().map(|(id, load)| (id, Ok(load))).collect();
    poll_fn(move |cx| {
        for (_, load) in &mut loads {
            if let Ok(future) = load
                && let Poll::Ready(loaded) = future.as_mut().poll(cx)
            {
                let Some(loaded) = loaded else { return Poll::Ready(None) };
                *load = Err(loaded);
            }
        }
        if loads.iter().any(|(_, load)| load.is_ok()) {
            return Poll::Pending;
        }
        let all = core::mem::take(&mut loads).into_iter();
        Poll::Ready(Some(all.filter_map(|(id, load)| Some((id, load.err()?))).collect()))
    })
}
