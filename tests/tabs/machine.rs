//! One machine alone with frames of others: what no schedule would bring about for certain.

use holdfast_ws::engine::{Instant, Span};
use holdfast_ws::tabs::{
    Common, Config, Down, Event, Fence, Frame, Handed, Mark, Numbered, Output, Position, Request, Signal, Tab, TabId,
    Term, Up,
};

pub(crate) type Machine = Tab<&'static str, u64>;
pub(crate) type Out = Output<&'static str, u64>;

pub(crate) const ME: TabId = TabId::new(1);
pub(crate) const OTHER: TabId = TabId::new(2);
pub(crate) const THIRD: TabId = TabId::new(3);

pub(crate) const fn at(millis: u64) -> Instant {
    Instant::from_millis(millis)
}

pub(crate) const fn term(number: u64, hub: TabId) -> Term {
    Term { number, hub }
}

pub(crate) const NOTHING: Mark<u64> = Mark {
    position: None,
    token: None,
};

pub(crate) const fn read(term: Term, seq: u64, token: u64) -> Mark<u64> {
    let position = Position { term, seq };
    Mark {
        position: Some(position),
        token: Some((position, token)),
    }
}

/// Returns the outputs, of a tab whose connection takes messages if it is asked.
pub(crate) fn outputs(machine: &mut Machine) -> Vec<Out> {
    let mut outputs = Vec::new();
    while let Some(output) = machine.poll_output() {
        match output {
            Output::ReadSendable => machine.handle_sendable(at(0), true),
            Output::Post(frame @ Frame::Fence(_, Fence::Announced(..))) => machine.handle_frame(at(0), frame),
            output => outputs.push(output),
        }
    }
    outputs
}

pub(crate) fn events(machine: &mut Machine) -> Vec<Event<&'static str>> {
    std::iter::from_fn(|| machine.poll_event()).collect()
}

pub(crate) const fn join(mark: Mark<u64>, numbered_in: Option<(Term, u32)>) -> Common<&'static str, u64> {
    Common::Join {
        ticket: 1,
        mark,
        numbered_in,
    }
}

/// A tab that has the lock and calls the roll until 150 ms.
pub(crate) fn calling(config: Config) -> (Machine, u32) {
    let mut machine = Machine::new(at(0), config, ME, 1, true);
    machine.handle_granted(at(0), Some(2));
    machine.handle_holder(at(0), Some(ME), 1_000);
    let number = outputs(&mut machine).into_iter().find_map(|output| match output {
        Output::Post(Frame::Common(_, Common::RollCall(number))) => Some(number),
        _ => None,
    });
    (machine, number.expect("it calls the roll"))
}

/// A tab that leads, and its term.
pub(crate) fn leading(config: Config) -> (Machine, Term) {
    let (mut machine, _) = calling(config);
    machine.handle_timeout(at(150));
    let term = machine.attached().expect("it is attached to itself");
    outputs(&mut machine);
    (machine, term)
}

/// A visible tab that follows the hub of this term.
pub(crate) fn following(hub: Term) -> Machine {
    let mut machine = Machine::new(at(0), Config::default(), ME, 1, true);
    machine.handle_frame(at(0), Frame::Common(hub.hub, Common::Lead(hub)));
    welcome(&mut machine, hub, None);
    machine
}

/// The hub admits the tab that has joined last.
fn welcome(machine: &mut Machine, hub: Term, before: Option<u64>) {
    let mut tickets = outputs(machine).into_iter().filter_map(|output| match output {
        Output::Post(Frame::Common(_, Common::Join { ticket, .. })) => Some(ticket),
        _ => None,
    });
    let down = Down::Welcome {
        ticket: tickets.next_back().expect("it has joined"),
        taken: 0,
        handed: 0,
        before,
        gap: false,
        mark: NOTHING,
        state: None,
    };
    machine.handle_frame(at(0), Frame::Down(ME, hub, down));
    assert_eq!(machine.attached(), Some(hub));
    events(machine);
}

/// A request with this number in the application's protocol.
pub(crate) const fn ask(wire: u64) -> Request {
    Request {
        wire,
        timeout: Span::from_millis(5_000),
        retry: false,
        streams: false,
        kind: 0,
    }
}

/// Lets the machine's next deadline pass, so many milliseconds late. Returns when that is.
pub(crate) fn pass(machine: &mut Machine, late: f64) -> Instant {
    let due = machine.poll_timeout().expect("it waits for something");
    let now = Instant::from_millis_f64(due.as_millis_f64() + late);
    machine.handle_timeout(now);
    now
}

pub(crate) fn asks(outputs: &[Out]) -> bool {
    outputs
        .iter()
        .any(|output| matches!(output, Output::Post(Frame::Up(_, _, Up::Question))))
}

#[test]
fn a_silent_hub_is_asked_twice_and_looked_up_twice_before_the_lock_is_taken() {
    let mut machine = following(term(5, OTHER));
    for _ in 0..2 {
        pass(&mut machine, 0.0);
        let wants = outputs(&mut machine);
        assert!(asks(&wants) && !wants.contains(&Output::QueryLock));
    }
    let mut now = at(0);
    for _ in 0..2 {
        now = pass(&mut machine, 0.0);
        assert_eq!(outputs(&mut machine), [Output::QueryLock]);
        machine.handle_holder(now, Some(OTHER), 0);
    }
    assert_eq!(outputs(&mut machine), [Output::StealLock]);
    machine.handle_holder(now, Some(OTHER), 0);
    assert_eq!(outputs(&mut machine), [], "it is taken once");
}

#[test]
fn a_tab_whose_own_timer_is_late_asks_the_hub_again() {
    let mut machine = following(term(5, OTHER));
    for late in [0.0, 0.0, 1_500.0] {
        pass(&mut machine, late);
        assert!(asks(&outputs(&mut machine)));
    }
    pass(&mut machine, 0.0);
    assert!(asks(&outputs(&mut machine)), "twice from then on");
}

#[test]
fn the_lock_is_not_taken_from_another_holder_than_the_silent_one() {
    let mut machine = following(term(5, OTHER));
    for _ in 0..2 {
        pass(&mut machine, 0.0);
    }
    let now = pass(&mut machine, 0.0);
    machine.handle_holder(now, Some(OTHER), 0);
    outputs(&mut machine);
    let now = pass(&mut machine, 0.0);
    machine.handle_holder(now, Some(THIRD), 0);
    let wants = outputs(&mut machine);
    assert!(!wants.contains(&Output::StealLock) && asks(&wants));
}

#[test]
fn a_new_hub_resumes_from_the_oldest_answer_and_from_an_older_one_that_comes_before_the_connection_is_open() {
    let (mut machine, number) = calling(Config::default());
    let before = term(5, THIRD);
    for (tab, token) in [(OTHER, 9), (THIRD, 7)] {
        let present = Common::Present {
            to: (ME, number),
            known: before,
            mark: read(before, token, token),
            handed: Vec::new(),
        };
        machine.handle_frame(at(10), Frame::Common(tab, present));
    }
    machine.handle_timeout(at(150));
    assert!(outputs(&mut machine).contains(&Output::OpenConnection(Some(7))));
    machine.handle_frame(at(160), Frame::Common(TabId::new(4), join(read(before, 6, 6), None)));
    assert!(outputs(&mut machine).contains(&Output::OpenConnection(Some(6))));
    machine.handle_ready(at(170), true);
    machine.handle_frame(at(180), Frame::Common(TabId::new(5), join(read(before, 5, 5), None)));
    let wants = outputs(&mut machine);
    assert!(!wants.iter().any(|output| matches!(output, Output::OpenConnection(_))));
}

/// Returns the texts that a tab is given, after `gap` if it is told one.
pub(crate) fn given(machine: &mut Machine, tab: TabId) -> Vec<&'static str> {
    let mut given = Vec::new();
    for output in outputs(machine) {
        let Output::Post(Frame::Down(to, _, down)) = output else {
            continue;
        };
        match down {
            Down::Welcome { gap: true, .. } if to == tab => given.push("gap"),
            Down::Numbered(_, Numbered::Message(message)) if to == tab => {
                given.push(message.payload);
            }
            _ => {}
        }
    }
    given
}

#[test]
fn a_tab_that_comes_later_gets_as_many_of_the_last_messages_as_the_option_says() {
    for (replay, expected) in [(0, vec![]), (2, vec!["two", "three"]), (9, vec!["one", "two", "three"])] {
        let (mut machine, _) = leading(Config {
            replay,
            ..Config::default()
        });
        machine.handle_ready(at(200), true);
        for text in ["one", "two", "three"] {
            machine.handle_message(at(210), text, 1, None);
        }
        machine.handle_frame(at(220), Frame::Common(OTHER, join(NOTHING, None)));
        assert_eq!(given(&mut machine, OTHER), expected);
    }
}

#[test]
fn a_hub_that_forgets_old_messages_keeps_as_many_as_it_should() {
    let config = Config {
        recent: 4,
        ..Config::default()
    };
    let (mut machine, term) = leading(config);
    machine.handle_ready(at(200), true);
    for text in ["1", "2", "3", "4", "5", "6", "7", "8", "9"] {
        machine.handle_message(at(210), text, 1, None);
    }
    let mark = |seq| Mark {
        position: Some(Position { term, seq }),
        token: None,
    };
    machine.handle_frame(at(220), Frame::Common(OTHER, join(mark(6), None)));
    assert_eq!(given(&mut machine, OTHER), ["7", "8", "9"]);
    machine.handle_frame(at(220), Frame::Common(THIRD, join(mark(2), None)));
    assert_eq!(given(&mut machine, THIRD), ["gap"]);
}

/// Returns the messages that are handed to the connection.
pub(crate) fn handed(machine: &mut Machine) -> Vec<&'static str> {
    let handed = outputs(machine).into_iter().filter_map(|output| match output {
        Output::Hand { payload, .. } => Some(payload),
        _ => None,
    });
    handed.collect()
}

pub(crate) const fn message(number: u64, payload: &'static str) -> Up<&'static str, u64> {
    Up::Send {
        number,
        payload,
        request: None,
    }
}

#[test]
fn what_a_tab_has_sent_in_an_earlier_term_or_before_it_left_is_not_handed_over() {
    let (mut machine, now) = leading(Config::default());
    for tab in [OTHER, THIRD] {
        machine.handle_frame(at(160), Frame::Common(tab, join(NOTHING, None)));
    }
    machine.handle_frame(at(170), Frame::Up(OTHER, term(5, THIRD), message(1, "earlier")));
    machine.handle_frame(at(170), Frame::Up(OTHER, now, message(1, "stays")));
    machine.handle_frame(at(170), Frame::Up(THIRD, now, message(1, "leaves")));
    machine.handle_frame(at(180), Frame::Common(THIRD, Common::Leave));
    machine.handle_ready(at(200), true);
    assert_eq!(handed(&mut machine), ["stays"]);
}

#[test]
fn a_tab_that_hears_a_hub_of_an_earlier_term_tells_it_of_the_later_one() {
    let later = term(9, OTHER);
    let mut machine = following(later);
    machine.handle_frame(at(10), Frame::Common(THIRD, Common::Lead(term(8, THIRD))));
    let told = Output::Post(Frame::Common(ME, Common::Lead(later)));
    assert_eq!(outputs(&mut machine), [told]);
}

#[test]
fn a_hub_gives_way_to_one_of_a_later_term() {
    let (mut machine, now) = leading(Config::default());
    let later = term(now.number + 1, OTHER);
    machine.handle_frame(at(200), Frame::Common(OTHER, Common::Lead(later)));
    assert!(outputs(&mut machine).contains(&Output::DropConnection));
}

/// Returns what a tab that was away is told to have been handed over in the earlier term.
pub(crate) fn told(machine: &mut Machine) -> Option<u64> {
    let told = outputs(machine).into_iter().find_map(|output| match output {
        Output::Post(Frame::Down(OTHER, _, Down::Welcome { before, .. })) => Some(before),
        _ => None,
    });
    told.expect("it is welcome")
}

#[test]
fn a_tab_that_was_away_is_told_the_last_that_was_handed_over_in_that_time_and_not_in_another() {
    let before = term(5, THIRD);
    let (mut machine, _) = leading(Config::default());
    for upto in [5, 3] {
        let handed = Handed {
            tab: OTHER,
            term: before,
            away: 1,
            upto,
        };
        machine.handle_frame(at(160), Frame::Common(THIRD, Common::Handed(handed)));
    }
    for (away, expected) in [(1, Some(5)), (2, None)] {
        machine.handle_frame(at(170), Frame::Common(OTHER, join(NOTHING, Some((before, away)))));
        assert_eq!(told(&mut machine), expected);
    }
}

#[test]
fn what_a_hub_says_to_have_handed_over_counts_while_the_page_is_away_and_only_in_its_term() {
    let (first, second) = (term(5, OTHER), term(6, THIRD));
    let mut machine = following(first);
    machine.send(at(10), "one", 3);
    machine.handle_signal(at(20), Signal::Away);
    machine.handle_frame(at(30), Frame::Down(ME, first, Down::Handing(1)));
    assert_eq!(machine.unsent_count(), 0);
    machine.handle_signal(at(40), Signal::Back);
    machine.handle_frame(at(50), Frame::Common(THIRD, Common::Lead(second)));
    welcome(&mut machine, second, None);
    machine.send(at(60), "two", 3);
    machine.handle_frame(at(70), Frame::Down(ME, first, Down::Handing(1)));
    assert_eq!(machine.unsent_count(), 1);
    machine.handle_frame(at(70), Frame::Down(ME, second, Down::Handing(1)));
    assert_eq!(machine.unsent_count(), 0);
}

#[test]
fn a_tab_tells_its_hub_how_far_it_has_read_what_it_no_longer_wants_and_its_application_that_the_hub_is_lost() {
    let hub = term(5, OTHER);
    let mut machine = following(hub);
    for number in 1..=64 {
        let frame = Down::Numbered(number, Numbered::Gap);
        machine.handle_frame(at(10), Frame::Down(ME, hub, frame));
    }
    let read = Output::Post(Frame::Up(ME, hub, Up::Acknowledge(64)));
    assert!(outputs(&mut machine).contains(&read));
    let request = machine.request(at(20), "asks", 4, ask(7));
    let request = request.expect("it has not left");
    machine.abort(at(30), request);
    let abort = Output::Post(Frame::Up(ME, hub, Up::Abort(request)));
    assert!(outputs(&mut machine).contains(&abort));
    events(&mut machine);
    machine.handle_frame(at(40), Frame::Common(THIRD, Common::Lead(term(6, THIRD))));
    assert_eq!(events(&mut machine), [Event::Lost]);
}

#[test]
fn a_tab_that_the_hub_does_not_know_is_told_to_join_again_when_it_asks() {
    let (mut machine, now) = leading(Config::default());
    machine.handle_frame(at(160), Frame::Common(OTHER, join(NOTHING, None)));
    outputs(&mut machine);
    for (tab, answer) in [(OTHER, Down::Here), (THIRD, Down::JoinAgain)] {
        machine.handle_frame(at(170), Frame::Up(tab, now, Up::Question));
        assert_eq!(outputs(&mut machine), [Output::Post(Frame::Down(tab, now, answer))]);
    }
}
