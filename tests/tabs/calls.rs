//! Rules of requests, and of calls of the server.

use holdfast_ws::tabs::Signal;

use crate::scene::{until, with_tabs};
use crate::stage::{Heard, Life, Source, Task};
use crate::world::World;

/// A world of so many tabs of which the second and the third answer calls of one method, and the third has one that it has not answered.
fn called(tabs: usize) -> World {
    let mut world = with_tabs(tabs, true);
    for tab in [1, 2] {
        world.handle_calls(tab, &[7]);
        world.tabs[tab].is_slow = true;
        world.run(100);
    }
    world.call(7);
    world.run(500);
    world
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
fn a_request_that_a_lost_leader_has_handed_over_fails_at_once() {
    let mut world = with_tabs(2, true);
    world.server.answers = false;
    let request = world.request(1, 60_000, false);
    world.run(500);
    assert_eq!(world.times_handed(1, 1), 1);
    world.crash(0);
    world.run(3_000);
    assert_eq!(world.tabs[1].requests[&request], 1);
    assert_eq!(world.times_handed(1, 1), 1);
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
    assert_eq!(
        world.answerer(9),
        2,
        "one that has other handlers says that there is none"
    );
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
fn a_call_that_a_tab_has_not_answered_is_given_to_another_when_that_is_gone_or_away() {
    let ends: [fn(&mut World); 3] = [|world| world.crash(2), |world| world.leave(2), |world| world.go_away(2)];
    for end in ends {
        let mut world = called(4);
        world.tabs[1].is_slow = false;
        let called = |world: &World, tab: usize| world.tabs[tab].called.clone();
        assert_eq!((called(&world, 1), called(&world, 2)), (vec![], vec![1]));
        assert!(world.server.answered.is_empty());
        end(&mut world);
        world.run(2_000);
        assert_eq!(called(&world, 1), [1]);
        assert_eq!(world.server.answered[&1], "a tab");
        assert!(called(&world, 0).is_empty() && called(&world, 3).is_empty());
    }
}

#[test]
fn a_call_is_refused_when_no_tab_is_left_that_answers_its_method() {
    let mut world = with_tabs(3, true);
    world.handle_calls(0, &[8]);
    world.handle_calls(2, &[7]);
    world.tabs[2].is_slow = true;
    world.run(100);
    world.call(7);
    world.run(500);
    world.crash(2);
    world.run(2_000);
    assert_eq!(world.server.answered[&1], "nobody");
}

#[test]
fn a_call_is_answered_once_by_the_tab_that_has_it_also_if_one_that_was_away_answers_later() {
    let mut world = called(3);
    world.go_away(2);
    world.run(500);
    world.come_back(2);
    world.run(500);
    // The first that had it: the call is the other's.
    world.deliver(2, Source::Application, Task::Answer(1));
    world.run(500);
    assert!(world.server.answered.is_empty());
    world.deliver(1, Source::Application, Task::Answer(1));
    world.run(500);
    assert_eq!(world.server.answered[&1], "a tab");
    // The world fails if the server is answered again.
    world.deliver(2, Source::Application, Task::Answer(1));
    world.run(500);
}

#[test]
fn a_call_that_was_refused_is_not_answered_by_a_leader_that_leaves_as_soon_as_all_is_handed_over() {
    let mut world = with_tabs(3, true);
    world.handle_calls(2, &[7]);
    world.run(100);
    let held = world.tabs[0].connection.as_mut().expect("it leads");
    held.in_doubt = true;
    world.send(0);
    world.call(7);
    world.run(500);
    world.signal(2, Signal::Unload);
    world.crash(2);
    world.leave_when_sent(0, 5_000);
    world.run(500);
    assert_eq!(world.server.answered[&1], "nobody");
    let held = world.tabs[0].connection.as_mut().expect("it leads");
    held.in_doubt = false;
    // The world fails if the server is answered again.
    until(&mut world, |world| world.tabs[0].life == Life::Left);
    assert_eq!(world.server.answered[&1], "nobody");
}

#[test]
fn a_call_of_a_connection_that_is_lost_is_given_to_no_other_tab() {
    let mut world = called(3);
    world.cut();
    world.run(1_000);
    world.crash(2);
    world.run(2_000);
    assert!(world.tabs[1].called.is_empty());
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

/// True if the leader still expects replies, late ones included.
fn expects(world: &World) -> bool {
    world.tabs[0].machine.expects_replies()
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
    assert!(expects(&world), "a reply may still come");
    world.run(10_000);
    world.say();
    world.run(500);
    assert!(!expects(&world));
}

#[test]
fn a_reply_that_comes_within_ten_seconds_of_the_end_of_its_request_is_for_nobody() {
    let mut world = with_tabs(2, true);
    world.server.answers = false;
    let request = world.request(1, 1_000, false);
    world.run(2_000);
    assert_eq!(world.tabs[1].requests[&request], 1, "it has timed out");
    assert_eq!(world.server.cancelled, 0, "that is for the tab itself to say");
    assert!(expects(&world));
    let connection = world.tabs[0].connection.as_ref().map_or(0, |held| held.id);
    world.deliver(0, Source::Connection(connection), Task::Reply(connection, 1_000, 1, 1));
    world.run(500);
    assert_eq!(world.tabs[1].requests[&request], 1, "it is settled once");
    assert_eq!(world.tabs[1].heard, []);
    world.run(10_000);
    world.say();
    world.run(500);
    assert!(!expects(&world));
}

#[test]
fn of_two_requests_with_one_number_the_second_waits_until_no_reply_to_the_first_can_come() {
    let mut world = with_tabs(3, true);
    let first = world.request_as(1, 7, 60_000, false);
    world.run(100);
    let second = world.request_as(2, 7, 60_000, false);
    world.send(2);
    world.send(1);
    world.run(1_000);
    assert_eq!(world.tabs[1].requests[&first], 1);
    assert_eq!(world.tabs[2].requests[&second], 0);
    assert_eq!(world.times_handed(2, 1), 0);
    assert_eq!(world.times_handed(2, 2), 0, "what the tab sent after it waits, too");
    assert_eq!(world.times_handed(1, 2), 1, "other tabs don't wait");
    world.run(10_000);
    assert_eq!((world.times_handed(2, 1), world.times_handed(2, 2)), (1, 1));
    assert_eq!(world.tabs[2].requests[&second], 1);
}

#[test]
fn a_request_that_waits_for_its_number_times_out_and_what_is_behind_it_goes_out() {
    let mut world = with_tabs(3, true);
    world.server.answers = false;
    world.request_as(1, 7, 60_000, false);
    world.run(100);
    let second = world.request_as(2, 7, 3_000, false);
    world.send(2);
    world.run(2_000);
    assert_eq!(world.times_handed(2, 2), 0);
    world.run(2_000);
    assert_eq!(world.tabs[2].requests[&second], 1);
    assert_eq!((world.times_handed(2, 1), world.times_handed(2, 2)), (0, 1));
}

#[test]
fn a_request_that_waits_for_the_number_of_a_tab_that_is_gone_waits_no_longer_than_a_late_reply() {
    let mut world = with_tabs(3, true);
    world.server.answers = false;
    world.request_as(1, 7, 60_000, false);
    world.run(100);
    let second = world.request_as(2, 7, 60_000, false);
    world.crash(1);
    world.run(3_000);
    assert_eq!(world.times_handed(2, 1), 0);
    world.server.answers = true;
    world.run(10_000);
    assert_eq!(world.times_handed(2, 1), 1);
    assert_eq!(world.tabs[2].requests[&second], 1);
}
