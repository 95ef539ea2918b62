//! A connection in doubt: what is sent on waking waits until the connection has proved to be alive.

use holdfast_ws::engine::{
    Config, Event, Heartbeat, Instant, Output, QueueLimits, Reconnect, Route, SendError, Sent, Signal,
};

use crate::server::Server;
use crate::story::Note;
use crate::world::{World, ms};

const INTERVAL: u64 = 25_000;
const TIMEOUT: u64 = 10_000;
const HOUR: u64 = 3_600_000;

fn beating() -> Config {
    Config {
        heartbeat: Some(Heartbeat::default()),
        ..Config::default()
    }
}

/// Returns the transmitted messages in order, with their times.
fn transmitted(world: &World) -> Vec<(u64, u32)> {
    let start = crate::world::START;
    let notes = world.notes.iter();
    let of = |(at, note): &(_, Note)| match note {
        Note::Did(Output::Transmit(_, payload)) => Some((
            holdfast_ws::engine::Instant::saturating_since(*at, start).as_millis(),
            *payload,
        )),
        _ => None,
    };
    notes.filter_map(of).collect()
}

fn payloads(world: &World) -> Vec<u32> {
    transmitted(world).into_iter().map(|(_, payload)| payload).collect()
}

#[test]
fn what_is_sent_after_a_signal_waits_for_the_answer_and_leaves_in_order() {
    for signal in [Signal::Wake, Signal::Online, Signal::Offline, Signal::Jump] {
        let mut world = World::open(beating(), Server::good());
        world.run(1_000);
        world.signal(signal);
        assert!(!world.engine.can_transmit());
        for payload in 1..=3 {
            assert_eq!(world.send(payload), Ok(Sent::Queued));
        }
        assert!(payloads(&world).is_empty());
        world.run(20);
        assert!(world.engine.can_transmit());
        assert_eq!(world.send(4), Ok(Sent::Transmitted));
        assert_eq!(payloads(&world), [1, 2, 3, 4], "{signal:?}");
    }
}

#[test]
fn what_is_sent_on_a_connection_that_died_goes_out_by_the_next() {
    let mut world = World::open(beating(), Server::good());
    world.cut();
    world.sleep(HOUR);
    world.signal(Signal::Wake);
    let dead = world.connection();
    world.send(1).unwrap();
    world.send(2).unwrap();
    world.run(TIMEOUT + 1_000);
    assert_ne!(world.connection(), dead);
    assert_eq!(payloads(&world), [1, 2]);
    assert!(world.engine.outbox().is_empty());
}

#[test]
fn a_late_tick_puts_the_connection_in_doubt() {
    let mut world = World::open(beating(), Server::good());
    world.cut();
    world.sleep(HOUR);
    world.run(0);
    assert_eq!(world.send(1), Ok(Sent::Queued));
}

/// Until when messages may go without calling the engine.
fn direct_until(world: &World) -> Instant {
    let told = world.notes.iter().rev().find_map(|(_, note)| match note {
        Note::Did(Output::AllowDirectSend(_, until)) => Some(*until),
        _ => None,
    });
    told.expect("messages may go without calling the engine")
}

#[test]
fn messages_go_by_the_engine_while_the_connection_is_in_doubt() {
    let mut world = World::open(beating(), Server::good());
    world.story();
    world.signal(Signal::Wake);
    assert_eq!(world.directs(), ["revoke direct send"]);
    world.run(20);
    assert_eq!(world.directs(), ["allow direct send"]);
}

#[test]
fn the_time_that_messages_may_go_without_the_engine_is_told_again_once_it_has_passed() {
    let mut world = World::open(beating(), Server::good());
    world.run(INTERVAL + 100);
    world.story();
    // An answer has come since, so it is in no doubt; but who sends has not heard of that.
    world.run(TIMEOUT - 100);
    world.engine.handle_inactivity(world.now());
    world.engine.handle_direct_expired();
    world.pump();
    assert_eq!(world.directs(), ["allow direct send"]);
    world.engine.handle_inactivity(world.now());
    world.pump();
    assert!(world.directs().is_empty(), "once is enough");
}

#[test]
fn silence_for_longer_than_a_heartbeat_allows_is_doubt_when_something_is_sent() {
    let mut world = World::open(beating(), Server::good());
    assert_eq!(direct_until(&world), world.now().saturating_add(ms(INTERVAL + TIMEOUT)));
    world.cut();
    world.sleep(INTERVAL + TIMEOUT);
    world.engine.handle_inactivity(world.now());
    assert!(world.engine.can_transmit());
    world.sleep(1);
    world.engine.handle_inactivity(world.now());
    world.pump();
    assert_eq!(world.send(1), Ok(Sent::Queued));
    assert_eq!(world.story(), ["ping"]);
}

#[test]
fn signals_after_the_deadline_of_a_ping_do_not_defer_the_end_of_a_dead_connection() {
    for signal in [Signal::Wake, Signal::Online, Signal::Jump] {
        let mut world = World::open(beating(), Server::good());
        world.cut();
        world.run(INTERVAL);
        assert_eq!(world.count("ping"), 1);
        // The deadline passes in a task that sends the signal before the timer has its turn.
        world.sleep(TIMEOUT + 10);
        world.signal(signal);
        world.run(100);
        assert_eq!(world.count("ping"), 1, "{signal:?}");
        assert_eq!(world.engine.stats().dead_connections, 1, "{signal:?}");
    }
}

#[test]
fn any_message_clears_the_doubt_unless_only_answers_count() {
    for matches in [false, true] {
        let heartbeat = Heartbeat {
            matches,
            ..Heartbeat::default()
        };
        let config = Config {
            heartbeat: Some(heartbeat),
            ..Config::default()
        };
        let mut world = World::open(config, Server::good());
        world.signal(Signal::Wake);
        world.send(1).unwrap();
        world.hear(false);
        assert_eq!(payloads(&world).is_empty(), matches);
        world.run(20);
        assert_eq!(payloads(&world), [1]);
    }
}

#[test]
fn a_full_queue_refuses_as_while_connecting() {
    let queue = QueueLimits {
        max_messages: 1,
        ..QueueLimits::default()
    };
    let config = Config {
        queue: Some(queue),
        ..beating()
    };
    let mut world = World::open(config, Server::good());
    world.signal(Signal::Wake);
    assert_eq!(world.send(1), Ok(Sent::Queued));
    assert_eq!(world.send(2), Err(SendError::Full));
    world.run(20);
    assert_eq!(world.send(3), Ok(Sent::Transmitted));
    assert_eq!(payloads(&world), [1, 3]);
}

#[test]
fn without_a_heartbeat_a_queue_or_another_connection_nothing_waits() {
    let no_heartbeat = Reconnect {
        on_wake: false,
        ..Reconnect::default()
    };
    let without = [
        Config {
            reconnect: Some(no_heartbeat),
            ..Config::default()
        },
        Config {
            queue: None,
            ..beating()
        },
        Config {
            reconnect: None,
            ..beating()
        },
    ];
    for config in without {
        let mut world = World::open(config, Server::good());
        assert_eq!(direct_until(&world), Instant::NEVER);
        world.sleep(HOUR);
        world.signal(Signal::Wake);
        world.engine.handle_inactivity(world.now());
        assert_eq!(world.send(1), Ok(Sent::Transmitted));
    }
}

#[test]
fn where_there_is_no_ping_to_send_nothing_waits_for_its_answer() {
    let mut world = World::open(beating(), Server::good());
    world.engine.handle_signal(world.now(), Signal::Wake);
    world.engine.send(world.now(), 1, 1).unwrap();
    let connection = world.connection();
    assert_eq!(world.engine.poll_output(), Some(Output::Ping(connection)));
    world.engine.handle_no_ping(world.now(), connection);
    assert_eq!(world.engine.poll_output(), Some(Output::Transmit(connection, 1)));
    assert!(world.engine.can_transmit());
}

#[test]
fn what_has_waited_too_long_for_the_answer_is_dropped() {
    let config = Config {
        queue: Some(QueueLimits {
            max_age: ms(1_000),
            ..QueueLimits::default()
        }),
        ..beating()
    };
    let mut world = World::open(config, Server::good());
    world.engine.handle_signal(world.now(), Signal::Wake);
    world.engine.send(world.now(), 1, 1).unwrap();
    let later = world.now().saturating_add(ms(1_500));
    world.engine.send(later, 2, 1).unwrap();
    let connection = world.connection();
    assert_eq!(world.engine.poll_output(), Some(Output::Ping(connection)));
    world.engine.handle_ping_sent(world.now(), connection);
    // The answer comes before the timer has its turn.
    world.engine.handle_message(later, connection, true);
    assert_eq!(world.engine.poll_output(), Some(Output::Transmit(connection, 2)));
    assert_eq!(world.engine.poll_output(), None);
    let events: Vec<_> = std::iter::from_fn(|| world.engine.poll_event()).collect();
    assert_eq!(events[..2], [Event::Unsent(1), Event::Expired], "{events:?}");
}

#[test]
fn requests_wait_too_and_keep_their_place() {
    let mut world = World::open(beating(), Server::good());
    world.signal(Signal::Wake);
    world.send(1).unwrap();
    let id = world.engine.number_request();
    let now = world.now();
    world.engine.request(now, id, 2, 1, ms(5_000), Route::Any).unwrap();
    world.send(3).unwrap();
    assert!(payloads(&world).is_empty());
    world.run(20);
    assert_eq!(payloads(&world), [1, 2, 3]);
}

#[test]
fn what_still_waits_when_it_is_closed_is_reported() {
    let mut world = World::open(beating(), Server::good());
    world.signal(Signal::Wake);
    world.send(1).unwrap();
    world.close();
    world.run(1_000);
    assert_eq!(world.engine.stats().unsent, 1);
    assert!(payloads(&world).is_empty());
}

#[test]
fn a_jump_of_the_wall_clock_probes_and_decides_nothing() {
    let mut world = World::open(beating(), Server::good());
    let id = world.engine.number_request();
    let now = world.now();
    world.engine.request(now, id, 1, 1, ms(60_000), Route::Any).unwrap();
    for _ in 0..10 {
        world.signal(Signal::Jump);
        world.run(1_000);
    }
    assert_eq!(world.count("ended"), 0);
    assert_eq!(world.engine.pending_requests(), 1);
    // Nor does it bring an attempt forward.
    world.end(holdfast_ws::engine::Close::ABNORMAL);
    let planned = world.engine.retry_at();
    world.signal(Signal::Jump);
    assert_eq!(world.engine.retry_at(), planned);
}
