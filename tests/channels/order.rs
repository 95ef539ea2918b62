//! Rules of the order, one by one, over a broker that answers nothing by itself.

use holdfast_ws::channels::{
    Abilities, ChannelConfig, ChannelId, Channels, Config, Event, Numbering, Output, Position, QuestionId, Recovered,
    Start,
};

use crate::rules::{loads, outputs, since};
use crate::world::{Machine, at};

fn position(offset: u64) -> Position<u64> {
    Position { epoch: 1, offset }
}

fn start(end: u64, replays: bool) -> Start<u64> {
    Start {
        position: Some(position(end)),
        recovered: Recovered::Yes,
        replays,
    }
}

fn channel(
    numbering: Numbering,
    history: bool,
    options: ChannelConfig<Position<u64>, u64>,
    start: Start<u64>,
) -> (Channels<Position<u64>, u64>, ChannelId) {
    let abilities = Abilities {
        numbering,
        history,
        acknowledges: true,
        deduplicates: false,
        renews: false,
        resumes: false,
        publishes_apart: false,
    };
    let config = Config {
        held: 3,
        ..Config::default()
    };
    let mut machine = Channels::new(config, abilities, 1);
    machine.handle_connected(at(0));
    let (channel, _) = machine.join(at(0), "news", options).expect("one user");
    assert_eq!(outputs(&mut machine).len(), 1);
    machine.handle_subscribed(at(1), channel, start);
    (machine, channel)
}

fn message(machine: &mut Machine, channel: ChannelId, offset: u64, replayed: bool) {
    machine.handle_message(at(2), channel, Some(position(offset)), position(offset), replayed);
}

/// The offsets that were dispatched since the last call; 0 for a gap.
fn seen(machine: &mut Machine) -> Vec<u64> {
    core::iter::from_fn(|| machine.poll_event())
        .filter_map(|event| match event {
            Event::Message { payload, .. } => Some(payload.offset),
            Event::Gap { .. } => Some(0),
            _ => None,
        })
        .collect()
}

fn load(machine: &mut Machine) -> Option<QuestionId> {
    outputs(machine).into_iter().find_map(|output| match output {
        Output::Load(_, question) => Some(question),
        _ => None,
    })
}

fn fetch(machine: &mut Machine) -> Option<QuestionId> {
    outputs(machine).into_iter().find_map(|output| match output {
        Output::Fetch { question, .. } => Some(question),
        _ => None,
    })
}

#[test]
fn a_gap_right_after_a_load_is_reported_and_not_loaded_again() {
    let (mut machine, news) = channel(Numbering::Dense, false, loads(), start(5, false));
    let question = load(&mut machine).expect("it loads");
    machine.handle_loaded(at(2), news, question, Some(position(5)));
    message(&mut machine, news, 8, false);
    assert_eq!((seen(&mut machine), load(&mut machine)), (vec![0, 8], None));
    message(&mut machine, news, 10, false);
    assert_eq!(seen(&mut machine), [0]);
    assert!(load(&mut machine).is_some(), "a later gap is loaded");
}

#[test]
fn live_messages_that_come_among_those_of_before_wait_for_them() {
    let (mut machine, news) = channel(Numbering::Dense, false, since(2), start(4, true));
    message(&mut machine, news, 5, false);
    message(&mut machine, news, 3, true);
    message(&mut machine, news, 4, true);
    assert_eq!(seen(&mut machine), [3, 4]);
    machine.handle_caught_up(at(3), news);
    assert_eq!(seen(&mut machine), [5]);
}

#[test]
fn messages_that_were_dropped_while_it_loaded_are_a_gap_where_numbers_do_not_show_it() {
    let (mut machine, news) = channel(Numbering::Ordered, false, loads(), start(5, false));
    let question = load(&mut machine).expect("it loads");
    for offset in [10, 20, 30, 40, 50] {
        message(&mut machine, news, offset, false);
    }
    machine.handle_loaded(at(2), news, question, Some(position(5)));
    assert_eq!(seen(&mut machine), [0, 30, 40, 50]);
}

#[test]
fn what_was_dropped_while_it_loaded_and_is_in_the_loaded_state_is_no_gap() {
    let (mut machine, news) = channel(Numbering::Ordered, false, loads(), start(5, false));
    let question = load(&mut machine).expect("it loads");
    for offset in [10, 20, 30, 40, 50] {
        message(&mut machine, news, offset, false);
    }
    machine.handle_loaded(at(2), news, question, Some(position(20)));
    assert_eq!(seen(&mut machine), [30, 40, 50]);
}

#[test]
fn the_first_message_after_an_empty_replay_is_checked_too() {
    let (mut machine, news) = channel(Numbering::Dense, true, ChannelConfig::default(), start(5, true));
    machine.handle_caught_up(at(2), news);
    message(&mut machine, news, 7, false);
    assert!(seen(&mut machine).is_empty());
    assert!(fetch(&mut machine).is_some());
}

#[test]
fn what_is_held_goes_with_the_connection_and_comes_again() {
    let (mut machine, news) = channel(Numbering::Dense, true, since(1), start(1, false));
    message(&mut machine, news, 3, false);
    machine.handle_disconnected();
    machine.handle_connected(at(10));
    outputs(&mut machine);
    machine.handle_subscribed(at(11), news, start(3, true));
    message(&mut machine, news, 2, true);
    message(&mut machine, news, 3, true);
    machine.handle_caught_up(at(12), news);
    assert_eq!(seen(&mut machine), [2, 3]);
}

#[test]
fn after_a_load_a_lost_connection_goes_on_from_the_loaded_position() {
    let (mut machine, news) = channel(Numbering::Dense, false, loads(), start(5, false));
    let question = load(&mut machine).expect("it loads");
    machine.handle_loaded(at(2), news, question, Some(position(5)));
    machine.handle_disconnected();
    machine.handle_connected(at(10));
    let asked = outputs(&mut machine).into_iter().find_map(|output| match output {
        Output::Subscribe(batch) => batch.into_iter().next().and_then(|asked| asked.since),
        _ => None,
    });
    assert_eq!(asked, Some(position(5)));
    machine.handle_subscribed(at(11), news, start(5, false));
    assert_eq!(load(&mut machine), None);
}

#[test]
fn an_answer_to_an_earlier_question_for_history_is_ignored() {
    let (mut machine, news) = channel(Numbering::Dense, true, since(1), start(1, false));
    message(&mut machine, news, 3, false);
    let first = fetch(&mut machine).expect("it is fetched");
    // The first is given up after ten seconds, and 3 is dispatched. 5 is another gap.
    machine.handle_timeout(at(10_002));
    message(&mut machine, news, 5, false);
    machine.handle_history(at(10_003), news, first, Vec::new());
    assert_eq!(seen(&mut machine), [0, 3]);
    let second = fetch(&mut machine).expect("it is fetched");
    machine.handle_history(at(10_004), news, second, vec![(position(4), position(4))]);
    assert_eq!(seen(&mut machine), [4, 5]);
}
