//! Listens to the page for as long as it is wanted.

use alloc::rc::Rc;

use super::handlers::{Handler, handler};
use super::model::PageEvent;
use super::page::Page;
use super::world::World;

/// A function that the page's events call until this is dropped.
pub(crate) struct PageListener {
    world: World,
    run: Handler<PageEvent>,
}

impl Page {
    /// Adds a function that the page's events call until the listener is dropped.
    pub(crate) fn listen(&self, run: impl FnMut(PageEvent) + 'static) -> PageListener {
        let run = handler(run);
        self.0.0.page.borrow_mut().push(Rc::clone(&run));
        PageListener {
            world: self.0.clone(),
            run,
        }
    }
}

impl Drop for PageListener {
    fn drop(&mut self) {
        self.world
            .0
            .page
            .borrow_mut()
            .retain(|other| !Rc::ptr_eq(other, &self.run));
    }
}
