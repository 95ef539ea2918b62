//! Loads of the application's state that do not end.

use holdfast_ws::channels::{ChannelConfig, ChannelId, Event, Output, Position, QuestionId};
use holdfast_ws::engine::Span;

use crate::rules::{loads, machine, nothing_before};
use crate::world::{Machine, at};

fn asked(machine: &mut Machine) -> Option<QuestionId> {
    core::iter::from_fn(|| machine.poll_output()).find_map(|output| match output {
        Output::Load(_, question) => Some(question),
        _ => None,
    })
}

/// Times of loads that were given up, in milliseconds.
fn overdue(machine: &mut Machine) -> Vec<u64> {
    core::iter::from_fn(|| machine.poll_event())
        .filter_map(|event| match event {
            Event::LoadOverdue { after, .. } => Some(after.as_millis()),
            _ => None,
        })
        .collect()
}

fn loading(options: ChannelConfig<Position<u64>, u64>) -> (Machine, ChannelId, QuestionId) {
    let mut machine = machine();
    let (news, _) = machine.join(at(0), "news", options).expect("one user");
    while machine.poll_output().is_some() {}
    machine.handle_subscribed(at(0), news, nothing_before());
    let question = asked(&mut machine).expect("it loads");
    (machine, news, question)
}

/// Lets the machine's next deadline come, and returns when that was.
fn next(machine: &mut Machine) -> u64 {
    let due = machine.poll_timeout().expect("a deadline");
    machine.handle_timeout(due);
    due.saturating_since(at(0)).as_millis()
}

#[test]
fn a_load_that_never_ends_is_given_up_told_and_asked_for_again_with_twice_the_time() {
    let (mut machine, news, question) = loading(loads());
    assert_eq!(next(&mut machine), 10_000);
    assert_eq!(overdue(&mut machine), [10_000]);
    assert!(!machine.is_loading(news, question));
    machine.handle_loaded(at(10_000), news, question, None);
    assert!(overdue(&mut machine).is_empty(), "its answer comes too late");
    assert_eq!(machine.position(news), None);

    let again = next(&mut machine);
    assert!((10_250..=10_500).contains(&again), "{again}");
    let second = asked(&mut machine).expect("it loads again");
    assert_eq!(next(&mut machine), again + 20_000);
    assert_eq!(overdue(&mut machine), [20_000]);
    assert!(!machine.is_loading(news, second));
}

#[test]
fn the_time_for_a_load_does_not_grow_without_end_and_begins_anew_after_one_that_has_ended() {
    let (mut machine, news, _) = loading(loads());
    let mut last = None;
    for _ in 0..8 {
        next(&mut machine);
        next(&mut machine);
        last = asked(&mut machine);
    }
    assert_eq!(overdue(&mut machine).last(), Some(&160_000));
    let now = machine.poll_timeout().expect("the load's deadline");
    machine.handle_not_loaded(now, news, last.expect("a load"));
    next(&mut machine);
    assert!(asked(&mut machine).is_some());
    next(&mut machine);
    assert_eq!(overdue(&mut machine), [10_000]);
}

#[test]
fn a_load_that_ends_in_time_leaves_no_deadline() {
    let (mut machine, news, question) = loading(loads());
    machine.handle_loaded(at(9_999), news, question, Some(Position { epoch: 1, offset: 5 }));
    assert_eq!(machine.poll_timeout(), None);
    machine.handle_timeout(at(0).saturating_add(Span::from_millis(60_000)));
    assert!(overdue(&mut machine).is_empty());
}
