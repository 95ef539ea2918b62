//! Tabs that are away: those that may come back, and those that are gone for good.

use holdfast_ws::tabs::Signal;

use crate::scene::{until, with_tabs};
use crate::stage::Payload;
use crate::world::World;

/// The page of the tab is gone, and has said so.
fn unload(world: &mut World, tab: usize) {
    world.signal(tab, Signal::Unload);
    world.crash(tab);
}

#[test]
fn requests_of_a_page_that_is_gone_are_given_up_at_the_server_and_its_messages_go_out_all_the_same() {
    let mut world = with_tabs(3, true);
    world.server.answers = false;
    world.request(1, 60_000, false);
    world.run(500);
    world.cut();
    world.run(500);
    let held = world.tabs[0].connection.as_mut().expect("it leads");
    held.in_doubt = true;
    world.send(2);
    world.run(100);
    unload(&mut world, 2);
    world.run(100);
    let held = world.tabs[0].connection.as_mut().expect("it leads");
    held.in_doubt = false;
    until(&mut world, |world| world.server.received.contains(&(2, 1)));
    world.request(1, 60_000, false);
    world.run(500);
    assert_eq!(world.server.cancelled, 0);
    unload(&mut world, 1);
    world.run(100);
    assert_eq!(world.server.cancelled, 1);
    assert_eq!(world.tabs[0].machine.members(), 1);
}

#[test]
fn of_pages_that_went_away_and_never_come_back_a_leader_remembers_so_many() {
    let mut world = with_tabs(1, true);
    for _ in 0..80 {
        let tab = world.open(false);
        world.run(100);
        world.go_away(tab);
        world.run(50);
    }
    assert_eq!(world.tabs[0].machine.members(), 65);
}

#[test]
fn a_page_that_its_leader_has_forgotten_is_told_which_of_its_messages_may_have_gone_out() {
    let mut world = with_tabs(2, true);
    world.cut();
    world.run(15);
    world.send(1);
    world.run(10);
    world.go_away(1);
    until(&mut world, |world| world.server.received == [(1, 1)]);
    for _ in 0..80 {
        let tab = world.open(false);
        world.run(100);
        world.go_away(tab);
        world.run(50);
    }
    world.come_back(1);
    world.run(1_000);
    assert_eq!(world.tabs[1].uncertain, [Payload::Sent(1, 1)]);
    world.send(1);
    world.run(500);
    assert_eq!(world.server.received, [(1, 1), (1, 2)]);
}

#[test]
fn a_hidden_page_that_comes_back_after_the_clock_was_set_back_is_attached_though_it_knows_a_later_term() {
    let mut world = with_tabs(3, true);
    world.go_away(1);
    world.crash(0);
    until(&mut world, |world| world.leaders() == [2]);
    world.run(5_000);
    world.signal(2, Signal::Hidden);
    // The only one that has heard of its term.
    world.go_away(2);
    world.set_back = 20_000;
    world.come_back(1);
    until(&mut world, |world| world.leaders() == [1]);
    world.run(500);
    world.come_back(2);
    world.send(2);
    let took = until(&mut world, |world| world.server.received == [(2, 1)]);
    assert!(took < 2_000, "it took {took} ms");
}
