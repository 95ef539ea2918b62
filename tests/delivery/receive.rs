//! Messages of the server: each is handled once, and a new page goes on after the last that was handled.

use std::time::Duration;

use futures_util::StreamExt;
use holdfast_ws::Message;
use holdfast_ws::delivery::{Outbox, Received};
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
