//! One world with its faults, from its beginning to its check.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::time::Duration;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::super::model::Browser;
use super::super::world::World;
use super::fault::{Fault, Scheduled};

/// The application and its check.
pub(super) struct Trial<'t, S, A> {
    pub(super) setup: &'t dyn Fn(&World) -> S,
    pub(super) start: &'t dyn Fn(&World, &S) -> A,
    pub(super) holds: &'t dyn Fn(&World, &S, &A) -> Result<(), String>,
    pub(super) calm: Duration,
}

/// What became of a run.
pub(super) struct Outcome {
    /// Why it failed, if it did.
    pub(super) reason: Option<String>,
    pub(super) transcript: String,
}

/// A fault begins or ends.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Edge {
    End,
    Begin,
}

impl<S, A> Trial<'_, S, A> {
    pub(super) fn run(&self, browser: Browser, seed: u64, faults: &[Scheduled]) -> Outcome {
        let world = World::new(browser, seed);
        let checked = catch_unwind(AssertUnwindSafe(|| self.check(&world, faults)));
        let reason = match checked {
            Ok(Ok(())) => None,
            Ok(Err(reason)) => Some(reason),
            Err(panic) => Some(format!("panicked: {}", said(&*panic))),
        };
        let transcript = world.transcript();
        // Its functions hold it, and it holds them.
        world.forget();
        Outcome { reason, transcript }
    }

    fn check(&self, world: &World, faults: &[Scheduled]) -> Result<(), String> {
        let _entered = world.enter();
        let servers = (self.setup)(world);
        let mut app = (self.start)(world, &servers);
        let begins = faults.iter().enumerate().map(|(index, it)| (it.at, Edge::Begin, index));
        let ends = faults
            .iter()
            .enumerate()
            .map(|(index, it)| (it.at.saturating_add(it.lasts), Edge::End, index));
        let mut edges: Vec<_> = begins.chain(ends).collect();
        edges.sort_unstable();
        for (at, edge, index) in edges {
            world.advance(at.saturating_sub(world.now()));
            let Some(fault) = faults.get(index) else {
                continue;
            };
            match edge {
                Edge::Begin => {
                    world.write(&format!("fault: {fault}"));
                    fault.begin(world);
                }
                Edge::End => {
                    fault.end(world);
                    app = self.reloaded(world, &servers, app);
                }
            }
        }
        heal(world);
        world.advance(self.calm);
        app = self.reloaded(world, &servers, app);
        world.advance(self.calm);
        (self.holds)(world, &servers, &app)
    }

    /// Loads the page and starts the application again, if the page is gone.
    fn reloaded(&self, world: &World, servers: &S, app: A) -> A {
        if !world.page().is_gone() {
            return app;
        }
        drop(app);
        world.page().load();
        (self.start)(world, servers)
    }
}

/// Ends everything that a fault can have left.
fn heal(world: &World) {
    for fault in Fault::ALL {
        let scheduled = Scheduled {
            at: Duration::ZERO,
            fault,
            lasts: Duration::ZERO,
            much: 0,
        };
        scheduled.end(world);
    }
    world.page().wake();
}

fn said(panic: &(dyn core::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(ToString::to_string);
    text.or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_default()
}
