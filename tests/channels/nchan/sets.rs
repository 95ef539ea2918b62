//! The channels of a connection: joined, left, refused, too many.

use holdfast_ws::channels::{ChannelId, Recovered};

use super::world::{World, plain};
use crate::world::at;

#[test]
fn a_refused_channel_among_many_is_found_and_the_others_are_subscribed() {
    let mut world = World::new();
    world.forbidden.insert("c5");
    let first = world.join("first", plain());
    world.run();
    let all: Vec<ChannelId> = (0..9).map(|each| world.join(&format!("c{each}"), plain())).collect();
    world.run();
    let refused: Vec<usize> = all.iter().map(|id| world.refused(*id)).collect();
    assert_eq!(refused, [0, 0, 0, 0, 0, 1, 0, 0, 0]);
    assert_eq!(world.subscribed(first).len(), 1, "it is not touched");
    let connected = world.connected.clone().expect("a connection");
    assert_eq!(connected.len(), 9);
    assert!(world.urls.len() < 20, "{}", world.urls.len());
}

#[test]
fn after_three_refusals_a_channel_waits_for_the_application() {
    let mut world = World::new();
    world.forbidden.insert("secret");
    world.join("first", plain());
    let secret = world.join("secret", plain());
    world.run();
    for _ in 0..20 {
        if world.connected.is_none() {
            world.dial();
        }
        world.run();
        world.now += 1_000;
        world.machine.handle_timeout(at(world.now));
        world.run();
    }
    assert_eq!(world.refused(secret), 3);
    world.forbidden.clear();
    world.machine.bus_mut().retry(at(world.now), secret);
    world.run();
    assert_eq!(world.subscribed(secret).len(), 1);
}

#[test]
fn among_the_first_channels_a_refused_one_is_found_too() {
    let mut world = World::new();
    world.forbidden.insert("c2");
    let all: Vec<ChannelId> = (0..4).map(|each| world.join(&format!("c{each}"), plain())).collect();
    world.run();
    for _ in 0..10 {
        if world.connected.is_none() {
            world.dial();
        }
        world.run();
    }
    let refused: Vec<usize> = all.iter().map(|id| world.refused(*id)).collect();
    assert_eq!(refused, [0, 0, 1, 0]);
    assert_eq!(world.connected.as_ref().map(Vec::len), Some(3));
}

#[test]
fn an_outage_refuses_nobody() {
    let mut world = World::new();
    let all: Vec<ChannelId> = (0..8).map(|each| world.join(&format!("c{each}"), plain())).collect();
    world.run();
    world.lose();
    world.reachable = false;
    for _ in 0..10 {
        world.dial();
        world.run();
    }
    world.reachable = true;
    let before = world.urls.len();
    world.dial();
    world.run();
    assert_eq!(world.connected.as_ref().map(Vec::len), Some(8));
    assert!(world.urls.len() - before <= 3, "{:?}", &world.urls[before..]);
    assert_eq!(all.iter().map(|id| world.refused(*id)).sum::<usize>(), 0);
}

#[test]
fn a_channel_without_messages_that_is_refused_for_a_while_gets_what_came_meanwhile() {
    let mut world = World::new();
    let one = world.join("one", plain());
    world.join("other", plain());
    world.run();
    assert_eq!(world.subscribed(one).len(), 1);
    // As if each attempt with it were lost by chance.
    world.forbidden.insert("one");
    world.lose();
    while world.refused(one) == 0 {
        if world.connected.is_none() {
            world.dial();
        }
        world.run();
    }
    world.say("one", 100, 0, "a");
    world.say("other", 200, 0, "b");
    world.forbidden.clear();
    world.machine.bus_mut().retry(at(world.now), one);
    world.run();
    world.say("one", 201, 0, "c");
    assert_eq!(world.texts(one), ["a", "c"]);
    assert_eq!(world.subscribed(one)[1..], [(Recovered::Unknown, 1)]);
}

#[test]
fn the_255th_channel_is_refused_and_so_is_a_name_with_a_comma() {
    let mut world = World::new();
    let mut join = |each| {
        world
            .machine
            .bus_mut()
            .join(at(0), &format!("c{each}"), plain())
            .expect("one user")
    };
    let (all, holders): (Vec<_>, Vec<_>) = (0..255).map(&mut join).unzip();
    let odd = world.join("a,b", plain());
    world.run();
    let refused: Vec<usize> = all.iter().map(|id| world.refused(*id)).collect();
    assert_eq!(refused.iter().sum::<usize>(), 1);
    assert_eq!((refused[254], world.refused(odd)), (1, 1));
    assert_eq!(world.connected.as_ref().map(Vec::len), Some(254));
    // When another one has left, there is room.
    world.machine.bus_mut().leave(at(world.now), all[0], holders[0]);
    world.now += 4_000;
    world.machine.handle_timeout(at(world.now));
    world.run();
    let connected = world.connected.clone().expect("a connection");
    assert_eq!((connected.len(), connected.contains(&"c254".to_owned())), (254, true));
}

#[test]
fn a_channel_that_is_left_leaves_the_connection_and_the_last_one_ends_it() {
    let mut world = World::new();
    let (one, first) = world.machine.bus_mut().join(at(0), "one", plain()).expect("one user");
    let (other, second) = world.machine.bus_mut().join(at(0), "other", plain()).expect("one user");
    world.run();
    world.machine.bus_mut().leave(at(0), one, first);
    world.now = 5_000;
    world.machine.handle_timeout(at(5_000));
    world.run();
    assert_eq!(world.connected.clone().expect("a connection"), ["other"]);
    world.machine.bus_mut().leave(at(5_000), other, second);
    world.machine.handle_timeout(at(10_000));
    world.run();
    assert_eq!(world.connected, None);
    world.join("again", plain());
    world.run();
    assert_eq!(world.connected.clone().expect("a connection"), ["again"]);
}
