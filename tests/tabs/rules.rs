//! Rules, one by one.

use std::collections::VecDeque;

use holdfast_ws::tabs::Signal;

use crate::scene::{until, with_tabs};
use crate::stage::{Heard, Source};

#[test]
fn the_first_tab_leads_and_the_others_follow_over_one_connection() {
    let world = with_tabs(4, true);
    assert_eq!(world.server.connections.len(), 1);
    let term = world.tabs[0].machine.attached();
    assert!(term.is_some());
    for tab in 1..4 {
        assert_eq!(world.tabs[tab].machine.attached(), term);
    }
}

#[test]
fn each_tab_dispatches_each_message_in_order() {
    let mut world = with_tabs(3, true);
    for _ in 0..10 {
        world.say();
    }
    world.run(1_000);
    for tab in 0..3 {
        assert_eq!(world.heard(tab), (1..=10).collect::<Vec<_>>());
    }
}

#[test]
fn what_any_tab_sends_goes_out_once_in_its_order() {
    let mut world = with_tabs(3, true);
    for _ in 0..5 {
        for tab in 0..3 {
            world.send(tab);
        }
    }
    world.run(1_000);
    for tab in 0..3 {
        let sent: Vec<u64> = world
            .server
            .received
            .iter()
            .filter(|(from, _)| *from == tab)
            .map(|(_, number)| *number)
            .collect();
        assert_eq!(sent, [1, 2, 3, 4, 5]);
    }
}

#[test]
fn a_leader_that_crashes_is_replaced_within_a_second() {
    let mut world = with_tabs(3, true);
    world.crash(0);
    let took = until(&mut world, |world| {
        world.server.connections.len() == 1 && world.leaders().len() == 1
    });
    assert!(took < 1_000, "it took {took} ms");
}

#[test]
fn a_leader_that_freezes_unseen_is_replaced_within_a_second_of_the_time_set() {
    let mut world = with_tabs(3, true);
    world.freeze(0, false);
    let took = until(&mut world, |world| world.leaders().len() == 1);
    let limit = world.config.take_over_after.as_millis() + 1_000;
    assert!(took < limit, "it took {took} ms");
}

#[test]
fn a_leader_that_is_told_that_it_freezes_gives_up_before() {
    let mut world = with_tabs(3, true);
    world.freeze(0, true);
    let took = until(&mut world, |world| world.leaders().len() == 1);
    assert!(took < 1_000, "it took {took} ms");
    assert_eq!(
        world.server.connections.len(),
        0,
        "its connection is gone before the next opens"
    );
}

#[test]
fn hidden_tabs_leave_a_frozen_leader_alone_until_one_is_visible() {
    let mut world = with_tabs(2, true);
    world.signal(1, Signal::Hidden);
    world.freeze(0, false);
    world.run(60_000);
    assert!(world.leaders().is_empty());
    world.signal(1, Signal::Visible);
    until(&mut world, |world| world.leaders() == [1]);
}

#[test]
fn a_frozen_leader_that_thaws_hands_nothing_over_and_follows() {
    let mut world = with_tabs(2, true);
    world.send(0);
    world.say();
    world.run(500);
    world.freeze(0, false);
    until(&mut world, |world| world.leaders() == [1]);
    world.run(1_000);
    world.say();
    world.thaw(0);
    world.send(0);
    world.run(5_000);
    assert_eq!(world.leaders(), [1]);
    assert_eq!(world.heard(0), [1, 2]);
    assert_eq!(world.times_handed(0, 2), 1);
    assert_eq!(world.server.connections.len(), 1);
}

#[test]
fn what_the_lost_leader_had_not_begun_to_hand_over_goes_out_by_the_next() {
    let mut world = with_tabs(2, true);
    // There is no connection, so it can't be handed over.
    world.cut();
    world.run(15);
    world.send(1);
    world.run(15);
    world.crash(0);
    world.run(3_000);
    assert_eq!(world.server.received, [(1, 1)]);
}

#[test]
fn with_a_server_that_resumes_no_tab_misses_a_message_when_the_leader_crashes() {
    let mut world = with_tabs(3, true);
    world.say();
    world.run(500);
    world.crash(0);
    world.say();
    world.say();
    world.run(5_000);
    for tab in 1..3 {
        assert_eq!(world.heard(tab), [1, 2, 3]);
        assert!(!world.tabs[tab].heard.contains(&Heard::Gap));
    }
}

#[test]
fn without_resuming_a_gap_is_told_when_the_leader_crashes() {
    let mut world = with_tabs(3, false);
    world.say();
    world.run(500);
    world.crash(0);
    world.say();
    world.run(5_000);
    world.say();
    world.run(500);
    for tab in 1..3 {
        assert_eq!(
            world.tabs[tab].heard,
            [Heard::Message(1), Heard::Gap, Heard::Message(3)]
        );
    }
}

#[test]
fn a_tab_in_the_back_forward_cache_catches_up_when_it_is_back() {
    let mut world = with_tabs(2, true);
    world.say();
    world.run(500);
    world.go_away(1);
    world.say();
    world.run(30_000);
    world.come_back(1);
    world.run(500);
    world.say();
    world.run(500);
    assert_eq!(world.heard(1), [1, 2, 3]);
    assert!(!world.tabs[1].heard.contains(&Heard::Gap));
}

#[test]
fn a_leader_that_goes_into_the_back_forward_cache_holds_no_lock_and_no_connection() {
    let mut world = with_tabs(2, true);
    world.go_away(0);
    assert_eq!(world.server.connections.len(), 0);
    assert_ne!(world.lock.holder, Some(0));
    until(&mut world, |world| world.leaders() == [1]);
    world.come_back(0);
    world.run(1_000);
    assert_eq!(world.leaders(), [1]);
}

#[test]
fn an_hour_without_messages_costs_no_take_over_and_nothing_is_lost() {
    let mut world = with_tabs(3, true);
    world.run(3_600_000);
    assert_eq!(world.leaders(), [0]);
    world.say();
    world.send(2);
    world.run(1_000);
    assert_eq!(world.heard(2), [1]);
    assert_eq!(world.server.received, [(2, 1)]);
}

#[test]
fn a_frozen_tab_is_posted_no_more_than_it_may_leave_unread_and_catches_up_when_it_runs_again() {
    let mut world = with_tabs(2, true);
    world.freeze(1, false);
    for _ in 0..400 {
        world.say();
    }
    world.run(2_000);
    let waiting = world.tabs[1].tasks.get(&Source::Pair(1)).map_or(0, VecDeque::len);
    assert!((250..270).contains(&waiting), "{waiting} frames wait");
    world.thaw(1);
    world.run(2_000);
    assert_eq!(world.heard(1), (1..=400).collect::<Vec<_>>());
    assert!(!world.tabs[1].heard.contains(&Heard::Gap));
}

#[test]
fn a_tab_that_misses_a_frame_joins_again_and_misses_no_message() {
    let mut world = with_tabs(3, true);
    world.say();
    world.run(500);
    world.loses = Some(1);
    world.say();
    world.run(500);
    assert_eq!((world.loses, world.heard(1)), (None, vec![1]));
    world.say();
    world.run(500);
    for tab in 0..3 {
        assert_eq!(world.heard(tab), [1, 2, 3]);
        assert!(!world.tabs[tab].heard.contains(&Heard::Gap));
    }
}

#[test]
fn a_leader_that_was_away_hands_nothing_over_again_that_was_handed_over_meanwhile() {
    let mut world = with_tabs(3, true);
    world.cut();
    world.run(10);
    world.send(1);
    world.run(10);
    world.go_away(1);
    world.run(5);
    assert_eq!(world.times_handed(1, 1), 0, "there is no connection yet");
    world.go_away(2);
    until(&mut world, |world| world.times_handed(1, 1) == 1);
    world.crash(0);
    world.come_back(2);
    until(&mut world, |world| world.leaders() == [2]);
    world.come_back(1);
    world.run(5_000);
    assert_eq!(world.times_handed(1, 1), 1);
}

#[test]
fn a_tab_in_the_back_forward_cache_is_not_forgotten() {
    let mut world = with_tabs(2, true);
    world.go_away(1);
    world.run(5_000);
    assert_eq!(world.tabs[0].machine.members(), 2);
    assert!(!world.tabs[0].watched.contains(&1), "its lock is free");
    world.come_back(1);
    world.run(500);
    assert!(world.tabs[0].watched.contains(&1), "it is watched again");
}
