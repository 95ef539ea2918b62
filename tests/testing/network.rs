//! The network: slow, narrow, silent, cut, offline.

use holdfast_ws::engine::ReadyState;
use holdfast_ws::testing::Browser;

use crate::diary::{Scene, ms, secs};

#[test]
fn latency_applies_each_way_and_jitter_keeps_the_order() {
    let scene = Scene::new();
    let socket = scene.open();
    scene.world.network().latency(ms(40), ms(120), ms(0));
    socket.send("a").unwrap();
    assert_eq!(scene.advance(ms(159)), [""; 0]);
    assert_eq!(scene.advance(ms(1)), ["a"]);
    scene.world.network().latency(ms(10), ms(10), ms(500));
    let sent: Vec<String> = (0..50).map(|number| number.to_string()).collect();
    for text in &sent {
        socket.send(text.as_str()).unwrap();
    }
    assert_eq!(scene.advance(secs(2)), sent);
}

#[test]
fn a_narrow_network_empties_the_buffer_as_it_can() {
    let scene = Scene::new();
    let socket = scene.open();
    scene.world.network().bandwidth(Some(10_000), None);
    // 64 KiB of it are the operating system's at once.
    socket.send(vec![0; 165_536]).unwrap();
    assert_eq!(socket.buffered_amount(), 165_536);
    scene.world.settle();
    assert_eq!(socket.buffered_amount(), 100_000);
    scene.world.advance(secs(4));
    assert_eq!(socket.buffered_amount(), 60_000);
    scene.world.network().bandwidth(Some(60_000), None);
    scene.world.advance(secs(1));
    assert_eq!(socket.buffered_amount(), 0);
    assert_eq!(scene.server.received().len(), 0, "65,536 are still to be carried");
    scene.world.advance(secs(2));
    assert_eq!(scene.server.received().len(), 1);
}

#[test]
fn silence_tells_nobody_and_what_was_lost_is_repeated_after_it() {
    let scene = Scene::new();
    let socket = scene.open();
    scene.world.network().silence();
    socket.send("held").unwrap();
    scene.server.connections()[0].send("held, too");
    assert_eq!(scene.advance(secs(600)), [""; 0]);
    assert_eq!(socket.ready_state(), ReadyState::Open);
    assert_eq!(socket.buffered_amount(), 0, "the operating system has it");
    scene.world.network().restore();
    assert_eq!(scene.advance(ms(20)), ["held, too", "held"]);
}

#[test]
fn tcp_gives_up_after_a_quarter_of_an_hour_with_data_and_never_without() {
    let scene = Scene::new();
    let socket = scene.open();
    scene.world.network().silence();
    assert_eq!(scene.advance(secs(36_000)), [""; 0]);
    socket.send("anybody?").unwrap();
    assert_eq!(scene.advance(secs(924)), [""; 0]);
    assert_eq!(scene.advance(secs(1)), ["close 1006  unclean"]);
    assert_eq!(scene.server.connections().len(), 1, "the server knows nothing of it");
}

#[test]
fn a_cut_loses_what_is_in_flight_and_both_ends_know() {
    let scene = Scene::new();
    let socket = scene.open();
    socket.send("lost").unwrap();
    scene.server.connections()[0].send("lost, too");
    scene.world.advance(ms(5));
    scene.world.network().cut();
    assert_eq!(scene.server.connections().len(), 0);
    assert_eq!(scene.advance(secs(1)), ["close 1006  unclean"]);
    assert_eq!(scene.server.received(), []);
}

#[test]
fn a_server_that_drops_a_connection_loses_what_it_had_not_sent() {
    let scene = Scene::new();
    let _socket = scene.open();
    scene.world.network().bandwidth(None, Some(1_000));
    let connection = &scene.server.connections()[0];
    connection.send("small");
    connection.send(vec![0; 5_000]);
    scene.world.advance(ms(100));
    connection.terminate();
    assert_eq!(scene.advance(secs(1)), ["small", "close 1006  unclean"]);
}

#[test]
fn offline_fails_attempts_at_once_and_online_lets_connections_go_on() {
    let scene = Scene::new();
    let socket = scene.open();
    scene.world.network().offline();
    assert!(!scene.world.page().is_online());
    let _other = scene.socket();
    assert_eq!(scene.advance(ms(1)), ["error", "close 1006  unclean"]);
    socket.send("held").unwrap();
    assert_eq!(scene.advance(secs(30)), [""; 0]);
    scene.world.network().online();
    assert_eq!(scene.advance(ms(20)), ["held"]);
}

#[test]
fn another_address_leaves_the_old_connections_half_open() {
    let scene = Scene::new();
    let socket = scene.open();
    scene.world.network().change();
    socket.send("lost").unwrap();
    assert_eq!(scene.advance(secs(60)), [""; 0]);
    let other = scene.open();
    other.send("well").unwrap();
    assert_eq!(scene.advance(ms(20)), ["well"]);
}

#[test]
fn an_attempt_in_silence_is_repeated_and_found_when_it_ends() {
    let scene = Scene::new();
    scene.world.network().silence();
    scene.socket();
    assert_eq!(scene.advance(secs(5)), [""; 0]);
    scene.world.network().restore();
    assert_eq!(scene.advance(secs(4)), ["open"]);
}

#[test]
fn a_restart_closes_all_and_refuses_for_a_while() {
    for browser in Browser::ALL {
        let scene = Scene::of(browser);
        let _socket = scene.open();
        scene.server.restart_with(secs(2), 4012, "back soon");
        assert_eq!(scene.advance(secs(1)), ["close 4012 back soon clean"]);
        scene.socket();
        assert_eq!(scene.advance(ms(100)), ["error", "close 1006  unclean"]);
        scene.world.advance(secs(2));
        scene.open();
    }
}

#[test]
fn an_hour_of_pings_takes_no_time() {
    let began = std::time::Instant::now();
    let scene = Scene::new();
    let socket = scene.open();
    scene.world.set_interval(secs(10), move || socket.send("ping").unwrap());
    assert_eq!(scene.advance(secs(3_600)).len(), 359);
    // A busy machine may take its time; 3,600 real seconds it is not.
    assert!(began.elapsed() < secs(60), "took {:?}", began.elapsed());
}
