//! Replies that come late, the numbers of requests, and many of them.

use holdfast_ws::engine::{Config, Reply, RequestId, SendError};

use super::open;
use crate::server::Server;
use crate::world::World;

#[test]
fn replies_are_looked_for_while_one_may_come_late_and_not_longer() {
    let mut world = open();
    assert!(!world.expects_replies(), "nothing was ever asked");
    let id = world.ask(60_000, false).unwrap();
    world.run(30_000);
    assert!(world.expects_replies());
    world.reply(id);
    world.run(9_999);
    assert!(world.expects_replies());
    world.run(1);
    assert!(!world.expects_replies());
}

#[test]
fn a_request_made_while_another_is_being_made_comes_before_it() {
    let mut world = open();
    let outer = world.number_request();
    let inner = world.ask(1_000, false).unwrap();
    let last = world.ask(1_000, false).unwrap();
    world.ask_as(outer, 1_000, false).unwrap();
    for id in [outer, last, inner] {
        assert_eq!(world.reply(id), Reply::Matched);
    }
}

#[test]
fn ten_thousand_are_settled_in_any_order() {
    let mut world = open();
    let ids: Vec<_> = (0..10_000).map(|_| world.ask(1_000, false).unwrap()).collect();
    // 7919 is prime, so this comes past each once.
    for step in 0..ids.len() {
        let id = ids[step * 7_919 % ids.len()];
        assert_eq!(world.reply(id), Reply::Matched);
        assert_eq!(world.engine.pending_requests(), ids.len() - step - 1);
    }
    world.run(2_000);
    assert_eq!(world.failed(), []);
}

#[test]
fn a_number_is_used_once() {
    let mut world = open();
    let id = world.ask(1_000, false).unwrap();
    assert_eq!(world.ask_as(id, 1_000, false), Err(SendError::NumberInUse));
    assert_eq!(world.reply(id), Reply::Matched);
    assert_eq!(
        world.ask_as(id, 1_000, false),
        Err(SendError::NumberInUse),
        "its reply may come twice"
    );
    assert_eq!(world.transmitted(), [1]);
}

#[test]
fn a_reply_is_late_for_ten_seconds_and_a_message_after_that() {
    let mut world = open();
    let id = world.ask(1_000, false).unwrap();
    assert_eq!(world.reply(id), Reply::Matched);
    world.run(9_999);
    assert_eq!(world.reply(id), Reply::Late);
    world.run(1);
    assert_eq!(world.reply(id), Reply::Unknown);
}

#[test]
fn so_many_settled_requests_are_known_and_no_more() {
    let mut world = open();
    for _ in 0..5_000 {
        let id = world.ask(1_000, false).unwrap();
        assert_eq!(world.reply(id), Reply::Matched);
    }
    let late = (1..=5_000)
        .filter(|&id| world.reply(RequestId::new(id)) == Reply::Late)
        .count();
    assert_eq!(late, 4_096);
    assert_eq!(world.reply(RequestId::new(5_000)), Reply::Late);
}

#[test]
fn numbers_begin_anywhere_but_where_servers_count_and_fit_in_32_bits() {
    let first = |seed| {
        let world = World::seeded(Config::default(), Server::good(), seed);
        world.real(RequestId::new(1)).get()
    };
    let mut numbers: Vec<u64> = (0..100).map(first).collect();
    assert!(numbers.iter().all(|id| (1 << 29..1 << 30).contains(id)), "{numbers:?}");
    numbers.sort_unstable();
    numbers.dedup();
    assert!(numbers.len() > 98, "they differ");
}

#[test]
fn requests_that_nobody_waits_for_leave_nothing_in_the_queue() {
    let mut world = World::new(Config::default(), Server::gone());
    for n in 0..20_000 {
        let id = world.ask(100, false).unwrap();
        if n % 2 == 0 {
            world.abort(id);
        } else {
            world.run(101);
        }
    }
    assert_eq!(world.engine.outbox().len(), 0);
    let gaps = format!("{:?}", world.engine.outbox()).matches("None").count();
    assert!(gaps < 10, "{gaps} empty slots are kept");
}
