//! Messages that are sent while no connection is open: queued in order, bounded, and never dropped silently.

use holdfast_ws::engine::{Close, Config, QueueLimits, ReadyState, Reconnect, SendError, Sent};

use crate::server::{Fate, Server, closed_with};
use crate::world::{SIZE, World, ms};

fn queue(max_messages: u32, max_bytes: u64) -> Config {
    Config {
        queue: Some(QueueLimits {
            max_messages,
            max_bytes,
            ..QueueLimits::default()
        }),
        ..Config::default()
    }
}

#[test]
fn what_waits_goes_out_in_order_before_the_application_hears_of_the_opening() {
    let mut world = World::new(Config::default(), Server::good());
    for message in 1..=3 {
        assert_eq!(world.send(message), Ok(Sent::Queued));
    }
    world.run(10);
    assert_eq!(
        world.story(),
        ["dial", "transmit 1", "transmit 2", "transmit 3", "open", "now Open"]
    );
    assert!(world.engine.outbox().is_empty());
    assert_eq!(world.engine.stats().sent, 3);
}

#[test]
fn what_is_sent_between_connections_waits_for_the_next() {
    let mut world = World::open(Config::default(), Server::good());
    world.send(1).unwrap();
    world.end(Close::ABNORMAL);
    world.send(2).unwrap();
    world.run(400);
    world.send(3).unwrap();
    world.run(200);
    world.send(4).unwrap();
    assert_eq!(world.transmitted(), [1, 2, 3, 4]);
}

#[test]
fn what_waits_outlasts_failed_attempts() {
    let mut world = World::new(
        Config::default(),
        Server::good().first(&[Fate::Refused { after: 5 }, Fate::Silent]),
    );
    world.send(1).unwrap();
    world.run(20_000);
    assert_eq!(world.transmitted(), [1]);
    assert_eq!(world.engine.stats().unsent, 0);
}

#[test]
fn what_is_sent_once_the_server_has_begun_to_close_waits_for_the_next() {
    let mut world = World::open(Config::default(), Server::good());
    world.closing();
    assert_eq!(world.engine.ready_state(), ReadyState::Closing);
    assert_eq!(world.send(1), Ok(Sent::Queued));
    assert!(world.transmitted().is_empty());
    world.end(closed_with(1001));
    world.run(510);
    assert_eq!(world.transmitted(), [1]);
}

#[test]
fn it_counts_messages_and_bytes() {
    let mut world = World::new(Config::default(), Server::good());
    world.send(1).unwrap();
    world.send(2).unwrap();
    assert_eq!(world.engine.outbox().len(), 2);
    assert_eq!(world.engine.outbox().bytes(), 2 * SIZE);
    assert_eq!(world.engine.buffered_amount(), 2 * SIZE);
    world.run(10);
    assert_eq!(world.engine.buffered_amount(), 0);
}

#[test]
fn a_message_too_many_is_refused_and_what_waits_is_kept() {
    let mut world = World::new(queue(2, 1000), Server::good());
    assert_eq!(world.send(1), Ok(Sent::Queued));
    assert_eq!(world.send(2), Ok(Sent::Queued));
    assert_eq!(world.send(3), Err(SendError::Full));
    assert_eq!(world.engine.buffered_amount(), 2 * SIZE);
    world.run(10);
    assert_eq!(world.transmitted(), [1, 2]);
}

#[test]
fn a_byte_too_many_is_refused_and_a_smaller_message_still_fits() {
    let mut world = World::new(queue(100, 25), Server::good());
    world.send(1).unwrap();
    world.send(2).unwrap();
    assert_eq!(world.engine.send(world.now(), 3, 6), Err(SendError::Full));
    assert_eq!(world.engine.send(world.now(), 4, 5), Ok(Sent::Queued));
    assert_eq!(
        world.engine.send(world.now(), 5, 0),
        Ok(Sent::Queued),
        "an empty message needs_buffered_amount nothing"
    );
    world.run(10);
    assert_eq!(world.transmitted(), [1, 2, 4, 5]);
}

#[test]
fn sizes_that_overflow_are_refused() {
    let mut world = World::new(queue(100, u64::MAX - 1), Server::good());
    world.send(1).unwrap();
    assert_eq!(world.engine.send(world.now(), 2, u64::MAX), Err(SendError::Full));
    assert_eq!(world.engine.outbox().bytes(), SIZE);
    let mut world = World::new(queue(100, u64::MAX), Server::good());
    world.send(1).unwrap();
    assert_eq!(
        world.engine.send(world.now(), 2, u64::MAX),
        Err(SendError::Full),
        "even without a limit"
    );
}

#[test]
fn a_queue_of_nothing_takes_nothing() {
    let mut world = World::new(queue(0, 1000), Server::good());
    assert_eq!(world.send(1), Err(SendError::Full));
}

#[test]
fn a_full_queue_takes_again_once_it_has_drained() {
    let mut world = World::new(queue(1, 1000), Server::good());
    world.send(1).unwrap();
    world.run(10);
    world.end(Close::ABNORMAL);
    assert_eq!(world.send(2), Ok(Sent::Queued));
    assert_eq!(world.send(3), Err(SendError::Full));
}

#[test]
fn with_the_queue_off_sending_needs_an_open_connection() {
    let mut world = World::new(
        Config {
            queue: None,
            ..Config::default()
        },
        Server::good(),
    );
    assert_eq!(world.send(1), Err(SendError::NotOpen));
    world.run(10);
    assert_eq!(world.send(2), Ok(Sent::Transmitted));
    assert_eq!(world.transmitted(), [2]);
}

#[test]
fn what_still_waits_at_the_end_is_reported_in_order() {
    let reconnect = Reconnect {
        max_attempts: 2,
        ..Reconnect::default()
    };
    let mut world = World::new(
        Config {
            reconnect: Some(reconnect),
            ..Config::default()
        },
        Server::down(),
    );
    world.send(1).unwrap();
    world.run(100);
    world.send(2).unwrap();
    world.run(60_000);
    let unsent: Vec<_> = world.ends().into_iter().map(|end| end.unsent).collect();
    assert_eq!(unsent, [vec![], vec![1, 2]], "only the last close event reports it");
    assert_eq!(world.engine.stats().unsent, 2);
    assert_eq!(world.engine.buffered_amount(), 0);
}

#[test]
fn what_is_sent_after_the_end_is_discarded_but_counted_until_reconnect() {
    let mut world = World::open(Config::default(), Server::good());
    world.close();
    assert_eq!(world.send(1), Ok(Sent::Discarded), "while closing");
    world.run(100);
    assert_eq!(world.send(2), Ok(Sent::Discarded), "once closed");
    assert_eq!(world.engine.buffered_amount(), 2 * SIZE);
    world.reconnect();
    world.run(10);
    assert!(world.transmitted().is_empty());
    assert_eq!(
        world.engine.buffered_amount(),
        0,
        "or nobody could wait for the buffer to drain any more"
    );
    assert_eq!(world.engine.stats().unsent, 0, "it was never accepted");
}

#[test]
fn what_is_sent_through_many_drops_arrives_in_order_each_once() {
    let brief = Fate::Ends {
        after: 7,
        lasts: 33,
        close: Close::ABNORMAL,
    };
    let mut world = World::new(Config::default(), Server::good().first(&[brief; 5]));
    for message in 0..1_000 {
        world.send(message).unwrap();
        world.run(17);
    }
    world.run(60_000);
    assert_eq!(world.transmitted(), (0..1_000).collect::<Vec<_>>());
}

fn aging(millis: u64) -> Config {
    Config {
        queue: Some(QueueLimits {
            max_age: ms(millis),
            ..QueueLimits::default()
        }),
        ..Config::default()
    }
}

#[test]
fn what_has_waited_too_long_is_dropped_and_reported() {
    let mut world = World::new(aging(1_000), Server::which(Fate::Opens { after: 2_500 }));
    for message in 0..25 {
        world.send(message).unwrap();
        world.run(100);
    }
    let start = world.transmitted()[0];
    assert_eq!(start, 16, "what is too old when it opens is dropped as well");
    assert_eq!(world.count("expired"), 16);
    assert_eq!(world.engine.stats().unsent, 16);
    assert_eq!(world.times("expired")[..2], [1_000, 1_100]);
    assert_eq!(
        world.engine.poll_timeout(),
        Some(world.now().saturating_add(ms(5_000))),
        "stability"
    );
}

#[test]
fn a_page_that_slept_sends_nothing_stale() {
    let mut world = World::open(aging(1_000), Server::good());
    world.end(Close::ABNORMAL);
    world.send(1).unwrap();
    world.sleep(60_000);
    world.send(2).unwrap();
    world.run(1_000);
    assert_eq!(world.transmitted(), [2]);
    assert_eq!(world.count("expired"), 1);
}
