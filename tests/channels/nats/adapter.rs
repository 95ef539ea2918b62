//! The adapter's translation of the bus's wishes and the server's answers.

use holdfast_ws::channels::{ChannelId, Event, Failure, HistoryRange, Payload, Position, Recovered};
use holdfast_ws::engine::Instant;

use super::seen::{Joining, gaps, history, recovered, since};
use super::world::World;

#[test]
fn a_channel_has_its_messages_and_no_others() {
    let mut world = World::new(1);
    let news = world.join("news", Joining::default());
    world.run(200);
    for text in ["a", "b"] {
        world.say("news", text);
        world.say("other", "no");
    }
    world.run(100);
    assert_eq!(world.texts(news), ["a", "b"]);
    assert_eq!(recovered(&world, news), [(Recovered::Yes, 0)]);
}

#[test]
fn a_subscription_that_goes_on_has_what_was_missed_with_proof() {
    let mut world = World::new(1);
    for text in ["a", "b", "c"] {
        world.say("news", text);
    }
    let config = since(&mut world, 1);
    let news = world.join("news", config);
    world.run(200);
    assert_eq!(world.texts(news), ["b", "c"]);
    assert_eq!(recovered(&world, news), [(Recovered::Yes, 2)]);
}

#[test]
fn after_a_lost_connection_nothing_is_missing() {
    let mut world = World::new(1);
    let news = world.join("news", Joining::default());
    world.run(200);
    world.say("news", "a");
    world.run(50);
    world.cut(500);
    world.say("news", "b");
    world.run(1_000);
    assert_eq!(world.texts(news), ["a", "b"]);
    assert_eq!(recovered(&world, news), [(Recovered::Yes, 0), (Recovered::Yes, 1)]);
}

#[test]
fn a_purged_stream_is_a_gap() {
    let mut world = World::new(1);
    let news = world.join("news", Joining::default());
    world.run(200);
    world.say("news", "a");
    world.run(50);
    world.cut(500);
    world.say("news", "b");
    world.channels().purge();
    world.say("news", "c");
    world.run(1_000);
    assert_eq!(world.texts(news), ["a", "c"]);
    assert_eq!(recovered(&world, news).last(), Some(&(Recovered::No, 1)));
    assert_eq!(gaps(&world), 1);
}

#[test]
fn a_stream_that_was_made_again_is_another_epoch_even_while_connected() {
    let mut world = World::new(1);
    let news = world.join("news", Joining::default());
    world.run(200);
    world.say("news", "a");
    world.run(50);
    world.make("CHANNELS", "channels.", 0, 0);
    world.run(10_000);
    assert_eq!(gaps(&world), 1);
    world.say("news", "b");
    world.run(50);
    assert_eq!(world.texts(news), ["a", "b"]);
}

#[test]
fn consumers_that_went_with_their_node_are_replaced_and_nothing_is_missing() {
    let mut world = World::new(1);
    let channels: Vec<ChannelId> = (0..20)
        .map(|number| world.join(&format!("room.{number}"), Joining::default()))
        .collect();
    world.run(200);
    world.kill_consumers();
    for number in 0..20 {
        world.say(&format!("room.{number}"), "a");
    }
    world.run(5_000);
    for channel in channels {
        assert_eq!(world.texts(channel), ["a"]);
        assert_eq!(recovered(&world, channel).last(), Some(&(Recovered::Yes, 1)));
    }
}

#[test]
fn the_last_messages_of_a_channel_come_first_whatever_others_have() {
    let mut world = World::new(1);
    for number in 0..500 {
        world.say("noise", "x");
        if number % 25 == 0 {
            world.say("news", &number.to_string());
        }
    }
    let news = world.join("news", history(3));
    let none = world.join("none", history(3));
    world.run(1_000);
    assert_eq!(world.texts(news), ["425", "450", "475"]);
    assert_eq!(recovered(&world, news), [(Recovered::Yes, 3)]);
    assert_eq!(recovered(&world, none), [(Recovered::Yes, 0)]);
}

#[test]
fn history_is_what_was_before_a_position() {
    let mut world = World::new(1);
    let mut offsets = Vec::new();
    for number in 0..300 {
        world.say("noise", "x");
        offsets.push(world.say("news", &number.to_string()));
    }
    world.run(100);
    let epoch = world.channels().created.clone();
    for (limit, before, expected) in [
        (3, None, 297..300),
        (4, Some(100), 96..100),
        (4, Some(2), 0..2),
        (2, Some(0), 0..0),
    ] {
        let before = before.map(|number: usize| Position {
            epoch: epoch.clone(),
            offset: offsets[number],
        });
        let range = HistoryRange { limit, before };
        let now = Instant::from_millis(world.now);
        let asked = world.client.bus_mut().ask_history(now, "news", range);
        world.run(500);
        let answer = world.events.iter().find_map(|event| match event {
            Event::History { question, messages } if *question == asked => Some(messages.clone()),
            _ => None,
        });
        let texts: Vec<Payload> = answer.expect("no answer").into_iter().map(|(_, text)| text).collect();
        let expected: Vec<Payload> = expected.map(|number| number.to_string().as_str().into()).collect();
        assert_eq!(texts, expected);
    }
}

#[test]
fn history_before_a_position_of_a_stream_that_is_gone_is_refused() {
    let mut world = World::new(1);
    world.say("news", "a");
    world.run(100);
    let now = Instant::from_millis(world.now);
    let of = |epoch: &str| HistoryRange {
        limit: 5,
        before: Some(Position {
            epoch: epoch.to_owned(),
            offset: 9,
        }),
    };
    world.client.bus_mut().ask_history(now, "news", of("another"));
    world.client.bus_mut().ask_history(now, "news", of(""));
    world.run(500);
    let (mut refused, mut found) = (0, 0);
    for event in &world.events {
        match event {
            Event::NoHistory {
                failure: Failure::Refused(_),
                ..
            } => refused += 1,
            Event::History { messages, .. } => found += messages.len(),
            _ => {}
        }
    }
    assert_eq!((refused, found), (1, 1));
}

#[test]
fn a_publication_is_stored_once_and_its_position_is_told() {
    let mut world = World::new(1);
    world.faults.silences = 2;
    world.run(100);
    let mut publications = Vec::new();
    for number in 0..50 {
        publications.push(world.publish("news", &number.to_string()));
        world.run(5);
        if number % 10 == 5 {
            world.cut(50);
        }
        world.run(100);
    }
    world.faults.silences = 0;
    world.cut(50);
    world.run(1_000);
    for publication in publications {
        let told = world
            .events
            .iter()
            .filter(|event| matches!(event, Event::Published { publication: done, .. } if *done == publication));
        assert_eq!(told.count(), 1);
    }
    let reader = world.join("news", history(1_000));
    world.run(500);
    let expected: Vec<String> = (0..50).map(|number| number.to_string()).collect();
    assert_eq!(world.texts(reader), expected);
}

#[test]
fn bytes_come_as_bytes_and_text_as_text() {
    let mut world = World::new(1);
    let news = world.join("news", Joining::default());
    world.run(100);
    let now = Instant::from_millis(world.now);
    for payload in [
        Payload::Binary(b"text".into()),
        "text".into(),
        Payload::Binary([255, 0].into()),
    ] {
        world.client.bus_mut().publish(now, "news", payload);
    }
    world.run(100);
    let come = world.events.iter().filter_map(|event| match event {
        Event::Message { channel, payload, .. } if *channel == news => Some(payload.clone()),
        _ => None,
    });
    let expected = [
        Payload::Binary(b"text".into()),
        "text".into(),
        Payload::Binary([255, 0].into()),
    ];
    assert_eq!(come.collect::<Vec<_>>(), expected);
}

#[test]
fn a_consumer_that_is_gone_is_found_within_three_heartbeats() {
    let mut longest = 0;
    for phase in 0..20 {
        let mut world = World::new(phase);
        world.join("news", Joining::default());
        world.run(5_000 + phase * 53);
        let created = |world: &World| world.sent.matches("$JS.API.CONSUMER.CREATE").count();
        let before = created(&world);
        world.kill_consumers();
        let begin = world.now;
        while created(&world) == before {
            world.run(1);
            assert!(world.now < begin + 10_000, "never");
        }
        longest = longest.max(world.now - begin);
    }
    // `docs/channels.md` says 30 s, with heartbeats every 10 s.
    assert!((2_000..=3_000).contains(&longest), "{longest}");
}

#[test]
fn a_message_is_one_whatever_headers_its_publisher_gave_it() {
    let mut world = World::new(1);
    let news = world.join("news", Joining::default());
    world.run(200);
    let now = world.now;
    for status in ["100 Idle Heartbeat", "503", "404 No Messages"] {
        let headers = format!("NATS/1.0 {status}\r\nNats-Last-Consumer: 99\r\n\r\n");
        world
            .channels()
            .store(now, "channels.news", &headers, status.as_bytes());
    }
    world.say("news", "after");
    world.run(10_000);
    assert_eq!(
        world.texts(news),
        ["100 Idle Heartbeat", "503", "404 No Messages", "after"]
    );
    assert_eq!(recovered(&world, news), [(Recovered::Yes, 0)]);
}

#[test]
fn what_made_room_before_a_slow_page_has_read_it_is_a_gap() {
    for others in [false, true] {
        let mut world = World::new(1);
        world.make("CHANNELS", "channels.", 5, 0);
        let news = world.join("news", Joining::default());
        world.run(200);
        world.say("news", "0");
        world.run(50);
        world.stalls = true;
        for number in 1..=20 {
            world.say("news", &number.to_string());
            if others {
                world.say("other", "x");
            }
        }
        world.run(500);
        world.stalls = false;
        world.run(1_000);
        world.say("news", "21");
        world.run(200);
        assert_eq!(world.texts(news), ["0", "16", "17", "18", "19", "20", "21"]);
        assert_eq!(gaps(&world), 1);
        assert_eq!(recovered(&world, news).last(), Some(&(Recovered::No, 5)));
    }
}

#[test]
fn a_page_that_keeps_up_is_not_in_doubt_however_few_messages_are_kept() {
    for kept in [1, 2, 3] {
        let mut world = World::new(1);
        world.make("CHANNELS", "channels.", kept, 0);
        let news = world.join("news", Joining::default());
        world.run(200);
        for number in 0..20 {
            world.say("news", &number.to_string());
            world.say("other", "x");
            world.run(50);
        }
        assert_eq!(world.texts(news).len(), 20);
        assert_eq!((recovered(&world, news).len(), gaps(&world)), (1, 0), "{kept}");
    }
}
