//! The ends of channels and buses, refusals, and readers that are slow.

use std::time::Duration;

use holdfast_ws::bus::{Bus, BusEvent, ChannelEvent, ChannelStatus, Failure, JoinError, Nats};
use holdfast_ws::{ConnectError, Status};

use crate::scene::{LONG, Scene, URL, present};

#[test]
fn a_channel_is_subscribed_once_however_many_use_it_and_left_three_seconds_after_the_last() {
    let scene = Scene::new(1);
    let bus = scene.bus();
    let mut one = scene.subscribed(&bus, "news");
    let mut other = scene.subscribed(&bus, "news");
    scene.say("news", [1]);
    assert_eq!(scene.numbers(&mut one, 1), [1]);
    assert_eq!(scene.numbers(&mut other, 1), [1]);
    drop(one);
    scene.world.advance(Duration::from_secs(10));
    scene.say("news", [2]);
    assert_eq!(scene.numbers(&mut other, 1), [2]);
    let unsubscribed = || {
        let text = |payload: &holdfast_ws::testing::Payload| match payload {
            holdfast_ws::testing::Payload::Binary(bytes) => String::from_utf8_lossy(bytes).into_owned(),
            _ => String::new(),
        };
        scene
            .host
            .received()
            .iter()
            .filter(|payload| text(payload).contains("UNSUB"))
            .count()
    };
    drop(other);
    scene.world.advance(Duration::from_millis(2_900));
    assert_eq!(unsubscribed(), 0);
    scene.world.advance(Duration::from_millis(200));
    assert_eq!(unsubscribed(), 1);
}

#[test]
fn a_channel_that_is_refused_is_told_why_and_all_others_go_on() {
    let scene = Scene::new(2);
    let bus = scene.bus();
    let mut news = scene.subscribed(&bus, "news");
    scene.nats.borrow_mut().forbidden = vec!["$JS.API.CONSUMER.CREATE.".into(), "channels.secret".into()];
    let secret = bus.channel("secret").expect("a channel");
    let mut events = secret.events();
    let refused = scene.event(&mut events, |event| matches!(event, ChannelEvent::Refused { .. }));
    let ChannelEvent::Refused { reason, retry_in } = refused else {
        unreachable!()
    };
    assert!(reason.expect("a reason").starts_with("Permissions Violation"));
    assert_eq!((retry_in, secret.status()), (None, ChannelStatus::Refused));
    let error = scene
        .world
        .run(secret.publish("x"), LONG)
        .expect("in time")
        .expect_err("it is refused");
    assert!(matches!(error.reason, Failure::Refused(_)) && error.sent, "{error}");
    scene.say("news", [1]);
    assert_eq!(scene.numbers(&mut news, 1), [1]);
    scene.nats.borrow_mut().forbidden.clear();
    secret.retry();
    scene.event(&mut events, |event| matches!(event, ChannelEvent::Subscribed { .. }));
    assert_eq!(secret.status(), ChannelStatus::Subscribed);
}

#[test]
fn a_reader_that_is_too_slow_gets_a_thousand_messages_and_then_the_end() {
    let scene = Scene::new(3);
    let bus = scene.bus();
    let mut news = scene.subscribed(&bus, "news");
    let mut fast = scene.subscribed(&bus, "news");
    for from in [0, 500, 1_000] {
        scene.say("news", from..from + 500);
        assert_eq!(scene.numbers(&mut fast, 500)[0], from);
    }
    assert!(news.has_lagged() && !fast.has_lagged());
    assert_eq!(scene.numbers(&mut news, 1_000).len(), 1_000);
    assert_eq!(scene.next(&mut news), None);
}

#[test]
fn close_ends_the_streams_and_fails_what_has_no_answer() {
    let scene = Scene::new(4);
    let bus = scene.bus();
    let mut events = bus.events();
    let mut news = scene.subscribed(&bus, "news");
    scene.world.network().silence();
    let sent = news.publish("x");
    scene.world.advance(Duration::from_millis(100));
    bus.close();
    let error = scene.world.run(sent, LONG).expect("in time").expect_err("it is lost");
    assert_eq!(error.reason, Failure::Lost);
    assert_eq!(scene.next(&mut news), None);
    assert_eq!(news.status(), ChannelStatus::Left);
    assert_eq!(bus.channel("news").err(), Some(JoinError::Closed));
    assert_eq!(present(&mut events).last(), Some(&BusEvent::Status(Status::Closed)));
    assert_eq!(scene.next(&mut events), None);
    scene.world.network().restore();
    drop((news, bus, events));
    scene.world.advance(LONG);
    // The server's own timer is no one's.
    assert_eq!(scene.world.leaks(), [""; 0]);
}

#[test]
fn a_bus_is_kept_by_its_channels_and_ends_with_the_last() {
    let scene = Scene::new(5);
    let bus = scene.bus();
    let mut news = scene.subscribed(&bus, "news");
    drop(bus);
    scene.say("news", [1]);
    assert_eq!(scene.numbers(&mut news, 1), [1]);
    drop(news);
    scene.world.advance(LONG);
    assert_eq!(scene.world.leaks(), [""; 0]);
    assert!(scene.host.connections().is_empty());
}

#[test]
fn impossible_options_are_named() {
    let scene = Scene::new(6);
    for (nats, name) in [
        (Nats::new().stream("a.b"), "stream"),
        (Nats::new().prefix("a..b"), "prefix"),
        (Nats::new().bucket("a b"), "bucket"),
        (Nats::new().inbox(">"), "inbox"),
        (Nats::new().idle(Duration::ZERO), "idle"),
    ] {
        let error = scene.builder_with(nats).connect().expect_err("it is impossible");
        assert!(
            matches!(&error, ConnectError::Option { option, .. } if option == name),
            "{error}"
        );
    }
    let delays = holdfast_ws::Reconnect::new().factor(0.5);
    let error = Bus::builder(URL, Nats::new())
        .reconnect(delays)
        .connect()
        .expect_err("it is impossible");
    assert!(
        matches!(&error, ConnectError::Option { option, .. } if option == "reconnect.factor"),
        "{error}"
    );
}
