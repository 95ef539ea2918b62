//! Requests: each settles once, by a reply, an abort, its timeout, or the end of its connection.

use holdfast_ws::engine::{Close, Config, Event, Failure, QueueLimits, Reply, RequestId, Route, SendError};

use crate::server::{Fate, Server, closed_with};
use crate::story::Note;
use crate::world::{SIZE, START, World, ms};

mod late;

const fn route(retry: bool) -> Route {
    if retry { Route::Retry } else { Route::Any }
}

impl World {
    /// A request, whose payload is its number; it may run twice with `retry`.
    fn ask(&mut self, timeout: u64, retry: bool) -> Result<RequestId, SendError> {
        let id = self.number_request();
        self.ask_as(id, timeout, retry).map(|()| id)
    }

    fn ask_as(&mut self, id: RequestId, timeout: u64, retry: bool) -> Result<(), SendError> {
        let payload = u32::try_from(id.get()).expect("few requests");
        let real = self.real(id);
        let asked = self
            .engine
            .request(self.now(), real, payload, SIZE, ms(timeout), route(retry));
        self.pump();
        asked
    }

    fn reply(&mut self, id: RequestId) -> Reply {
        self.engine.handle_reply(self.now(), self.real(id), true)
    }

    fn abort(&mut self, id: RequestId) -> bool {
        self.engine.abort_request(self.now(), self.real(id))
    }

    fn expects_replies(&mut self) -> bool {
        let now = self.now();
        self.engine.expects_replies(|| now)
    }

    /// Every request that had no reply: when, which, and why.
    fn failed(&self) -> Vec<(u64, u64, Failure)> {
        let notes = self.notes.iter();
        notes
            .filter_map(|(at, note)| match note {
                Note::Told(Event::Failed { id, failure, .. }) => {
                    Some((at.saturating_since(START).as_millis(), id.get(), *failure))
                }
                _ => None,
            })
            .collect()
    }
}

fn open() -> World {
    World::open(Config::default(), Server::good())
}

#[test]
fn a_reply_settles_its_request_and_the_next_one_is_late() {
    let mut world = open();
    let id = world.ask(1_000, false).unwrap();
    assert_eq!(world.transmitted(), [1]);
    assert_eq!(world.engine.pending_requests(), 1);
    assert_eq!(world.reply(id), Reply::Matched);
    assert_eq!(world.engine.pending_requests(), 0);
    assert_eq!(world.reply(id), Reply::Late);
    assert_eq!(world.engine.stats().late_replies, 1);
    world.run(2_000);
    assert_eq!(world.failed(), []);
    assert!(!world.abort(id), "it is settled");
}

#[test]
fn what_was_never_asked_is_no_reply() {
    let mut world = open();
    let id = world.ask(1_000, false).unwrap();
    for foreign in [0, id.get() + 1, u64::MAX] {
        assert_eq!(world.reply(RequestId::new(foreign)), Reply::Unknown);
    }
    assert_eq!(world.engine.stats().late_replies, 0);
    assert_eq!(world.reply(id), Reply::Matched);
}

#[test]
fn each_runs_out_of_its_own_time() {
    let mut world = open();
    let start = world.elapsed();
    for timeout in [300, 100, 200] {
        world.ask(timeout, false).unwrap();
    }
    world.run(1_000);
    let times = [(100, 2), (200, 3), (300, 1)];
    assert_eq!(
        world.failed(),
        times.map(|(after, id)| (start + after, id, Failure::TimedOut))
    );
    assert_eq!(world.reply(RequestId::new(2)), Reply::Late);
}

#[test]
fn a_part_of_a_reply_starts_the_timeout_over() {
    let mut world = open();
    let start = world.elapsed();
    let id = world.ask(100, false).unwrap();
    for _ in 0..5 {
        world.run(80);
        assert_eq!(
            world.engine.handle_reply(world.now(), world.real(id), false),
            Reply::Matched
        );
    }
    world.run(1_000);
    assert_eq!(world.failed(), [(start + 500, id.get(), Failure::TimedOut)]);
}

#[test]
fn a_request_that_waits_for_a_connection_goes_out_with_the_rest_and_its_time_runs() {
    let mut world = World::new(Config::default(), Server::which(Fate::Opens { after: 60 }));
    world.send(70).unwrap();
    world.ask(50, false).unwrap();
    world.ask(100, false).unwrap();
    world.send(71).unwrap();
    assert_eq!(world.engine.buffered_amount(), 4 * SIZE);
    world.run(50);
    assert_eq!(world.failed(), [(50, 1, Failure::TimedOut)]);
    assert_eq!(world.engine.buffered_amount(), 3 * SIZE, "it is taken out of the queue");
    world.run(50);
    assert_eq!(world.transmitted(), [70, 2, 71]);
    assert_eq!(world.failed().len(), 2);
    assert_eq!(world.engine.pending_requests(), 0);
}

#[test]
fn an_aborted_request_is_taken_out_of_the_queue() {
    let mut world = World::new(Config::default(), Server::good());
    let ids = [(); 3].map(|()| world.ask(1_000, true).unwrap());
    assert!(world.abort(ids[1]));
    assert!(!world.abort(ids[1]));
    assert_eq!(world.engine.outbox().len(), 2);
    world.run(5_000);
    assert_eq!(world.transmitted(), [1, 3]);
    assert_eq!(
        world.failed().iter().map(|&(_, id, _)| id).collect::<Vec<_>>(),
        [1, 3],
        "nobody waits for the second"
    );
}

#[test]
fn what_was_sent_is_lost_with_its_connection_and_what_waits_is_not() {
    let mut world = open();
    world.ask(10_000, false).unwrap();
    world.story();
    world.end(Close::ABNORMAL);
    world.ask(10_000, false).unwrap();
    assert_eq!(
        world.story(),
        [
            "ended 1006 Closed, goes on",
            "request 1 Lost",
            "attempt 1 planned: Closed",
            "now Waiting"
        ]
    );
    world.run(600);
    assert_eq!(world.transmitted(), [1, 2]);
    assert_eq!(world.reply(RequestId::new(2)), Reply::Matched);
    assert_eq!(
        world.reply(RequestId::new(1)),
        Reply::Late,
        "it came after all, and nobody waits"
    );
}

#[test]
fn what_may_run_twice_goes_out_again_first_and_in_order() {
    let mut world = open();
    let ids = [true, false, true].map(|retry| world.ask(10_000, retry).unwrap());
    world.end(Close::ABNORMAL);
    world.send(70).unwrap();
    world.run(600);
    assert_eq!(world.transmitted(), [1, 2, 3, 1, 3, 70]);
    assert_eq!(world.failed().len(), 1);
    world.end(Close::ABNORMAL);
    assert_eq!(
        world.reply(ids[0]),
        Reply::Matched,
        "a reply that was told late is good"
    );
    world.run(2_000);
    assert_eq!(world.transmitted()[6..], [3], "and again, but not what has its reply");
    assert_eq!(world.reply(ids[2]), Reply::Matched);
    assert_eq!(world.failed().len(), 1);
}

#[test]
fn what_may_run_twice_does_so_within_its_time() {
    let mut world = open();
    let start = world.elapsed();
    world.ask(1_000, true).unwrap();
    world.server.otherwise = Fate::Silent;
    world.end(Close::ABNORMAL);
    world.run(20_000);
    assert_eq!(world.failed(), [(start + 1_000, 1, Failure::TimedOut)]);
    assert!(world.engine.outbox().is_empty());
}

#[test]
fn what_goes_out_again_is_held_though_the_queue_is_full() {
    let queue = Some(QueueLimits {
        max_messages: 1,
        max_bytes: SIZE,
        ..QueueLimits::default()
    });
    let config = Config {
        queue,
        ..Config::default()
    };
    let mut world = World::open(config, Server::good());
    for _ in 0..3 {
        world.ask(10_000, true).unwrap();
    }
    world.end(Close::ABNORMAL);
    assert_eq!(world.send(70), Err(SendError::Full));
    assert_eq!(world.ask(10_000, true), Err(SendError::Full));
    world.run(600);
    assert_eq!(world.transmitted(), [1, 2, 3, 1, 2, 3]);
}

/// Found by the promises: with no room left, nothing at all was taken for something that fits.
#[test]
fn an_empty_message_is_refused_while_what_goes_out_again_fills_the_queue_beyond_its_bytes() {
    let config = Config {
        queue: Some(QueueLimits {
            max_messages: 10,
            max_bytes: SIZE - 1,
            ..QueueLimits::default()
        }),
        ..Config::default()
    };
    let mut world = World::open(config, Server::good());
    world.ask(10_000, true).unwrap();
    world.end(Close::ABNORMAL);
    assert_eq!(world.engine.outbox().bytes(), SIZE);
    assert_eq!(world.engine.send(world.now(), 70, 0), Err(SendError::Full));
    world.run(600);
    assert_eq!(world.transmitted(), [1, 1]);
}

#[test]
fn reconnecting_by_hand_loses_what_was_sent() {
    let mut world = open();
    world.ask(10_000, false).unwrap();
    world.ask(10_000, true).unwrap();
    world.reconnect();
    world.run(10);
    assert_eq!(world.transmitted(), [1, 2, 2]);
    assert_eq!(world.failed().len(), 1);
}

#[test]
fn at_the_end_all_are_lost_and_none_is_reported_as_unsent() {
    for retry in [false, true] {
        let mut world = open();
        world.ask(10_000, retry).unwrap();
        world.end(Close::ABNORMAL);
        world.ask(10_000, retry).unwrap();
        world.send(70).unwrap();
        world.close();
        let lost = world.failed().iter().map(|&(_, id, why)| (id, why)).collect::<Vec<_>>();
        assert_eq!(lost, [(1, Failure::Lost), (2, Failure::Lost)]);
        assert_eq!(world.last_end().unsent, [70]);
        assert_eq!(world.engine.pending_requests(), 0);
    }
}

#[test]
fn replies_come_until_the_closing_handshake_is_done() {
    let mut world = World::open(
        Config::default(),
        Server {
            farewell: 100,
            ..Server::good()
        },
    );
    let ids = [(); 2].map(|()| world.ask(10_000, true).unwrap());
    world.close();
    world.run(50);
    assert_eq!(world.ask(1_000, true), Err(SendError::NotOpen));
    assert_eq!(world.reply(ids[0]), Reply::Matched);
    world.run(50);
    assert_eq!(world.failed().len(), 1);
    assert_eq!(world.ask(1_000, true), Err(SendError::NotOpen));
    assert_eq!(world.engine.pending_requests(), 0);
}

#[test]
fn a_final_close_of_the_servers_loses_what_may_run_twice_too() {
    let mut world = open();
    world.ask(10_000, true).unwrap();
    world.end(closed_with(4_400));
    assert_eq!(world.failed().len(), 1);
    assert_eq!(world.engine.poll_timeout(), None);
}

#[test]
fn without_a_queue_or_reconnection_a_request_needs_an_open_connection() {
    let no_queue = Config {
        queue: None,
        ..Config::default()
    };
    let no_reconnection = Config {
        reconnect: None,
        ..Config::default()
    };
    for config in [no_queue, no_reconnection] {
        let mut world = World::new(config, Server::good());
        assert_eq!(world.ask(1_000, false), Err(SendError::NotOpen));
        assert_eq!(world.engine.pending_requests(), 0);
        world.run(10);
        assert!(world.ask(1_000, false).is_ok());
    }
}

#[test]
fn what_may_run_twice_runs_once_where_there_is_no_other_connection() {
    let config = Config {
        reconnect: None,
        ..Config::default()
    };
    let mut world = World::open(config, Server::good());
    world.ask(1_000, true).unwrap();
    world.end(Close::ABNORMAL);
    assert_eq!(world.failed().len(), 1);
}

#[test]
fn a_page_that_slept_hears_the_replies_before_it_counts_the_time() {
    let mut world = open();
    let ids = [(); 2].map(|()| world.ask(1_000, false).unwrap());
    world.sleep(60_000);
    world.run(20);
    assert_eq!(world.reply(ids[0]), Reply::Matched, "it had come while the page slept");
    assert_eq!(world.failed(), []);
    world.run(979);
    assert_eq!(world.failed(), [], "the other has its time again, awake");
    world.run(1);
    assert_eq!(world.failed().len(), 1, "and has not come");
}
