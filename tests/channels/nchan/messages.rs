//! Messages: those of before, live ones, and their end.

use holdfast_ws::channels::{Action, AdapterOutput, ChannelConfig, Event, Position, Recovered};

use super::world::{BASE, World, plain};
use crate::world::at;

#[test]
fn channels_that_are_joined_together_are_one_connection_and_get_their_own_messages() {
    let mut world = World::new();
    let (one, other) = (world.join("one", plain()), world.join("a b", plain()));
    world.run();
    assert_eq!(world.urls, ["wss://a/sub/one,a%20b"]);
    world.connected = Some(vec!["one".to_owned(), "other".to_owned()]);
    world.say("one", 100, 0, "x");
    world.say("other", 100, 0, "y");
    assert_eq!(
        (world.texts(one).concat(), world.texts(other).concat()),
        ("x".to_owned(), "y".to_owned())
    );
    assert_eq!(world.subscribed(one), [(Recovered::Yes, 0)]);
}

#[test]
fn a_channel_that_is_joined_later_is_another_connection_from_a_moment_before_the_last_message() {
    let mut world = World::new();
    let one = world.join("one", plain());
    world.run();
    world.say("one", 100, 0, "x");
    world.say("other", 100, 0, "before");
    let other = world.join("other", plain());
    world.run();
    assert_eq!(
        world.urls.last().map(String::as_str),
        Some("wss://a/sub/one,other?last_event_id=98:-")
    );
    world.say("other", 101, 0, "y");
    world.say("one", 101, 0, "z");
    assert_eq!(world.texts(one), ["x", "z"], "nothing comes twice");
    assert_eq!(world.subscribed(one).len(), 1);
    assert_eq!(world.texts(other), ["y"], "messages of before were not asked for");
}

#[test]
fn after_a_loss_what_was_missed_comes_first_and_nothing_is_proven() {
    let mut world = World::new();
    let one = world.join("one", plain());
    world.run();
    world.say("one", 100, 0, "x");
    world.lose();
    world.say("one", 100, 1, "y");
    world.say("one", 103, 0, "z");
    world.dial();
    world.run();
    assert_eq!(world.texts(one), ["x", "y", "z"]);
    assert_eq!(world.subscribed(one), [(Recovered::Yes, 0), (Recovered::Unknown, 2)]);
}

#[test]
fn what_is_missing_of_a_second_is_a_gap_and_whole_seconds_leave_no_sign() {
    let mut world = World::new();
    let one = world.join("one", plain());
    world.run();
    world.say("one", 100, 0, "a");
    world.say("one", 101, 0, "b");
    world.lose();
    world.kept.clear();
    world.say("one", 101, 2, "d");
    world.dial();
    world.run();
    world.say("one", 103, 1, "f");
    world.say("one", 105, 0, "g");
    assert_eq!(world.texts(one), ["a", "b", "d", "f", "g"]);
    let offset = |position: &Option<Position<_>>| position.as_ref().map(|position| position.offset - 100 * 65_536);
    let gap = |event: &Event<_, _>| match event {
        Event::Gap { after, before, .. } => Some((offset(after), offset(before))),
        _ => None,
    };
    let gaps: Vec<_> = world.events.iter().filter_map(gap).collect();
    let (b, d, f) = (65_536, 65_538, 3 * 65_536 + 1);
    assert_eq!(gaps, [(Some(b), Some(d)), (Some(d), Some(f))]);
    assert_eq!(world.subscribed(one), [(Recovered::Yes, 0), (Recovered::No, 1)]);
}

#[test]
fn a_channel_without_messages_yet_goes_on_with_all_that_the_buffer_has() {
    let mut world = World::new();
    let one = world.join("one", plain());
    world.run();
    world.lose();
    world.say("one", 100, 0, "x");
    world.dial();
    world.run();
    assert_eq!(world.texts(one), ["x"]);
}

#[test]
fn history_is_the_last_messages_of_the_buffer() {
    let mut world = World::new();
    for number in 0..10 {
        world.say("one", 100, number, &number.to_string());
    }
    let history = ChannelConfig { history: 3, ..plain() };
    let one = world.join("one", history);
    world.run();
    world.say("one", 101, 0, "live");
    assert_eq!(world.texts(one), ["7", "8", "9", "live"]);
    assert_eq!(world.subscribed(one), [(Recovered::Yes, 3)]);
}

#[test]
fn while_the_application_loads_nothing_is_left_out() {
    let mut world = World::new();
    let loads = ChannelConfig { loads: true, ..plain() };
    let one = world.join("one", loads);
    let mut asked = None;
    while let Some(action) = world.machine.poll_output(at(0)) {
        match action {
            Action::Load(_, question) => asked = Some(question),
            Action::Adapter(AdapterOutput::Dial) => {
                world.machine.dial(at(0), BASE);
                world.connected = Some(vec!["one".to_owned()]);
                world.machine.handle_open(at(0));
            }
            _ => {}
        }
    }
    world.deliver("one", 100, 0, "in the state");
    world.deliver("one", 100, 1, "after it");
    for _ in 0..2 {
        world.machine.handle_message(at(0), "pong".into());
    }
    let position = Some(Position {
        epoch: String::new(),
        offset: 100 * 65_536,
    });
    let question = asked.expect("the application is asked");
    world.machine.bus_mut().handle_loaded(at(0), one, question, position);
    world.events.extend(core::iter::from_fn(|| world.machine.poll_event()));
    assert_eq!(world.texts(one), ["after it"]);
}

#[test]
fn messages_of_before_that_come_after_a_pong_are_such_still() {
    let mut world = World::new();
    let history = ChannelConfig { history: 2, ..plain() };
    let one = world.join("one", history);
    while world.machine.poll_output(at(0)).is_some() {}
    world.machine.dial(at(0), BASE);
    world.connected = Some(vec!["one".to_owned()]);
    world.machine.handle_open(at(0));
    let pong = |world: &mut World| world.machine.handle_message(at(0), "pong".into());
    pong(&mut world);
    for number in 0..4 {
        world.deliver("one", 100, number, &number.to_string());
        pong(&mut world);
    }
    pong(&mut world);
    world.run();
    assert_eq!(world.texts(one), ["2", "3"]);
    assert_eq!(world.subscribed(one), [(Recovered::Yes, 2)]);
}

#[test]
fn a_position_of_before_is_gone_on_from() {
    let mut world = World::new();
    for number in 0..4 {
        world.say("one", 100, number, &number.to_string());
    }
    let since = ChannelConfig {
        since: Some(Position {
            epoch: String::new(),
            offset: 100 * 65_536 + 1,
        }),
        ..plain()
    };
    let one = world.join("one", since);
    world.run();
    assert_eq!(world.texts(one), ["2", "3"]);
    assert_eq!(world.subscribed(one), [(Recovered::Unknown, 2)]);
}

#[test]
fn without_an_answer_to_the_heartbeat_the_messages_of_before_end_after_a_second() {
    let mut world = World::new();
    let one = world.join("one", plain());
    while world.machine.poll_output(at(0)).is_some() {}
    world.machine.dial(at(0), BASE);
    world.machine.handle_open(at(0));
    assert_eq!(world.machine.poll_timeout(), Some(at(1_000)));
    world.machine.handle_timeout(at(1_000));
    world.events.extend(core::iter::from_fn(|| world.machine.poll_event()));
    assert_eq!(world.subscribed(one).len(), 1);
}

#[test]
fn everything_in_the_buffer_is_asked_for_by_an_id_that_an_empty_buffer_bears() {
    let mut world = World::new();
    world.join("one", plain());
    world.run();
    world.lose();
    world.dial();
    world.join("other", plain());
    world.run();
    // The one that follows `after` is for a configuration that adds a channel.
    let expected = [
        "wss://a/sub/one",
        "wss://a/sub/one?last_event_id=0:0&after=1:-",
        "wss://a/sub/one,other?last_event_id=1:-",
    ];
    assert_eq!(world.urls, expected);
}
