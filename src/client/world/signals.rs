//! The events of the world's page, as signals.

use alloc::rc::Rc;
use core::cell::Cell;

use crate::engine::Signal;
use crate::testing::{PageEvent, PageListener, World};

/// Listens to the page until it is dropped.
pub(crate) struct Signals {
    has_connection: Rc<Cell<bool>>,
    /// True if the page is hidden, or was at its last signal.
    maybe_hidden: Rc<Cell<bool>>,
    _listener: PageListener,
}

impl Signals {
    /// Calls `signal` with each signal of the page.
    pub(crate) fn listen(world: &World, signal: impl Fn(Signal) + 'static) -> Self {
        let has_connection = Rc::new(Cell::new(false));
        let maybe_hidden = Rc::new(Cell::new(world.page().is_hidden()));
        let (page, connected, hidden) = (world.page(), Rc::clone(&has_connection), Rc::clone(&maybe_hidden));
        let listener = world.page().listen(move |event| {
            let told = match event {
                PageEvent::Online => Some(Signal::Online),
                PageEvent::Offline => Some(Signal::Offline),
                PageEvent::PageHide { .. } => Some(Signal::Left),
                // The browser's is listened to only while there is a connection.
                PageEvent::BeforeUnload => connected.get().then_some(Signal::Leaving),
                PageEvent::Freeze => None,
                PageEvent::PageShow if page.is_hidden() => Some(Signal::Restored),
                PageEvent::Hidden | PageEvent::Visible if page.is_hidden() => Some(Signal::Hidden),
                PageEvent::PageShow | PageEvent::Hidden | PageEvent::Visible | PageEvent::Resume => Some(Signal::Wake),
            };
            if let Some(told) = told {
                if matches!(told, Signal::Wake | Signal::Hidden | Signal::Restored) {
                    hidden.set(told != Signal::Wake);
                }
                signal(told);
            }
        });
        Self {
            has_connection,
            maybe_hidden,
            _listener: listener,
        }
    }

    /// True once if the page is visible, and no signal has said so.
    pub(crate) fn found_visible(&self, world: &World) -> bool {
        self.maybe_hidden.get() && !world.page().is_hidden() && self.maybe_hidden.replace(false)
    }

    /// Notes that there is a connection, or none any more.
    pub(crate) fn connected(&self, on: bool) {
        self.has_connection.set(on);
    }
}
