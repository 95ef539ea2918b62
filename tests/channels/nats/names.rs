//! Names of channels and users, and the numbers that a message comes with.

use holdfast_ws::channels::nats::delivered::Delivered;
use holdfast_ws::channels::nats::request::{Consumer, From, Login, login};
use holdfast_ws::channels::nats::subject::{decode, encode, name_error, subject_part};
use holdfast_ws::engine::Span;
use proptest::prelude::*;

#[test]
fn a_name_that_is_no_subject_is_an_error_that_says_why() {
    for name in ["news", "rooms.1.chat", "a/b", "$x", "Straße", "a\"b\\", "two words"] {
        assert_eq!(name_error(name), None, "{name}");
    }
    for (name, why) in [
        ("", "empty"),
        (".a", "dot"),
        ("a..b", "dot"),
        ("a.", "dot"),
        ("rooms.*", "pattern"),
        ("rooms.>", "pattern"),
    ] {
        let error = name_error(name).unwrap_or_default();
        assert!(error.contains(why), "{name:?}: {error}");
    }
    assert!(name_error(&"x".repeat(256)).is_some_and(|error| error.contains("255")));
}

#[test]
fn characters_that_a_subject_can_not_have_are_encoded() {
    for (name, subject) in [
        ("news.Straße", "news.Straße"),
        ("two words", "two=20words"),
        ("a=b", "a=3Db"),
        ("a\r\nPUB x 0", "a=0D=0APUB=20x=200"),
        ("a\u{2028}b", "a=E2=80=A8b"),
    ] {
        assert_eq!(subject_part(name), subject);
    }
}

#[test]
fn a_user_is_one_token_of_a_key() {
    assert_eq!(encode("ada@example.com", false), "ada=40example=2Ecom");
    assert_eq!(encode("rooms.1", true), "rooms.1");
    assert_eq!(decode("ada=4"), None);
}

#[test]
fn the_numbers_of_a_message_are_read_in_both_forms() {
    let expected = Some(Delivered {
        stream_sequence: 30,
        consumer_sequence: 4,
        pending: 2,
    });
    assert_eq!(
        Delivered::parse("$JS.ACK.CH.abc.1.30.4.1795748349906380078.2"),
        expected
    );
    assert_eq!(
        Delivered::parse("$JS.ACK.hub.hash.CH.abc.1.30.4.1795748349906380078.2.token"),
        expected
    );
    assert_eq!(Delivered::parse("$JS.ACK.CH.abc.1.30.4"), None);
    assert_eq!(Delivered::parse("$JS.FC.CH.abc"), None);
}

#[test]
fn what_the_application_gives_stays_inside_its_json() {
    let consumer = Consumer {
        stream: "CH",
        name: "abc-2",
        filter: "channels.a\"b\\",
        deliver: "_INBOX.abc.d.2",
        from: From::Time(1_709_210_096_789.0),
        heartbeat: Span::from_millis(500),
    };
    let json: serde_json::Value = serde_json::from_str(&consumer.json()).unwrap();
    assert_eq!(json["config"]["filter_subject"], "channels.a\"b\\");
    assert_eq!(json["config"]["opt_start_time"], "2024-02-29T12:34:56.789Z");
    assert_eq!(json["config"]["idle_heartbeat"], 500_000_000);
    let token = "t\"\u{7}\\";
    for (kind, key) in [
        (Login::Token, "auth_token"),
        (Login::Password("ada".into()), "pass"),
        (Login::Jwt, "jwt"),
    ] {
        let json: serde_json::Value = serde_json::from_str(&login(&kind, Some(token))).unwrap();
        assert_eq!(json[key], token);
    }
    let json: serde_json::Value = serde_json::from_str(&login(&Login::Password("ada".into()), None)).unwrap();
    assert_eq!(json["user"], serde_json::Value::Null);
}

proptest! {
    #[test]
    fn each_user_is_decoded_as_encoded(user: String) {
        let encoded = encode(&user, false);
        prop_assert!(!encoded.contains(['.', '*', '>', ' ']));
        prop_assert_eq!(decode(&encoded), Some(user));
    }

    #[test]
    fn each_reply_that_a_server_may_send_is_no_panic(reply: String) {
        let _ = Delivered::parse(&reply);
        let _ = Delivered::parse(&format!("$JS.ACK.{reply}"));
    }
}
