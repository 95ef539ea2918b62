//! The connection's token, and the broker's refusal of it.

use holdfast_ws::channels::nats::{Nats, Options};
use holdfast_ws::channels::{Action, AdapterOutput, Config, Connected, Event, Payload};
use holdfast_ws::engine::{Instant, Span};

fn at(millis: u64) -> Instant {
    Instant::from_millis(millis)
}

fn machine() -> Connected<Nats> {
    let mut machine = Connected::new(at(0), Config::default(), Nats::new(Options::default(), 1), 1);
    assert_eq!(machine.poll_output(at(0)), Some(Action::Adapter(AdapterOutput::Dial)));
    machine
}

/// An attempt that the server answers with this error.
fn attempt(machine: &mut Connected<Nats>, now: u64, token: Option<&str>, error: &str) {
    if let Some(token) = token.filter(|_| machine.needs_token(at(now))) {
        machine.handle_token(at(now), token.to_owned(), None);
    }
    machine.dial(at(now), "ws://nats");
    machine.handle_open(at(now));
    machine.handle_message(at(now), Payload::Binary(b"INFO {}\r\n".to_vec()));
    if !error.is_empty() {
        let error = format!("-ERR '{error}'\r\n");
        machine.handle_message(at(now), Payload::Binary(error.into()));
    }
    while machine.poll_output(at(now)).is_some() {}
}

fn refusals(machine: &mut Connected<Nats>) -> Vec<String> {
    let events = core::iter::from_fn(|| machine.poll_event());
    let reasons = events.filter_map(|event| match event {
        Event::LoginRefused { reason } => reason.as_text().map(str::to_owned),
        _ => None,
    });
    reasons.collect()
}

#[test]
fn a_refused_login_is_told_with_the_server_s_reason() {
    let mut machine = machine();
    attempt(&mut machine, 0, Some("old"), "Authorization Violation");
    machine.handle_closed(at(0), false);
    assert_eq!(refusals(&mut machine), ["Authorization Violation"]);
    assert!(machine.needs_token(at(0)), "another token is asked for");
}

#[test]
fn a_server_that_is_full_is_told_and_the_token_stays() {
    let mut machine = machine();
    attempt(&mut machine, 0, Some("good"), "maximum connections exceeded");
    machine.handle_closed(at(0), true);
    assert_eq!(refusals(&mut machine), ["maximum connections exceeded"]);
    assert!(!machine.needs_token(at(0)));
}

#[test]
fn after_a_final_close_code_another_token_is_tried_later_and_later() {
    let mut machine = machine();
    let (mut now, mut waits) = (0, Vec::new());
    for _ in 0..8 {
        attempt(&mut machine, now, Some("old"), "Authorization Violation");
        machine.handle_closed(at(now), false);
        let due = machine.poll_timeout().expect("another attempt").as_millis_f64();
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let due = due.ceil() as u64;
        waits.push(due - now);
        now = due;
        machine.handle_timeout(at(now));
        assert_eq!(machine.poll_output(at(now)), Some(Action::Reconnect));
    }
    assert!((250..=500).contains(&waits[0]), "{waits:?}");
    assert!(
        waits[7] > 9_000 && waits.iter().all(|wait| *wait <= 20_000),
        "{waits:?}"
    );
}

#[test]
fn without_a_token_a_final_close_code_is_final() {
    let mut machine = machine();
    attempt(&mut machine, 0, None, "Authorization Violation");
    machine.handle_closed(at(0), false);
    assert_eq!(machine.poll_timeout(), None);
    assert_eq!(refusals(&mut machine).len(), 1);
}

#[test]
fn a_token_is_used_again_after_a_loss_and_replaced_when_it_has_expired() {
    let mut machine = machine();
    machine.handle_token(at(0), "first".to_owned(), Some(Span::from_millis(1_000)));
    attempt(&mut machine, 0, None, "");
    machine.handle_closed(at(10), true);
    assert!(!machine.needs_token(at(999)), "the connection was open, so it was good");
    assert!(machine.needs_token(at(1_000)));
}

#[test]
fn a_token_is_replaced_after_an_attempt_that_did_not_open() {
    let mut machine = machine();
    machine.handle_token(at(0), "first".to_owned(), None);
    machine.dial(at(0), "ws://nats");
    machine.handle_closed(at(10), true);
    assert!(machine.needs_token(at(10)));
}

/// Returns after how long it dials, without which the deadline has another purpose.
fn dials_after(machine: &mut Connected<Nats>, now: u64) -> Option<u64> {
    let due = machine.poll_timeout()?.as_millis_f64();
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let due = due.ceil() as u64;
    machine.handle_timeout(at(due));
    let dials = machine.poll_output(at(due)) == Some(Action::Adapter(AdapterOutput::Dial));
    dials.then(|| due - now)
}

#[test]
fn a_server_that_does_not_speak_nats_is_dialled_later_and_later() {
    let mut machine = machine();
    let (mut now, mut waits) = (0, Vec::new());
    for _ in 0..8 {
        for nonsense in ["HTTP/1.1 200\r\n", "INFO {nonsense\r\n"] {
            machine.dial(at(now), "ws://nats");
            machine.handle_open(at(now));
            machine.handle_message(at(now), Payload::Binary(nonsense.into()));
            assert_eq!(machine.poll_output(at(now)), None, "not at once");
            let wait = dials_after(&mut machine, now).expect("another attempt");
            now += wait;
            waits.push(wait);
        }
    }
    assert!((250..=500).contains(&waits[0]), "{waits:?}");
    assert!(waits[15] > 9_000, "{waits:?}");
    assert!(waits.iter().all(|wait| *wait <= 20_000), "{waits:?}");
}

#[test]
fn a_server_that_says_nothing_of_itself_is_given_up_after_a_while() {
    let mut machine = machine();
    machine.dial(at(0), "ws://nats");
    machine.handle_open(at(0));
    // It answers the heartbeat, and nothing else.
    machine.handle_message(at(5_000), Payload::Binary(b"PONG\r\n".to_vec()));
    assert_eq!(dials_after(&mut machine, 0), None);
    let wait = dials_after(&mut machine, 20_000).expect("another attempt");
    assert!(wait <= 500, "{wait}");
    // A connection that ends by itself is dialled by the socket.
    machine.dial(at(21_000), "ws://nats");
    machine.handle_open(at(21_000));
    machine.handle_closed(at(22_000), true);
    assert_eq!(machine.poll_timeout(), None);
}
