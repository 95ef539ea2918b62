//! Publications.

use holdfast_ws::channels::{Abilities, Channels, Config, Event, Failure, Numbering, Output, PublicationId};

use crate::world::at;

type Machine = Channels<u64, u64>;

fn machine(acknowledges: bool, deduplicates: bool) -> Machine {
    let abilities = Abilities {
        numbering: Numbering::Dense,
        history: true,
        acknowledges,
        deduplicates,
        renews: false,
        resumes: false,
        publishes_apart: false,
    };
    let config = Config {
        waiting: 3,
        ..Config::default()
    };
    Channels::new(config, abilities, 1)
}

fn sent(machine: &mut Machine) -> Vec<(PublicationId, u64)> {
    core::iter::from_fn(|| machine.poll_output())
        .filter_map(|output| match output {
            Output::Publish {
                publication, payload, ..
            } => Some((publication, payload)),
            _ => None,
        })
        .collect()
}

fn events(machine: &mut Machine) -> Vec<Event<u64, u64>> {
    core::iter::from_fn(|| machine.poll_event()).collect()
}

#[test]
fn publications_wait_for_the_connection_and_go_out_in_order() {
    let mut machine = machine(true, false);
    let first = machine.publish(at(0), "news", 1);
    let second = machine.publish(at(0), "news", 2);
    assert_eq!(sent(&mut machine), []);
    machine.handle_connected(at(10));
    assert_eq!(sent(&mut machine), [(first, 1), (second, 2)]);
    machine.handle_published(first, None);
    machine.handle_published(first, None);
    assert_eq!(
        events(&mut machine),
        [Event::Published {
            publication: first,
            position: None
        }],
        "it succeeds once"
    );
}

#[test]
fn too_many_that_wait_fail_at_once() {
    let mut machine = machine(true, false);
    for number in 0..3 {
        machine.publish(at(0), "news", number);
    }
    assert_eq!(events(&mut machine), []);
    let last = machine.publish(at(0), "news", 3);
    let failed = Event::Unpublished {
        publication: last,
        failure: Failure::Full,
        sent: false,
    };
    assert_eq!(events(&mut machine), [failed]);
}

#[test]
fn a_lost_connection_fails_those_that_were_sent_and_keeps_those_that_wait() {
    let mut machine = machine(true, false);
    machine.handle_connected(at(0));
    let lost = machine.publish(at(0), "news", 1);
    sent(&mut machine);
    machine.handle_disconnected();
    let waits = machine.publish(at(10), "news", 2);
    let failed = Event::Unpublished {
        publication: lost,
        failure: Failure::Lost,
        sent: true,
    };
    assert_eq!(events(&mut machine), [failed]);
    machine.handle_connected(at(20));
    assert_eq!(sent(&mut machine), [(waits, 2)]);
}

#[test]
fn a_broker_that_deduplicates_gets_them_again_first_and_under_the_same_number() {
    let mut machine = machine(true, true);
    machine.handle_connected(at(0));
    let first = machine.publish(at(0), "news", 1);
    let second = machine.publish(at(0), "news", 2);
    sent(&mut machine);
    machine.handle_disconnected();
    let third = machine.publish(at(10), "news", 3);
    machine.handle_connected(at(20));
    assert_eq!(sent(&mut machine), [(first, 1), (second, 2), (third, 3)]);
    assert_eq!(events(&mut machine), []);
}

#[test]
fn without_an_acknowledgement_in_time_it_fails_and_says_if_it_was_sent() {
    let mut machine = machine(true, true);
    let waits = machine.publish(at(0), "news", 1);
    machine.handle_timeout(at(10_000));
    machine.handle_connected(at(10_000));
    assert_eq!(sent(&mut machine), [], "one that has failed does not go out");
    let silent = machine.publish(at(10_000), "news", 2);
    machine.handle_timeout(at(20_000));
    let failed = |publication, sent| Event::Unpublished {
        publication,
        failure: Failure::TimedOut,
        sent,
    };
    assert_eq!(events(&mut machine), [failed(waits, false), failed(silent, true)]);
}

#[test]
fn a_refused_publication_fails_with_the_brokers_reason() {
    let mut machine = machine(true, false);
    machine.handle_connected(at(0));
    let publication = machine.publish(at(0), "news", 1);
    machine.handle_unpublished(publication, 403);
    let failure = Failure::Refused(403);
    assert_eq!(
        events(&mut machine),
        [Event::Unpublished {
            publication,
            failure,
            sent: true
        }]
    );
}

#[test]
fn a_broker_without_acknowledgements_has_it_when_it_is_handed_over() {
    let mut machine = machine(false, false);
    machine.handle_connected(at(0));
    let publication = machine.publish(at(0), "news", 1);
    assert_eq!(sent(&mut machine).len(), 1);
    assert!(matches!(&events(&mut machine)[..], [Event::Published { publication: one, .. }] if *one == publication));
    assert_eq!(machine.poll_timeout(), None);
}
