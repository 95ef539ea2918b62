//! The rules one by one.

use holdfast_ws::engine::{Instant, Span};
use holdfast_ws::outbox::{AfterRefusal, Config, Outbox, Output};

use crate::model::{End, Model};

const LONG: Span = Span::from_millis(1_000_000_000);

fn model(window: usize) -> Model {
    let mut config = Config::default();
    config.window = window;
    Model::new(config)
}

const fn done(number: u64) -> Output {
    Output::Remove {
        number,
        is_awaited: false,
    }
}

fn outputs(outbox: &mut Outbox) -> Vec<Output> {
    std::iter::from_fn(|| outbox.poll_output()).collect()
}

#[test]
fn hello_names_the_oldest_number_that_is_held_and_messages_follow_its_answer() {
    let (mut outbox, now) = (Outbox::new(Config::default()), Instant::from_millis(5));
    for number in 3..=5 {
        outbox.restore(number, now.saturating_add(LONG));
    }
    outbox.handle_open(now);
    assert_eq!(outputs(&mut outbox), [Output::Hello(3)]);
    outbox.handle_hello(now, 3);
    assert_eq!(
        outputs(&mut outbox),
        [done(3), Output::Acknowledged(3), Output::Send(4), Output::Send(5)]
    );
}

#[test]
fn what_another_machine_has_sent_meanwhile_is_acknowledged() {
    let (mut outbox, now) = (Outbox::new(Config::default()), Instant::from_millis(5));
    for number in 1..=3 {
        outbox.add(now.saturating_add(LONG));
        outbox.handle_stored(now, number..=number);
    }
    outbox.let_go();
    outbox.handle_open(now);
    assert_eq!(outputs(&mut outbox), [Output::Hello(1)]);
    outbox.handle_hello(now, 2);
    let ended: Vec<_> = outputs(&mut outbox)
        .into_iter()
        .filter(|output| !matches!(output, Output::Remove { .. }))
        .collect();
    assert_eq!(
        ended,
        [Output::Acknowledged(1), Output::Acknowledged(2), Output::Send(3)]
    );
}

#[test]
fn an_empty_box_says_nothing() {
    let (mut outbox, now) = (Outbox::new(Config::default()), Instant::from_millis(5));
    outbox.handle_open(now);
    outbox.add(now.saturating_add(LONG));
    assert_eq!(outputs(&mut outbox), []);
    outbox.handle_stored(now, 1..=1);
    assert_eq!(outputs(&mut outbox), [Output::Hello(1)]);
}

#[test]
fn what_is_cancelled_is_passed_over_by_hello_once_nothing_is_in_flight() {
    let mut model = model(32);
    for _ in 0..6 {
        model.deliver(LONG);
        model.write(true);
    }
    for number in [1, 3, 6] {
        model.cancel(number);
    }
    model.settle();
    assert_eq!(model.server.effects, [2, 4, 5]);
    model.deliver(LONG);
    model.settle();
    model.deliver(LONG);
    model.settle();
    assert_eq!(model.server.effects, [2, 4, 5, 8]);
    assert_eq!(model.ends[&7], End::Refused);
}

#[test]
fn an_answer_that_something_is_missing_leads_back_once_however_many_there_are() {
    let (mut outbox, now) = (Outbox::new(Config::default()), Instant::from_millis(5));
    for number in 1..=9 {
        outbox.restore(number, now.saturating_add(LONG));
    }
    outbox.handle_open(now);
    outbox.handle_hello(now, 0);
    outputs(&mut outbox);
    // The server has lost the third.
    outbox.handle_acknowledged(now, 1);
    outbox.handle_acknowledged(now, 2);
    outputs(&mut outbox);
    for _ in 4..=9 {
        outbox.handle_done(now, 2);
    }
    assert_eq!(outputs(&mut outbox), [Output::Hello(3)]);
    outbox.handle_hello(now, 2);
    assert_eq!(outputs(&mut outbox), (3..=9).map(Output::Send).collect::<Vec<_>>());
    // And again: now it waits.
    outbox.handle_done(now, 2);
    assert_eq!(outputs(&mut outbox), []);
    let due = outbox.poll_timeout().expect("a wait");
    assert!(due > now && due < now.saturating_add(Span::from_millis(60_000)));
    outbox.handle_timeout(due);
    assert_eq!(outputs(&mut outbox), [Output::Hello(3)]);
}

#[test]
fn after_a_refusal_nothing_more_is_sent_if_it_shall_stop() {
    let now = Instant::from_millis(5);
    let mut config = Config::default();
    config.after_refusal = AfterRefusal::Stop;
    config.window = 1;
    let mut outbox = Outbox::new(config);
    for number in 1..=2 {
        outbox.restore(number, now.saturating_add(LONG));
    }
    outbox.handle_open(now);
    outbox.handle_hello(now, 0);
    outputs(&mut outbox);
    outbox.handle_refused(now, 1, true);
    assert_eq!(outputs(&mut outbox), [done(1), Output::Refused(1)]);
    assert!(outbox.is_stopped());
    outbox.resume(now);
    assert_eq!(outputs(&mut outbox), [Output::Send(2)]);
}

#[test]
fn a_server_that_has_less_than_it_has_acknowledged_is_reported_once() {
    let mut model = model(4);
    for _ in 0..5 {
        model.deliver(LONG);
    }
    model.settle();
    model.server.last = 2;
    for _ in 0..2 {
        model.open();
        model.deliver(LONG);
        model.settle();
    }
    assert_eq!(model.regressions, 1);
    assert_eq!(model.server.effects, [1, 2, 3, 4, 5, 6]);
}

#[test]
fn an_answer_to_a_number_that_was_never_sent_changes_nothing() {
    let (mut outbox, now) = (Outbox::new(Config::default()), Instant::from_millis(5));
    outbox.add(now.saturating_add(LONG));
    outbox.handle_open(now);
    outbox.handle_stored(now, 1..=1);
    outputs(&mut outbox);
    outbox.handle_acknowledged(now, 1);
    outbox.handle_refused(now, 1, true);
    outbox.handle_done(now, 9);
    outbox.handle_acknowledged(now, 77);
    assert_eq!(outputs(&mut outbox), []);
    assert_eq!(outbox.len(), 1);
}

#[test]
fn a_message_expires_where_it_is_and_those_behind_it_go_on() {
    let mut model = model(4);
    model.deliver(LONG);
    model.deliver(Span::from_millis(100));
    model.deliver(LONG);
    for _ in 0..3 {
        model.write(true);
    }
    model.advance(Span::from_millis(99));
    assert!(model.ends.is_empty());
    model.advance(Span::from_millis(1));
    assert_eq!(model.ends[&2], End::Expired);
    model.settle();
    assert_eq!(model.server.effects, [1, 3]);
}

#[test]
fn a_server_that_has_less_than_it_had_before_a_reload_is_reported_unless_what_it_lacks_is_still_held() {
    let (mut outbox, now) = (Outbox::new(Config::default()), Instant::from_millis(5));
    for number in 6..=9 {
        outbox.restore(number, now.saturating_add(LONG));
    }
    outbox.restore_state(7, false);
    outbox.handle_open(now);
    outputs(&mut outbox);
    outbox.handle_hello(now, 5);
    assert_eq!(outputs(&mut outbox), (6..=9).map(Output::Send).collect::<Vec<_>>());
    outbox.handle_close();
    outbox.restore_state(7, false);
    outbox.handle_open(now);
    outputs(&mut outbox);
    outbox.handle_hello(now, 3);
    let regressed = Output::Regressed {
        done: 3,
        acknowledged: 7,
    };
    assert_eq!(outputs(&mut outbox)[0], regressed);
}

#[test]
fn a_box_that_was_stopped_stays_so_after_a_reload() {
    let now = Instant::from_millis(5);
    let mut config = Config::default();
    config.after_refusal = AfterRefusal::Stop;
    let mut outbox = Outbox::new(config);
    outbox.restore(2, now.saturating_add(LONG));
    outbox.restore_state(1, true);
    outbox.handle_open(now);
    outbox.handle_hello(now, 1);
    assert_eq!(outputs(&mut outbox), [Output::Hello(2)]);
    outbox.resume(now);
    assert_eq!(outputs(&mut outbox), [Output::Send(2)]);
}

#[test]
fn hello_tells_a_gap_only_when_nothing_is_in_flight() {
    let now = Instant::from_millis(5);
    let mut config = Config::default();
    config.window = 1;
    let mut outbox = Outbox::new(config);
    for _ in 1..=3 {
        outbox.add(now.saturating_add(LONG));
    }
    outbox.handle_stored(now, 1..=3);
    outbox.handle_open(now);
    outbox.handle_hello(now, 0);
    outbox.cancel(now, 2);
    outputs(&mut outbox);
    outbox.handle_removed(now, 2);
    assert!(!outputs(&mut outbox).contains(&Output::Hello(3)));
    outbox.handle_acknowledged(now, 1);
    assert_eq!(
        outputs(&mut outbox),
        [done(1), Output::Acknowledged(1), Output::Hello(3)]
    );
}

#[test]
fn numbers_that_the_storage_gives_are_taken_in_their_order_and_sent_at_once() {
    let (mut outbox, now) = (Outbox::new(Config::default()), Instant::from_millis(5));
    outbox.handle_open(now);
    outbox.insert(now, 101, now.saturating_add(LONG));
    assert_eq!(outputs(&mut outbox), [Output::Hello(101)]);
    outbox.handle_hello(now, 100);
    outbox.insert(now, 102, now.saturating_add(LONG));
    outbox.insert(now, 102, now.saturating_add(LONG));
    assert_eq!(outputs(&mut outbox), [Output::Send(101), Output::Send(102)]);
    assert_eq!(outbox.len(), 2);
}

#[test]
fn a_page_that_is_left_gives_the_rest_up_to_what_is_not_stored_and_a_hello_for_each_gap() {
    let (mut outbox, now) = (Outbox::new(Config::default()), Instant::from_millis(5));
    for _ in 1..=6 {
        outbox.add(now.saturating_add(LONG));
    }
    outbox.handle_stored(now, 1..=5);
    outbox.cancel(now, 3);
    outputs(&mut outbox);
    // It is on the disk until it is removed: nothing behind it is given.
    assert_eq!(outbox.flush(now), [Output::Hello(1), Output::Send(1), Output::Send(2)]);
    outbox.handle_removed(now, 3);
    outputs(&mut outbox);
    let all = [1, 2, 4, 5].map(Output::Send);
    let expected = [Output::Hello(1), all[0], all[1], Output::Hello(4), all[2], all[3]];
    assert_eq!(outbox.flush(now), expected);
    assert_eq!(outputs(&mut outbox), [], "the page is being left");
}

#[test]
fn what_was_given_when_the_page_was_left_may_be_done_when_it_is_back() {
    let (mut outbox, now) = (Outbox::new(Config::default()), Instant::from_millis(5));
    for number in 1..=3 {
        outbox.add(now.saturating_add(LONG));
        outbox.handle_stored(now, number..=number);
    }
    outbox.flush(now);
    // The server has done them, and the page is back.
    outbox.cancel(now, 3);
    outbox.handle_removed(now, 3);
    assert_eq!(
        outputs(&mut outbox),
        [Output::Remove {
            number: 3,
            is_awaited: true
        }],
        "its end is not known"
    );
    outbox.handle_open(now);
    assert_eq!(outputs(&mut outbox), [Output::Hello(1)]);
    outbox.handle_hello(now, 3);
    let ended = outputs(&mut outbox).into_iter();
    let ended: Vec<_> = ended.filter(|each| !matches!(each, Output::Remove { .. })).collect();
    assert_eq!(ended, [3, 1, 2].map(Output::Acknowledged));
    assert!(outbox.flush(now).is_empty());
}

#[test]
fn a_page_that_is_left_gives_nothing_after_a_refusal_that_stops_and_nothing_that_may_be_done_or_has_expired() {
    let now = Instant::from_millis(5);
    let soon = now.saturating_add(Span::from_millis(10));
    let mut config = Config::default();
    config.after_refusal = AfterRefusal::Stop;
    let mut outbox = Outbox::new(config);
    outbox.restore(1, now.saturating_add(LONG));
    outbox.restore(2, soon);
    outbox.restore_state(0, true);
    assert!(outbox.flush(now).is_empty());
    outbox.resume(now);
    assert_eq!(outbox.flush(soon), [Output::Hello(1), Output::Send(1)]);
    outbox.cancel(now, 1);
    outbox.handle_removed(now, 1);
    assert!(outbox.flush(now).is_empty(), "hello would pass over the first");
}
