//! Messages of the server: each is handled once, and a new page goes on after the last that was handled.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use futures_util::StreamExt;
use holdfast_ws::Message;
use holdfast_ws::delivery::{Outbox, Received, Store};
use serde_json::Value;

use crate::scene::{LONG, Scene};

fn receive(outbox: &Outbox) -> Received {
    let position = |message: &Message| serde_json::from_str::<Value>(message.as_text()?).ok()?["seq"].as_u64();
    outbox.receive("orders", position, |_| None)
}

fn next(scene: &Scene, received: &mut Received) -> Option<u64> {
    let message = scene.world.run(received.next(), LONG).ok()??;
    serde_json::from_str::<Value>(message.as_text()?).ok()?["seq"].as_u64()
}

#[test]
fn a_position_counts_when_the_next_is_asked_for_and_outlives_the_outbox() {
    let scene = Scene::new(1);
    let outbox = scene.builder().start();
    let mut received = receive(&outbox);
    scene.until(|| scene.server.connections().len() == 1);
    scene.world.advance(Duration::from_secs(1));
    for seq in 1..=4 {
        scene.server.broadcast(format!(r#"{{"seq":{seq}}}"#).as_str());
    }
    for seq in 1..=3 {
        assert_eq!(next(&scene, &mut received), Some(seq));
    }
    scene.world.advance(Duration::from_secs(1));
    assert_eq!(received.position(), Some(2));
    drop((received, outbox));
    // The third was being handled.
    let outbox = scene.builder().start();
    let mut received = receive(&outbox);
    scene.world.advance(Duration::from_secs(2));
    for seq in 1..=4 {
        scene.server.broadcast(format!(r#"{{"seq":{seq}}}"#).as_str());
    }
    assert_eq!(next(&scene, &mut received), Some(3));
    assert_eq!(next(&scene, &mut received), Some(4));
}

/// Sends positions of a stream that has ids.
fn broadcast_ids(scene: &Scene, ids: &[&str]) {
    for id in ids {
        scene.server.broadcast(format!(r#"{{"id":"{id}"}}"#).as_str());
    }
}

fn receive_ids(outbox: &Outbox, asked: &Rc<RefCell<Vec<Option<String>>>>) -> Received<String> {
    let id = |message: &Message| {
        Some(
            serde_json::from_str::<Value>(message.as_text()?).ok()?["id"]
                .as_str()?
                .to_owned(),
        )
    };
    let asked = Rc::clone(asked);
    outbox.receive("news", id, move |position| {
        asked.borrow_mut().push(position);
        None
    })
}

fn next_id(scene: &Scene, received: &mut Received<String>) -> Option<String> {
    let message = scene.world.run(received.next(), LONG).ok()??;
    Some(
        serde_json::from_str::<Value>(message.as_text()?).ok()?["id"]
            .as_str()?
            .to_owned(),
    )
}

#[test]
fn a_position_may_be_an_id_and_what_comes_again_is_left_out() {
    let scene = Scene::new(2);
    let asked = Rc::new(RefCell::new(Vec::new()));
    let outbox = scene.builder().start();
    let mut received = receive_ids(&outbox, &asked);
    scene.until(|| scene.server.connections().len() == 1);
    scene.world.advance(Duration::from_secs(1));
    broadcast_ids(&scene, &["b", "a", "b", "c"]);
    for id in ["b", "a", "c"] {
        assert_eq!(next_id(&scene, &mut received).as_deref(), Some(id));
    }
    scene.world.advance(Duration::from_secs(1));
    assert_eq!(received.position().as_deref(), Some("a"));
    drop((received, outbox));
    asked.borrow_mut().clear();
    let outbox = scene.builder().start();
    let mut received = receive_ids(&outbox, &asked);
    scene.world.advance(Duration::from_secs(2));
    assert_eq!(asked.borrow().first(), Some(&Some("a".to_owned())));
    broadcast_ids(&scene, &["a", "c"]);
    assert_eq!(next_id(&scene, &mut received).as_deref(), Some("c"));
}

#[test]
fn one_outbox_of_a_user_receives_a_stream_at_a_time_and_then_the_next() {
    let scene = Scene::new(3);
    let (first, second) = (scene.builder().start(), scene.builder().start());
    let (mut one, mut other) = (receive(&first), receive(&second));
    scene.until(|| scene.server.connections().len() == 2);
    scene.world.advance(Duration::from_secs(1));
    scene.server.broadcast(r#"{"seq":1}"#);
    assert_eq!(next(&scene, &mut one), Some(1));
    let waited = scene.world.run(other.next(), Duration::from_secs(30));
    assert!(waited.is_err(), "the other waits");
    drop(one);
    scene.world.advance(Duration::from_secs(15));
    scene.server.broadcast(r#"{"seq":2}"#);
    while next(&scene, &mut other) != Some(2) {}
}

#[test]
fn an_application_that_stores_its_position_begins_behind_it_and_nothing_is_stored_here() {
    let scene = Scene::new(4);
    let outbox = scene.builder().start();
    let position = |message: &Message| serde_json::from_str::<Value>(message.as_text()?).ok()?["seq"].as_u64();
    let mut received = outbox.receive_from(Some(3), position, |_| None);
    scene.until(|| scene.server.connections().len() == 1);
    scene.world.advance(Duration::from_secs(1));
    for seq in 2..=5 {
        scene.server.broadcast(format!(r#"{{"seq":{seq}}}"#).as_str());
    }
    assert_eq!(next(&scene, &mut received), Some(4));
    assert_eq!(next(&scene, &mut received), Some(5));
    assert_eq!(received.position(), Some(4));
    let stored = scene.world.run(scene.store.boxes("ada/"), LONG);
    assert_eq!(stored, Ok(Ok(Vec::new())));
}

#[test]
fn it_ends_with_erase_and_with_close() {
    let scene = Scene::new(5);
    let outbox = scene.builder().start();
    let mut received = receive(&outbox);
    scene.world.advance(Duration::from_secs(1));
    scene
        .world
        .run(outbox.erase(), LONG)
        .expect("in time")
        .expect("it is removed");
    assert!(matches!(scene.world.run(received.next(), LONG), Ok(None)));
    let mut received = receive(&outbox);
    outbox.close();
    assert!(matches!(scene.world.run(received.next(), LONG), Ok(None)));
}
