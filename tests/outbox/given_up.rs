//! Messages that are given up after they were sent, and servers that answer for many messages at once.

use holdfast_ws::engine::{Instant, Span};
use holdfast_ws::outbox::{Config, Outbox, Output, Reason};

const LONG: Span = Span::from_millis(1_000_000_000);
const NOW: Instant = Instant::from_millis(5);

/// A box whose messages up to `last` are sent, the last after `short`.
fn sent(last: u64, short: Span) -> Outbox {
    let mut outbox = Outbox::new(Config::default());
    for number in 1..=last {
        outbox.restore(number, NOW.saturating_add(if number == last { short } else { LONG }));
    }
    outbox.handle_open(NOW);
    outbox.handle_hello(NOW, 0);
    outputs(&mut outbox);
    outbox
}

fn outputs(outbox: &mut Outbox) -> Vec<Output> {
    std::iter::from_fn(|| outbox.poll_output()).collect()
}

const fn gone(number: u64) -> Output {
    Output::Remove {
        number,
        is_awaited: true,
    }
}

const fn given_up(number: u64, reason: Reason, may_be_done: bool) -> Output {
    Output::GivenUp {
        number,
        reason,
        may_be_done,
    }
}

#[test]
fn a_message_that_is_cancelled_after_it_was_sent_is_acknowledged_if_the_server_has_done_it() {
    let mut outbox = sent(2, LONG);
    outbox.cancel(NOW, 1);
    assert_eq!(outputs(&mut outbox), [gone(1)]);
    assert_eq!(outbox.len(), 2);
    outbox.handle_acknowledged(NOW, 1);
    assert_eq!(outputs(&mut outbox), [Output::Acknowledged(1)]);
    assert_eq!(outbox.len(), 1);
}

#[test]
fn a_message_that_is_cancelled_after_it_was_sent_is_given_up_once_the_server_has_passed_over_it() {
    let mut outbox = sent(1, LONG);
    outbox.handle_close();
    outbox.cancel(NOW, 1);
    assert_eq!(outputs(&mut outbox), [gone(1)]);
    outbox.handle_open(NOW);
    assert_eq!(outputs(&mut outbox), [], "it is in the storage yet");
    outbox.handle_removed(NOW, 1);
    assert_eq!(outputs(&mut outbox), [Output::Hello(2)]);
    outbox.handle_hello(NOW, 0);
    assert_eq!(outputs(&mut outbox), [given_up(1, Reason::Cancelled, false)]);
    assert!(outbox.is_empty());
}

#[test]
fn a_message_that_expires_after_it_was_sent_ends_when_the_server_has_told_whether_it_is_done() {
    let mut outbox = sent(1, Span::from_millis(100));
    outbox.handle_close();
    outbox.handle_timeout(NOW.saturating_add(Span::from_millis(100)));
    assert_eq!(outputs(&mut outbox), [gone(1)]);
    outbox.handle_removed(NOW, 1);
    outbox.handle_open(NOW);
    outputs(&mut outbox);
    outbox.handle_hello(NOW, 1);
    assert_eq!(outputs(&mut outbox), [Output::Acknowledged(1)]);
}

#[test]
fn an_outcome_is_unknown_if_the_answer_to_the_hello_that_passed_over_it_was_lost() {
    let mut outbox = sent(1, LONG);
    outbox.handle_close();
    outbox.cancel(NOW, 1);
    outbox.handle_removed(NOW, 1);
    for _ in 0..2 {
        outbox.handle_open(NOW);
        outbox.handle_close();
    }
    outbox.handle_open(NOW);
    outputs(&mut outbox);
    outbox.handle_hello(NOW, 1);
    assert_eq!(outputs(&mut outbox), [given_up(1, Reason::Cancelled, true)]);
}

#[test]
fn a_message_that_was_never_sent_is_given_up_when_it_is_removed() {
    let mut outbox = Outbox::new(Config::default());
    let number = outbox.add(NOW.saturating_add(LONG));
    outbox.cancel(NOW, number);
    assert_eq!(outputs(&mut outbox), [gone(1)]);
    assert_eq!(outbox.len(), 1);
    outbox.handle_removed(NOW, number);
    assert_eq!(outputs(&mut outbox), [given_up(1, Reason::Cancelled, false)]);
    assert!(outbox.is_empty());
}

#[test]
fn answers_for_many_messages_at_once_acknowledge_them_and_lead_nowhere_back() {
    let mut outbox = sent(9, LONG);
    for done in [2, 3, 8] {
        outbox.handle_done(NOW, done);
    }
    let (mut all, mut done) = (outputs(&mut outbox), 0);
    all.retain(|output| match output {
        Output::Acknowledged(number) => {
            done = *number;
            false
        }
        Output::Remove { .. } => false,
        _ => true,
    });
    assert_eq!((all, done), (Vec::new(), 8));
}
