//! A server in lame duck mode.

use holdfast_ws::channels::{Event, Recovered};

use super::seen::{Joining, gaps, recovered};
use super::world::World;

const OTHERS: &str = "[\"10.0.0.2:8443\"]";

/// Returns after how many milliseconds the page has gone to another server; none if it has not within a minute.
fn moves_after(seed: u64, others: &str) -> Option<u64> {
    let mut world = World::new(seed);
    world.join("news", Joining::default());
    world.run(200);
    let (dials, begin) = (world.dials, world.server.now);
    world.server.end_soon(others);
    (0..60_000).find_map(|_| {
        world.run(1);
        (world.dials > dials).then(|| world.server.now - begin)
    })
}

#[test]
fn a_page_goes_to_another_server_before_the_present_one_ends_and_misses_nothing() {
    let mut world = World::new(1);
    let news = world.join("news", Joining::default());
    world.run(200);
    let dials = world.dials;
    world.server.end_soon(OTHERS);
    let mut said = Vec::new();
    let mut published = Vec::new();
    for number in 0..200 {
        let text = number.to_string();
        if number % 2 == 0 {
            world.say("news", &text);
        } else {
            published.push(world.publish("news", &text));
        }
        said.push(text);
        world.run(60);
    }
    world.run(2_000);
    assert_eq!(world.dials, dials + 1);
    let mut texts = world.texts(news);
    // What was said on both sides of a connection's end may be stored in another order than it was asked for.
    texts.sort_by_key(|text| text.parse::<u64>().unwrap());
    assert_eq!(texts, said);
    assert_eq!(gaps(&world), 0);
    assert!(
        recovered(&world, news)
            .iter()
            .all(|(recovered, _)| *recovered == Recovered::Yes)
    );
    let acknowledged = world
        .events
        .iter()
        .filter(|event| matches!(event, Event::Published { .. }));
    assert_eq!(acknowledged.count(), published.len());
}

#[test]
fn pages_go_at_different_times_within_ten_seconds() {
    let times: Vec<u64> = (1..40).filter_map(|seed| moves_after(seed, OTHERS)).collect();
    assert_eq!(times.len(), 39);
    assert!(times.iter().all(|time| *time <= 10_100), "{times:?}");
    let (first, last) = (times.iter().min(), times.iter().max());
    assert!(first < Some(&3_000) && last > Some(&7_000), "{times:?}");
}

#[test]
fn a_page_stays_while_no_other_server_is_known() {
    for others in ["[]", "null"] {
        assert_eq!(moves_after(1, others), None);
    }
}
