//! One world with its faults, from its beginning to its check.

use alloc::format;
use alloc::string::{String, ToString};
use core::time::Duration;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::super::model::Browser;
use super::super::world::World;
use super::fault::{Fault, Moment, Scheduled, heal, moments};

/// The application and its check.
pub(super) struct Trial<'t, S, A> {
    pub(super) setup: &'t dyn Fn(&World) -> S,
    pub(super) start: &'t dyn Fn(&World, &S) -> A,
    pub(super) holds: &'t dyn Fn(&World, &S, &A) -> Result<(), String>,
    pub(super) calm: Duration,
}

/// The result of a run.
pub(super) struct Outcome {
    /// Why it failed, if it did.
    pub(super) reason: Option<String>,
    pub(super) transcript: String,
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
        for Moment { at, begins, index } in moments(faults) {
            world.advance(at.saturating_sub(world.now()));
            let Some(fault) = faults.get(index) else {
                continue;
            };
            if begins {
                world.write(&format!("fault: {fault}"));
                world.machine(|machine| fault.begin(machine));
                if fault.fault == Fault::Crash {
                    world.forget_page();
                }
            } else {
                world.machine(|machine| fault.end(machine));
                app = self.reloaded(world, &servers, app);
            }
        }
        world.machine(heal);
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

fn said(panic: &(dyn core::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(ToString::to_string);
    text.or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_default()
}
