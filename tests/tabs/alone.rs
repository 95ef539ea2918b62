//! More of one machine alone: what a tab does after it has slept, what it remembers of a lost hub, and what it keeps to itself.

use holdfast_ws::engine::Span;
use holdfast_ws::tabs::{
    Call, Common, Config, Down, Event, Fence, Frame, Handed, Message, Numbered, Output, Request, Role, Signal, Up,
};

use crate::machine::{
    ME, NOTHING, OTHER, THIRD, ask, asks, at, calling, events, following, handed, join, leading, message, outputs,
    pass, read, term, told,
};

#[test]
fn a_tab_that_slept_while_it_called_the_roll_looks_up_who_has_the_lock_before_it_leads() {
    let (mut machine, _) = calling(Config::default());
    machine.handle_timeout(at(60_000));
    assert_eq!(outputs(&mut machine), [Output::QueryLock]);
    assert_eq!(machine.role(), Role::Follower);
    machine.handle_holder(at(60_010), Some(OTHER), 0);
    let wants = outputs(&mut machine);
    assert!(!wants.iter().any(|output| matches!(output, Output::OpenConnection(_))));
}

#[test]
fn a_lookup_that_took_as_long_as_a_sleep_proves_nothing_and_the_hub_is_asked_again() {
    let mut machine = following(term(5, OTHER));
    for _ in 0..2 {
        pass(&mut machine, 0.0);
    }
    let now = pass(&mut machine, 0.0);
    outputs(&mut machine);
    machine.handle_holder(now.saturating_add(Span::from_millis(1_500)), Some(OTHER), 0);
    assert!(asks(&outputs(&mut machine)));
}

#[test]
fn a_tab_that_becomes_visible_asks_the_hub_at_once() {
    let mut machine = following(term(5, OTHER));
    machine.handle_signal(at(10), Signal::Hidden);
    assert!(!asks(&outputs(&mut machine)));
    machine.handle_signal(at(20), Signal::Visible);
    assert!(asks(&outputs(&mut machine)));
}

#[test]
fn what_was_never_handed_over_is_told_at_the_end_and_a_request_fails_by_itself() {
    let mut machine = following(term(5, OTHER));
    let request = machine.request(at(10), "asks", 4, ask(7));
    machine.send(at(20), "says", 3);
    machine.leave(at(30));
    let told = events(&mut machine);
    let [
        Event::Failed {
            request: failed, sent, ..
        },
        Event::Ended { unsent, .. },
    ] = &told[..]
    else {
        panic!("{told:?}");
    };
    assert_eq!((Some(*failed), *sent), (request, false));
    assert_eq!(unsent, &["says"]);
}

#[test]
fn no_reply_is_late_after_its_connection_is_lost() {
    let (mut machine, _) = leading(Config::default());
    machine.handle_ready(at(200), true);
    let request = machine.request(at(210), "asks", 4, ask(7));
    outputs(&mut machine);
    machine.abort(at(220), request.expect("it has not left"));
    assert_eq!(machine.expected(7), Some(0), "one may be late");
    machine.handle_ready(at(230), false);
    assert_eq!((machine.expected(7), machine.expects_replies()), (None, false));
}

#[test]
fn a_reply_in_parts_ends_its_request_when_it_says_so() {
    for streams in [false, true] {
        let (mut machine, _) = leading(Config::default());
        machine.handle_ready(at(200), true);
        let request = Request { streams, ..ask(7) };
        machine.request(at(210), "asks", 4, request);
        outputs(&mut machine);
        let mut lasts = Vec::new();
        for ends in [false, false, true, true] {
            machine.handle_reply(at(220), 7, "part", ends);
            lasts.extend(events(&mut machine).into_iter().filter_map(|event| match event {
                Event::Reply { last, .. } => Some(last),
                _ => None,
            }));
        }
        let expected: &[bool] = if streams { &[false, false, true] } else { &[true] };
        assert_eq!(lasts, expected);
    }
}

#[test]
fn a_server_may_use_the_number_of_a_call_anew_after_that_was_moved_and_answered() {
    let (mut machine, now) = leading(Config::default());
    machine.handle_ready(at(160), true);
    machine.set_methods(at(160), vec![7]);
    let handles = Up::Handles {
        methods: vec![7],
        visible: true,
    };
    machine.handle_frame(at(170), Frame::Common(OTHER, join(NOTHING, None)));
    machine.handle_frame(at(170), Frame::Up(OTHER, now, handles));
    let call = Call {
        id: Some(1),
        method: 7,
        payload: "call",
    };
    machine.handle_call(at(180), call.clone(), 4, None);
    machine.handle_frame(at(190), Frame::Common(OTHER, Common::Leave));
    assert!(machine.admits_answer(ME, 1));
    assert!(!machine.admits_answer(OTHER, 1) && !machine.admits_answer(ME, 1));
    machine.handle_call(at(200), call, 4, None);
    assert!(machine.admits_answer(ME, 1));
}

#[test]
fn a_tab_that_leads_alone_resumes_from_its_own_token() {
    let hub = term(5, OTHER);
    let mut machine = following(hub);
    let brought = Numbered::Message(Message {
        seq: 1,
        payload: "one",
        token: Some(41),
        only: None,
    });
    machine.handle_frame(at(10), Frame::Down(ME, hub, Down::Numbered(1, brought)));
    machine.handle_granted(at(20), Some(0));
    machine.handle_holder(at(30), Some(ME), 1_000);
    let mut wants = outputs(&mut machine);
    wants.retain(|output| matches!(output, Output::OpenConnection(_)));
    assert_eq!(wants, [Output::OpenConnection(Some(41))], "one connection");
}

#[test]
fn an_answer_to_another_roll_call_does_not_count() {
    let (mut machine, number) = calling(Config::default());
    let before = term(5, THIRD);
    for (to, token) in [
        ((ME, number.wrapping_add(1)), 7),
        ((OTHER, number), 8),
        ((ME, number), 9),
    ] {
        let present = Common::Present {
            to,
            known: before,
            mark: read(before, token, token),
            handed: Vec::new(),
        };
        machine.handle_frame(at(10), Frame::Common(THIRD, present));
    }
    machine.handle_timeout(at(150));
    assert!(outputs(&mut machine).contains(&Output::OpenConnection(Some(9))));
}

#[test]
fn a_new_leader_hears_first_what_the_hub_before_has_handed_over_of_what_it_sent() {
    let hub = term(5, OTHER);
    let mut machine = following(hub);
    machine.send(at(10), "one", 3);
    machine.send(at(10), "two", 3);
    machine.handle_granted(at(20), Some(0));
    machine.handle_holder(at(30), Some(ME), 1_000);
    machine.handle_ready(at(40), true);
    assert_eq!(machine.attached(), None);
    assert_eq!(handed(&mut machine), Vec::<&str>::new());
    // Posted by the hub before it was lost.
    machine.handle_frame(at(50), Frame::Down(ME, hub, Down::Handing(1)));
    machine.handle_frame(at(60), Frame::Fence(ME, Fence::Join));
    assert_eq!(handed(&mut machine), ["two"]);
}

#[test]
fn all_tabs_and_the_hub_itself_are_told_what_was_handed_over_of_what_a_tab_sent_that_is_away() {
    let (mut machine, now) = leading(Config::default());
    machine.handle_ready(at(160), true);
    machine.handle_frame(at(160), Frame::Common(OTHER, join(NOTHING, None)));
    for number in 1..=2 {
        machine.handle_frame(at(170), Frame::Up(OTHER, now, message(number, "says")));
    }
    outputs(&mut machine);
    machine.handle_frame(at(180), Frame::Common(OTHER, Common::Away(1)));
    let upto = Handed {
        tab: OTHER,
        term: now,
        away: 1,
        upto: 2,
    };
    let announced = Output::Post(Frame::Common(ME, Common::Handed(upto)));
    assert!(outputs(&mut machine).contains(&announced));
    // It is the hub of another term when that tab is back.
    machine.handle_stolen(at(190));
    machine.handle_granted(at(200), Some(0));
    machine.handle_holder(at(210), Some(ME), 2_000);
    outputs(&mut machine);
    machine.handle_frame(at(220), Frame::Common(OTHER, join(NOTHING, Some((now, 1)))));
    assert_eq!(told(&mut machine), Some(2));
}

#[test]
fn a_hub_whose_timers_are_always_late_waits_for_a_token_only_once_more() {
    let (mut machine, number) = calling(Config::default());
    let before = term(5, THIRD);
    let present = Common::Present {
        to: (ME, number),
        known: before,
        mark: read(before, 7, 7),
        handed: Vec::new(),
    };
    machine.handle_frame(at(10), Frame::Common(OTHER, present));
    machine.handle_timeout(at(150));
    machine.handle_frame(at(160), Frame::Common(THIRD, join(read(before, 9, 9), None)));
    machine.handle_ready(at(200), true);
    outputs(&mut machine);
    let gap = |machine: &mut _| {
        let wants = outputs(machine);
        wants.iter().any(|output| {
            matches!(
                output,
                Output::Post(Frame::Down(THIRD, _, Down::Numbered(_, Numbered::Gap)))
            )
        })
    };
    for late in [4_000, 8_000] {
        machine.handle_timeout(at(late));
        machine.handle_holder(at(late + 10), Some(ME), 0);
        assert!(!gap(&mut machine));
    }
    machine.handle_timeout(at(8_200));
    assert!(gap(&mut machine));
}

#[test]
fn a_message_that_comes_twice_is_handed_over_once_and_a_tab_that_joins_again_goes_on_from_there() {
    let (mut machine, now) = leading(Config::default());
    machine.handle_ready(at(160), true);
    for _ in 0..2 {
        machine.handle_frame(at(160), Frame::Common(OTHER, join(NOTHING, Some((now, 0)))));
        machine.handle_frame(at(170), Frame::Up(OTHER, now, message(1, "one")));
    }
    machine.handle_frame(
        at(180),
        Frame::Up(OTHER, now, Up::Abort(holdfast_ws::tabs::RequestNumber::new(1))),
    );
    machine.handle_frame(at(190), Frame::Up(OTHER, now, message(2, "two")));
    assert_eq!(handed(&mut machine), ["one", "two"]);
}
