//! The world that code runs in: the one that was entered last on this thread.

use core::cell::RefCell;
use core::fmt;
use core::marker::PhantomData;
use std::thread_local;

use super::world::World;

thread_local! {
    static CURRENT: RefCell<Option<World>> = const { RefCell::new(None) };
}

/// The world is entered until this is dropped: see [`World::enter`].
#[must_use = "the world is left when this is dropped"]
pub struct Entered {
    before: Option<World>,
    /// It belongs to its thread.
    _thread: PhantomData<*const ()>,
}

impl World {
    /// Enters the world: until the guard is dropped, a `WebSocket` of this crate that is made on this thread is one of the world's page.
    ///
    /// The world's own callbacks, futures and timers run entered already, and so does an application of a
    /// [`Simulation`](super::Simulation).
    pub fn enter(&self) -> Entered {
        Entered {
            before: replace(Some(self.clone())),
            _thread: PhantomData,
        }
    }

    /// Returns the world that was entered last on this thread.
    #[must_use]
    pub fn current() -> Option<Self> {
        CURRENT.try_with(|current| current.borrow().clone()).ok().flatten()
    }
}

fn replace(world: Option<World>) -> Option<World> {
    CURRENT.try_with(|current| current.replace(world)).ok().flatten()
}

impl Drop for Entered {
    fn drop(&mut self) {
        let left = replace(self.before.take());
        drop(left);
    }
}

impl fmt::Debug for Entered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Entered")
    }
}
