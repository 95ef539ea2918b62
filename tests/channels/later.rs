//! Parts of an application that come to a channel which is used already, or was until just now.

use holdfast_ws::channels::{
    Abilities, ChannelConfig, ChannelId, Channels, Config, Event, HolderId, Identity, Numbering, OtherUser, Output,
    Position, Recovered, Refusal, Start, Subscription,
};

use crate::world::at;

type Machine = Channels<u64, u64>;
type Options = ChannelConfig<u64, u64>;

fn machine() -> Machine {
    let abilities = Abilities {
        numbering: Numbering::Ordered,
        history: false,
        acknowledges: true,
        deduplicates: true,
        renews: false,
        resumes: true,
        publishes_apart: false,
    };
    let mut machine = Channels::new(Config::default(), abilities, 1);
    machine.handle_connected(at(0));
    machine
}

fn plain() -> Options {
    ChannelConfig::default()
}

fn member(user: &str) -> Options {
    let user = user.to_owned();
    Options {
        identity: Some(Identity { user, data: 0 }),
        ..plain()
    }
}

const fn position(offset: u64) -> Position<u64> {
    Position { epoch: 1, offset }
}

fn since(offset: u64) -> Options {
    Options {
        since: Some(position(offset)),
        ..plain()
    }
}

fn outputs(machine: &mut Machine) -> Vec<Output<u64, u64>> {
    core::iter::from_fn(|| machine.poll_output()).collect()
}

fn events(machine: &mut Machine) -> Vec<Event<u64, u64>> {
    core::iter::from_fn(|| machine.poll_event()).collect()
}

/// The one subscription that was asked for since this was asked last.
fn asked(machine: &mut Machine) -> Subscription<u64, u64> {
    let mut all: Vec<_> = outputs(machine)
        .into_iter()
        .filter_map(|output| match output {
            Output::Subscribe(batch) => Some(batch),
            _ => None,
        })
        .flatten()
        .collect();
    assert_eq!(all.len(), 1, "{all:?}");
    all.remove(0)
}

/// A channel that is live, and whose last message is 5.
fn live(machine: &mut Machine, options: Options) -> (ChannelId, HolderId) {
    let (news, holder) = machine.join(at(0), "news", options).expect("one user");
    outputs(machine);
    let start = Start {
        position: Some(position(5)),
        recovered: Recovered::Yes,
        replays: false,
    };
    machine.handle_subscribed(at(0), news, start);
    events(machine);
    (news, holder)
}

fn recovered(machine: &mut Machine, of: HolderId) -> Vec<Recovered> {
    let events = events(machine).into_iter();
    let told = events.filter_map(|event| match event {
        Event::Subscribed { holder, recovered, .. } if holder == Some(of) => Some(recovered),
        _ => None,
    });
    told.collect()
}

#[test]
fn a_channel_that_comes_back_within_the_linger_gets_what_came_meanwhile() {
    let mut machine = machine();
    let (news, holder) = live(&mut machine, plain());
    machine.leave(at(1), news, holder);
    machine.handle_message(at(2), news, Some(position(6)), 6, false);
    let (again, _) = machine.join(at(3), "news", since(5)).expect("one user");
    assert_ne!(again, news);
    let subscription = asked(&mut machine);
    assert_eq!((subscription.channel, subscription.since), (again, Some(position(5))));
}

#[test]
fn a_channel_that_comes_back_within_the_linger_and_lacks_nothing_is_not_asked_for_again() {
    for options in [plain(), since(5)] {
        let mut machine = machine();
        let (news, holder) = live(&mut machine, plain());
        machine.leave(at(1), news, holder);
        let (again, holder) = machine.join(at(2), "news", options).expect("one user");
        assert_eq!((again, outputs(&mut machine)), (news, vec![]));
        assert_eq!(recovered(&mut machine, holder), [Recovered::Yes]);
    }
}

#[test]
fn a_channel_that_comes_back_within_the_linger_gets_its_messages_of_before() {
    let mut machine = machine();
    let options = || Options { history: 20, ..plain() };
    let (news, holder) = live(&mut machine, options());
    machine.leave(at(1), news, holder);
    let (again, _) = machine.join(at(2), "news", options()).expect("one user");
    let all = outputs(&mut machine);
    let [Output::Unsubscribe(left), Output::Subscribe(batch)] = &all[..] else {
        panic!("{all:?}");
    };
    assert_eq!((*left, batch[0].channel, batch[0].history), (news, again, 20));
}

#[test]
fn a_channel_that_is_left_and_joined_before_it_is_asked_for_is_asked_for_once() {
    let mut machine = machine();
    let options = || Options { history: 20, ..plain() };
    let (news, holder) = machine.join(at(0), "news", options()).expect("one user");
    machine.leave(at(0), news, holder);
    let (again, _) = machine.join(at(0), "news", options()).expect("one user");
    let subscription = asked(&mut machine);
    assert_eq!((subscription.channel, subscription.history), (again, 20));
}

#[test]
fn another_user_within_the_linger_is_the_member_from_then_on() {
    let mut machine = machine();
    let (room, holder) = live(&mut machine, member("ada"));
    machine.leave(at(1), room, holder);
    machine.join(at(2), "news", member("bob")).expect("one user");
    let identity = asked(&mut machine).identity.map(|identity| identity.user);
    assert_eq!(identity.as_deref(), Some("bob"));
}

#[test]
fn a_part_that_comes_later_and_is_a_member_makes_the_application_one() {
    let mut machine = machine();
    let (news, _) = live(&mut machine, plain());
    let (same, _) = machine.join(at(1), "news", member("ada")).expect("one user");
    assert_eq!(same, news);
    let subscription = asked(&mut machine);
    assert_eq!(subscription.since, Some(position(5)), "nothing is missed meanwhile");
    assert_eq!(
        subscription.identity.map(|identity| identity.user).as_deref(),
        Some("ada")
    );
    // Once it is one, it is one.
    let start = Start {
        position: Some(position(5)),
        recovered: Recovered::Yes,
        replays: false,
    };
    machine.handle_subscribed(at(2), news, start);
    machine.join(at(3), "news", member("ada")).expect("one user");
    assert_eq!(outputs(&mut machine), []);
}

#[test]
fn a_part_that_comes_later_is_a_member_also_if_the_broker_was_asked_already() {
    let mut machine = machine();
    machine.join(at(0), "news", plain()).expect("one user");
    asked(&mut machine);
    machine.join(at(1), "news", member("ada")).expect("one user");
    let identity = asked(&mut machine).identity.map(|identity| identity.user);
    assert_eq!(identity.as_deref(), Some("ada"));
}

#[test]
fn a_part_that_comes_later_with_other_data_of_the_user_changes_it_and_the_same_data_changes_nothing() {
    let mut machine = machine();
    let (news, _) = live(&mut machine, member("ada"));
    let ada = |data| Options {
        identity: Some(Identity {
            user: "ada".to_owned(),
            data,
        }),
        ..plain()
    };
    machine.join(at(1), "news", ada(0)).expect("one user");
    assert_eq!(outputs(&mut machine), []);
    let (same, _) = machine.join(at(2), "news", ada(7)).expect("one user");
    assert_eq!(same, news);
    let subscription = asked(&mut machine);
    assert_eq!(subscription.since, Some(position(5)), "nothing is missed meanwhile");
    assert_eq!(subscription.identity.map(|identity| identity.data), Some(7));
}

#[test]
fn other_data_of_the_user_within_the_linger_counts_too() {
    let mut machine = machine();
    let (room, holder) = live(&mut machine, member("ada"));
    machine.leave(at(1), room, holder);
    let mut options = member("ada");
    options.identity.as_mut().expect("an identity").data = 7;
    machine.join(at(2), "news", options).expect("one user");
    assert_eq!(asked(&mut machine).identity.map(|identity| identity.data), Some(7));
}

#[test]
fn the_application_is_one_user_of_a_channel_while_it_uses_it() {
    let mut machine = machine();
    let (room, holder) = live(&mut machine, member("ada"));
    assert_eq!(machine.join(at(1), "news", member("bob")), Err(OtherUser));
    assert_eq!(outputs(&mut machine), []);
    assert_eq!(machine.members(room).count(), 0, "the refused one has changed nothing");
    let (_, second) = machine.join(at(1), "news", member("ada")).expect("the same user");
    let (_, reader) = machine.join(at(1), "news", plain()).expect("no member");
    machine.join(at(1), "other", member("bob")).expect("another channel");
    for (at_ms, left) in [(2, holder), (3, second)] {
        machine.leave(at(at_ms), room, left);
        assert_eq!(machine.join(at(at_ms), "news", member("bob")), Err(OtherUser));
    }
    machine.leave(at(4), room, reader);
    let (lingered, _) = machine
        .join(at(5), "news", member("bob"))
        .expect("nobody uses it any more");
    assert_ne!(lingered, room, "it begins anew");
}

#[test]
fn a_part_that_comes_later_with_an_older_position_is_not_told_that_nothing_is_missing() {
    let mut machine = machine();
    live(&mut machine, plain());
    for (options, expected) in [
        (since(3), Recovered::Unknown),
        (since(5), Recovered::Yes),
        (plain(), Recovered::Yes),
    ] {
        let (_, holder) = machine.join(at(1), "news", options).expect("one user");
        assert_eq!(recovered(&mut machine, holder), [expected]);
    }
}

#[test]
fn a_part_that_comes_after_the_channel_was_refused_for_good_is_told() {
    let mut machine = machine();
    let (news, _) = machine.join(at(0), "news", plain()).expect("one user");
    outputs(&mut machine);
    machine.handle_refused(at(0), news, Refusal::Final, Some(1));
    events(&mut machine);
    machine.join(at(1), "news", plain()).expect("one user");
    assert_eq!(asked(&mut machine).channel, news);
    machine.handle_refused(at(2), news, Refusal::Final, Some(1));
    assert!(matches!(
        events(&mut machine)[..],
        [Event::Refused { retry_in: None, .. }]
    ));
}

#[test]
fn a_channel_that_is_left_before_the_broker_was_asked_is_none() {
    let mut machine = machine();
    for _ in 0..1_000 {
        let (news, holder) = machine.join(at(0), "news", plain()).expect("one user");
        machine.leave(at(0), news, holder);
    }
    assert_eq!(outputs(&mut machine), []);
    assert_eq!(machine.poll_timeout(), None, "nothing lingers");
    let (news, _) = machine
        .join(at(0), "news", Options { history: 20, ..plain() })
        .expect("one user");
    let subscription = asked(&mut machine);
    assert_eq!((subscription.channel, subscription.history), (news, 20));
}
