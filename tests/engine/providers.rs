//! The application provides the URL: asked before each attempt, and only its last answer counts.

use holdfast_ws::engine::{Config, Output, ReadyState, ResolveId};

use crate::server::{Answer, Server};
use crate::story::Note;
use crate::world::World;

fn provided() -> Config {
    Config {
        resolves: true,
        ..Config::default()
    }
}

fn questions(world: &World) -> Vec<ResolveId> {
    let notes = world.notes.iter();
    notes
        .filter_map(|(_, note)| match note {
            Note::Did(Output::Resolve(question)) => Some(*question),
            _ => None,
        })
        .collect()
}

#[test]
fn the_url_is_asked_for_before_the_dial() {
    let mut world = World::new(provided(), Server::good().asked(&[Answer::Gives { after: 100 }]));
    assert_eq!(world.engine.connection(), None);
    assert_eq!(world.engine.ready_state(), ReadyState::Connecting);
    world.run(110);
    assert_eq!(world.story(), ["resolve", "dial", "open", "now Open"]);
    assert_eq!(world.times("dial"), [100]);
}

#[test]
fn a_provider_that_rejects_twice_is_asked_a_third_time() {
    let rejects = Answer::Rejects { after: 5 };
    let mut world = World::new(provided(), Server::good().asked(&[rejects, rejects]));
    world.run(2_600);
    assert_eq!(
        world.story(),
        [
            "resolve",
            "error",
            "ended 1006 Failed, goes on",
            "attempt 1 planned: Failed",
            "now Waiting",
            "resolve",
            "now Connecting",
            "error",
            "ended 1006 Failed, goes on",
            "attempt 2 planned: Failed",
            "now Waiting",
            "resolve",
            "now Connecting",
            "dial",
            "open",
            "now Open"
        ]
    );
    assert_eq!(world.engine.stats().attempts, 3);
}

#[test]
fn each_attempt_asks_anew() {
    let mut world = World::new(provided(), Server::down());
    world.run(30_000);
    let questions = questions(&world);
    assert!(questions.len() > 3);
    assert_eq!(questions.len(), world.count("dial"));
    assert!(questions.windows(2).all(|pair| pair[0] != pair[1]));
}

#[test]
fn a_late_answer_to_an_earlier_question_is_ignored() {
    let mut world = World::new(provided(), Server::good().asked(&[Answer::Silent, Answer::Silent]));
    world.run(10_050);
    world.run(510);
    let [first, second] = questions(&world)[..] else {
        panic!("two questions")
    };
    world.story();
    world.engine.handle_resolved(first);
    world.engine.handle_unresolved(world.now(), first);
    world.pump();
    assert!(world.story().is_empty());
    world.engine.handle_resolved(second);
    world.pump();
    assert_eq!(world.story(), ["dial"]);
}

#[test]
fn a_second_answer_to_the_same_question_is_ignored() {
    let mut world = World::new(provided(), Server::gone());
    world.run(0);
    let [question] = questions(&world)[..] else {
        panic!("one question")
    };
    assert_eq!(world.story(), ["resolve", "dial"]);
    world.engine.handle_resolved(question);
    world.engine.handle_unresolved(world.now(), question);
    world.pump();
    assert!(world.story().is_empty());
}

#[test]
fn an_answer_after_close_is_ignored() {
    let mut world = World::new(provided(), Server::good().asked(&[Answer::Gives { after: 100 }]));
    world.close();
    assert_eq!(world.story(), ["resolve", "ended 1006 Closed, over", "now Closed"]);
    world.run(60_000);
    assert!(world.story().is_empty());
}

#[test]
fn what_is_sent_meanwhile_waits() {
    let mut world = World::new(provided(), Server::good().asked(&[Answer::Gives { after: 100 }]));
    world.send(1).unwrap();
    world.run(200);
    assert_eq!(world.transmitted(), [1]);
}
