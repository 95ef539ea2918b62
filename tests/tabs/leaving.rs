//! Rules of tabs that leave or are gone.

use crate::scene::{until, with_tabs};
use crate::stage::{Life, Payload, Source, Task};

#[test]
fn the_connection_goes_with_the_last_tab() {
    let mut world = with_tabs(2, true);
    world.leave(0);
    world.run(1_000);
    assert_eq!(world.server.connections.len(), 1);
    world.leave(1);
    assert_eq!(world.server.connections.len(), 0);
    world.run(60_000);
    assert_eq!(world.tabs[1].life, Life::Left);
    assert_eq!(world.tabs[1].machine.poll_timeout(), None);
}

#[test]
fn a_tab_that_leaves_waits_until_what_it_has_sent_is_handed_over_by_the_next_leader_if_need_be() {
    let mut world = with_tabs(2, true);
    world.cut();
    world.run(15);
    world.send(1);
    world.leave_when_sent(1, 10_000);
    assert_eq!(world.tabs[1].life, Life::Running);
    world.crash(0);
    until(&mut world, |world| world.tabs[1].life == Life::Left);
    assert_eq!(world.server.received, [(1, 1)]);
    assert_eq!(world.tabs[1].unsent, []);
}

#[test]
fn a_tab_that_leaves_waits_no_longer_than_it_was_told_and_gives_back_what_is_unsent() {
    let mut world = with_tabs(2, true);
    world.freeze(0, false);
    world.send(1);
    world.leave_when_sent(1, 1_000);
    let took = until(&mut world, |world| world.tabs[1].life == Life::Left);
    assert!((1_000..1_100).contains(&took), "it took {took} ms");
    assert_eq!(world.tabs[1].unsent.len(), 1);
}

#[test]
fn a_tab_with_nothing_to_send_leaves_at_once() {
    let mut world = with_tabs(2, true);
    world.leave_when_sent(1, 10_000);
    assert_eq!(world.tabs[1].life, Life::Left);
}

#[test]
fn a_leader_that_leaves_hands_over_what_it_has_sent_before_its_connection_closes() {
    let mut world = with_tabs(2, true);
    world.send(0);
    world.leave_when_sent(0, 3_000);
    assert_eq!(world.tabs[0].life, Life::Left);
    assert_eq!(world.server.received, [(0, 1)]);
}

#[test]
fn a_leaving_tab_whose_page_goes_away_leaves_at_once() {
    let mut world = with_tabs(2, true);
    world.cut();
    world.run(15);
    world.send(1);
    world.leave_when_sent(1, 3_000);
    world.go_away(1);
    assert_eq!(world.tabs[1].life, Life::Left);
    assert_eq!(world.tabs[1].unsent, [Payload::Sent(1, 1)]);
}

#[test]
fn a_tab_that_seems_gone_is_forgotten_only_if_it_is_not_there_a_little_later() {
    let mut world = with_tabs(3, true);
    assert_eq!(world.tabs[0].machine.members(), 3);
    // Its own lock was not granted yet when the leader asked for it.
    world.tabs[0].watched.remove(&1);
    world.deliver(0, Source::Watch, Task::Gone(1));
    world.run(2_000);
    assert_eq!(world.tabs[0].machine.members(), 3);
    assert!(world.tabs[0].watched.contains(&1), "it is watched again");
    world.crash(1);
    until(&mut world, |world| world.tabs[0].machine.members() == 2);
}
