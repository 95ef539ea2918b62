//! Refusals of the server.

use holdfast_ws::channels::{Event, Failure, Payload};
use holdfast_ws::engine::Instant;

use super::seen::{Joining, member, recovered};
use super::world::World;

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
        world.client.handle_closed(now, false);
        let told: Vec<_> = core::iter::from_fn(|| world.client.poll_event()).collect();
        let told = told.iter().filter(|event| matches!(event, Event::LoginRefused { .. }));
        assert_eq!(told.count(), usize::from(refused), "{error}");
        world.client.handle_open(now);
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

#[test]
fn channels_whose_subscriptions_the_server_does_not_take_are_refused_and_the_others_go_on() {
    let mut world = World::new(1);
    let all: Vec<_> = (0..5)
        .map(|number| world.join(&format!("c{number}"), Joining::default()))
        .collect();
    world.run(200);
    let errors = "-ERR 'maximum subscriptions exceeded'\r\n".repeat(2);
    let now = Instant::from_millis(world.now);
    world.client.handle_message(now, Payload::Binary(errors.into()));
    world.run(1);
    let expected = ("maximum subscriptions exceeded".to_owned(), false);
    assert_eq!(world.refusals(), [expected.clone(), expected]);
    let refused: Vec<_> = world
        .events
        .iter()
        .filter_map(|event| match event {
            Event::Refused { channel, .. } => Some(*channel),
            _ => None,
        })
        .collect();
    let subscribed: Vec<_> = world
        .events
        .iter()
        .filter_map(|event| match event {
            Event::Subscribed { channel, .. } => Some(*channel),
            _ => None,
        })
        .collect();
    assert_eq!(refused, [subscribed[4], subscribed[3]], "the last ones");
    for number in 0..5 {
        world.say(&format!("c{number}"), "a");
    }
    world.run(100);
    for channel in all {
        assert_eq!(world.texts(channel).len(), usize::from(!refused.contains(&channel)));
    }
}
