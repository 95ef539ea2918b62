//! Carries out the steps of the machine: calls what a test has set.

use alloc::rc::Rc;
use core::time::Duration;

use super::handlers::{Handler, Listeners, Timer, call, handler};
use super::model::{SocketId, Step, TimerId};
use super::world::World;

impl World {
    /// Calls what a step is for.
    pub(super) fn carry_out(&self, step: Step) {
        let inner = &self.0;
        let listener =
            |id: &SocketId, pick: fn(&Listeners) -> Option<Handler<()>>| inner.sockets.borrow().get(id).and_then(pick);
        match step {
            Step::Open(id) => call(listener(&id, |listeners| listeners.open.clone()), ()),
            Step::Error(id) => call(listener(&id, |listeners| listeners.error.clone()), ()),
            Step::Message(id, payload) => {
                let message = inner.sockets.borrow().get(&id).and_then(|it| it.message.clone());
                call(message, payload);
            }
            Step::Close(id, closed) => {
                let listeners = inner.sockets.borrow_mut().remove(&id);
                call(listeners.and_then(|it| it.close), closed);
            }
            Step::Timer(id) => self.ring(id),
            Step::Page(event) => {
                let listeners = inner.page.borrow().clone();
                for listener in listeners {
                    call(Some(listener), event);
                }
            }
            Step::Tick(number) => self.tick(number),
            Step::Request(id) => self.accept(id),
            Step::Received(id, payload) => {
                let message = inner.ends.borrow().get(&id).and_then(|it| it.message.clone());
                call(message, payload);
            }
            Step::Left(id, closed) => {
                let ends = inner.ends.borrow_mut().remove(&id);
                call(ends.and_then(|it| it.close), closed);
            }
        }
    }

    fn ring(&self, id: TimerId) {
        let mut timers = self.0.timers.borrow_mut();
        let run = match timers.get(&id) {
            Some(timer) if timer.repeats => Some(timer.run.clone()),
            _ => timers.remove(&id).map(|timer| timer.run),
        };
        drop(timers);
        call(run, ());
    }

    /// Calls a function of a server's after so long, or over and over.
    pub(super) fn set_server_timer(&self, time: Duration, repeats: bool, mut run: impl FnMut() + 'static) {
        let run = handler(move |()| run());
        self.plan_tick(time, Timer { run, repeats });
    }

    fn plan_tick(&self, time: Duration, timer: Timer) {
        let number = self.machine(|machine| machine.set_server_timer(time.into()));
        self.0.ticks.borrow_mut().insert(number, (time, timer));
    }

    fn tick(&self, number: u32) {
        let ticked = self.0.ticks.borrow_mut().remove(&number);
        let Some((time, timer)) = ticked else {
            return;
        };
        let run = Rc::clone(&timer.run);
        if timer.repeats {
            self.plan_tick(time, timer);
        }
        call(Some(run), ());
    }

    fn accept(&self, id: SocketId) {
        let server = self.machine(|machine| {
            let protocol = machine.offered(id).first().cloned().unwrap_or_default();
            machine.accept(id, &protocol);
            machine.server_of(id)
        });
        let accept = server.and_then(|server| self.0.accepts.borrow().get(&server).cloned());
        call(accept, (self.clone(), id));
    }

    /// Forgets what a page that is gone had set and listened to.
    pub(super) fn forget_page(&self) {
        let timers = core::mem::take(&mut *self.0.timers.borrow_mut());
        let sockets = core::mem::take(&mut *self.0.sockets.borrow_mut());
        let page = core::mem::take(&mut *self.0.page.borrow_mut());
        drop((timers, sockets, page));
        self.0.executor.clear();
    }

    /// Forgets every function: they hold the world, and it holds them.
    pub(super) fn forget(&self) {
        self.forget_page();
        let accepts = core::mem::take(&mut *self.0.accepts.borrow_mut());
        let ends = core::mem::take(&mut *self.0.ends.borrow_mut());
        let ticks = core::mem::take(&mut *self.0.ticks.borrow_mut());
        drop((accepts, ends, ticks));
    }
}
