//! Several parts of an application that use a channel: each gets its state, and each message once.

use holdfast_ws::channels::{
    Abilities, ChannelConfig, ChannelId, Channels, Config, Event, HolderId, Numbering, Output, Position, QuestionId,
    Recovered, Start,
};

use crate::world::at;

type Machine = Channels<u64, u64>;

fn machine() -> Machine {
    let abilities = Abilities {
        numbering: Numbering::Ordered,
        history: false,
        acknowledges: true,
        deduplicates: false,
        renews: false,
        resumes: true,
        publishes_apart: false,
    };
    Channels::new(Config::default(), abilities, 1)
}

fn events(machine: &mut Machine) -> Vec<Event<u64, u64>> {
    core::iter::from_fn(|| machine.poll_event()).collect()
}

#[test]
fn a_holder_that_comes_later_and_loads_gets_the_state_and_live_messages_wait_for_it() {
    let mut machine = machine();
    machine.handle_connected(at(0));
    let (news, plain) = machine.join(at(0), "news", ChannelConfig::default()).expect("one user");
    while machine.poll_output().is_some() {}
    let position = |offset| Some(Position { epoch: 1, offset });
    let start = Start {
        position: position(5),
        recovered: Recovered::Yes,
        replays: false,
    };
    machine.handle_subscribed(at(0), news, start);
    let loads = ChannelConfig {
        loads: true,
        ..ChannelConfig::default()
    };
    let (_, loader) = machine.join(at(0), "news", loads).expect("one user");
    assert_eq!(machine.loaders(news).collect::<Vec<_>>(), [loader]);
    let Some(Output::Load(_, question)) = machine.poll_output() else {
        panic!("nothing is loaded");
    };
    for offset in 6..9 {
        machine.handle_message(at(0), news, position(offset), offset, false);
    }
    events(&mut machine);
    machine.handle_loaded(at(0), news, question, position(7));
    assert_eq!(told(&mut machine, plain), [6, 7, 8], "the first has no state");
    machine.handle_message(at(0), news, position(9), 9, false);
    assert_eq!(told(&mut machine, loader), [9]);
}

/// Returns the messages that a holder is told.
fn told(machine: &mut Machine, holder: HolderId) -> Vec<u64> {
    let events = events(machine).into_iter();
    let told = events.filter_map(|event| match event {
        Event::Message { payload, skips, .. } if !skips.contains(&holder) => Some(payload),
        _ => None,
    });
    told.collect()
}

/// A channel with a holder that loads not, and one that loads, both at 5.
fn two_holders() -> (Machine, ChannelId, HolderId, HolderId, QuestionId) {
    let mut machine = machine();
    machine.handle_connected(at(0));
    let (news, plain) = machine.join(at(0), "news", ChannelConfig::default()).expect("one user");
    while machine.poll_output().is_some() {}
    let start = Start {
        position: Some(Position { epoch: 1, offset: 5 }),
        recovered: Recovered::Yes,
        replays: false,
    };
    machine.handle_subscribed(at(0), news, start);
    let loads = ChannelConfig {
        loads: true,
        ..ChannelConfig::default()
    };
    let (_, loader) = machine.join(at(0), "news", loads).expect("one user");
    let Some(Output::Load(_, question)) = machine.poll_output() else {
        panic!("nothing is loaded");
    };
    events(&mut machine);
    (machine, news, plain, loader, question)
}

#[allow(clippy::unnecessary_wraps)] // As the machine takes it.
fn position(offset: u64) -> Option<Position<u64>> {
    Some(Position { epoch: 1, offset })
}

#[test]
fn a_holder_gets_nothing_twice_if_another_one_loads_an_earlier_state() {
    let (mut machine, news, plain, loader, question) = two_holders();
    for offset in 6..10 {
        machine.handle_message(at(0), news, position(offset), offset, false);
    }
    machine.handle_loaded(at(0), news, question, position(9));
    assert_eq!(told(&mut machine, plain), [6, 7, 8, 9]);
    // Another one loads, and its state is older.
    let loads = ChannelConfig {
        loads: true,
        ..ChannelConfig::default()
    };
    let (_, late) = machine.join(at(0), "news", loads).expect("one user");
    let Some(Output::Load(_, question)) = machine.poll_output() else {
        panic!("nothing is loaded");
    };
    events(&mut machine);
    let states = [(loader, position(9)), (late, position(7))];
    machine.handle_all_loaded(at(0), news, question, &states);
    let mut all = Vec::new();
    // 8 and 9 were dispatched before, and the late one needs them.
    assert_eq!(machine.position(news), position(7).as_ref());
    let Some(Output::Subscribe(asked)) = machine.poll_output() else {
        panic!("it is not subscribed again");
    };
    assert_eq!(asked[0].since, position(7));
    let start = Start {
        position: position(10),
        recovered: Recovered::Yes,
        replays: true,
    };
    machine.handle_subscribed(at(1), news, start);
    for offset in 8..11 {
        machine.handle_message(at(1), news, position(offset), offset, true);
    }
    machine.handle_caught_up(at(1), news);
    for event in events(&mut machine) {
        if let Event::Message { payload, skips, .. } = event {
            let of = [plain, loader, late].map(|holder| !skips.contains(&holder));
            all.push((payload, of));
        }
    }
    let expected = [(8, [false, false, true]), (9, [false, false, true]), (10, [true; 3])];
    assert_eq!(all, expected);
}

#[test]
fn a_state_that_is_older_than_the_subscription_is_followed_by_what_is_between() {
    let mut machine = machine();
    machine.handle_connected(at(0));
    let loads = ChannelConfig {
        loads: true,
        ..ChannelConfig::default()
    };
    let (news, _) = machine.join(at(0), "news", loads).expect("one user");
    while machine.poll_output().is_some() {}
    let start = Start {
        position: position(100),
        recovered: Recovered::Yes,
        replays: false,
    };
    machine.handle_subscribed(at(0), news, start);
    let Some(Output::Load(_, question)) = machine.poll_output() else {
        panic!("nothing is loaded");
    };
    machine.handle_message(at(0), news, position(101), 101, false);
    machine.handle_loaded(at(0), news, question, position(90));
    assert_eq!(events(&mut machine), []);
    let Some(Output::Subscribe(asked)) = machine.poll_output() else {
        panic!("it is not subscribed again");
    };
    assert_eq!(asked[0].since, position(90));
}

#[test]
fn a_holder_that_comes_while_another_one_loads_is_loaded_with_it() {
    let (mut machine, news, _, loader, question) = two_holders();
    let loads = ChannelConfig {
        loads: true,
        ..ChannelConfig::default()
    };
    let (_, late) = machine.join(at(0), "news", loads).expect("one user");
    let Some(Output::Load(_, again)) = machine.poll_output() else {
        panic!("nothing is loaded");
    };
    assert!(!machine.is_loading(news, question) && machine.is_loading(news, again));
    assert_eq!(machine.loaders(news).collect::<Vec<_>>(), [loader, late]);
}

#[test]
fn a_holder_without_a_state_is_told_of_what_could_not_be_held_while_another_one_loaded() {
    let (mut machine, news, plain, _, question) = two_holders();
    for offset in 6..1_010 {
        machine.handle_message(at(0), news, position(offset), offset, false);
    }
    machine.handle_loaded(at(0), news, question, position(1_009));
    let events = events(&mut machine);
    let [Event::Gap { after, before, .. }, rest @ ..] = &events[..] else {
        panic!("no gap: {events:?}");
    };
    assert_eq!((after, before), (&position(5), &position(10)));
    let told = |event: &&Event<u64, u64>| matches!(event, Event::Message { skips, .. } if !skips.contains(&plain));
    assert_eq!(rest.iter().filter(told).count(), 1_000);
}

#[test]
fn when_all_channels_are_left_the_subscriptions_end_at_once() {
    let mut machine = machine();
    machine.handle_connected(at(0));
    let (news, _) = machine.join(at(0), "news", ChannelConfig::default()).expect("one user");
    machine.join(at(0), "news", ChannelConfig::default()).expect("one user");
    while machine.poll_output().is_some() {}
    machine
        .join(at(0), "not asked for yet", ChannelConfig::default())
        .expect("one user");
    machine.leave_all();
    assert_eq!(machine.poll_output(), Some(Output::Unsubscribe(news)));
    assert_eq!(machine.poll_output(), None);
    assert!(machine.is_empty());
    assert_eq!(machine.poll_timeout(), None);
}
