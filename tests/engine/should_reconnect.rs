//! `shouldReconnect`: the application is asked before each further attempt.

use holdfast_ws::engine::{Close, CloseCause, Config, Event, ReadyState, Reconnect, Sent};

use crate::server::{Fate, Server, closed_with};
use crate::story::Note;
use crate::world::World;

fn asks() -> Config {
    Config {
        reconnect: Some(Reconnect {
            asks: true,
            ..Reconnect::default()
        }),
        ..Config::default()
    }
}

/// A world where the connection has just been dropped, and the application is asked.
fn asked() -> World {
    let mut world = World::open(asks(), Server::good());
    world.end(Close::ABNORMAL);
    assert_eq!(world.story(), ["may attempt 1 follow?"]);
    world
}

#[test]
fn yes_goes_on() {
    let mut world = asked();
    world.decision(true);
    assert_eq!(
        world.story(),
        ["ended 1006 Closed, goes on", "attempt 1 planned: Closed", "now Waiting"]
    );
    world.run(510);
    assert_eq!(world.engine.ready_state(), ReadyState::Open);
}

#[test]
fn no_ends_it() {
    let mut world = asked();
    world.decision(false);
    assert_eq!(world.story(), ["ended 1006 Closed, over", "now Closed"]);
    assert_eq!(world.engine.ready_state(), ReadyState::Closed);
}

#[test]
fn the_question_names_the_end_and_the_connection() {
    let mut world = World::open(asks(), Server::good());
    let first = world.connection();
    world.end(closed_with(4000));
    let asked = world.notes.iter().any(|(_, note)| {
        matches!(note, Note::Told(Event::ShouldReconnect { connection, close, attempt: 1, cause: CloseCause::Closed, .. })
            if *connection == Some(first) && *close == closed_with(4000))
    });
    assert!(asked);
    world.decision(true);
    let told = world.notes.iter().any(|(_, note)| {
        matches!(note, Note::Told(Event::Close { connection, close, .. })
            if *connection == Some(first) && *close == closed_with(4000))
    });
    assert!(told, "the close event names it too");
}

#[test]
fn every_failed_attempt_is_asked_about_with_its_number() {
    let mut server = Server::down();
    server.decision = Some(true);
    let mut world = World::new(asks(), server);
    world.run(20_000);
    let asked: Vec<_> = world
        .story()
        .into_iter()
        .filter(|line| line.starts_with("may"))
        .collect();
    assert!(asked.len() > 3);
    for (i, line) in asked.iter().enumerate() {
        assert_eq!(*line, format!("may attempt {} follow?", i + 1));
    }
}

#[test]
fn it_is_asked_about_every_end_but_one_of_ones_own() {
    for code in [1000, 1008, 4400] {
        let mut world = World::open(asks(), Server::good());
        world.end(closed_with(code));
        assert_eq!(world.story(), ["may attempt 1 follow?"]);
        let default = |note: &Note| matches!(note, Note::Told(Event::ShouldReconnect { would_reconnect, .. }) if !would_reconnect);
        assert!(world.notes.iter().any(|(_, note)| default(note)), "the code says no");
        world.decision(true);
        assert_eq!(world.story()[0], format!("ended {code} Closed, goes on"));
    }
    let mut world = World::open(asks(), Server::good());
    world.close();
    world.run(100);
    assert_eq!(world.count("may"), 0);
}

#[test]
fn close_in_between_ends_it_and_the_answer_is_ignored() {
    let mut world = asked();
    world.close();
    assert_eq!(world.story(), ["ended 1006 Closed, over", "now Closed"]);
    world.decision(true);
    world.run(60_000);
    assert!(world.story().is_empty());
}

#[test]
fn reconnect_in_between_is_an_answer_of_its_own() {
    let mut world = asked();
    world.reconnect();
    assert_eq!(
        world.story(),
        [
            "dial",
            "ended 1006 Closed, goes on",
            "attempt 1 planned: Manual",
            "now Connecting"
        ]
    );
    world.decision(false);
    world.run(60_000);
    assert_eq!(world.story(), ["open", "now Open"]);
}

#[test]
fn what_is_sent_in_between_waits() {
    let mut world = asked();
    assert_eq!(world.send(7), Ok(Sent::Queued));
    world.decision(true);
    world.run(510);
    assert_eq!(world.transmitted(), [7]);
}

#[test]
fn what_is_sent_in_between_is_unsent_if_the_answer_is_no() {
    let mut world = asked();
    assert_eq!(world.send(7), Ok(Sent::Queued));
    world.decision(false);
    assert_eq!(world.last_end().unsent, [7]);
}

#[test]
fn an_unasked_answer_changes_nothing() {
    let mut world = World::open(asks(), Server::good());
    world.decision(false);
    world.decision(true);
    assert!(world.story().is_empty());
    assert_eq!(world.engine.ready_state(), ReadyState::Open);
}

#[test]
fn no_timer_runs_while_the_answer_is_awaited() {
    let mut world = asked();
    assert_eq!(world.engine.poll_timeout(), None);
    world.run(3_600_000);
    assert!(world.story().is_empty());
}

#[test]
fn an_answer_decides_only_what_it_was_asked_about() {
    let mut server = Server::good();
    server.otherwise = Fate::Refused { after: 0 };
    let mut world = World::open(asks(), server.first(&[Fate::Opens { after: 10 }]));
    world.end(closed_with(4001));
    let first = world.asked.expect("a question");
    world.reconnect();
    world.run(1);
    assert_ne!(world.asked, Some(first), "the second end is another question");
    world.story();
    world.engine.handle_decision(world.now(), first, false);
    world.pump();
    assert!(world.story().is_empty());
    world.decision(false);
    assert_eq!(world.engine.ready_state(), ReadyState::Closed);
}
