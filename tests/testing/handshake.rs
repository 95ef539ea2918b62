//! How attempts end: accepted, refused, hanging, or with nobody there.

use holdfast_ws::engine::ReadyState;
use holdfast_ws::testing::{Browser, World};

use crate::diary::{Scene, URL, ms, secs};

#[test]
fn a_handshake_takes_a_round_trip_for_tcp_and_one_for_http() {
    let scene = Scene::new();
    let socket = scene.socket();
    assert_eq!(socket.ready_state(), ReadyState::Connecting);
    assert_eq!(scene.advance(ms(39)), [""; 0]);
    assert_eq!(scene.advance(ms(1)), ["open"]);
    assert_eq!(socket.ready_state(), ReadyState::Open);
}

#[test]
fn tls_takes_another_round_trip() {
    let world = World::new(Browser::Chromium, 1);
    let _server = world.server("wss://api.test/", |_| {}).unwrap();
    let socket = world.socket("wss://api.test/?token=1", &[]).unwrap();
    world.advance(ms(59));
    assert_eq!(socket.ready_state(), ReadyState::Connecting);
    world.advance(ms(1));
    assert_eq!(socket.ready_state(), ReadyState::Open);
}

#[test]
fn an_address_without_a_server_refuses_after_a_round_trip() {
    for browser in Browser::ALL {
        let scene = Scene::of(browser);
        let socket = scene.world.socket("ws://nobody.test/", &[]).unwrap();
        scene.world.advance(ms(19));
        assert_eq!(socket.ready_state(), ReadyState::Connecting);
        scene.world.advance(ms(1));
        assert_eq!(socket.ready_state(), ReadyState::Closed);
    }
}

#[test]
fn a_refused_handshake_ends_with_error_and_close() {
    for browser in Browser::ALL {
        let scene = Scene::of(browser);
        scene.server.refuse(503);
        scene.socket();
        assert_eq!(scene.advance(secs(1)), ["error", "close 1006  unclean"]);
    }
}

#[test]
fn a_server_that_hangs_is_given_up_when_the_browser_does() {
    for (browser, limit) in [(Browser::Chromium, 240), (Browser::Firefox, 20)] {
        let scene = Scene::of(browser);
        scene.server.hang();
        scene.socket();
        assert_eq!(scene.advance(secs(limit).saturating_sub(ms(1))), [""; 0]);
        assert_eq!(scene.advance(ms(1)), ["error", "close 1006  unclean"]);
    }
    let scene = Scene::of(Browser::WebKit);
    scene.server.hang();
    scene.socket();
    assert_eq!(scene.advance(secs(36_000)), [""; 0], "WebKitGTK waits for ever");
}

#[test]
fn a_subprotocol_is_the_first_that_was_offered() {
    let scene = Scene::new();
    let socket = scene.world.socket(URL, &["chat", "super"]).unwrap();
    scene.world.advance(secs(1));
    assert_eq!(socket.protocol(), "chat");
}

#[test]
fn a_url_or_subprotocol_that_is_none_makes_no_socket() {
    let scene = Scene::new();
    for url in [
        "api.test",
        "ftp://api.test/",
        "ws://",
        "ws://api.test/#part",
        "ws://api.test:port/",
    ] {
        assert!(scene.world.socket(url, &[]).is_err(), "{url}");
    }
    for protocols in [&["a", "a"][..], &[""], &["a b"], &["a,b"]] {
        assert!(scene.world.socket(URL, protocols).is_err(), "{protocols:?}");
    }
}

#[test]
fn closing_while_connecting_fails_the_attempt() {
    for browser in Browser::ALL {
        let scene = Scene::of(browser);
        let socket = scene.socket();
        scene.world.advance(ms(25));
        socket.close(None, "").unwrap();
        assert_eq!(socket.ready_state(), ReadyState::Closing);
        assert_eq!(scene.advance(secs(1)), ["error", "close 1006  unclean"]);
        assert_eq!(scene.server.connections().len(), 0);
    }
}
