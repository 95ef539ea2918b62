//! The page's signals: what is sent at odd moments around them.

use holdfast_ws::WebSocket;
use holdfast_ws::testing::{Browser, World};

use super::{URL, heartbeat};
use crate::diary::{ms, secs};

/// The place of the first line of the log that ends with this.
fn place(world: &World, line: &str) -> Option<usize> {
    world.log().iter().position(|entry| entry.to_string().ends_with(line))
}

/// Firefox has no `resume` event, and timers that were due while the page was frozen come before `visibilitychange`.
#[test]
fn a_message_that_is_sent_before_the_page_hears_that_it_is_visible_waits_for_a_sign_of_life() {
    let world = World::new(Browser::Firefox, 7);
    let server = world.server(URL, |_| ()).unwrap();
    let _entered = world.enter();
    let ws = WebSocket::builder(URL).heartbeat(heartbeat()).connect().unwrap();
    world.advance(secs(1));
    let sender = ws.clone();
    world.set_timeout(secs(3), move || sender.send_with_str("hello").unwrap());
    world.page().freeze();
    world.advance(secs(8));
    world.network().change();
    world.page().show();
    world.advance(ms(100));
    assert_eq!(place(&world, "sends \"hello\""), None, "{}", world.transcript());
    assert!(place(&world, "sends \"ping\"") < place(&world, "is visible").map(|line| line + 3));
    let hears = || {
        server
            .received()
            .iter()
            .any(|message| message.as_text() == Some("hello"))
    };
    world.until(hears, secs(30)).unwrap();
}

/// An abandoned connection closes in the background. While it does, Firefox keeps the page out of the back/forward cache, and the socket
/// still hears that the page is about to be left.
#[test]
fn the_end_of_an_abandoned_connection_is_heard_after_another_was_dialled() {
    let world = World::new(Browser::Chromium, 7);
    let _server = world.server(URL, |_| ()).unwrap();
    let _entered = world.enter();
    let ws = WebSocket::builder(URL).heartbeat(heartbeat()).connect().unwrap();
    world.advance(secs(1));
    for _ in 0..12 {
        world.network().change();
        ws.reconnect();
        world.advance(secs(120));
        assert_eq!(
            ws.ready_state(),
            holdfast_ws::ReadyState::Open,
            "{}",
            world.transcript()
        );
    }
}
