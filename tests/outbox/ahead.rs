//! A server that has more than was sent: the storage was restored from a backup, or has lost what was written last.

use holdfast_ws::engine::{Instant, Span};
use holdfast_ws::outbox::{Config, Counter, Numbers, Outbox, Output};

const LONG: Span = Span::from_millis(1_000_000_000);
const NOW: Instant = Instant::from_millis(5);

fn outputs(outbox: &mut Outbox) -> Vec<Output> {
    std::iter::from_fn(|| outbox.poll_output()).collect()
}

fn deadline() -> Instant {
    NOW.saturating_add(LONG)
}

#[test]
fn what_was_never_sent_is_not_acknowledged_by_a_server_that_has_its_numbers_and_gets_others() {
    let mut outbox = Outbox::new(Config::default());
    for _ in 1..=3 {
        outbox.add(deadline());
    }
    outbox.handle_stored(NOW, 1..=3);
    outbox.handle_open(NOW);
    outputs(&mut outbox);
    outbox.handle_hello(NOW, 120);
    let renumbered = |number| Output::Renumbered {
        number,
        renumbered: number + 120,
    };
    let ahead = Output::Ahead { done: 120, given: 3 };
    assert_eq!(
        outputs(&mut outbox),
        [ahead, renumbered(1), renumbered(2), renumbered(3)]
    );
    assert_eq!(outbox.add(deadline()), 124);
    outbox.handle_stored(NOW, 121..=122);
    assert_eq!(outputs(&mut outbox), [Output::Send(121), Output::Send(122)]);
    outbox.handle_stored(NOW, 123..=124);
    assert_eq!(outputs(&mut outbox), [Output::Send(123), Output::Send(124)]);
}

#[test]
fn what_was_sent_is_acknowledged_and_what_is_behind_it_gets_other_numbers() {
    let mut config = Config::default();
    config.window = 2;
    let mut outbox = Outbox::new(config);
    for _ in 1..=4 {
        outbox.add(deadline());
    }
    outbox.handle_stored(NOW, 1..=4);
    outbox.handle_open(NOW);
    outbox.handle_hello(NOW, 0);
    outputs(&mut outbox);
    outbox.handle_done(NOW, 9);
    let all = outputs(&mut outbox);
    let renumbered = |number, renumbered| Output::Renumbered { number, renumbered };
    let ahead = Output::Ahead { done: 9, given: 4 };
    assert_eq!(all[..3], [ahead, renumbered(3, 10), renumbered(4, 11)]);
    assert!(all.contains(&Output::Acknowledged(2)) && !all.contains(&Output::Acknowledged(3)));
    assert_eq!(outbox.add(deadline()), 12);
}

#[test]
fn what_was_cancelled_and_never_sent_is_not_acknowledged_by_a_server_that_has_its_number() {
    let mut outbox = Outbox::new(Config::default());
    outbox.add(deadline());
    outbox.add(deadline());
    outbox.handle_stored(NOW, 1..=2);
    outbox.handle_open(NOW);
    outputs(&mut outbox);
    outbox.cancel(NOW, 1);
    outbox.handle_hello(NOW, 50);
    outbox.handle_removed(NOW, 1);
    let all = outputs(&mut outbox);
    assert!(
        all.iter().all(|each| !matches!(each, Output::Acknowledged(_))),
        "{all:?}"
    );
    assert_eq!(outbox.len(), 1, "the other one");
}

#[test]
fn an_adopted_box_of_which_the_storage_has_lost_the_last_messages_acknowledges_the_others() {
    let mut outbox = Outbox::new(Config::default());
    outbox.restore(1, deadline());
    outbox.handle_open(NOW);
    outputs(&mut outbox);
    outbox.handle_hello(NOW, 120);
    let all = outputs(&mut outbox);
    assert_eq!(all.last(), Some(&Output::Acknowledged(1)));
    assert_eq!(all.len(), 2, "and a removal");
}

#[test]
fn a_page_begins_behind_all_that_is_reserved_and_reserves_strictly() {
    let mut numbers = Numbers::new(100);
    let counter = Counter {
        last: 7,
        reserved: 100,
        opened: 100,
    };
    let given = numbers.take(counter, 3);
    let next = Counter {
        last: 103,
        reserved: 203,
        opened: 100,
    };
    assert_eq!((given.first, given.counter, given.is_strict), (101, next, true));
    numbers.handle_stored();
    let given = numbers.take(next, 100);
    assert_eq!(
        (given.first, given.counter.reserved, given.is_strict),
        (104, 203, false)
    );
    let given = numbers.take(given.counter, 1);
    assert_eq!((given.first, given.counter.reserved, given.is_strict), (204, 304, true));
    assert_eq!(given.counter.opened, 100, "no hello was answered since");
    assert_eq!(numbers.see(given.counter), 7, "the rest was given while the page lived");
}

#[test]
fn in_a_shared_box_a_number_is_sent_once_the_counter_says_so() {
    let mut outbox = Outbox::new(Config::default());
    let counter = Counter {
        last: 2,
        reserved: 100,
        opened: 0,
    };
    outbox.handle_counter(counter, 0);
    outbox.restore(1, deadline());
    outbox.restore(2, deadline());
    assert!(outbox.flush(NOW).is_empty());
    outbox.handle_open(NOW);
    outbox.handle_hello(NOW, 0);
    assert_eq!(outputs(&mut outbox), [Output::Hello(1), Output::Open(100)]);
    outbox.handle_opened(NOW, 100);
    assert_eq!(outputs(&mut outbox), [Output::Send(1), Output::Send(2)]);
    outbox.insert(NOW, 3, deadline());
    assert_eq!(outputs(&mut outbox), [Output::Send(3)]);
}

#[test]
fn what_is_displaced_in_a_shared_box_is_read_again_under_its_other_numbers() {
    let (mut outbox, mut numbers) = (Outbox::new(Config::default()), Numbers::new(10));
    let counter = numbers.take(Counter::default(), 2).counter;
    let before = numbers.see(counter);
    outbox.handle_counter(counter, before);
    outbox.restore(1, deadline());
    outbox.restore(2, deadline());
    outbox.handle_open(NOW);
    outputs(&mut outbox);
    outbox.handle_hello(NOW, 500);
    let displaced = Output::Displaced { above: 0, done: 500 };
    assert_eq!(outputs(&mut outbox), [Output::Ahead { done: 500, given: 2 }, displaced]);
    outbox.insert(NOW, 3, deadline());
    assert!(outbox.is_empty(), "it gets another number with them");
    let (by, counter) = numbers.shift(counter, 0, 500);
    assert_eq!((by, counter.last, counter.reserved), (500, 502, 512));
    outbox.handle_counter(counter, before);
    outbox.handle_shifted();
    outbox.insert(NOW, 501, deadline());
    outbox.insert(NOW, 502, deadline());
    outbox.handle_opened(NOW, 512);
    assert_eq!(outputs(&mut outbox)[..1], [Output::Open(512)]);
    assert_eq!(outbox.len(), 2);
}
