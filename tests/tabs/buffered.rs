//! Rules of what waits to be sent, and of how much of what was received is kept.

use holdfast_ws::tabs::{Common, Config, Down, Event, Frame, Mark, Message, Numbered, Output, Position, Tab, Up};

use crate::machine::{ME, NOTHING, OTHER, Out, at, events, following, given, join, leading, outputs, term};

/// The amounts that a tab is told.
fn told(outputs: &[Out]) -> Vec<u64> {
    let amount = |output: &Out| match output {
        Output::Post(Frame::Down(OTHER, _, Down::Buffered(bytes))) => Some(*bytes),
        _ => None,
    };
    outputs.iter().filter_map(amount).collect()
}

#[test]
fn tabs_are_told_how_much_is_in_the_connections_buffer_until_it_is_empty_unless_it_is_little() {
    let (mut machine, term) = leading(Config::default());
    machine.handle_ready(at(200), true);
    machine.handle_frame(at(200), Frame::Common(OTHER, join(NOTHING, None)));
    outputs(&mut machine);
    let send = |number| {
        let up = Up::Send {
            number,
            payload: "data",
            request: None,
        };
        Frame::Up(OTHER, term, up)
    };
    machine.handle_frame(at(210), send(1));
    assert_eq!(outputs(&mut machine).last(), Some(&Output::ReadBuffered));
    machine.handle_buffered(at(210), 100);
    assert!(told(&outputs(&mut machine)).is_empty());
    machine.handle_frame(at(220), send(2));
    outputs(&mut machine);
    for (now, bytes, expected) in [(220, 50_000, vec![50_000]), (270, 50_000, vec![]), (320, 100, vec![0])] {
        machine.handle_buffered(at(now), bytes);
        assert_eq!(told(&outputs(&mut machine)), expected);
        let due = machine.poll_timeout().filter(|_| bytes > 16_384);
        if let Some(due) = due {
            assert_eq!(due, at(now + 50));
            machine.handle_timeout(due);
            assert_eq!(outputs(&mut machine), [Output::ReadBuffered]);
        }
    }
    assert_eq!(machine.buffered(), 0);
    assert_eq!(machine.poll_timeout(), None);
}

#[test]
fn a_tab_counts_what_it_has_sent_until_it_is_about_to_be_handed_over_and_what_its_hub_has_in_the_buffer() {
    let hub = term(5, OTHER);
    let mut machine = following(hub);
    machine.send(at(10), "one", 300);
    machine.send(at(10), "two", 50);
    assert_eq!(machine.unsent_bytes(), 350);
    machine.handle_frame(at(20), Frame::Down(ME, hub, Down::Handing(1)));
    assert_eq!(machine.unsent_bytes(), 50);
    machine.handle_frame(at(20), Frame::Down(ME, hub, Down::Buffered(20_000)));
    assert_eq!(machine.buffered(), 20_000);
    machine.handle_frame(at(30), Frame::Common(ME, Common::Lead(term(6, ME))));
    assert_eq!(machine.buffered(), 0);
}

#[test]
fn a_hub_keeps_so_many_bytes_of_messages_and_tells_a_gap_to_a_tab_that_has_missed_more() {
    let (mut machine, term) = leading(Config {
        recent_bytes: 100,
        ..Config::default()
    });
    machine.handle_ready(at(200), true);
    for text in ["1", "2", "3", "4", "5"] {
        machine.handle_message(at(210), text, 50, None);
    }
    let mark = |seq| Mark {
        position: Some(Position { term, seq }),
        token: None,
    };
    for (seq, expected) in [(3, vec!["4", "5"]), (2, vec!["gap"])] {
        machine.handle_frame(at(220), Frame::Common(OTHER, join(mark(seq), None)));
        assert_eq!(given(&mut machine, OTHER), expected);
    }
    // One that is larger than all that may be kept is not.
    machine.handle_message(at(230), "6", 1_000, None);
    outputs(&mut machine);
    machine.handle_frame(at(240), Frame::Common(OTHER, join(mark(5), None)));
    assert_eq!(given(&mut machine, OTHER), ["gap"]);
}

/// Joins a hub that describes its connection, or doesn't yet. Returns what the application is told.
fn joins(is_new: bool, gap: bool, state: Option<&'static str>) -> Vec<Event<&'static str>> {
    let (first, second) = (term(5, OTHER), term(6, OTHER));
    let mut machine = if is_new {
        Tab::new(at(0), Config::default(), ME, 1, true)
    } else {
        let mut machine = following(first);
        let message = Numbered::Message(Message {
            seq: 1,
            payload: "said",
            token: None,
            only: None,
        });
        machine.handle_frame(at(5), Frame::Down(ME, first, Down::Numbered(1, message)));
        machine
    };
    machine.handle_frame(at(10), Frame::Common(OTHER, Common::Lead(second)));
    let ticket = outputs(&mut machine).into_iter().rev().find_map(|output| match output {
        Output::Post(Frame::Common(_, Common::Join { ticket, .. })) => Some(ticket),
        _ => None,
    });
    events(&mut machine);
    let down = Down::Welcome {
        ticket: ticket.expect("it has joined"),
        taken: 0,
        handed: 0,
        before: None,
        gap,
        mark: NOTHING,
        state,
    };
    machine.handle_frame(at(20), Frame::Down(ME, second, down));
    events(&mut machine)
}

const fn state(state: &'static str, late: bool) -> Event<&'static str> {
    Event::State { state, late }
}

#[test]
fn a_tab_that_has_missed_the_beginning_of_a_connection_is_told_with_its_state() {
    assert_eq!(joins(true, false, Some("open")), [state("open", true)]);
    assert_eq!(joins(true, false, None), []);
    assert_eq!(joins(false, true, Some("open")), [Event::Gap, state("open", true)]);
    assert_eq!(joins(false, false, Some("open")), [state("open", false)]);
}
