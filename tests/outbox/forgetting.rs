//! Random schedules of pages that share a box on a disk that forgets: [`Shared`] checks each step.

use crate::chance::{Chance, cases, first};
use crate::shared::Shared;

/// The disk's faults in a schedule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Faults {
    None,
    /// The last writes are lost with the power.
    Power,
    /// It is restored from a backup.
    Backups,
}

fn below(chance: &mut Chance, end: u64) -> usize {
    usize::try_from(chance.below(end)).unwrap_or(0)
}

fn step(world: &mut Shared, chance: &mut Chance, rare: u64, faults: Faults) {
    let pages = world.pages();
    let page = pages.get(below(chance, pages.len().max(1) as u64)).copied();
    let Some(page) = page else {
        world.open_page();
        return;
    };
    match chance.below(24) {
        0..=3 => {
            let most = if chance.one_in(8) { 12 } else { 3 };
            let count = 1 + chance.below(most);
            world.deliver(page, count, !chance.one_in(rare * 3));
        }
        4..=6 => world.read(),
        7..=11 => {
            let busy = world.busy();
            if let Some(connection) = busy.get(below(chance, busy.len().max(1) as u64)) {
                world.serve(*connection);
            }
        }
        12..=15 => world.hear(),
        16 => {
            world.remove();
            world.open();
        }
        17 | 18 if !world.is_connected() => world.connect(),
        19 if chance.one_in(2) => world.own(page),
        20 => world.shift(),
        21 if chance.one_in(rare) => match chance.below(3) {
            0 => world.cut(below(chance, 6)),
            1 if pages.len() < 3 => drop(world.open_page()),
            _ => world.crash(page, below(chance, 6)),
        },
        22 if faults == Faults::Power && chance.one_in(2) => world.lose_power(below(chance, 12), below(chance, 6)),
        22 if faults == Faults::Backups => {
            if chance.one_in(3) {
                world.restore_backup();
            } else if chance.one_in(2) {
                world.take_backup();
            }
        }
        _ => {}
    }
}

/// All is well until nothing more happens.
fn settle(world: &mut Shared) {
    let page = world.pages().first().copied().unwrap_or_else(|| world.open_page());
    world.own(page);
    for _ in 0..20_000 {
        if world.is_settled() {
            return;
        }
        if !world.is_connected() {
            world.connect();
        }
        world.shift();
        world.open();
        world.read();
        for connection in world.busy() {
            world.serve(connection);
        }
        world.hear();
        world.remove();
    }
    panic!("it never settles: {world:?}");
}

fn run(seed: u64) -> Shared {
    let mut chance = Chance::new(seed);
    let mut world = Shared::new(1 + below(&mut chance, 6));
    let rare = 2 + chance.below(10);
    let faults = match chance.below(4) {
        0 => Faults::None,
        1 => Faults::Backups,
        _ => Faults::Power,
    };
    for _ in 0..chance.below(400) {
        step(&mut world, &mut chance, rare, faults);
    }
    settle(&mut world);
    assert!(world.was_restored || world.displaced == 0, "nothing else displaces");
    assert!(
        world.was_restored || world.has_lost || world.ahead == 0,
        "the disk has all"
    );
    world
}

#[test]
fn no_number_is_used_for_two_messages_whatever_a_shared_disk_forgets() {
    let (mut ahead, mut displaced) = (0, 0);
    for seed in first()..first() + cases(1_000) {
        let outcome = std::panic::catch_unwind(|| run(seed));
        let world = outcome.unwrap_or_else(|_| panic!("the schedule of seed {seed}"));
        ahead += world.ahead;
        displaced += world.displaced;
    }
    assert!(
        ahead > 0 && displaced > 0,
        "the schedules have it: {ahead}, {displaced}"
    );
}
