//! The promises, checked when it is all over.

use alloc::rc::Rc;

use super::world::{Fake, World};
use crate::driver::Driver;
use crate::engine::{ReadyState, Status};

/// `case` says in which run a promise was broken.
pub(super) fn check(driver: &Rc<Driver<Fake>>, world: &World, case: &str) {
    assert_eq!(driver.engine(|engine| engine.status()), Status::Closed, "{case}");
    assert!(!world.has_timer(), "{case}: a timer is left");
    assert!(world.live().is_none(), "{case}: a connection is left");
    driver.engine(|engine| {
        assert_eq!(engine.poll_output(), None, "{case}");
        assert!(!engine.has_events(), "{case}: an event is left");
    });
    let left = world
        .sockets
        .borrow()
        .iter()
        .filter(|socket| !socket.abandoned && socket.state != ReadyState::Closed)
        .count();
    assert_eq!(left, 0, "{case}: sockets that nobody listens to");
    let (transmitted, unsent) = (world.transmitted.borrow(), world.unsent.borrow());
    let given_back = |number: &u64| {
        transmitted
            .iter()
            .chain(unsent.iter())
            .filter(|given| *given == number)
            .count()
    };
    for number in world.accepted.borrow().iter() {
        assert_eq!(given_back(number), 1, "{case}: message {number}");
    }
    let (settled, failed) = (world.settled.borrow(), world.failed.borrow());
    for number in world.requested.borrow().iter() {
        let times = settled
            .iter()
            .chain(failed.iter())
            .filter(|given| *given == number)
            .count();
        assert_eq!(times, 1, "{case}: request {number}");
        let sent = transmitted.iter().filter(|given| *given == number).count();
        assert!(sent <= 1, "{case}: request {number} was sent {sent} times");
    }
}
