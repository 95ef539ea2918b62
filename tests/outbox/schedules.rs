//! Random schedules of pages, connections, crashes and a server: [`World`] checks each step.

use holdfast_ws::engine::Span;
use holdfast_ws::outbox::Outbox;

use crate::chance::{Chance, cases, first};
use crate::world::{Id, World};

const LONG: Span = Span::from_millis(1_000_000_000);

/// Picks one of them, if there are any.
fn pick<T: Copy>(chance: &mut Chance, all: &[T]) -> Option<T> {
    let index = usize::try_from(chance.below(all.len().max(1) as u64)).unwrap_or(0);
    all.get(index).copied()
}

/// A schedule's further faults.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Faults {
    None,
    /// The server is restored from a backup.
    Backups,
    /// Pages go into the back/forward cache, and come back.
    Caching,
    /// The power is lost, and with it what was written last.
    Power,
}

fn step(world: &mut World, chance: &mut Chance, given: &mut Vec<(usize, Id)>, rare: u64, faults: Faults) {
    let pages = world.awake();
    let Some(page) = pick(chance, &pages) else {
        world.open_page();
        return;
    };
    match chance.below(28) {
        0..=3 => {
            let is_short = chance.one_in(8);
            let ttl = if is_short {
                Span::from_millis(chance.below(500))
            } else {
                LONG
            };
            let message = world.deliver(page, ttl, !is_short);
            given.extend(message.map(|message| (page, message)));
        }
        4..=8 => world.write(page, !chance.one_in(rare * 3)),
        9..=13 => {
            let busy = world.connections();
            if let Some(connection) = pick(chance, &busy) {
                world.serve(connection);
            }
        }
        14..=17 => world.hear(page),
        18 => world.advance(Span::from_millis(chance.below(300))),
        19 => {
            if let Some((page, message)) = pick(chance, given) {
                world.cancel(page, message);
            }
        }
        20 | 21 if !world.is_connected(page) => world.connect(page),
        22 => {
            world.adopt(page);
            world.take_again(page);
            world.leave_empty(page);
        }
        23 if chance.one_in(rare) => {
            let arriving = usize::try_from(chance.below(8)).unwrap_or(0);
            world.cut(page, arriving);
        }
        24 if chance.one_in(rare) => {
            if chance.one_in(2) {
                world.restart();
            } else {
                world.fails = 1 + u32::try_from(chance.below(3)).unwrap_or(0);
            }
        }
        25 if chance.one_in(rare) => {
            if chance.one_in(2) && world.pages.len() < 3 {
                world.open_page();
            } else {
                let arriving = usize::try_from(chance.below(8)).unwrap_or(0);
                // It is left, or it stays after all.
                if chance.one_in(3) {
                    world.flush(page, arriving);
                }
                if chance.one_in(2) {
                    world.crash(page, arriving, chance.one_in(2));
                }
            }
        }
        26 if faults == Faults::Backups => {
            if chance.one_in(3) {
                world.restore_backup();
            } else if chance.one_in(2) {
                world.take_backup();
            }
        }
        26 if faults == Faults::Caching && chance.one_in(2) => {
            if chance.one_in(3) {
                world.flush(page, usize::try_from(chance.below(8)).unwrap_or(0));
            }
            world.freeze(page);
        }
        26 if faults == Faults::Power && chance.one_in(3) => {
            let kept = usize::try_from(chance.below(12)).unwrap_or(0);
            world.lose_power(kept, usize::try_from(chance.below(8)).unwrap_or(0));
        }
        27 if faults == Faults::Caching => {
            let frozen = world.frozen();
            if let Some(page) = pick(chance, &frozen) {
                world.thaw(page);
            }
        }
        _ => {}
    }
}

fn run(seed: u64) {
    let mut chance = Chance::new(seed);
    let window = 1 + usize::try_from(chance.below(6)).unwrap_or(0);
    let mut world = World::new(window, chance.one_in(3));
    let mut given = Vec::new();
    let rare = 2 + chance.below(10);
    let faults = match chance.below(4) {
        0 => Faults::Backups,
        1 => Faults::Caching,
        2 => Faults::Power,
        _ => Faults::None,
    };
    for _ in 0..chance.below(400) {
        step(&mut world, &mut chance, &mut given, rare, faults);
    }
    world.fails = 0;
    world.settle();
    let owed = world.owed.iter().find(|owed| !world.is_done(**owed));
    assert_eq!(owed, None, "is not done in the end");
    for page in world.pages.values() {
        assert!(page.open.is_empty(), "not all have ended: {:?}", page.open);
        assert!(page.boxes.values().all(Outbox::is_empty));
    }
    assert!(world.disk.is_empty(), "the disk keeps {:?}", world.disk);
    assert!(faults == Faults::Backups || world.regressions == 0);
}

#[test]
fn each_message_takes_effect_once_in_order_and_each_end_is_true_whatever_crashes() {
    for seed in first()..first() + cases(2_000) {
        let outcome = std::panic::catch_unwind(|| run(seed));
        assert!(outcome.is_ok(), "the schedule of seed {seed}");
    }
}
