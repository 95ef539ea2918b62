//! Tokens of channels.

use holdfast_ws::channels::{ChannelConfig, ChannelId, Output, Position, QuestionId, Refusal, Subscription};
use holdfast_ws::engine::Span;

use crate::rules::{machine, nothing_before, outputs};
use crate::world::{Machine, at};

const TOKEN: Position<u64> = Position { epoch: 9, offset: 9 };

fn asked(machine: &mut Machine) -> Option<(ChannelId, QuestionId)> {
    outputs(machine).into_iter().find_map(|output| match output {
        Output::Authorize(channel, question) => Some((channel, question)),
        _ => None,
    })
}

fn subscription(machine: &mut Machine) -> Option<Subscription<Position<u64>, u64>> {
    outputs(machine).into_iter().find_map(|output| match output {
        Output::Subscribe(mut batch) => batch.pop(),
        _ => None,
    })
}

fn secret() -> ChannelConfig<Position<u64>, u64> {
    ChannelConfig {
        authorizes: true,
        ..ChannelConfig::default()
    }
}

#[test]
fn a_token_is_asked_for_once_and_used_again_after_a_lost_connection() {
    let mut machine = machine();
    machine.join(at(0), "secret", secret()).expect("one user");
    let (channel, question) = asked(&mut machine).expect("a token is asked for");
    machine.handle_token(at(5), channel, question, TOKEN, None);
    assert_eq!(subscription(&mut machine).and_then(|asked| asked.token), Some(TOKEN));
    machine.handle_subscribed(at(10), channel, nothing_before());
    machine.handle_disconnected();
    machine.handle_connected(at(20));
    assert_eq!(subscription(&mut machine).and_then(|asked| asked.token), Some(TOKEN));
}

#[test]
fn an_expired_token_is_replaced_at_once_and_the_second_time_after_a_delay() {
    let mut machine = machine();
    machine.join(at(0), "secret", secret()).expect("one user");
    for round in 0..2 {
        let (channel, question) = asked(&mut machine).expect("a token is asked for");
        machine.handle_token(at(round), channel, question, TOKEN, None);
        assert!(subscription(&mut machine).is_some());
        machine.handle_refused(at(round), channel, Refusal::Expired, None);
    }
    assert_eq!(asked(&mut machine), None);
    machine.handle_timeout(at(1_000));
    assert!(asked(&mut machine).is_some());
}

#[test]
fn a_token_that_served_and_has_expired_is_replaced_at_once() {
    let mut machine = machine();
    machine.join(at(0), "secret", secret()).expect("one user");
    for round in 0..3 {
        let (channel, question) = asked(&mut machine).expect("a token is asked for at once");
        machine.handle_token(at(round), channel, question, TOKEN, None);
        assert!(subscription(&mut machine).is_some());
        machine.handle_subscribed(at(round), channel, nothing_before());
        machine.handle_refused(at(round), channel, Refusal::Expired, None);
    }
}

#[test]
fn a_token_is_renewed_before_it_expires() {
    let mut machine = machine();
    machine.join(at(0), "secret", secret()).expect("one user");
    let (channel, question) = asked(&mut machine).expect("a token is asked for");
    machine.handle_token(at(0), channel, question, TOKEN, Some(Span::from_millis(60_000)));
    outputs(&mut machine);
    machine.handle_subscribed(at(10), channel, nothing_before());
    assert_eq!(machine.poll_timeout(), Some(at(50_000)));
    machine.handle_timeout(at(50_000));
    let (channel, question) = asked(&mut machine).expect("another is asked for");
    machine.handle_token(at(50_100), channel, question, TOKEN, None);
    assert_eq!(outputs(&mut machine), [Output::Renew(channel, TOKEN)]);
}

#[test]
fn a_token_that_expired_while_there_was_no_connection_is_asked_for_again() {
    let mut machine = machine();
    machine.join(at(0), "secret", secret()).expect("one user");
    let (channel, question) = asked(&mut machine).expect("a token is asked for");
    machine.handle_token(at(0), channel, question, TOKEN, Some(Span::from_millis(1_000)));
    outputs(&mut machine);
    machine.handle_subscribed(at(10), channel, nothing_before());
    machine.handle_disconnected();
    machine.handle_connected(at(2_000));
    assert!(asked(&mut machine).is_some());
}

#[test]
fn a_token_that_comes_after_the_connection_was_lost_is_kept_for_the_next() {
    let mut machine = machine();
    machine.join(at(0), "secret", secret()).expect("one user");
    let (channel, question) = asked(&mut machine).expect("a token is asked for");
    machine.handle_disconnected();
    machine.handle_token(at(5), channel, question, TOKEN, None);
    machine.handle_connected(at(20));
    assert_eq!(subscription(&mut machine).and_then(|asked| asked.token), Some(TOKEN));
}
