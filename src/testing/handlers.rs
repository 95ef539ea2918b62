//! The functions that a test has set, to be called when something happens.

use alloc::rc::Rc;
use core::cell::RefCell;

use super::model::{Closed, Payload};

/// A function of the test's. One that is running isn't called again.
pub(super) type Handler<T> = Rc<RefCell<dyn FnMut(T)>>;

pub(super) fn handler<T>(run: impl FnMut(T) + 'static) -> Handler<T> {
    Rc::new(RefCell::new(run))
}

pub(super) fn call<T>(handler: Option<Handler<T>>, with: T) {
    if let Some(handler) = handler
        && let Ok(mut run) = handler.try_borrow_mut()
    {
        run(with);
    }
}

/// The callbacks of a socket of the page.
#[derive(Default)]
pub(super) struct Listeners {
    pub(super) open: Option<Handler<()>>,
    pub(super) message: Option<Handler<Payload>>,
    pub(super) error: Option<Handler<()>>,
    pub(super) close: Option<Handler<Closed>>,
}

/// The callbacks of a connection of a server.
#[derive(Default)]
pub(super) struct Ends {
    pub(super) message: Option<Handler<Payload>>,
    pub(super) close: Option<Handler<Closed>>,
}

/// A timer of the page's or of a server's.
pub(super) struct Timer {
    pub(super) run: Handler<()>,
    pub(super) repeats: bool,
}
