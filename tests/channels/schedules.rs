//! Random schedules: whatever happens, the promises hold, and in the end the application has everything or knows that it hasn't.

use holdfast_ws::channels::{ChannelConfig, Config, Numbering, Position};

use crate::broker::Habits;
use crate::chance::Chance;
use crate::world::World;

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name)
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(default)
}

fn habits(chance: &mut Chance, numbering: Numbering) -> Habits {
    let rarely = |chance: &mut Chance| if chance.one_in(2) { 0 } else { 2 + chance.below(12) };
    Habits {
        numbering,
        history: numbering == Numbering::Dense && !chance.one_in(3),
        replays: numbering == Numbering::Ordered || !chance.one_in(3),
        kept: 1 + chance.below(30),
        // A stream without gaps in its numbers can't tell what the broker has dropped.
        drops: if numbering == Numbering::Dense {
            rarely(chance)
        } else {
            0
        },
        doubles: rarely(chance),
        refuses: rarely(chance),
        silent: rarely(chance),
    }
}

fn play(seed: u64, numbering: Numbering) {
    let mut chance = Chance::new(seed);
    let habits = habits(&mut chance, numbering);
    let config = Config {
        held: 2 + chance.index(20),
        ..Config::default()
    };
    let mut world = World::with(seed, habits, config);
    let names = ["a", "b", "c"];
    for name in names {
        for _ in 0..chance.below(8) {
            world.say(name);
        }
    }
    for name in names {
        let since = chance.one_in(3).then(|| Position {
            epoch: 1,
            offset: chance.below(1 + world.stream(name).end / world.stream(name).stride) * world.stream(name).stride,
        });
        let options = ChannelConfig {
            since,
            history: u32::try_from(chance.below(5)).unwrap_or(0),
            loads: chance.one_in(2),
            ..ChannelConfig::default()
        };
        world.join(name, options);
        world.load_fails = if chance.one_in(2) { 3 } else { 0 };
        world.load_hangs = if chance.one_in(3) { 3 } else { 0 };
    }
    for _ in 0..chance.below(60) {
        let name = names[chance.index(3)];
        match chance.below(24) {
            0 => world.cut(chance.below(4_000)),
            1 => world.stream(name).reset(),
            2 => world.run(chance.below(15_000)),
            3..=8 => {
                for _ in 0..chance.below(12) {
                    world.say(name);
                }
            }
            9..=16 => world.say(name),
            _ => world.run(chance.below(120)),
        }
    }
    // All is well from here on.
    world.habits = Habits {
        drops: 0,
        doubles: 0,
        refuses: 0,
        silent: 0,
        kept: 1_000,
        ..habits
    };
    world.load_fails = 0;
    world.load_hangs = 0;
    // A load that never ends may have begun just now, and have the longest time.
    world.run(300_000);
    for name in names {
        world.say(name);
    }
    world.run(120_000);
    for joined in world.joined.values() {
        let stream = world.streams[&joined.name];
        let end = Some(stream.position(stream.end));
        assert_eq!(joined.judge.at, end, "channel {} has not come to the end", joined.name);
    }
}

fn many(numbering: Numbering) {
    let first = number("HOLDFAST_SEED", 1);
    for seed in first..first + number("HOLDFAST_CASES", 2_000) {
        let played = std::panic::catch_unwind(|| play(seed, numbering));
        assert!(played.is_ok(), "seed {seed}");
    }
}

#[test]
fn dense_streams_are_dispatched_in_order_without_loss_or_with_a_gap_that_is_reported() {
    many(Numbering::Dense);
}

#[test]
fn ordered_streams_are_dispatched_in_order_and_nothing_twice() {
    many(Numbering::Ordered);
}
