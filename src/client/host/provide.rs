//! Asks the application for the URL and the subprotocols of an attempt.

use alloc::boxed::Box;
use alloc::rc::Rc;
use alloc::string::String;
use alloc::vec::Vec;
use core::future::poll_fn;
use core::task::{Context, Poll};

use super::invoke::invoke;
use crate::client::state::invocation::Answer;
use crate::client::state::shared::{Shared, Target};
use crate::engine::ResolveId;

/// Calls the functions that there are, and passes their results to the engine.
pub(crate) fn resolve(shared: &Rc<Shared>, question: ResolveId, attempt: u32) {
    let call = shared.resolving.begin(question);
    let function = move |shared: &Rc<Shared>| {
        let attempt = shared.attempt(attempt);
        let (url, protocols) = (shared.provider.clone(), shared.protocols.clone());
        let url = url.map(|provider| provider(attempt.clone()));
        let protocols = protocols.map(|provider| provider(attempt));
        Some(both(Part::of(url), Part::of(protocols)))
    };
    invoke(shared, call, function, move |shared, driver, target| {
        let resolved = target.map(|(url, protocols)| {
            let mut target = shared.target.borrow_mut();
            if let Some(url) = url {
                target.set_url(&url);
            }
            if let Some(protocols) = protocols {
                target.set_protocols(&protocols);
            }
        });
        driver.command(|engine, now| match resolved {
            Some(()) => engine.handle_resolved(question),
            None => engine.handle_unresolved(now, question),
        });
    });
}

/// The answer of one function, which may be pending, or no function.
enum Part<T> {
    Pending(Answer<Option<T>>),
    Ready(Option<T>),
}

impl<T> Part<T> {
    fn of(answer: Option<Answer<Option<T>>>) -> Self {
        answer.map_or(Self::Ready(None), Self::Pending)
    }

    /// Returns false if the function has failed.
    fn poll(&mut self, cx: &mut Context<'_>) -> bool {
        if let Self::Pending(future) = self
            && let Poll::Ready(answer) = future.as_mut().poll(cx)
        {
            *self = Self::Ready(answer);
            return matches!(self, Self::Ready(Some(_)));
        }
        true
    }
}

/// Waits for both answers side by side. `None` as soon as one has failed.
fn both(mut url: Part<String>, mut protocols: Part<Vec<String>>) -> Answer<Option<Target>> {
    Box::pin(poll_fn(move |cx| {
        if !(url.poll(cx) && protocols.poll(cx)) {
            return Poll::Ready(None);
        }
        let (Part::Ready(url), Part::Ready(protocols)) = (&mut url, &mut protocols) else {
            return Poll::Pending;
        };
        Poll::Ready(Some((url.take(), protocols.take())))
    }))
}
