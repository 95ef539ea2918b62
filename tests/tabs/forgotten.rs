//! A tab that its leader takes for gone, and that is there: the lock that is its own was late.

use holdfast_ws::tabs::{Common, Config, Down, Frame, Output, Signal, Up};

use crate::machine::{NOTHING, OTHER, at, given, join, leading, message, outputs};
use crate::scene::{until, with_tabs};
use crate::stage::{Heard, Life, Payload, Source};
use crate::world::World;

/// The lock of the tab is not held for so long that its leader forgets the tab.
fn forget(world: &mut World, tab: usize) {
    world.vanish(tab);
    world.run(1_000);
    world.tabs[tab].present = true;
}

#[test]
fn a_hidden_tab_that_only_listens_misses_nothing_though_it_was_forgotten() {
    let mut world = with_tabs(2, true);
    let listener = world.open(false);
    world.run(500);
    world.say();
    world.run(500);
    forget(&mut world, listener);
    world.say();
    world.run(500);
    assert_eq!(world.tabs[listener].heard, [1, 2].map(Heard::Message));
    assert!(world.tabs[0].watched.contains(&listener), "it is watched again");
}

#[test]
fn what_a_forgotten_tab_had_sent_goes_out_once_and_in_order() {
    let mut world = with_tabs(3, true);
    world.send(1);
    world.run(500);
    let held = world.tabs[0].connection.as_mut().expect("it leads");
    held.in_doubt = true;
    // Taken, and dropped with the tab.
    world.send(1);
    world.run(500);
    forget(&mut world, 1);
    world.send(1);
    let held = world.tabs[0].connection.as_mut().expect("it leads");
    held.in_doubt = false;
    world.run(500);
    assert_eq!(world.server.received, [(1, 1), (1, 2), (1, 3)]);
    assert_eq!(world.tabs[1].machine.unsent_count(), 0);
}

#[test]
fn a_request_of_a_forgotten_tab_is_given_up_at_the_server_and_fails_at_once_or_is_made_again() {
    let mut world = with_tabs(2, true);
    world.server.answers = false;
    let once = world.request(1, 60_000, false);
    let again = world.request(1, 60_000, true);
    world.run(500);
    world.server.answers = true;
    forget(&mut world, 1);
    world.run(500);
    assert_eq!(world.server.cancelled, 2);
    assert_eq!((world.times_handed(1, 1), world.times_handed(1, 2)), (1, 2));
    assert_eq!((world.tabs[1].requests[&once], world.tabs[1].requests[&again]), (1, 1));
}

#[test]
fn what_a_tab_sends_after_it_was_forgotten_is_not_taken_for_what_it_sent_before_when_it_was_away() {
    let mut world = with_tabs(3, true);
    world.send(1);
    world.send(1);
    world.run(100);
    // The others keep in mind that two messages were handed over before it went away.
    world.go_away(1);
    world.run(100);
    world.come_back(1);
    world.server.answers = false;
    world.request(1, 60_000, true);
    world.run(500);
    let held = world.tabs[0].connection.as_mut().expect("it leads");
    held.in_doubt = true;
    forget(&mut world, 1);
    world.send(1);
    world.run(500);
    world.crash(0);
    until(&mut world, |world| world.times_handed(1, 4) == 1);
}

#[test]
fn a_tab_that_is_not_attached_is_told_to_join_again_when_it_says_anything_in_the_leaders_term() {
    let ups: [fn() -> Up<&'static str, u64>; 3] = [
        || Up::Question,
        || message(1, "lost"),
        || Up::Handles {
            methods: vec![7],
            visible: true,
        },
    ];
    for up in ups {
        let (mut machine, term) = leading(Config::default());
        machine.handle_ready(at(200), true);
        outputs(&mut machine);
        machine.handle_frame(at(210), Frame::Up(OTHER, term, up()));
        let told = Output::Post(Frame::Down(OTHER, term, Down::JoinAgain));
        assert_eq!(outputs(&mut machine), [told]);
    }
}

#[test]
fn the_result_of_a_lookup_says_nothing_of_a_tab_that_seems_to_be_gone_since() {
    let (mut machine, term) = leading(Config::default());
    machine.handle_frame(at(200), Frame::Common(OTHER, join(NOTHING, None)));
    machine.handle_gone(at(200), OTHER);
    machine.handle_timeout(at(700));
    assert!(outputs(&mut machine).contains(&Output::LookUp(OTHER)));
    // It was away, and is back, before the result comes.
    machine.handle_frame(at(710), Frame::Common(OTHER, Common::Away(1)));
    machine.handle_frame(at(710), Frame::Common(OTHER, join(NOTHING, Some((term, 1)))));
    machine.handle_gone(at(720), OTHER);
    machine.handle_presence(at(730), OTHER, false);
    assert_eq!(machine.members(), 2);
    machine.handle_timeout(at(1_220));
    assert!(outputs(&mut machine).contains(&Output::LookUp(OTHER)));
    machine.handle_presence(at(1_230), OTHER, false);
    assert_eq!(machine.members(), 1);
}

#[test]
fn an_acknowledgement_from_before_a_tab_has_joined_again_counts_for_no_more_than_was_posted_since() {
    let config = Config {
        lag: 2,
        ..Config::default()
    };
    let (mut machine, term) = leading(config);
    machine.handle_frame(at(200), Frame::Common(OTHER, join(NOTHING, None)));
    machine.handle_frame(at(210), Frame::Up(OTHER, term, Up::Acknowledge(64)));
    outputs(&mut machine);
    for message in ["one", "two", "three"] {
        machine.handle_message(at(220), message, 1, None);
    }
    assert_eq!(given(&mut machine, OTHER), ["one", "two"]);
}

#[test]
fn a_tab_that_was_forgotten_while_it_was_away_and_is_away_again_sends_nothing_twice_to_the_next_leader() {
    let mut world = with_tabs(3, true);
    world.run(500);
    // It does not hear that its message is handed over.
    world.send(1);
    world.tabs[1].life = Life::Away;
    world.tabs[1].close_channels();
    world.run(100);
    assert_eq!(world.times_handed(1, 1), 1);
    world.tabs[1].suspended = true;
    world.signal(1, Signal::Away);
    // The word that it is away never comes.
    world.tabs[0].tasks.remove(&Source::Common);
    world.run(1_000);
    assert_eq!(world.tabs[0].machine.members(), 2, "it is forgotten");
    world.come_back(1);
    world.go_away(1);
    world.run(500);
    world.crash(0);
    until(&mut world, |world| world.leaders() == [2]);
    world.come_back(1);
    world.run(2_000);
    assert_eq!(world.times_handed(1, 1), 1);
    assert_eq!(world.tabs[1].uncertain, [Payload::Sent(1, 1)]);
}
