//! A tab that leads, alone with frames of others: how long it waits for the tokens that they had.

use holdfast_ws::engine::Instant;
use holdfast_ws::tabs::{Common, Config, Down, Frame, Mark, Message, Numbered, Output, Position, Tab, TabId, Term};

type Machine = Tab<&'static str, u64>;

const LEADER: TabId = TabId::new(1);
const BEHIND: TabId = TabId::new(2);
const AHEAD: TabId = TabId::new(3);

const fn at(millis: u64) -> Instant {
    Instant::from_millis(millis)
}

/// The mark of a tab that has read the message with this token, in an earlier term.
const fn read(token: u64) -> Mark<u64> {
    let term = Term {
        number: 5,
        hub: TabId::new(9),
    };
    let position = Position { term, seq: token };
    Mark {
        position: Some(position),
        token: Some((position, token)),
    }
}

/// Returns what was posted to a tab since the last call: texts of messages, and `gap`.
fn posted(machine: &mut Machine, tab: TabId) -> Vec<&'static str> {
    let mut posted = Vec::new();
    while let Some(output) = machine.poll_output() {
        match output {
            Output::Post(Frame::Down(to, _, Down::Numbered(_, frame))) if to == tab => match frame {
                Numbered::Message(Message { payload, .. }) => posted.push(payload),
                Numbered::Gap => posted.push("gap"),
                _ => {}
            },
            _ => {}
        }
    }
    posted
}

/// A tab that leads since 160 ms and resumes from token 7, with a tab that has read as far as 9 and waits until that has passed.
fn leading() -> Machine {
    let mut machine = Machine::new(at(0), Config::default(), LEADER, 1, true);
    machine.handle_granted(at(0), Some(2));
    machine.handle_holder(at(0), Some(LEADER), 1_000);
    let mut number = None;
    while let Some(output) = machine.poll_output() {
        if let Output::Post(Frame::Common(_, Common::RollCall(asked))) = output {
            number = Some(asked);
        }
    }
    let present = Common::Present {
        to: (LEADER, number.expect("it calls the roll")),
        known: Term::NONE,
        mark: read(7),
        handed: Vec::new(),
    };
    machine.handle_frame(at(10), Frame::Common(BEHIND, present));
    machine.handle_timeout(at(160));
    let mut resumes = None;
    while let Some(output) = machine.poll_output() {
        if let Output::OpenConnection(token) = output {
            resumes = token;
        }
    }
    assert_eq!(resumes, Some(7));
    let join = Common::Join {
        ticket: 1,
        mark: read(9),
        numbered_in: None,
    };
    machine.handle_frame(at(170), Frame::Common(AHEAD, join));
    machine
}

/// The server says again what came after token 7, and one thing more.
fn replay(machine: &mut Machine, now: u64) {
    for (text, token) in [("eight", 8), ("nine", 9), ("ten", 10)] {
        machine.handle_message(at(now), text, 1, Some(token));
    }
}

#[test]
fn a_tab_that_has_read_more_than_the_others_is_given_what_follows_its_token() {
    let mut machine = leading();
    machine.handle_ready(at(200), true);
    replay(&mut machine, 300);
    assert_eq!(posted(&mut machine, AHEAD), ["ten"]);
}

#[test]
fn a_token_that_does_not_come_in_time_is_a_gap() {
    let mut machine = leading();
    machine.handle_ready(at(200), true);
    for now in [1_000, 2_000, 2_200] {
        machine.handle_timeout(at(now));
    }
    replay(&mut machine, 2_300);
    assert_eq!(posted(&mut machine, AHEAD), ["gap", "eight", "nine", "ten"]);
}

#[test]
fn a_token_is_awaited_for_as_long_as_the_connection_is_lost() {
    let mut machine = leading();
    machine.handle_ready(at(200), true);
    machine.handle_ready(at(300), false);
    for now in [1_000, 2_000, 2_200, 3_000, 4_000] {
        machine.handle_timeout(at(now));
    }
    machine.handle_ready(at(4_100), true);
    replay(&mut machine, 4_150);
    assert_eq!(posted(&mut machine, AHEAD), ["ten"]);
}

#[test]
fn a_token_is_awaited_while_the_tab_is_not_sure_to_lead_still() {
    let mut machine = leading();
    machine.handle_ready(at(200), true);
    // It has not run for so long that it looks up who holds the lock.
    machine.handle_timeout(at(2_200));
    replay(&mut machine, 2_210);
    assert_eq!(posted(&mut machine, AHEAD), [""; 0]);
    machine.handle_holder(at(2_220), Some(LEADER), 3_000);
    assert_eq!(posted(&mut machine, AHEAD), ["ten"]);
}
