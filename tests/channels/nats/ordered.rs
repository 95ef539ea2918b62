//! A consumer whose numbers or heartbeats are missing is replaced, and what is proven of a stream.

use holdfast_ws::channels::nats::answer::Answer;
use holdfast_ws::channels::nats::delivered::Delivered;
use holdfast_ws::channels::nats::ordered::{Broken, Ordered};
use holdfast_ws::channels::nats::proof::Stream;
use holdfast_ws::channels::nats::protocol::{Headers, Operation, Parser};
use holdfast_ws::channels::{Position, Recovered};
use holdfast_ws::engine::{Instant, Span};

const SECOND: Span = Span::from_millis(1_000);

fn at(millis: u64) -> Instant {
    Instant::from_millis(millis)
}

fn number(consumer_sequence: u64) -> Delivered {
    Delivered {
        stream_sequence: consumer_sequence * 10,
        consumer_sequence,
        pending: 0,
    }
}

fn headers(fields: &str) -> Headers {
    let fields = format!("NATS/1.0 100 Idle Heartbeat\r\n{fields}\r\n\r\n");
    let mut parser = Parser::new(1_000);
    parser.push(format!("HMSG a 1 {0} {0}\r\n{fields}\r\n", fields.len()).as_bytes());
    match parser.next_operation() {
        Ok(Some(Operation::Message(message))) => message.headers,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_number_that_is_missing_breaks_the_order() {
    let mut ordered = Ordered::new(at(0), SECOND);
    assert_eq!(ordered.message(at(1), number(1)), Ok(()));
    assert_eq!(ordered.message(at(2), number(2)), Ok(()));
    assert_eq!(ordered.message(at(3), number(4)), Err(Broken));
    assert_eq!(Ordered::new(at(0), SECOND).message(at(1), number(2)), Err(Broken));
}

#[test]
fn a_heartbeat_tells_of_messages_that_have_not_come() {
    let mut ordered = Ordered::new(at(0), SECOND);
    assert_eq!(ordered.message(at(1), number(1)), Ok(()));
    assert_eq!(ordered.heartbeat(at(2), &headers("Nats-Last-Consumer: 1")), Ok(true));
    let stalled = headers("Nats-Last-Consumer: 1\r\nNats-Consumer-Stalled: $JS.FC.x");
    assert_eq!(ordered.heartbeat(at(3), &stalled), Ok(false));
    assert_eq!(ordered.heartbeat(at(4), &headers("Nats-Last-Consumer: 2")), Err(Broken));
}

#[test]
fn silence_of_more_than_two_heartbeats_is_the_end() {
    let mut ordered = Ordered::new(at(0), SECOND);
    assert!(ordered.is_fresh(at(1_400)) && !ordered.is_fresh(at(1_500)));
    assert!(!ordered.is_gone(at(2_400)));
    assert_eq!(
        ordered.heartbeat(at(2_400), &headers("Nats-Last-Consumer: 0")),
        Ok(true)
    );
    assert!(!ordered.is_gone(at(4_800)));
    assert!(ordered.is_gone(at(4_900)));
}

fn stream(json: &str) -> Stream {
    Stream::new(&Answer::parse(json.as_bytes()).unwrap())
}

fn since(epoch: &str, offset: u64) -> Position<String> {
    Position {
        epoch: epoch.into(),
        offset,
    }
}

#[test]
fn recovery_is_proven_by_where_the_server_lets_a_consumer_begin() {
    let known = stream(r#"{"created":"A","config":{"max_msgs_per_subject":-1},"state":{"first_seq":1,"last_seq":9}}"#);
    assert_eq!(known.prove(&since("A", 5), 5, 1_000), Recovered::Yes);
    // The messages after 5 are gone up to 7, or the stream ends at 3.
    assert_eq!(known.prove(&since("A", 5), 7, 0), Recovered::No);
    assert_eq!(known.prove(&since("A", 5), 3, 0), Recovered::No);
    // It was deleted, and made again.
    assert_eq!(known.prove(&since("B", 5), 5, 0), Recovered::No);
}

#[test]
fn a_stream_that_keeps_so_many_of_a_channel_proves_only_fewer() {
    let limited = stream(r#"{"created":"A","config":{"max_msgs_per_subject":100},"state":{"num_deleted":7}}"#);
    assert_eq!(limited.prove(&since("A", 5), 5, 99), Recovered::Yes);
    assert_eq!(limited.prove(&since("A", 5), 5, 100), Recovered::No);
}

#[test]
fn a_stream_of_which_messages_were_deleted_proves_nothing() {
    let holes = stream(r#"{"created":"A","state":{"num_deleted":7}}"#);
    assert_eq!(holes.prove(&since("A", 5), 5, 0), Recovered::Unknown);
}
