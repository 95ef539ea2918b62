//! Rules, one by one.

use holdfast_ws::tabs::Signal;

use crate::stage::{Heard, Life, Payload, Source, Task};
use crate::world::World;

/// A world with `tabs` visible tabs, of which the first leads.
fn with_tabs(tabs: usize, resumes: bool) -> World {
    let mut world = World::new(1, resumes);
    for _ in 0..tabs {
        world.open(true);
        world.run(500);
    }
    assert_eq!(world.leaders(), [0]);
    world
}

/// Runs until the condition holds, and returns how long that took. Panics after a minute.
fn until(world: &mut World, mut condition: impl FnMut(&World) -> bool) -> u64 {
    let start = world.now;
    while !condition(world) {
        assert!(world.now - start < 60_000, "it never comes");
        world.run(10);
    }
    world.now - start
}

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
fn a_reply_goes_to_the_tab_that_asked_and_to_no_other() {
    let mut world = with_tabs(3, true);
    let request = world.request(2, 5_000, false);
    world.run(1_000);
    assert_eq!(world.tabs[2].requests[&request], 1);
    assert!(world.tabs[0].requests.is_empty() && world.tabs[1].requests.is_empty());
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
fn a_request_that_was_handed_over_fails_with_its_leader_unless_it_may_be_sent_again() {
    let mut world = with_tabs(2, true);
    world.freeze(0, false);
    // Handed over by nobody yet.
    let once = world.request(1, 60_000, false);
    let again = world.request(1, 60_000, true);
    world.run(20_000);
    assert_eq!(world.tabs[1].requests[&once], 1);
    assert_eq!(world.tabs[1].requests[&again], 1);
    assert_eq!(world.times_handed(1, 1), 1);
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
fn a_call_of_the_server_is_answered_by_the_tab_that_was_visible_last_of_those_with_a_handler() {
    let mut world = with_tabs(4, true);
    // Without a handler anywhere it is the leader, which says so to the server.
    assert_eq!(world.answerer(7), 0);
    for tab in [1, 2] {
        world.handle_calls(tab, &[7, 8]);
        world.run(100);
    }
    assert_eq!(world.answerer(7), 2);
    world.signal(1, Signal::Visible);
    world.run(100);
    assert_eq!(world.answerer(7), 1);
    world.signal(1, Signal::Hidden);
    world.run(100);
    assert_eq!(world.answerer(7), 2);
    world.handle_calls(2, &[8]);
    world.run(100);
    assert_eq!(world.answerer(7), 1, "a hidden tab is better than none");
    assert_eq!(world.answerer(9), 0);
}

#[test]
fn a_tab_that_is_gone_answers_no_calls_and_the_next_leader_knows_who_does() {
    let mut world = with_tabs(4, true);
    for tab in [1, 2] {
        world.handle_calls(tab, &[7]);
        world.run(100);
    }
    world.crash(2);
    world.run(2_000);
    assert_eq!(world.answerer(7), 1);
    world.crash(0);
    until(&mut world, |world| world.leaders().len() == 1);
    world.run(1_000);
    assert_eq!(world.answerer(7), 1);
}

#[test]
fn the_leader_says_which_tabs_are_gone_or_away_so_that_another_answers_the_calls_of_the_server_that_they_were_given() {
    let mut world = with_tabs(5, true);
    world.crash(1);
    world.run(2_000);
    assert_eq!(world.tabs[0].gone, [1]);
    world.leave(2);
    world.run(500);
    assert_eq!(world.tabs[0].gone, [1, 2]);
    world.go_away(3);
    world.run(500);
    assert_eq!(world.tabs[0].gone, [1, 2, 3]);
    world.come_back(3);
    world.run(500);
    assert_eq!(world.tabs[0].gone, [1, 2, 3], "it is back");
}

#[test]
fn a_tab_that_is_away_answers_no_calls_also_when_another_no_longer_waits_for_its_token() {
    let mut world = with_tabs(4, true);
    for tab in [1, 3] {
        world.handle_calls(tab, &[7]);
    }
    world.say();
    world.run(500);
    // It reads less than the others, and joins too late for the connection to resume from there. So it waits for its token in vain.
    world.go_away(2);
    world.say();
    world.run(500);
    world.crash(0);
    until(&mut world, |world| world.server.connections.len() == 1);
    world.run(200);
    world.come_back(2);
    world.run(200);
    world.go_away(3);
    world.run(200);
    assert_eq!(world.answerer(7), 1);
    world.run(5_000);
    assert_eq!(world.tabs[2].heard.last(), Some(&Heard::Gap), "it no longer waits");
    assert_eq!(world.answerer(7), 1, "the other is away still");
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
fn a_leader_that_was_away_hands_nothing_over_again_that_was_handed_over_meanwhile() {
    let mut world = with_tabs(3, true);
    world.cut();
    world.run(10);
    world.send(1);
    world.go_away(1);
    world.run(15);
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

/// Returns how many requests the leader still expects replies to, late ones included.
fn expected(world: &World) -> usize {
    world.tabs[0].connection.as_ref().map_or(0, |held| held.asked.len())
}

#[test]
fn the_server_is_told_to_give_up_the_requests_of_a_tab_that_has_crashed() {
    let mut world = with_tabs(2, true);
    world.server.answers = false;
    world.request(1, 60_000, false);
    world.run(500);
    world.crash(1);
    world.run(2_000);
    assert_eq!(world.server.cancelled, 1);
    assert_eq!(expected(&world), 1, "a reply may still come");
    world.run(10_000);
    world.say();
    world.run(500);
    assert_eq!(expected(&world), 0);
}

#[test]
fn a_reply_that_comes_within_ten_seconds_of_the_end_of_its_request_is_for_nobody() {
    let mut world = with_tabs(2, true);
    world.server.answers = false;
    let request = world.request(1, 1_000, false);
    world.run(2_000);
    assert_eq!(world.tabs[1].requests[&request], 1, "it has timed out");
    assert_eq!(world.server.cancelled, 0, "that is for the tab itself to say");
    assert_eq!(expected(&world), 1);
    let connection = world.tabs[0].connection.as_ref().map_or(0, |held| held.id);
    world.deliver(
        0,
        Source::Connection(connection),
        Task::Reply(connection, 1, request, 1),
    );
    world.run(500);
    assert_eq!(world.tabs[1].requests[&request], 1, "it is settled once");
    assert_eq!(world.tabs[1].heard, []);
    world.run(10_000);
    world.say();
    world.run(500);
    assert_eq!(expected(&world), 0);
}
