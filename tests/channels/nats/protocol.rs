//! The parser takes what a server sends in pieces of any size, and the writer's operations are those of the protocol.

use holdfast_ws::channels::nats::protocol::{Headers, Operation, Parser, ProtocolError, publish};
use proptest::prelude::*;

const TRANSCRIPT: &[u8] = b"INFO {\"headers\":true,\"max_payload\":1048576} \r\n\
PING\r\n\
MSG channels.news 2 $JS.ACK.CH.abc.1.3.1.1795748349906380078.2 2\r\nm2\r\n\
+OK\r\n\
HMSG _I.d.1 2  75 75\r\nNATS/1.0 100 Idle Heartbeat\r\nNats-Last-Consumer: 3\r\nNats-Last-Stream: 5\r\n\r\n\r\n\
HMSG _I.a.8 1 16 16\r\nNATS/1.0 503\r\n\r\n\r\n\
hmsg a 7 b 23 30\r\nNATS/1.0\r\nName: x:y\r\n\r\na\r\nb\r\nc\r\n\
msg\ta  \t9 0\r\n\r\n\
-ERR 'Permissions Violation for Publish to \"a\"'\r\n\
PONG\r\n";

fn all(pieces: &[&[u8]]) -> Result<Vec<Operation>, ProtocolError> {
    let mut parser = Parser::new(1_000);
    let mut operations = Vec::new();
    for piece in pieces {
        parser.push(piece);
        while let Some(operation) = parser.next_operation()? {
            operations.push(operation);
        }
    }
    Ok(operations)
}

#[test]
fn each_operation_is_read_with_its_arguments() {
    let operations = all(&[TRANSCRIPT]).unwrap();
    assert_eq!(operations.len(), 10);
    assert_eq!(operations[1], Operation::Ping);
    let Operation::Message(message) = &operations[2] else {
        panic!("{:?}", operations[2])
    };
    assert_eq!((message.subject.as_str(), message.sid), ("channels.news", 2));
    assert_eq!(message.payload, b"m2");
    let Operation::Message(heartbeat) = &operations[4] else {
        panic!("{:?}", operations[4])
    };
    assert_eq!(heartbeat.headers.status, Some(100));
    assert_eq!(heartbeat.headers.description, "Idle Heartbeat");
    assert_eq!(heartbeat.headers.get("nats-last-consumer"), Some("3"));
    assert_eq!(heartbeat.reply, None);
    let Operation::Message(fields) = &operations[6] else {
        panic!("{:?}", operations[6])
    };
    assert_eq!(fields.headers.get("Name"), Some("x:y"));
    assert_eq!(
        (fields.reply.as_deref(), fields.payload.as_slice()),
        (Some("b"), &b"a\r\nb\r\nc"[..])
    );
    assert_eq!(
        operations[8],
        Operation::Error("Permissions Violation for Publish to \"a\"".into())
    );
}

#[test]
fn the_operations_are_the_same_wherever_a_message_ends() {
    let whole = all(&[TRANSCRIPT]).unwrap();
    for at in 0..TRANSCRIPT.len() {
        let (one, other) = TRANSCRIPT.split_at(at);
        assert_eq!(all(&[one, other]).unwrap(), whole, "split at {at}");
    }
    let bytes: Vec<&[u8]> = TRANSCRIPT.chunks(1).collect();
    assert_eq!(all(&bytes).unwrap(), whole);
}

#[test]
fn a_message_longer_than_the_limit_ends_the_connection_before_it_has_come() {
    let mut parser = Parser::new(10);
    parser.push(b"MSG a 1 11\r\n");
    assert_eq!(parser.next_operation(), Err(ProtocolError::TooLong));
    parser.push(b"PING\r\n");
    assert_eq!(parser.next_operation(), Err(ProtocolError::TooLong));
    let mut parser = Parser::new(10);
    for _ in 0..300 {
        parser.push(&[b'x'; 1_024]);
        if parser.next_operation().is_err() {
            return;
        }
    }
    panic!("a line without an end was kept");
}

#[test]
fn what_is_no_operation_is_an_error() {
    for wrong in [
        &b"HELLO\r\n"[..],
        b"MSG a 1\r\n",
        b"MSG a x 1\r\n",
        b"MSG a 1 -1\r\n",
        b"MSG a 1 2\r\nabc\r\n",
        b"HMSG a 1 3 2\r\n",
        b"PING\n",
    ] {
        assert!(all(&[wrong]).is_err(), "{}", String::from_utf8_lossy(wrong));
    }
}

#[test]
fn what_a_publisher_may_choose_is_no_error_whatever_it_is() {
    let headers = b"NATS/1.0 soon\r\nno field\r\nName: M\xfcller\r\n\r\n";
    let mut message = format!("HMSG a 1 {0} {0}\r\n", headers.len()).into_bytes();
    message.extend_from_slice(headers);
    message.extend_from_slice(b"\r\nHMSG a 1 4 4\r\nHTTP\r\nMSG \xff.b 1 0\r\n\r\n");
    let operations = all(&[&message]).unwrap();
    let [
        Operation::Message(fields),
        Operation::Message(none),
        Operation::Message(subject),
    ] = &operations[..]
    else {
        panic!("{operations:?}")
    };
    assert_eq!(fields.headers.status, None);
    assert_eq!(fields.headers.get("name"), Some("M\u{FFFD}ller"));
    assert_eq!(none.headers, Headers::default());
    assert_eq!(subject.subject, "\u{FFFD}.b");
}

#[test]
fn what_is_published_is_read_as_it_was() {
    let mut out = Vec::new();
    publish(&mut out, "a.b", Some("r"), &[("Nats-Msg-Id", "7")], b"text");
    publish(&mut out, "a.b", None, &[], b"");
    assert_eq!(
        String::from_utf8(out).unwrap(),
        "HPUB a.b r 28 32\r\nNATS/1.0\r\nNats-Msg-Id: 7\r\n\r\ntext\r\nPUB a.b 0\r\n\r\n"
    );
}

proptest! {
    #[test]
    fn nothing_that_a_server_sends_is_a_panic(mut bytes: Vec<u8>, at in 0..TRANSCRIPT.len(), cut in 0usize..8, size in 1usize..40) {
        let mut sent = TRANSCRIPT[..at].to_vec();
        sent.append(&mut bytes);
        sent.extend_from_slice(&TRANSCRIPT[(at + cut).min(TRANSCRIPT.len())..]);
        let pieces: Vec<&[u8]> = sent.chunks(size).collect();
        let one = all(&pieces);
        prop_assert_eq!(one, all(&[&sent]));
    }
}
