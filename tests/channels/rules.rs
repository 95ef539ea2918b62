//! Rules of subscriptions and of the order, one by one.

use holdfast_ws::channels::{ChannelConfig, Config, Event, Numbering, Output, Position, Recovered, Refusal, Start};
use holdfast_ws::engine::Span;

use crate::broker::Habits;
use crate::world::{Machine, Payload, World, at};

pub(crate) fn since(offset: u64) -> ChannelConfig<Payload, u64> {
    ChannelConfig {
        since: Some(Position { epoch: 1, offset }),
        ..ChannelConfig::default()
    }
}

pub(crate) fn loads() -> ChannelConfig<Payload, u64> {
    ChannelConfig {
        loads: true,
        ..ChannelConfig::default()
    }
}

fn offsets(world: &World, channel: holdfast_ws::channels::ChannelId) -> Vec<u64> {
    world.joined[&channel]
        .judge
        .messages
        .iter()
        .map(|position| position.offset)
        .collect()
}

fn say(world: &mut World, name: &str, times: usize) {
    for _ in 0..times {
        world.say(name);
    }
}

pub(crate) fn nothing_before() -> Start<u64> {
    Start {
        position: None,
        recovered: Recovered::Yes,
        replays: false,
    }
}

/// A machine that stands alone, connected.
pub(crate) fn machine() -> Machine {
    let world = World::new(1, Habits::default());
    let mut machine = world.machine;
    machine.handle_connected(at(0));
    machine
}

pub(crate) fn outputs(machine: &mut Machine) -> Vec<Output<Position<u64>, u64>> {
    core::iter::from_fn(|| machine.poll_output()).collect()
}

#[test]
fn channels_that_are_joined_before_the_connection_go_out_in_one_batch_and_again_after_a_loss() {
    let mut world = World::new(1, Habits::default());
    for number in 0..100 {
        world.join(&number.to_string(), ChannelConfig::default());
    }
    world.run(1_000);
    world.cut(500);
    world.run(1_000);
    assert_eq!(world.batches, [100, 100]);
}

#[test]
fn a_channel_is_subscribed_once_for_all_holders_and_left_three_seconds_after_the_last() {
    let mut machine = machine();
    let (news, first) = machine.join(at(0), "news", ChannelConfig::default()).expect("one user");
    let (same, second) = machine.join(at(0), "news", ChannelConfig::default()).expect("one user");
    assert_eq!(news, same);
    assert_eq!(outputs(&mut machine).len(), 1);
    machine.leave(at(10), news, first);
    machine.leave(at(20), news, second);
    assert_eq!(machine.poll_timeout(), Some(at(3_020)));
    machine.handle_timeout(at(3_020));
    assert_eq!(outputs(&mut machine), [Output::Unsubscribe(news)]);
    assert!(machine.is_empty());
}

#[test]
fn a_holder_that_comes_within_three_seconds_keeps_the_subscription() {
    let mut machine = machine();
    let (news, first) = machine.join(at(0), "news", ChannelConfig::default()).expect("one user");
    outputs(&mut machine);
    machine.leave(at(10), news, first);
    let (same, _) = machine
        .join(at(3_000), "news", ChannelConfig::default())
        .expect("one user");
    machine.handle_timeout(at(4_000));
    assert_eq!((same, outputs(&mut machine).len()), (news, 0));
}

#[test]
fn a_holder_that_comes_later_is_told_that_the_channel_is_subscribed() {
    let mut world = World::new(1, Habits::default());
    let news = world.join("news", ChannelConfig::default());
    world.run(1_000);
    world.events.clear();
    let (_, later) = world
        .machine
        .join(at(world.now), "news", ChannelConfig::default())
        .expect("one user");
    world.pump();
    let told = Event::Subscribed {
        channel: news,
        holder: Some(later),
        recovered: Recovered::Yes,
        replayed: 0,
    };
    assert_eq!(world.events, [told]);
}

#[test]
fn after_a_lost_connection_the_missed_messages_come_first_and_it_is_recovered() {
    for replays in [true, false] {
        let habits = Habits {
            replays,
            ..Habits::default()
        };
        let mut world = World::new(1, habits);
        let news = world.join("news", ChannelConfig::default());
        world.run(1_000);
        say(&mut world, "news", 2);
        world.run(1_000);
        world.cut(500);
        say(&mut world, "news", 3);
        world.run(1_000);
        say(&mut world, "news", 1);
        world.run(1_000);
        assert_eq!(offsets(&world, news), [1, 2, 3, 4, 5, 6]);
        assert_eq!(
            world.joined[&news].judge.subscribed,
            [(Recovered::Yes, 0), (Recovered::Yes, 3)]
        );
    }
}

#[test]
fn a_position_of_before_is_resumed_from() {
    let mut world = World::new(1, Habits::default());
    say(&mut world, "news", 5);
    let news = world.join("news", since(3));
    world.run(1_000);
    assert_eq!(offsets(&world, news), [4, 5]);
}

#[test]
fn a_new_subscription_gets_the_history_it_asks_for() {
    let mut world = World::new(1, Habits::default());
    say(&mut world, "news", 5);
    let options = ChannelConfig {
        history: 2,
        ..ChannelConfig::default()
    };
    let news = world.join("news", options);
    world.run(1_000);
    assert_eq!(offsets(&world, news), [4, 5]);
}

#[test]
fn messages_that_are_kept_no_longer_are_a_gap_and_not_recovered() {
    let habits = Habits {
        kept: 2,
        ..Habits::default()
    };
    let mut world = World::new(1, habits);
    say(&mut world, "news", 6);
    let news = world.join("news", since(1));
    world.run(1_000);
    let judge = &world.joined[&news].judge;
    assert_eq!((judge.gaps, judge.subscribed[0].0), (1, Recovered::No));
}

#[test]
fn a_broker_that_can_not_prove_it_says_unknown() {
    let habits = Habits {
        numbering: Numbering::Ordered,
        ..Habits::default()
    };
    let mut world = World::new(1, habits);
    say(&mut world, "news", 6);
    let news = world.join("news", since(3));
    world.run(1_000);
    assert_eq!(world.joined[&news].judge.subscribed, [(Recovered::Unknown, 5)]);
}

#[test]
fn a_message_that_was_not_delivered_is_fetched_and_dispatched_in_its_place() {
    let mut world = World::new(1, Habits::default());
    let news = world.join("news", ChannelConfig::default());
    world.run(1_000);
    say(&mut world, "news", 1);
    world.run(100);
    world.habits.drops = 1;
    say(&mut world, "news", 1);
    world.habits.drops = 0;
    say(&mut world, "news", 2);
    world.run(1_000);
    assert_eq!(offsets(&world, news), [1, 2, 3, 4]);
    assert_eq!(world.joined[&news].judge.gaps, 0);
}

#[test]
fn a_gap_that_can_not_be_filled_is_reported_once_and_the_application_loads() {
    let habits = Habits {
        kept: 1,
        ..Habits::default()
    };
    let mut world = World::new(1, habits);
    let news = world.join("news", loads());
    world.run(1_000);
    world.habits.drops = 1;
    say(&mut world, "news", 3);
    world.habits.drops = 0;
    say(&mut world, "news", 1);
    world.run(2_000);
    let judge = &world.joined[&news].judge;
    assert_eq!(judge.gaps, 1);
    assert_eq!(judge.at, Some(Position { epoch: 1, offset: 4 }));
}

#[test]
fn a_stream_that_begins_again_is_a_gap_and_is_loaded() {
    let mut world = World::new(1, Habits::default());
    let news = world.join("news", loads());
    say(&mut world, "news", 4);
    world.run(1_000);
    world.cut(200);
    world.stream("news").reset();
    say(&mut world, "news", 2);
    world.run(1_000);
    let judge = &world.joined[&news].judge;
    assert_eq!(judge.at, Some(Position { epoch: 2, offset: 2 }));
    assert_eq!(judge.subscribed.last(), Some(&(Recovered::No, 0)));
}

#[test]
fn a_stream_whose_end_is_before_a_dispatched_message_is_another_one() {
    let mut world = World::new(1, Habits::default());
    say(&mut world, "news", 2);
    let news = world.join("news", since(9));
    world.run(1_000);
    let judge = &world.joined[&news].judge;
    assert_eq!((judge.gaps, judge.subscribed[0].0), (1, Recovered::No));
}

#[test]
fn live_messages_wait_while_the_application_loads_and_overlap_is_dropped() {
    let mut world = World::new(1, Habits::default());
    say(&mut world, "news", 3);
    let news = world.join("news", loads());
    // The load has begun, and ends later.
    while world.loads.is_empty() {
        world.run(1);
    }
    say(&mut world, "news", 2);
    world.run(2_000);
    assert_eq!(offsets(&world, news), [4, 5]);
}

#[test]
fn no_more_messages_are_held_than_the_limit_and_a_full_hold_is_loaded_anew() {
    let config = Config {
        held: 10,
        ..Config::default()
    };
    let habits = Habits {
        silent: 1,
        ..Habits::default()
    };
    let mut world = World::with(1, habits, config);
    let news = world.join("news", loads());
    world.run(1_000);
    world.habits.drops = 1;
    say(&mut world, "news", 1);
    world.habits.drops = 0;
    // The question for history is not answered. It would be given up after ten seconds.
    say(&mut world, "news", 30);
    world.run(3_000);
    assert_eq!(world.joined[&news].judge.at, Some(Position { epoch: 1, offset: 31 }));
}

#[test]
fn a_load_that_fails_is_tried_again() {
    let mut world = World::new(1, Habits::default());
    world.load_fails = 1;
    let news = world.join("news", loads());
    world.run(1_000);
    world.load_fails = 0;
    world.run(10_000);
    assert_eq!(world.joined[&news].judge.subscribed.len(), 1);
}

#[test]
fn a_refused_channel_is_tried_again_by_its_own_backoff_and_the_others_go_on() {
    let mut machine = machine();
    let (news, _) = machine.join(at(0), "news", ChannelConfig::default()).expect("one user");
    let (other, _) = machine
        .join(at(0), "other", ChannelConfig::default())
        .expect("one user");
    outputs(&mut machine);
    machine.handle_subscribed(at(0), other, nothing_before());
    let mut now = 0;
    let mut delays = Vec::new();
    for _ in 0..8 {
        machine.handle_refused(at(now), news, Refusal::Temporary, None);
        let retry = core::iter::from_fn(|| machine.poll_event()).find_map(|event| match event {
            Event::Refused { channel, retry_in, .. } if channel == news => retry_in,
            _ => None,
        });
        let delay = retry.map_or(0, Span::as_millis) + 1;
        delays.push(delay);
        now += delay;
        machine.handle_timeout(at(now));
        let batch = outputs(&mut machine).into_iter().any(|output| match output {
            Output::Subscribe(batch) => batch.len() == 1 && batch[0].channel == news,
            _ => false,
        });
        assert!(batch, "it is asked for again, alone");
    }
    assert!(
        delays[0] <= 501 && delays[7] > 10_000 && delays[7] <= 20_001,
        "{delays:?}"
    );
}

#[test]
fn a_channel_that_is_forbidden_is_not_tried_again_until_the_application_asks() {
    let mut machine = machine();
    let (news, _) = machine.join(at(0), "news", ChannelConfig::default()).expect("one user");
    outputs(&mut machine);
    machine.handle_refused(at(0), news, Refusal::Final, None);
    machine.handle_disconnected();
    machine.handle_connected(at(100));
    assert_eq!((outputs(&mut machine).len(), machine.poll_timeout()), (0, None));
    machine.retry(at(200), news);
    assert_eq!(outputs(&mut machine).len(), 1);
}

#[test]
fn a_subscription_without_an_answer_is_asked_for_again_after_twice_the_time_and_the_time_doubles() {
    let mut machine = machine();
    let (news, _) = machine.join(at(0), "news", ChannelConfig::default()).expect("one user");
    outputs(&mut machine);
    let mut now = 0;
    for patience in [10_000, 20_000, 40_000, 80_000, 160_000, 160_000] {
        now += patience;
        assert_eq!(machine.poll_timeout(), Some(at(now)));
        machine.handle_timeout(at(now));
        let again = Span::from_millis(patience * 2).min(Span::from_millis(160_000));
        assert!(
            matches!(machine.poll_event(), Some(Event::Refused { retry_in: Some(span), .. }) if span == again),
            "after {patience} ms"
        );
        assert_eq!(outputs(&mut machine), []);
        now += again.as_millis();
        machine.handle_timeout(at(now));
        let outputs = outputs(&mut machine);
        assert_eq!(outputs[0], Output::Unsubscribe(news));
        assert!(matches!(&outputs[1..], [Output::Subscribe(_)]));
    }
}

#[test]
fn an_answer_that_comes_late_counts_until_the_broker_is_asked_again() {
    let mut machine = machine();
    let (news, _) = machine.join(at(0), "news", ChannelConfig::default()).expect("one user");
    outputs(&mut machine);
    machine.handle_timeout(at(10_000));
    machine.poll_event();
    machine.handle_subscribed(at(12_000), news, nothing_before());
    assert!(matches!(machine.poll_event(), Some(Event::Subscribed { .. })));
    assert_eq!(machine.poll_timeout(), None);
    machine.handle_message(at(13_000), news, None, Position { epoch: 1, offset: 1 }, false);
    assert!(matches!(machine.poll_event(), Some(Event::Message { .. })));
}

#[test]
fn a_channel_whose_answer_is_overdue_is_asked_for_once_on_the_next_connection() {
    let mut machine = machine();
    machine.join(at(0), "news", ChannelConfig::default()).expect("one user");
    outputs(&mut machine);
    machine.handle_timeout(at(10_000));
    machine.handle_disconnected();
    machine.handle_connected(at(29_000));
    assert!(matches!(outputs(&mut machine)[..], [Output::Subscribe(_)]));
    machine.handle_timeout(at(30_000));
    assert_eq!(outputs(&mut machine), []);
}
