//! A function of the platform or the host fails: it throws, which its side of the seam catches, and gives no answer.

use alloc::format;

use super::{promises, scenario};
use crate::engine::Signal;

#[test]
fn every_call_of_the_platform_and_the_host_may_fail() {
    for (number, config) in scenario::configs().into_iter().enumerate() {
        let (driver, world) = scenario::run(config.clone(), |_| ());
        promises::check(&driver, &world, "no call fails");
        let calls = world.calls.get();
        assert!(calls > 20, "{calls} calls");
        for call in 0..calls {
            let (driver, world) = scenario::run(config.clone(), |world| world.failing.set(Some(call)));
            let name = world.diary.borrow().get(call).cloned();
            // Without a timer nothing happens before the next occasion.
            world.signal(Signal::Wake);
            world.advance(3_600_000.0);
            promises::check(
                &driver,
                &world,
                &format!("config {number}: call {call} fails, {name:?}"),
            );
        }
    }
}
