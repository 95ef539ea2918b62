//! The habits of each browser, as docs/browsers.md has them.

use std::time::Duration;

use holdfast_ws::engine::ReadyState;
use holdfast_ws::testing::Browser::{Chromium, Firefox, WebKit};
use holdfast_ws::testing::{Browser, CloseError};

use crate::diary::{Scene, ms, secs};

/// Returns what a close frame with this code becomes.
fn closed_with(browser: Browser, code: u16) -> Vec<String> {
    let scene = Scene::of(browser);
    let _socket = scene.open();
    scene.server.connections()[0].close(code, "why");
    scene.advance(secs(10))
}

#[test]
fn a_lost_connection_ends_with_error_first_except_in_chromium() {
    for (browser, events) in [
        (Chromium, &["close 1006  unclean"][..]),
        (Firefox, &["error", "close 1006  unclean"]),
        (WebKit, &["error", "close 1006  unclean"]),
    ] {
        let scene = Scene::of(browser);
        scene.open();
        scene.world.network().cut();
        assert_eq!(scene.advance(secs(1)), events, "{browser:?}");
    }
}

#[test]
fn webkit_takes_close_codes_that_it_does_not_know_for_protocol_errors() {
    for code in [1004, 1012, 1013, 1014, 1016, 2999] {
        assert_eq!(closed_with(WebKit, code), ["error", "close 1006  unclean"], "{code}");
        assert_eq!(closed_with(Chromium, code), [format!("close {code} why clean")]);
        assert_eq!(closed_with(Firefox, code), [format!("close {code} why clean")]);
    }
}

#[test]
fn firefox_passes_reserved_close_codes_on() {
    for code in [1005, 1006, 1015] {
        assert_eq!(closed_with(Firefox, code), [format!("close {code} why clean")]);
        assert_eq!(closed_with(Chromium, code), ["error", "close 1006  unclean"]);
        assert_eq!(closed_with(WebKit, code), ["error", "close 1006  unclean"]);
    }
}

#[test]
fn webkit_alone_takes_no_code_that_the_standard_has_not() {
    for code in [0, 999, 5000, 65535] {
        assert_eq!(closed_with(Chromium, code), [format!("close {code} why clean")]);
        assert_eq!(closed_with(Firefox, code), [format!("close {code} why clean")]);
        assert_eq!(closed_with(WebKit, code), ["error", "close 1006  unclean"]);
    }
}

#[test]
fn webkit_stays_open_until_tcp_has_ended() {
    for (browser, state) in [
        (Chromium, ReadyState::Closing),
        (Firefox, ReadyState::Closing),
        (WebKit, ReadyState::Open),
    ] {
        let scene = Scene::of(browser);
        let socket = scene.open();
        scene.server.connections()[0].close(1000, "");
        scene.world.advance(ms(15));
        assert_eq!(socket.ready_state(), state, "{browser:?}");
        socket.send("lost").unwrap();
        assert_eq!(scene.advance(secs(1)), ["close 1000  clean"]);
        assert_eq!(scene.server.received(), []);
    }
}

#[test]
fn buffered_amount_falls_by_bytes_by_messages_or_at_once() {
    for (browser, amount) in [(Chromium, 95_536), (Firefox, 100_000), (WebKit, 0)] {
        let scene = Scene::of(browser);
        let socket = scene.open();
        scene.world.network().bandwidth(Some(30_000), None);
        socket.send(vec![0; 91_072]).unwrap();
        socket.send(vec![0; 100_000]).unwrap();
        scene.world.advance(secs(1));
        assert_eq!(socket.buffered_amount(), amount, "{browser:?}");
    }
}

#[test]
fn webkit_counts_frame_headers_after_the_end_and_takes_any_reason_without_a_code() {
    for (browser, amount) in [(Chromium, 4), (Firefox, 4), (WebKit, 10)] {
        let scene = Scene::of(browser);
        let socket = scene.open();
        let long = "x".repeat(124);
        if browser == WebKit {
            socket.close(None, &long).unwrap();
        } else {
            assert_eq!(socket.close(None, &long), Err(CloseError::Reason));
            socket.close(None, "").unwrap();
        }
        socket.send("late").unwrap();
        assert_eq!(socket.buffered_amount(), amount, "{browser:?}");
    }
}

#[test]
fn firefox_delays_attempts_after_failures_and_forgets_them_after_a_success() {
    let scene = Scene::of(Firefox);
    scene.server.refuse(500);
    let mut delays = Vec::new();
    for _ in 0..16 {
        let began = scene.world.now();
        let _socket = scene.socket();
        let (world, diary) = (scene.world.clone(), scene.diary.clone());
        let failed = move || diary.read().iter().any(|entry| entry.starts_with("close"));
        world.until(failed, secs(120)).unwrap();
        delays.push(world.now().saturating_sub(began));
    }
    assert!(delays[0] < ms(100), "{delays:?}");
    assert!(delays[1] > ms(200) && delays[1] < ms(500), "{delays:?}");
    assert!(delays[15] > secs(59) && delays[15] < secs(61), "{delays:?}");
    scene.server.accept();
    scene.socket();
    scene.world.advance(secs(61));
    scene.diary.read();
    scene.open();
}

/// Lets an attempt fail at once, and returns how long the next takes, if others were closed in between before they began.
fn next_attempt_after(browser: Browser, closed_in_between: u32) -> Duration {
    let scene = Scene::of(browser);
    scene.server.refuse(500);
    scene.socket();
    scene.world.advance(ms(40));
    assert_eq!(scene.diary.read(), ["error", "close 1006  unclean"]);
    for _ in 0..closed_in_between {
        scene.socket().close(None, "").unwrap();
    }
    scene.world.settle();
    scene.diary.read();
    let (began, socket) = (scene.world.now(), scene.socket());
    let failed = move || socket.ready_state() == ReadyState::Closed;
    scene.world.until(failed, secs(120)).unwrap();
    scene.world.now().saturating_sub(began)
}

#[test]
fn closing_an_attempt_that_firefox_has_not_begun_is_no_failure_more() {
    for closed in [0, 10] {
        let took = next_attempt_after(Firefox, closed);
        assert!(took > ms(200) && took < ms(500), "{took:?} with {closed} closed");
    }
}

#[test]
fn chromium_and_webkit_delay_no_attempt() {
    for browser in [Chromium, WebKit] {
        assert_eq!(next_attempt_after(browser, 0), ms(40), "{browser:?}");
    }
}

#[test]
fn a_server_that_leaves_the_tcp_connection_open_after_both_close_frames_is_waited_for() {
    for (browser, limit) in [(Chromium, 2), (Firefox, 1), (WebKit, 5)] {
        let scene = Scene::of(browser);
        let socket = scene.open();
        scene.server.connections()[0].close(4001, "bye");
        scene.world.advance(ms(10));
        // The server's frame has arrived; nothing else does.
        socket.silence();
        assert_eq!(scene.advance(secs(limit).saturating_sub(ms(1))), [""; 0], "{browser:?}");
        assert_eq!(scene.advance(ms(1)), ["close 4001 bye clean"], "{browser:?}");
    }
}

#[test]
fn firefox_makes_one_attempt_to_a_host_at_a_time() {
    for (browser, opened) in [(Chromium, 1), (Firefox, 0), (WebKit, 1)] {
        let scene = Scene::of(browser);
        scene.server.hang();
        let first = scene.socket();
        scene.world.advance(ms(100));
        scene.server.accept();
        scene.socket();
        assert_eq!(scene.advance(secs(1)).len(), opened, "{browser:?}");
        first.close(None, "").unwrap();
        scene.world.advance(secs(2));
        assert_eq!(scene.diary.read().contains(&"open".to_owned()), browser == Firefox);
    }
}

#[test]
fn in_firefox_a_drop_right_after_the_handshake_may_hide_it() {
    for (browser, events) in [
        (Chromium, &["open", "hello", "close 1006  unclean"][..]),
        (Firefox, &["error", "close 1006  unclean"]),
        (WebKit, &["open", "hello", "error", "close 1006  unclean"]),
    ] {
        let world = holdfast_ws::testing::World::new(browser, 1);
        let scene = Scene {
            server: world
                .server(crate::diary::URL, |connection| {
                    connection.send("hello");
                    connection.terminate();
                })
                .unwrap(),
            world,
            diary: crate::diary::Diary::default(),
        };
        scene.socket();
        assert_eq!(scene.advance(secs(1)), events, "{browser:?}");
    }
}

#[test]
fn in_webkit_a_connection_to_a_blocked_port_never_ends() {
    for browser in Browser::ALL {
        let scene = Scene::of(browser);
        let socket = scene.world.socket("ws://api.test:25/", &[]).unwrap();
        scene.world.advance(secs(3_600));
        let ended = socket.ready_state() == ReadyState::Closed;
        assert_eq!(ended, browser != WebKit, "{browser:?}");
    }
}

#[test]
fn clocks_are_as_fine_as_the_browsers() {
    for (browser, micros) in [(Chromium, 1_200), (Firefox, 1_000), (WebKit, 1_000)] {
        let scene = Scene::of(browser);
        scene.world.advance(Duration::from_micros(1_234));
        assert_eq!(scene.world.page_now().as_micros(), micros);
    }
}
