//! Permissions, tokens and members of one server.

use std::time::{Duration, Instant as Clock};

use holdfast_ws::channels::nats::Options;
use holdfast_ws::channels::nats::request::Login;
use holdfast_ws::channels::{Change, ChannelConfig, Event, Identity, Payload};
use holdfast_ws::engine::Span;

use super::client::{Client, plain};
use super::server::{Backend, Server};

#[test]
#[ignore = "needs nats-server"]
fn permissions_refuse_one_channel_and_a_wrong_token_has_no_connection() {
    let rules = r#"authorization {
        users: [
            { user: back, password: end }
            { user: ada, password: secret, permissions: {
                publish: ["channels.open", "$JS.API.STREAM.INFO.CHANNELS", "$JS.API.CONSUMER.CREATE.CHANNELS.*.channels.open", "$JS.FC.>"]
                subscribe: ["_INBOX.>"]
            } }
        ]
    }"#;
    let server = Server::new("alone", rules).start();
    let mut backend = Backend::new(&server, r#","user":"back","pass":"end""#);
    backend.make("CHANNELS", "channels.>", "");
    let options = Options {
        login: Login::Password("ada".into()),
        ..Options::default()
    };
    let mut client = Client::new(&[server.port], options.clone(), Some("secret"), 6);
    let open = client.join("open", plain());
    let secret = client.join("secret", plain());
    let now = client.now();
    client.machine.bus_mut().publish(now, "secret", "x".into());
    client.until("the one is subscribed", |client| !client.subscribed(open).is_empty());
    client.until("the other is refused", |client| {
        client
            .events
            .iter()
            .any(|event| matches!(event, Event::Refused { channel, retry_in: None, .. } if *channel == secret))
    });
    client.until("the publication is refused", |client| {
        client
            .events
            .iter()
            .any(|event| matches!(event, Event::Unpublished { .. }))
    });
    backend.say("open", "a");
    client.until("a", |client| client.texts(open) == ["a"]);

    let mut wrong = Client::new(&[server.port], options, Some("wrong"), 7);
    wrong.join("open", plain());
    wrong.until("the server has ended the connection twice", |wrong| wrong.dials >= 3);
    let why = |event: &Event<Payload, String>| match event {
        Event::LoginRefused { reason } => reason.as_text().map(str::to_owned),
        _ => None,
    };
    assert_eq!(
        wrong.events.first().and_then(why).as_deref(),
        Some("Authorization Violation")
    );
}

#[test]
#[ignore = "needs nats-server"]
fn members_are_told_and_a_page_that_has_gone_is_lost() {
    let server = Server::new("alone", "").start();
    let mut backend = Backend::new(&server, "");
    backend.make("CHANNELS", "channels.>", "");
    let bucket = r#","max_msgs_per_subject":1,"max_age":3000000000,"duplicate_window":3000000000"#;
    backend.make("KV_members", "$KV.members.>", bucket);
    let options = Options {
        bucket: "members".into(),
        ..Options::default()
    };
    let as_user = |user: &str| ChannelConfig {
        identity: Some(Identity {
            user: user.into(),
            data: user.into(),
        }),
        grace: Span::from_millis(500),
        ..plain()
    };
    let mut ada = Client::new(&[server.port], options.clone(), None, 8);
    ada.join("news", as_user("ada"));
    ada.until("ada sees herself", |ada| ada.changes() == [(Change::Join, "ada")]);
    let mut bob = Client::new(&[server.port], options, None, 9);
    bob.join("news", as_user("bob"));
    bob.until("bob sees both", |bob| bob.changes().len() == 2);
    ada.until("ada sees bob", |ada| {
        ada.changes().last() == Some(&(Change::Join, "bob"))
    });
    // For longer than the bucket keeps a key.
    let begin = Clock::now();
    let (mut last, mut pause) = (begin, Duration::ZERO);
    while begin.elapsed() < Duration::from_secs(5) {
        ada.step();
        bob.step();
        pause = pause.max(last.elapsed());
        last = Clock::now();
        std::thread::sleep(Duration::from_millis(2));
    }
    // Keys of a process that stood still are rightly lost.
    if pause < Duration::from_secs(1) {
        assert_eq!(ada.changes().len(), 2);
    }
    drop(bob);
    ada.until("bob is lost", |ada| {
        ada.changes().last() == Some(&(Change::Leave, "bob"))
    });
    let mut of_bob = ada.changes();
    of_bob.retain(|(_, user)| *user == "bob");
    assert_eq!(of_bob[of_bob.len() - 2].0, Change::Timeout);
}
