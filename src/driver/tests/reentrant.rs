//! The application, called by the driver or by what the platform runs, calls back.

use alloc::format;
use alloc::rc::Rc;

use super::world::World;
use super::{promises, scenario};
use crate::engine::Signal;

type Action = fn(&World);

const ACTIONS: [(&str, Action); 6] = [
    ("close", World::close),
    ("send", World::send),
    ("reconnect", World::reconnect),
    ("request", |world| _ = world.request()),
    ("alarm", |world| world.advance(0.0)),
    ("signal", |world| world.signal(Signal::Wake)),
];

#[test]
fn the_application_may_call_back_within_every_call() {
    for (number, config) in scenario::configs().into_iter().enumerate() {
        let (_, world) = scenario::run(config.clone(), |_| ());
        for call in 0..world.calls.get() {
            for (name, action) in ACTIONS {
                let (driver, world) = scenario::run(config.clone(), |world| {
                    world.hook(call, move |driver| {
                        let world = Rc::clone(&driver.host().0);
                        action(&world);
                    });
                });
                // It may have been opened again.
                scenario::end(&world);
                let within = world.diary.borrow().get(call).cloned();
                promises::check(
                    &driver,
                    &world,
                    &format!("config {number}: {name}() within call {call}, {within:?}"),
                );
            }
        }
    }
}
