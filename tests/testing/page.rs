//! The page: frozen, asleep, busy, left, crashed.

use holdfast_ws::engine::ReadyState;
use holdfast_ws::testing::{Browser, PageEvent};

use crate::diary::{Scene, ms, secs};

fn with_events(browser: Browser) -> Scene {
    let scene = Scene::of(browser);
    let diary = scene.diary.clone();
    scene.world.page().on_event(move |event| diary.note(event.name()));
    scene
}

#[test]
fn a_frozen_page_hears_everything_when_it_is_resumed() {
    for browser in Browser::ALL {
        let scene = with_events(browser);
        let _socket = scene.open();
        let own = browser == Browser::Chromium;
        scene.world.page().freeze();
        let hidden: &[&str] = if own {
            &["visibilitychange", "freeze"]
        } else {
            &["visibilitychange"]
        };
        assert_eq!(scene.advance(ms(1)), hidden);
        let connection = &scene.server.connections()[0];
        connection.send("meanwhile");
        assert_eq!(scene.advance(secs(60)), [""; 0]);
        scene.world.page().resume();
        let resumed: &[&str] = if own { &["resume", "meanwhile"] } else { &["meanwhile"] };
        assert_eq!(scene.advance(ms(1)), resumed);
    }
}

#[test]
fn a_machine_that_sleeps_does_nothing_and_its_clock_may_stand_still() {
    let scene = Scene::new();
    let socket = scene.open();
    let diary = scene.diary.clone();
    scene.world.set_timeout(secs(10), move || diary.note("timer"));
    scene.world.page().sleep(secs(600));
    scene.server.connections()[0].send("held");
    let (page, wall) = (scene.world.page_now(), scene.world.wall_now());
    assert_eq!(scene.advance(secs(599)), [""; 0]);
    assert_eq!(scene.world.page_now(), page);
    assert_eq!(scene.world.wall_now(), wall + 599_000);
    assert_eq!(scene.advance(ms(1_010)), ["held"]);
    assert_eq!(socket.ready_state(), ReadyState::Open);
    assert_eq!(scene.advance(secs(10)), ["timer"]);
}

#[test]
fn a_server_gives_up_a_client_that_sleeps_for_long_and_the_client_learns_it_when_it_sends() {
    let scene = Scene::new();
    let socket = scene.open();
    scene.world.page().sleep(secs(3_600));
    scene.server.connections()[0].send("anybody?");
    scene.world.advance(secs(1_000));
    assert_eq!(scene.server.connections().len(), 0);
    assert_eq!(scene.advance(secs(3_600)), [""; 0], "half-open");
    socket.send("still there?").unwrap();
    assert_eq!(scene.advance(ms(20)), ["close 1006  unclean"]);
}

#[test]
fn timers_of_a_busy_page_wait() {
    let scene = Scene::new();
    let _socket = scene.open();
    let diary = scene.diary.clone();
    scene.world.set_timeout(ms(10), move || diary.note("timer"));
    scene.world.page().block(ms(500));
    scene.server.connections()[0].send("message");
    assert_eq!(scene.advance(ms(499)), [""; 0]);
    // At one time, a timer is queued before what arrives.
    assert_eq!(scene.advance(ms(1)), ["timer", "message"]);
}

#[test]
fn the_back_forward_cache_keeps_a_page_and_not_its_connections() {
    for (browser, lost) in [
        (Browser::Chromium, &["close 1006  unclean"][..]),
        (Browser::WebKit, &["error", "close 1006  unclean"]),
    ] {
        let scene = with_events(browser);
        let socket = scene.open();
        scene.world.page().leave(ms(0));
        assert_eq!(scene.advance(secs(1)), ["beforeunload", "pagehide", "visibilitychange"]);
        assert_eq!(scene.server.connections().len(), 0);
        assert_eq!(socket.ready_state(), ReadyState::Open, "the page has not heard of it");
        assert!(scene.world.page().back());
        let heard = scene.advance(ms(1));
        assert_eq!(heard[..2], ["visibilitychange", "pageshow"]);
        assert_eq!(&heard[2..], lost);
    }
}

#[test]
fn firefox_discards_a_page_with_a_socket() {
    let scene = with_events(Browser::Firefox);
    let _socket = scene.open();
    let closed = scene.diary.clone();
    scene.server.connections()[0].on_close(move |end| closed.note(format!("server: {}", end.code)));
    scene.world.page().leave(ms(0));
    assert_eq!(
        scene.advance(secs(1)),
        ["beforeunload", "pagehide", "visibilitychange", "server: 1001"]
    );
    assert!(scene.world.page().is_gone());
    assert!(!scene.world.page().back());
}

#[test]
fn firefox_ends_connections_while_another_page_is_loading() {
    for (browser, events) in [
        (Browser::Chromium, &["beforeunload"][..]),
        (Browser::Firefox, &["beforeunload", "close 1001  clean"]),
        (Browser::WebKit, &["beforeunload"]),
    ] {
        let scene = with_events(browser);
        let _socket = scene.open();
        scene.world.page().leave(secs(3));
        assert_eq!(scene.advance(secs(2)), events, "{browser:?}");
        assert!(scene.world.page().back(), "the user stops it");
        assert_eq!(scene.advance(secs(60)), [""; 0]);
        assert!(!scene.world.page().is_hidden());
    }
}

#[test]
fn a_crashed_page_hears_nothing_and_its_server_sees_1006() {
    let scene = with_events(Browser::Chromium);
    let _socket = scene.open();
    let closed = scene.diary.clone();
    scene.server.connections()[0].on_close(move |end| closed.note(format!("server: {}", end.code)));
    scene.world.set_timeout(ms(1), || panic!("the page is gone"));
    scene.world.page().crash();
    assert_eq!(scene.advance(secs(1)), ["server: 1006"]);
    scene.world.page().load();
    scene.open();
}

#[test]
fn events_are_told_by_name() {
    assert_eq!(PageEvent::PageHide { persisted: true }.name(), "pagehide");
}

#[test]
fn futures_run_between_events() {
    let scene = Scene::new();
    let (diary, socket) = (scene.diary.clone(), scene.socket());
    let mut polls = 0;
    scene.world.spawn(std::future::poll_fn(move |cx| {
        polls += 1;
        diary.note(format!("poll {polls}"));
        if polls < 3 {
            cx.waker().wake_by_ref();
            return std::task::Poll::Pending;
        }
        std::task::Poll::Ready(())
    }));
    assert!(scene.diary.read().is_empty(), "never within the call");
    scene.world.settle();
    assert_eq!(scene.diary.read(), ["poll 1", "poll 2", "poll 3"]);
    assert!(
        scene
            .world
            .until(|| socket.ready_state() == ReadyState::Open, secs(1))
            .is_ok()
    );
    let elapsed = scene.world.until(|| false, secs(1)).unwrap_err();
    assert!(elapsed.to_string().contains("socket 1 dispatches open"), "{elapsed}");
}

#[test]
fn what_a_page_leaves_behind_is_named() {
    let scene = Scene::new();
    assert_eq!(scene.world.leaks(), [""; 0]);
    let socket = scene.open();
    let timer = scene.world.set_timeout(secs(60), || {});
    scene.world.spawn(std::future::pending());
    assert_eq!(
        scene.world.leaks(),
        [
            "socket 1 to ws://api.test/live is not closed",
            "1 timers are set",
            "1 futures are not done"
        ]
    );
    socket.close(None, "").unwrap();
    scene.world.clear_timer(timer);
    scene.world.advance(secs(1));
    assert_eq!(scene.world.leaks(), ["1 futures are not done"]);
}

#[test]
fn a_page_that_was_unloaded_or_has_crashed_leaves_nothing_behind() {
    for crashes in [false, true] {
        // Firefox keeps no page with an open socket in its back/forward cache.
        let scene = Scene::of(Browser::Firefox);
        let _socket = scene.open();
        scene.world.set_timeout(secs(60), || panic!("the page is gone"));
        let (diary, world) = (scene.diary.clone(), scene.world.clone());
        scene.world.spawn(async move {
            world.delay(secs(60)).await;
            diary.note("the page is gone");
        });
        assert_eq!(scene.world.leaks().len(), 3, "{:?}", scene.world.leaks());
        if crashes {
            scene.world.page().crash();
        } else {
            scene.world.page().leave(ms(0));
        }
        assert_eq!(scene.advance(secs(100)), [""; 0]);
        assert!(scene.world.page().is_gone());
        assert_eq!(scene.world.leaks(), [""; 0]);
        scene.world.page().load();
        assert_eq!(scene.world.leaks(), [""; 0]);
    }
}

#[test]
fn firefox_keeps_a_page_without_a_socket() {
    let scene = with_events(Browser::Firefox);
    let socket = scene.open();
    socket.close(None, "").unwrap();
    scene.advance(secs(1));
    scene.world.page().leave(ms(0));
    assert_eq!(scene.advance(secs(1)), ["beforeunload", "pagehide", "visibilitychange"]);
    assert!(scene.world.page().back());
    assert_eq!(scene.advance(ms(1)), ["visibilitychange", "pageshow"]);
}
