//! `reconnect()` starts again from any state.

use holdfast_ws::engine::{Close, Config, ReadyState, Reconnect};

use crate::server::{Answer, Fate, Server, closed_with};
use crate::world::{World, ms};

#[test]
fn from_open_it_lets_go_of_the_connection_and_dials() {
    let mut world = World::open(Config::default(), Server::good());
    let first = world.line();
    world.reconnect();
    assert_eq!(
        world.story(),
        [
            "abandon",
            "dial",
            "ended 1006 Manual, goes on",
            "attempt 1 planned: Manual",
            "now Connecting"
        ]
    );
    assert_eq!(world.last_end().cause.reason(), "reconnect");
    assert!(world.line() > first);
    world.run(10);
    assert_eq!(world.story(), ["open", "now Open"]);
}
