//! How long an hour of virtual time takes.

use std::time::{Duration, Instant};

use holdfast_ws::WebSocket;

use super::{Scene, URL, heartbeat};
use crate::diary::secs;

#[test]
fn an_hour_takes_milliseconds() {
    let scene = Scene::new();
    let ws = scene.open(WebSocket::builder(URL).heartbeat(heartbeat()));
    let sender = ws.downgrade();
    scene.world.set_interval(secs(10), move || {
        if let Some(ws) = sender.upgrade() {
            _ = ws.send_with_str("as every ten seconds");
        }
    });
    // The best of three: other processes may have the processor.
    let taken = (0..3).map(|_| {
        let begun = Instant::now();
        scene.world.advance(secs(3_600));
        begun.elapsed()
    });
    let taken = taken.min().expect("three");
    println!("an hour took {taken:?}; {} lines in the log", scene.world.log().len());
    assert!(scene.received().len() > 3 * 360, "it was not idle");
    // Five to thirty milliseconds; the limit is against a busy machine's hiccups.
    assert!(taken < Duration::from_secs(2), "{taken:?}");
}
