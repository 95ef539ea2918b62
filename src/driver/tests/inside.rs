//! A platform that answers within the driver's call instead of later.

use alloc::format;

use super::world::{Eager, Fired, start};
use super::{promises, scenario};

#[test]
fn a_platform_may_answer_within_each_call() {
    for (number, config) in scenario::configs().into_iter().enumerate() {
        for eager in [Eager::Opens, Eager::Refuses, Eager::Answers, Eager::Fires] {
            let (driver, world) = scenario::run(config.clone(), |world| world.eager.set(Some(eager)));
            promises::check(&driver, &world, &format!("config {number}: {eager:?} within the call"));
        }
    }
}

#[test]
fn what_is_sent_while_a_dial_opens_at_once_leaves_in_order() {
    let [_, config, _] = scenario::configs();
    let (driver, world) = start(|_| (), config);
    world.send();
    world.fire(Fired::Close(1006));
    world.send();
    world.eager.set(Some(Eager::Opens));
    world.advance(1_000.0);
    world.send();
    assert_eq!(*world.transmitted.borrow(), *world.accepted.borrow());
    assert_eq!(world.count("open"), 1);
    scenario::end(&world);
    promises::check(&driver, &world, "opened at once");
}

#[test]
fn a_socket_that_is_closed_within_its_own_dial_is_not_left_open() {
    for config in scenario::configs() {
        let (_, world) = start(|_| (), config.clone());
        let dials = world.diary.borrow().iter().position(|name| name == "dial");
        let dial = dials.expect("a dial");
        let (driver, world) = start(|world| world.hook(dial, |driver| driver.host().0.close()), config);
        world.advance(1.0);
        world.fire(Fired::Open);
        world.advance(3_600_000.0);
        promises::check(&driver, &world, "closed while dialling");
    }
}
