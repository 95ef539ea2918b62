//! What the adapter makes of the bus's wishes and the server's answers.

use holdfast_ws::channels::nats::Options;
use holdfast_ws::channels::{
    Change, ChannelConfig, ChannelId, Event, Failure, HistoryRange, Identity, Payload, Position, Recovered,
};
use holdfast_ws::engine::Instant;

use super::server::World;

type Joining = ChannelConfig<Payload, String>;

fn since(world: &mut World, offset: u64) -> Joining {
    let epoch = world.channels().created.clone();
    Joining {
        since: Some(Position { epoch, offset }),
        ..Joining::default()
    }
}

fn history(count: u32) -> Joining {
    Joining {
        history: count,
        ..Joining::default()
    }
}

fn member(user: &str) -> Joining {
    Joining {
        identity: Some(Identity {
            user: user.into(),
            data: "data".into(),
        }),
        ..Joining::default()
    }
}

fn recovered(world: &World, of: ChannelId) -> Vec<(Recovered, u64)> {
    let all = world.events.iter().filter_map(|event| match event {
        Event::Subscribed {
            channel,
            recovered,
            replayed,
            ..
        } if *channel == of => Some((*recovered, *replayed)),
        _ => None,
    });
    all.collect()
}

fn gaps(world: &World) -> usize {
    let gap = |event: &&_| matches!(event, Event::Gap { .. });
    world.events.iter().filter(gap).count()
}

fn members(world: &World) -> Vec<(Change, String)> {
    let all = world.events.iter().filter_map(|event| match event {
        Event::Member { user, change, .. } => Some((*change, user.clone())),
        _ => None,
    });
    all.collect()
}

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
fn a_channel_that_is_forbidden_is_refused_alone_and_for_good() {
    let mut world = World::new(1);
    world.forbidden = vec!["$JS.API.CONSUMER.CREATE.CHANNELS.".into()];
    world.join("secret", Joining::default());
    world.run(200);
    world.forbidden = vec!["channels.secret".into()];
    let open = world.join("open", Joining::default());
    let publication = world.publish("secret", "x");
    world.say("open", "a");
    world.run(200);
    let refusals = world.refusals();
    assert_eq!(refusals.len(), 1);
    assert!(
        refusals[0].0.starts_with("Permissions Violation") && !refusals[0].1,
        "{refusals:?}"
    );
    assert_eq!(recovered(&world, open).len(), 1);
    let refused = world.events.iter().any(|event| {
        matches!(event, Event::Unpublished { publication: one, failure: Failure::Refused(_), .. } if *one == publication)
    });
    assert!(refused);
}

#[test]
fn a_token_that_is_refused_or_has_expired_is_told_once() {
    let mut world = World::new(1);
    world.run(100);
    for (error, refused) in [
        ("Authorization Violation", true),
        ("User Authentication Expired", true),
        ("Permissions Violation for Publish to \"x\"", false),
        ("Slow Consumer", false),
    ] {
        let now = Instant::from_millis(world.now);
        let error = format!("-ERR '{error}'\r\n");
        world.client.handle_message(now, Payload::Binary(error.clone().into()));
        assert_eq!(world.client.take_token_refused(), refused, "{error}");
        assert!(!world.client.take_token_refused());
    }
}

#[test]
fn names_and_streams_that_are_wrong_are_refused_with_the_reason() {
    let mut world = World::new(1);
    world.join("rooms.*", Joining::default());
    world.join("news", member("ada"));
    world.run(200);
    world.streams.remove("CHANNELS");
    world.join("a", Joining::default());
    world.run(200);
    world.make("CHANNELS", "channels.", 0, 0);
    world.channels().retention = "workqueue".into();
    world.join("b", Joining::default());
    world.run(100);
    let refusals = world.refusals();
    let begin = [
        "the channel's name",
        "presence needs a bucket",
        "there is no stream CHANNELS",
        "the stream CHANNELS has the retention",
    ];
    for (begin, again) in begin.into_iter().zip([false, false, true, false]) {
        assert!(
            refusals
                .iter()
                .any(|(text, retried)| text.starts_with(begin) && *retried == again),
            "{begin}: {refusals:?}"
        );
    }
}

fn with_members(seed: u64) -> World {
    let options = Options {
        bucket: "members".into(),
        ..Options::default()
    };
    let mut world = World::with(seed, options);
    world.make("KV_members", "$KV.members.", 1, 3_000);
    world
}

impl World {
    /// Another connection writes its key, or deletes it.
    fn key(&mut self, key: &str, headers: &str) {
        let subject = format!("$KV.members.{key}");
        let payload: &[u8] = if headers.is_empty() { b"data" } else { b"" };
        let now = self.now;
        self.streams
            .get_mut("KV_members")
            .unwrap()
            .put(now, &subject, headers, payload);
    }
}

#[test]
fn members_come_stay_and_go() {
    let mut world = with_members(1);
    world.key("news.bob=20b.page", "");
    world.key("news.sub.eve.page", "");
    world.join("news", member("ada"));
    for _ in 0..10 {
        world.run(1_000);
        world.key("news.bob=20b.page", "");
    }
    assert_eq!(
        members(&world),
        [(Change::Join, "bob b".to_owned()), (Change::Join, "ada".to_owned())]
    );
    world.key("news.bob=20b.page", "NATS/1.0\r\nKV-Operation: DEL\r\n\r\n");
    world.run(100);
    assert_eq!(members(&world).last(), Some(&(Change::Leave, "bob b".to_owned())));
}

#[test]
fn a_member_whose_key_is_forgotten_is_lost_and_may_come_back() {
    let mut world = with_members(1);
    world.join("news", member("ada"));
    world.run(500);
    world.key("news.bob.page", "");
    world.run(5_000);
    world.key("news.bob.page", "");
    world.run(25_000);
    let of_bob: Vec<Change> = members(&world)
        .into_iter()
        .filter(|(_, user)| user == "bob")
        .map(|(change, _)| change)
        .collect();
    assert_eq!(
        of_bob,
        [
            Change::Join,
            Change::Timeout,
            Change::Back,
            Change::Timeout,
            Change::Leave
        ]
    );
}

#[test]
fn a_member_whose_consumers_are_replaced_stays_one() {
    let mut world = with_members(1);
    world.key("news.bob.page", "");
    world.join("news", member("ada"));
    world.run(500);
    for _ in 0..3 {
        world.kill_consumers();
        for _ in 0..5 {
            world.key("news.bob.page", "");
            world.run(1_000);
        }
    }
    assert_eq!(
        members(&world),
        [(Change::Join, "bob".to_owned()), (Change::Join, "ada".to_owned())]
    );
    assert!(!world.sent.contains("DEL"));
}

#[test]
fn who_leaves_deletes_the_key() {
    let mut world = with_members(1);
    let now = Instant::from_millis(world.now);
    let (channel, holder) = world.client.bus_mut().join(now, "news", member("ada"));
    world.run(500);
    let now = Instant::from_millis(world.now);
    world.client.bus_mut().leave(now, channel, holder);
    world.run(5_000);
    assert!(world.sent.contains("KV-Operation: DEL"));
}

#[test]
fn a_bucket_that_is_missing_or_keeps_keys_for_ever_is_a_refusal() {
    let mut world = with_members(1);
    world.streams.remove("KV_members");
    world.join("news", member("ada"));
    world.run(200);
    assert!(
        world.refusals()[0].0.starts_with("there is no stream KV_members"),
        "{:?}",
        world.refusals()
    );
    world.make("KV_members", "$KV.members.", 1, 0);
    world.run(2_000);
    assert!(world.refusals()[1].0.contains("time to live"), "{:?}", world.refusals());
}
