//! Numbered messages through every fault at once, from many seeds.

use holdfast_ws::channels::{ChannelConfig, Event, Payload};

use super::server::Faults;
use super::world::World;

/// Returns the messages and gaps of a channel, in order.
fn seen(world: &World, of: holdfast_ws::channels::ChannelId) -> Vec<Option<u64>> {
    let all = world.events.iter().filter_map(|event| match event {
        Event::Message { channel, payload, .. } if *channel == of => {
            Some(payload.as_text().and_then(|text| text.parse().ok()))
        }
        Event::Gap { channel, .. } if *channel == of => Some(None),
        _ => None,
    });
    all.collect()
}

fn run(seed: u64, purges: bool) {
    let mut world = World::new(seed);
    world.faults = Faults {
        drops: 20,
        kills: 3_000,
        cuts: 2_000,
        silences: 10,
    };
    let channels =
        ["one", "two.a", "two.b"].map(|name| (name, world.join(name, ChannelConfig::<Payload, String>::default())));
    // What is said before the first subscription doesn't count.
    while channels
        .iter()
        .any(|(_, channel)| world.client.bus().position(*channel).is_none())
    {
        world.run(100);
        assert!(world.now < 200_000, "seed {seed}: never subscribed");
    }
    for number in 0..300_u64 {
        for (name, _) in channels {
            world.say(name, &number.to_string());
        }
        let pause = world.chance.below(60);
        world.run(pause);
        if purges && world.chance.one_in(40) {
            // What is removed before a consumer has seen it leaves no sign.
            world.run(2);
            if world.chance.one_in(3) {
                world.make("CHANNELS", "channels.", 0, 0);
            } else {
                world.channels().purge();
            }
        }
    }
    world.faults = Faults::default();
    world.run(60_000);
    world.say("one", "300");
    world.run(1_000);
    for (name, channel) in channels {
        let mut next = 0;
        let mut gap = false;
        for item in seen(&world, channel) {
            let Some(number) = item else {
                gap = true;
                continue;
            };
            assert!(number >= next, "seed {seed}, {name}: {number} came after {next}");
            assert!(
                number == next || gap,
                "seed {seed}, {name}: {next} is missing before {number}"
            );
            (next, gap) = (number + 1, false);
        }
        if !purges {
            let end = if name == "one" { 301 } else { 300 };
            assert_eq!(next, end, "seed {seed}, {name}");
            assert!(!gap, "seed {seed}, {name}");
        } else if name == "one" {
            assert_eq!(next, 301, "seed {seed}");
        }
    }
}

#[test]
fn nothing_is_lost_or_doubled_by_lost_answers_messages_consumers_and_connections() {
    for seed in 0..8 {
        run(seed, false);
    }
}

#[test]
fn what_a_purge_or_a_new_stream_has_taken_is_a_gap_at_its_place() {
    for seed in 100..108 {
        run(seed, true);
    }
}
