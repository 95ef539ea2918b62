//! The beginnings of rules' tests, and what they wait for.

use crate::world::World;

/// A world with `tabs` visible tabs, of which the first leads.
pub(crate) fn with_tabs(tabs: usize, resumes: bool) -> World {
    let mut world = World::new(1, resumes);
    for _ in 0..tabs {
        world.open(true);
        world.run(500);
    }
    assert_eq!(world.leaders(), [0]);
    world
}

/// Runs until the condition holds, and returns how long that took. Panics after a minute.
pub(crate) fn until(world: &mut World, mut condition: impl FnMut(&World) -> bool) -> u64 {
    let start = world.now;
    while !condition(world) {
        assert!(world.now - start < 60_000, "it never comes");
        world.run(10);
    }
    world.now - start
}
