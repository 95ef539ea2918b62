//! Messages, positions, publications and history.

use std::time::Duration;

use holdfast_ws::bus::{ChannelEvent, ChannelOptions, Payload, Recovered};

use crate::scene::{LONG, Scene, present};

#[test]
fn a_channel_is_a_stream_of_its_messages_in_order_with_positions() {
    let scene = Scene::new(1);
    let bus = scene.bus();
    let mut news = scene.subscribed(&bus, "news");
    let mut other = scene.subscribed(&bus, "other");
    scene.say("news", 0..20);
    scene.say("other", [7]);
    assert_eq!(scene.numbers(&mut news, 20), (0..20).collect::<Vec<_>>());
    assert_eq!(scene.numbers(&mut other, 1), [7]);
    assert_eq!(news.position().map(|position| position.offset), Some(20));
    assert_eq!(scene.connections.get(), 1);
}

#[test]
fn what_was_missed_while_the_connection_was_lost_comes_and_is_called_recovered() {
    let scene = Scene::new(2);
    let bus = scene.bus();
    let mut news = scene.subscribed(&bus, "news");
    let mut events = news.events();
    scene.say("news", 0..5);
    assert_eq!(scene.numbers(&mut news, 5), [0, 1, 2, 3, 4]);
    scene.host.restart(Duration::from_millis(300));
    scene.say("news", 5..9);
    assert_eq!(scene.numbers(&mut news, 4), [5, 6, 7, 8]);
    let subscribed = scene.event(&mut events, |event| matches!(event, ChannelEvent::Subscribed { .. }));
    assert_eq!(
        subscribed,
        ChannelEvent::Subscribed {
            recovered: Recovered::Yes,
            replayed: 4
        }
    );
}

#[test]
fn a_gap_stands_between_the_messages_where_something_is_missing() {
    let scene = Scene::new(3);
    let bus = scene.bus();
    let mut news = scene.subscribed(&bus, "news");
    let mut events = news.events();
    scene.say("news", [0]);
    assert_eq!(scene.numbers(&mut news, 1), [0]);
    scene.host.restart(Duration::from_millis(300));
    scene.say("news", [1]);
    scene.nats.borrow_mut().channels().purge();
    scene.say("news", [2]);
    assert_eq!(scene.numbers(&mut news, 1), [2]);
    scene.world.advance(Duration::from_secs(1));
    let shown: Vec<&str> = present(&mut events)
        .iter()
        .map(|event| match event {
            ChannelEvent::Message(_) => "message",
            ChannelEvent::Gap { .. } => "gap",
            ChannelEvent::Subscribed { recovered, .. } => {
                assert_eq!(*recovered, Recovered::No);
                "subscribed"
            }
            _ => "other",
        })
        .collect();
    assert_eq!(shown, ["message", "gap", "message", "subscribed"]);
}

#[test]
fn a_publication_resolves_to_its_position_and_waits_while_there_is_no_connection() {
    let scene = Scene::new(4);
    let bus = scene.bus();
    let mut news = scene.subscribed(&bus, "news");
    scene.host.refuse(503);
    scene.world.network().cut();
    scene.world.settle();
    let sent = news.publish("hello");
    scene.world.advance(Duration::from_secs(2));
    scene.host.accept();
    let published = scene.world.run(sent, LONG).expect("in time");
    published.expect("it is published");
    let message = scene.next(&mut news).expect("a message");
    assert_eq!(message.data, Payload::from("hello"));
    let bytes = bus.publish("other", vec![0, 255]);
    let published = scene.world.run(bytes, LONG).expect("in time");
    let position = published.expect("bytes, to another channel");
    assert_eq!(position.map(|position| position.offset), Some(2));
}

#[test]
fn history_is_what_was_before_and_may_come_first() {
    let scene = Scene::new(5);
    scene.say("news", 0..30);
    let bus = scene.bus();
    let mut news = bus
        .channel_with("news", ChannelOptions::new().history(3))
        .expect("a channel");
    assert_eq!(scene.numbers(&mut news, 3), [27, 28, 29]);
    let found = scene
        .world
        .run(news.history(2, None), LONG)
        .expect("in time")
        .expect("history");
    let texts: Vec<_> = found
        .iter()
        .map(|message| message.data.as_text().expect("text"))
        .collect();
    assert_eq!(texts, ["28", "29"]);
    let before = found[0].position.clone();
    let found = scene
        .world
        .run(bus.history("news", 1, before), LONG)
        .expect("in time")
        .expect("history");
    assert_eq!(found[0].data.as_text(), Some("27"));
}

#[test]
fn a_position_that_was_stored_is_where_the_next_page_goes_on() {
    let scene = Scene::new(6);
    let bus = scene.bus();
    let mut news = scene.subscribed(&bus, "news");
    scene.say("news", 0..3);
    assert_eq!(scene.numbers(&mut news, 3), [0, 1, 2]);
    let position = news.position().expect("a position");
    drop((news, bus));
    scene.say("news", 3..6);
    let bus = scene.bus();
    let mut news = bus
        .channel_with("news", ChannelOptions::new().since(position))
        .expect("a channel");
    assert_eq!(scene.numbers(&mut news, 3), [3, 4, 5]);
}

#[test]
fn each_comes_once_and_in_order_through_a_bad_network() {
    for seed in 1..15 {
        let scene = Scene::new(seed);
        let bus = scene.bus();
        let mut news = scene.subscribed(&bus, "news");
        let mut published = Vec::new();
        for number in 0..100_u32 {
            if number % 2 == 0 {
                scene.say("news", [number]);
            } else {
                published.push(bus.publish("news", number.to_string()));
            }
            scene.world.advance(Duration::from_millis(scene.world.random() % 60));
            match scene.world.random() % 12 {
                0 => scene.world.network().cut(),
                1 => scene.host.restart(Duration::from_millis(200)),
                2 => scene.nats.borrow_mut().kill_consumers(),
                _ => {}
            }
        }
        let mut come = scene.numbers(&mut news, 100);
        come.sort_unstable();
        assert_eq!(come, (0..100).collect::<Vec<_>>(), "seed {seed}");
        for one in published {
            scene.world.run(one, LONG).expect("in time").expect("it is published");
        }
        scene.world.advance(LONG);
        assert_eq!(present(&mut news), [], "seed {seed}");
    }
}
