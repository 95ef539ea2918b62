//! Questions of the application to the broker, and what is known of a channel without messages.

use holdfast_ws::channels::{
    Abilities, ChannelConfig, Channels, Config, Event, Failure, HistoryRange, Identity, Numbering, Output, Position,
    QuestionId, Recovered, Start,
};

use crate::world::at;

type Machine = Channels<u64, u64>;

fn machine(numbering: Numbering) -> Machine {
    let abilities = Abilities {
        numbering,
        history: true,
        acknowledges: true,
        deduplicates: false,
        renews: false,
        resumes: false,
        publishes_apart: false,
    };
    Channels::new(Config::default(), abilities, 1)
}

const RANGE: HistoryRange<u64> = HistoryRange {
    limit: 50,
    before: None,
};

fn asked(machine: &mut Machine) -> Option<QuestionId> {
    core::iter::from_fn(|| machine.poll_output()).find_map(|output| match output {
        Output::History { question, .. } => Some(question),
        _ => None,
    })
}

fn events(machine: &mut Machine) -> Vec<Event<u64, u64>> {
    core::iter::from_fn(|| machine.poll_event()).collect()
}

#[test]
fn a_question_for_history_is_answered_once_with_what_the_broker_says() {
    let mut machine = machine(Numbering::Dense);
    machine.handle_connected(at(0));
    let question = machine.ask_history(at(0), "news", RANGE);
    assert_eq!(asked(&mut machine), Some(question));
    let messages = vec![(Some(Position { epoch: 1, offset: 7 }), 70)];
    machine.handle_answer(question, Ok(messages.clone()));
    machine.handle_answer(question, Err(1));
    machine.handle_timeout(at(60_000));
    assert_eq!(events(&mut machine), [Event::History { question, messages }]);
}

#[test]
fn a_question_without_an_answer_fails_after_ten_seconds() {
    let mut machine = machine(Numbering::Dense);
    machine.handle_connected(at(0));
    let question = machine.ask_history(at(0), "news", RANGE);
    assert_eq!(machine.poll_timeout(), Some(at(10_000)));
    machine.handle_timeout(at(10_000));
    let failure = Failure::TimedOut;
    assert_eq!(events(&mut machine), [Event::NoHistory { question, failure }]);
}

#[test]
fn a_question_fails_with_the_connection() {
    let mut machine = machine(Numbering::Dense);
    machine.handle_connected(at(0));
    let question = machine.ask_history(at(0), "news", RANGE);
    machine.handle_disconnected();
    let failure = Failure::Lost;
    assert_eq!(events(&mut machine), [Event::NoHistory { question, failure }]);
    assert_eq!(machine.poll_timeout(), None);
}

#[test]
fn a_question_without_a_connection_waits_for_one_and_is_asked_once() {
    let mut machine = machine(Numbering::Dense);
    let question = machine.ask_history(at(0), "news", RANGE);
    assert_eq!((asked(&mut machine), events(&mut machine)), (None, vec![]));
    machine.handle_connected(at(1));
    assert_eq!(asked(&mut machine), Some(question));
    machine.handle_answer(question, Ok(Vec::new()));
    machine.handle_disconnected();
    machine.handle_connected(at(2));
    assert_eq!(asked(&mut machine), None);
    let messages = Vec::new();
    assert_eq!(events(&mut machine), [Event::History { question, messages }]);
}

#[test]
fn a_question_that_finds_no_connection_in_time_fails_and_is_not_asked_later() {
    let mut machine = machine(Numbering::Dense);
    let question = machine.ask_history(at(0), "news", RANGE);
    machine.handle_timeout(at(10_000));
    let failure = Failure::TimedOut;
    assert_eq!(events(&mut machine), [Event::NoHistory { question, failure }]);
    machine.handle_connected(at(10_001));
    assert_eq!(asked(&mut machine), None);
}

#[test]
fn only_so_many_questions_wait_for_a_connection() {
    let mut machine = machine(Numbering::Dense);
    for _ in 0..1_000 {
        machine.ask_history(at(0), "news", RANGE);
    }
    let question = machine.ask_history(at(0), "news", RANGE);
    let failure = Failure::Full;
    assert_eq!(events(&mut machine), [Event::NoHistory { question, failure }]);
}

#[test]
fn a_subscription_says_who_the_application_is_and_since_when_it_wants_messages() {
    let mut machine = machine(Numbering::Dense);
    let identity = Some(Identity {
        user: "ada".to_owned(),
        data: 1,
    });
    let config = ChannelConfig {
        since_time: Some(5_000.0),
        identity: identity.clone(),
        ..ChannelConfig::default()
    };
    machine.join(at(0), "news", config).expect("one user");
    machine.handle_connected(at(0));
    let Some(Output::Subscribe(batch)) = machine.poll_output() else {
        panic!("no subscription");
    };
    assert_eq!((&batch[0].identity, batch[0].since_time), (&identity, Some(5_000.0)));
}

#[test]
fn a_channel_that_had_no_message_yet_is_not_proven_recovered_by_a_broker_that_can_not_tell() {
    let mut machine = machine(Numbering::Ordered);
    let (news, _) = machine.join(at(0), "news", ChannelConfig::default()).expect("one user");
    let mut said = Vec::new();
    for _ in 0..2 {
        machine.handle_connected(at(0));
        while machine.poll_output().is_some() {}
        let start = Start {
            position: None,
            recovered: Recovered::Unknown,
            replays: false,
        };
        machine.handle_subscribed(at(0), news, start);
        said.extend(events(&mut machine).into_iter().filter_map(|event| match event {
            Event::Subscribed { recovered, .. } => Some(recovered),
            _ => None,
        }));
        machine.handle_disconnected();
    }
    assert_eq!(said, [Recovered::Yes, Recovered::Unknown]);
}
