//! A hub hands over messages of other tabs: it tells them first, and waits until that has left its page.

use holdfast_ws::tabs::{Ask, Config, Down, Fence, Frame, Output, RequestNumber, Signal, Term, Up};

use crate::machine::{ME, Machine, NOTHING, OTHER, Out, ask, at, join, leading, message, outputs, term};
use crate::scene::{until, with_tabs};

/// A hub with an open connection and another tab.
fn hub() -> (Machine, Term) {
    let (mut machine, now) = leading(Config::default());
    machine.handle_ready(at(160), true);
    machine.handle_frame(at(160), Frame::Common(OTHER, join(NOTHING, None)));
    outputs(&mut machine);
    (machine, now)
}

/// Returns what the machine wants done; its connection is well.
fn wants(machine: &mut Machine) -> Vec<Out> {
    let mut wants = Vec::new();
    while let Some(output) = machine.poll_output() {
        if output == Output::ReadSendable {
            machine.handle_sendable(at(0), true);
        } else {
            wants.push(output);
        }
    }
    wants
}

/// Returns what it hands over, and whether it drops or closes its connection after that.
fn ends(machine: &mut Machine) -> (Vec<&'static str>, bool) {
    let mut handed = Vec::new();
    for output in wants(machine) {
        match output {
            Output::Hand { payload, .. } => handed.push(payload),
            Output::DropConnection | Output::CloseConnection(_) => return (handed, true),
            _ => {}
        }
    }
    (handed, false)
}

const fn hand(payload: &'static str) -> Out {
    Output::Hand {
        tab: OTHER,
        payload,
        request: None,
    }
}

const fn fence(now: Term, number: u64) -> Frame<&'static str, u64> {
    Frame::Fence(ME, Fence::Announced(now, number))
}

#[test]
fn a_message_of_another_tab_is_handed_over_when_the_frame_has_come_back_that_was_posted_after_the_tab_was_told() {
    let (mut machine, now) = hub();
    let told = |upto| Output::Post(Frame::Down(OTHER, now, Down::Handing(upto)));
    machine.handle_frame(at(170), Frame::Up(OTHER, now, message(1, "one")));
    assert_eq!(wants(&mut machine), [told(1), Output::Post(fence(now, 1))]);
    machine.handle_frame(at(170), Frame::Up(OTHER, now, message(2, "two")));
    assert_eq!(wants(&mut machine), [told(2)]);
    assert!(machine.handing().eq(&["one", "two"]));
    // Its own message has nobody to be told.
    machine.send(at(175), "own", 3);
    let own = |output: &Out| {
        matches!(
            output,
            Output::Hand {
                tab: ME,
                payload: "own",
                ..
            }
        )
    };
    assert!(wants(&mut machine).iter().any(own));
    for other in [fence(term(now.number - 1, ME), 1), fence(now, 7)] {
        machine.handle_frame(at(178), other);
        assert_eq!(wants(&mut machine), []);
    }
    machine.handle_frame(at(180), fence(now, 1));
    assert_eq!(
        wants(&mut machine),
        [Output::Post(fence(now, 2)), hand("one"), Output::ReadBuffered]
    );
    machine.handle_frame(at(190), fence(now, 2));
    assert_eq!(wants(&mut machine), [hand("two"), Output::ReadBuffered]);
}

#[test]
fn a_hub_that_has_waited_long_looks_up_whether_it_is_the_hub_before_it_hands_over() {
    for (late, holder) in [(2_000, ME), (2_000, OTHER), (100, ME)] {
        let (mut machine, now) = hub();
        machine.handle_frame(at(200), Frame::Up(OTHER, now, message(1, "one")));
        wants(&mut machine);
        // It runs meanwhile.
        machine.handle_timeout(at(200 + late / 2));
        machine.handle_frame(at(200 + late), fence(now, 1));
        let looks = late > 1_250;
        let wanted = wants(&mut machine);
        assert_eq!(wanted.contains(&Output::QueryLock), looks);
        assert_eq!(wanted.contains(&hand("one")), !looks);
        if looks {
            machine.handle_holder(at(210 + late), Some(holder), 1_000);
            assert_eq!(wants(&mut machine).contains(&hand("one")), holder == ME);
        }
    }
}

#[test]
fn what_is_on_its_way_goes_out_before_the_hub_leaves_or_goes_away() {
    let ways: [fn(&mut Machine); 5] = [
        |machine| machine.leave(at(180)),
        |machine| machine.leave_all(at(180), "all"),
        |machine| machine.handle_frame(at(180), Frame::Common(OTHER, holdfast_ws::tabs::Common::End("all"))),
        |machine| machine.handle_signal(at(180), Signal::Away),
        |machine| machine.handle_signal(at(180), Signal::Unload),
    ];
    for end in ways {
        let (mut machine, now) = hub();
        machine.handle_frame(at(170), Frame::Up(OTHER, now, message(1, "one")));
        wants(&mut machine);
        end(&mut machine);
        assert_eq!(ends(&mut machine), (vec!["one"], true));
    }
}

#[test]
fn a_hub_that_is_told_that_it_is_none_hands_nothing_over() {
    let (mut machine, now) = hub();
    machine.handle_frame(at(170), Frame::Up(OTHER, now, message(1, "one")));
    wants(&mut machine);
    machine.handle_stolen(at(180));
    assert_eq!(ends(&mut machine), (vec![], true));
    machine.handle_frame(at(190), fence(now, 1));
    assert_eq!(ends(&mut machine), (vec![], false));
}

#[test]
fn a_request_on_its_way_is_lost_with_the_connection_or_its_tab_and_is_not_sent() {
    let ways: [fn(&mut Machine); 2] = [
        |machine| {
            machine.handle_ready(at(180), false);
            machine.handle_ready(at(190), true);
        },
        |machine| machine.handle_frame(at(180), Frame::Common(OTHER, holdfast_ws::tabs::Common::Away(1))),
    ];
    for end in ways {
        let (mut machine, now) = hub();
        let request = Up::Send {
            number: 1,
            payload: "asks",
            request: Some(Ask {
                number: RequestNumber::new(1),
                request: ask(7),
            }),
        };
        machine.handle_frame(at(170), Frame::Up(OTHER, now, request));
        machine.handle_frame(at(170), Frame::Up(OTHER, now, message(2, "two")));
        wants(&mut machine);
        end(&mut machine);
        machine.handle_frame(at(200), fence(now, 1));
        machine.handle_frame(at(210), fence(now, 2));
        let wanted = wants(&mut machine);
        assert!(wanted.contains(&hand("two")));
        let not = |output: &Out| !matches!(output, Output::Hand { payload: "asks", .. } | Output::Cancel { .. });
        assert!(wanted.iter().all(not), "{wanted:?}");
    }
}

#[test]
fn a_leader_that_is_about_to_leave_waits_until_what_other_tabs_have_sent_is_on_the_connection() {
    let (mut machine, now) = hub();
    machine.handle_frame(at(170), Frame::Up(OTHER, now, message(1, "one")));
    wants(&mut machine);
    machine.leave_when_sent(at(175), holdfast_ws::engine::Span::from_millis(3_000), None);
    assert_eq!(ends(&mut machine), (vec![], false));
    machine.handle_frame(at(180), fence(now, 1));
    assert_eq!(ends(&mut machine), (vec!["one"], true));
}

#[test]
fn requests_of_a_page_that_has_gone_into_the_cache_are_given_up_at_the_server() {
    let mut world = with_tabs(2, true);
    world.server.answers = false;
    world.request(1, 60_000, false);
    until(&mut world, |world| world.server.received.len() == 1);
    world.go_away(1);
    until(&mut world, |world| world.server.cancelled == 1);
}
