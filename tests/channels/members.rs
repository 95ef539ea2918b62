//! Members are users: what their connections' coming and going amounts to.

use holdfast_ws::channels::{Change, ChannelConfig, ChannelId, Event, Position, Presence};

use crate::broker::Habits;
use crate::world::{Machine, World, at};

const DATA: Position<u64> = Position { epoch: 0, offset: 0 };

fn presence(connection: &str, user: &str) -> Presence<Position<u64>> {
    Presence {
        connection: connection.to_owned(),
        user: user.to_owned(),
        data: DATA,
    }
}

fn room() -> (Machine, ChannelId) {
    let mut machine = World::new(1, Habits::default()).machine;
    let (room, _) = machine.join(at(0), "room", ChannelConfig::default()).expect("one user");
    (machine, room)
}

fn changes(machine: &mut Machine) -> Vec<(Change, String)> {
    core::iter::from_fn(|| machine.poll_event())
        .filter_map(|event| match event {
            Event::Member { user, change, .. } => Some((change, user)),
            _ => None,
        })
        .collect()
}

fn ada(change: Change) -> [(Change, String); 1] {
    [(change, "ada".to_owned())]
}

#[test]
fn several_connections_of_a_user_are_one_member_until_the_last_leaves() {
    let (mut machine, room) = room();
    machine.handle_joined(room, presence("1", "ada"));
    machine.handle_joined(room, presence("2", "ada"));
    assert_eq!(changes(&mut machine), ada(Change::Join));
    machine.handle_left(at(1), room, "1", false);
    assert_eq!(changes(&mut machine), []);
    machine.handle_left(at(2), room, "2", false);
    assert_eq!(changes(&mut machine), ada(Change::Leave));
}

#[test]
fn a_lost_connection_is_a_timeout_and_back_within_the_grace() {
    let (mut machine, room) = room();
    machine.handle_joined(room, presence("1", "ada"));
    machine.handle_left(at(0), room, "1", true);
    machine.handle_joined(room, presence("2", "ada"));
    let seen: Vec<Change> = changes(&mut machine).into_iter().map(|(change, _)| change).collect();
    assert_eq!(seen, [Change::Join, Change::Timeout, Change::Back]);
    machine.handle_timeout(at(20_000));
    assert_eq!(changes(&mut machine), []);
    assert_eq!(machine.members(room).count(), 1);
}

#[test]
fn a_lost_connection_that_does_not_come_back_leaves_after_the_grace() {
    let (mut machine, room) = room();
    machine.handle_joined(room, presence("1", "ada"));
    machine.handle_left(at(0), room, "1", true);
    changes(&mut machine);
    assert_eq!(machine.poll_timeout(), Some(at(15_000)));
    machine.handle_timeout(at(15_000));
    assert_eq!(changes(&mut machine), ada(Change::Leave));
    assert_eq!(machine.members(room).count(), 0);
}

#[test]
fn after_our_own_loss_only_what_has_changed_is_reported() {
    let (mut machine, room) = room();
    machine.handle_members(at(0), room, vec![presence("1", "ada"), presence("2", "ben")]);
    assert_eq!(changes(&mut machine).len(), 2);
    machine.handle_members(at(60_000), room, vec![presence("3", "ada"), presence("4", "eve")]);
    let seen = changes(&mut machine);
    assert_eq!(
        seen,
        [(Change::Join, "eve".to_owned()), (Change::Timeout, "ben".to_owned())]
    );
}

#[test]
fn a_connection_that_is_reported_twice_or_unknown_changes_nothing() {
    let (mut machine, room) = room();
    machine.handle_joined(room, presence("1", "ada"));
    machine.handle_joined(room, presence("1", "ada"));
    machine.handle_left(at(0), room, "9", true);
    assert_eq!(changes(&mut machine), ada(Change::Join));
}

#[test]
fn a_connection_that_another_user_takes_over_is_that_user() {
    let (mut machine, room) = room();
    machine.handle_joined(room, presence("1", "ada"));
    changes(&mut machine);
    machine.handle_joined(room, presence("1", "ben"));
    let seen = changes(&mut machine);
    assert_eq!(
        seen,
        [(Change::Leave, "ada".to_owned()), (Change::Join, "ben".to_owned())]
    );
}
