//! An open connection in doubt: it would keep what it is given, so the tabs keep that.

use holdfast_ws::tabs::{Config, Frame, Output};

use crate::machine::{Machine, NOTHING, OTHER, at, handed, join, leading, message};
use crate::scene::{until, with_tabs};
use crate::stage::Payload;
use crate::world::World;

/// A world of three tabs whose connection is in doubt for good.
fn in_doubt() -> World {
    let mut world = with_tabs(3, true);
    let held = world.tabs[0].connection.as_mut().expect("it leads");
    held.in_doubt = true;
    world
}

#[test]
fn what_tabs_send_while_the_connection_is_in_doubt_goes_out_in_order_by_the_next_leader_if_the_leader_crashes() {
    let mut world = in_doubt();
    for _ in 0..2 {
        world.send(1);
        world.send(2);
    }
    world.request(1, 60_000, false);
    world.run(1_000);
    assert_eq!(world.server.received, []);
    assert_eq!(world.tabs[1].machine.unsent_count(), 3);
    world.crash(0);
    until(&mut world, |world| world.server.received.len() == 5);
    let of = |tab| world.server.received.iter().filter(move |(from, _)| *from == tab);
    assert!(of(1).eq(&[(1, 1), (1, 2), (1, 3)]) && of(2).eq(&[(2, 1), (2, 2)]));
}

#[test]
fn the_same_goes_for_a_leader_that_leaves_or_goes_away_or_freezes() {
    let ends: [fn(&mut World); 3] = [
        |world| world.leave(0),
        |world| world.go_away(0),
        |world| world.freeze(0, true),
    ];
    for end in ends {
        let mut world = in_doubt();
        world.send(1);
        world.run(1_000);
        end(&mut world);
        until(&mut world, |world| world.server.received == [(1, 1)]);
    }
}

#[test]
fn it_goes_out_once_the_connection_has_proved_to_be_alive() {
    let mut world = in_doubt();
    for tab in 0..3 {
        world.send(tab);
    }
    world.run(1_000);
    let held = world.tabs[0].connection.as_mut().expect("it leads");
    held.in_doubt = false;
    let took = until(&mut world, |world| world.server.received.len() == 3);
    assert!(took <= 200, "it took {took} ms");
    world.run(500);
    for tab in 0..3 {
        assert_eq!(world.tabs[tab].machine.unsent_count(), 0);
    }
}

#[test]
fn what_a_tab_has_sent_to_a_connection_in_doubt_is_given_back_when_it_leaves() {
    let mut world = in_doubt();
    world.send(1);
    world.run(500);
    world.leave(1);
    assert_eq!(world.tabs[1].unsent, [Payload::Sent(1, 1)]);
    world.crash(0);
    world.run(5_000);
    assert_eq!(world.server.received, []);
}

#[test]
fn a_connection_is_asked_before_each_hand_over_and_again_only_while_messages_wait() {
    let (mut machine, term) = leading(Config::default());
    machine.handle_ready(at(200), true);
    machine.handle_frame(at(200), Frame::Common(OTHER, join(NOTHING, None)));
    while machine.poll_output().is_some() {}
    machine.handle_frame(at(210), Frame::Up(OTHER, term, message(1, "one")));
    machine.send(at(210), "mine", 4);
    assert_eq!(machine.poll_output(), Some(Output::ReadSendable));
    assert_eq!(machine.poll_output(), None, "it is asked once");
    machine.handle_sendable(at(210), false);
    assert_eq!(machine.poll_timeout(), Some(at(230)));
    machine.handle_frame(at(220), Frame::Up(OTHER, term, message(2, "two")));
    assert_eq!(machine.poll_output(), None);
    machine.handle_timeout(at(230));
    assert_eq!(machine.poll_output(), Some(Output::ReadSendable));
    machine.handle_sendable(at(230), true);
    assert_eq!(handed(&mut machine), ["mine", "one", "two"]);
    machine.handle_buffered(at(230), 0);
    assert_eq!(machine.poll_timeout(), None);
    machine.send(at(240), "last", 4);
    assert_eq!(machine.poll_output(), Some(Output::ReadSendable));
    // It has ended when the answer comes.
    machine.handle_ready(at(240), false);
    machine.handle_sendable(at(240), true);
    assert!(handed(&mut machine).is_empty());
    assert_eq!(machine.poll_timeout(), None);
    machine.handle_ready(at(250), true);
    assert_eq!(handed(&mut machine), ["last"]);
    machine.handle_buffered(at(250), 0);
    machine.send(at(260), "waits", 5);
    assert_eq!(machine.poll_output(), Some(Output::ReadSendable));
    machine.handle_sendable(at(260), false);
    // Another connection is asked at once.
    machine.handle_ready(at(265), false);
    machine.handle_ready(at(265), true);
    assert_eq!(handed(&mut machine), ["waits"]);
}

#[test]
fn a_connection_that_stays_in_doubt_is_asked_less_and_less_often_and_the_next_one_as_at_first() {
    let (mut machine, _) = leading(Config::default());
    machine.handle_ready(at(200), true);
    while machine.poll_output().is_some() {}
    machine.send(at(200), "waits", 5);
    let mut now = 200;
    let mut waits = |machine: &mut Machine| {
        (0..6)
            .map(|_| {
                assert_eq!(machine.poll_output(), Some(Output::ReadSendable));
                machine.handle_sendable(at(now), false);
                let due = machine.poll_timeout().expect("it asks again").as_millis_f64();
                let wait = due - at(now).as_millis_f64();
                while at(now).as_millis_f64() < due {
                    now += 1;
                }
                machine.handle_timeout(at(now));
                wait
            })
            .collect::<Vec<_>>()
    };
    let expected = [20.0, 40.0, 80.0, 160.0, 160.0, 160.0];
    assert_eq!(waits(&mut machine), expected);
    machine.handle_ready(at(900), false);
    machine.handle_ready(at(900), true);
    while machine
        .poll_output()
        .is_some_and(|output| output != Output::ReadSendable)
    {}
    machine.handle_sendable(at(900), false);
    assert_eq!(machine.poll_timeout(), Some(at(920)));
}
