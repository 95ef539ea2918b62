//! The driver in the plain course of things: open, send, receive, close.

use super::scenario::{configs, end};
use super::world::{Fired, World, start};
use crate::driver::{Driver, span};
use crate::engine::{Config, ConfigError, Engine, ReadyState, Reconnect, ResolveId, Signal};

/// Events, without what the clock and the timer add.
fn events(world: &World) -> alloc::vec::Vec<alloc::string::String> {
    let told = ["open", "message", "error", "close", "reconnecting", "drain"];
    let diary = world.diary.borrow();
    let is_told = |entry: &&alloc::string::String| told.contains(&entry.split(' ').next().unwrap_or_default());
    diary.iter().filter(is_told).cloned().collect()
}

#[test]
fn what_is_queued_goes_out_in_order_once_the_connection_opens() {
    let [_, config, _] = configs();
    let (driver, world) = start(|_| (), config);
    assert_eq!(driver.send(&7), Ok(false), "nothing is open");
    world.send();
    world.send();
    world.fire(Fired::Open);
    assert_eq!(*world.transmitted.borrow(), *world.accepted.borrow());
    assert_eq!(driver.send(&7), Ok(true));
    assert_eq!(world.transmitted.borrow().last(), Some(&7));
}

#[test]
fn nothing_of_a_connection_that_has_ended_is_heard() {
    let [_, config, _] = configs();
    let (driver, world) = start(|_| (), config);
    world.fire(Fired::Open);
    let old = world.live().expect("a connection");
    world.fire(Fired::Close(1006));
    world.advance(1_000.0);
    let before = events(&world);
    driver.on_open(old, &Fired::Open);
    driver.on_message(old, &Fired::Message(9));
    driver.on_error(old, &Fired::Error);
    driver.on_close(old, &Fired::Close(1000));
    world.advance(0.0);
    assert_eq!(events(&world), before);
    assert_ne!(world.live(), Some(old));
}

#[test]
fn a_silent_connection_is_given_up_by_its_heartbeat() {
    let [_, _, config] = configs();
    let (_driver, world) = start(|_| (), config);
    world.fire(Fired::Open);
    world.advance(4_000.0);
    let events = events(&world);
    assert!(
        events.iter().any(|event| event == "close 1006 Heartbeat true"),
        "{events:?}"
    );
    assert_eq!(world.count("abandon"), 1);
}

#[test]
fn an_end_while_the_page_is_being_left_is_told_when_it_has_stayed() {
    let [_, config, _] = configs();
    let (_driver, world) = start(|_| (), config);
    world.fire(Fired::Open);
    world.signal(Signal::Leaving);
    world.fire(Fired::Close(1006));
    world.advance(1_000.0);
    assert_eq!(world.count("close 1006 Closed true"), 0, "the page may be going");
    world.advance(60_000.0);
    assert_eq!(world.count("close 1006 Closed true"), 1);
}

#[test]
fn a_url_that_is_refused_at_the_first_dial_is_no_socket() {
    let [_, config, _] = configs();
    let (_, probe) = start(|_| (), config.clone());
    let dial = probe.diary.borrow().iter().position(|name| name == "dial");
    let (driver, world) = start(|world| world.failing.set(dial), config);
    assert!(world.sockets.borrow().is_empty());
    drop(driver);
    world.advance(60_000.0);
    assert_eq!(world.count("dial"), 1, "no other attempt is made");
}

#[test]
fn an_impossible_option_is_named() {
    let reconnect = Reconnect {
        factor: 0.5,
        ..Reconnect::default()
    };
    let config = Config {
        reconnect: Some(reconnect),
        ..Config::default()
    };
    let fake = super::world::Fake(alloc::rc::Rc::default());
    assert_eq!(Driver::new(fake, config).err(), Some(ConfigError::Factor));
}

#[test]
fn a_provider_is_asked_for_each_attempt() {
    let [_, config, _] = configs();
    let config = Config {
        resolves: true,
        ..config
    };
    let (driver, world) = start(|_| (), config);
    assert_eq!((world.count("provide"), world.count("dial")), (1, 0));
    driver.command(|engine, _| engine.handle_resolved(ResolveId::new(1)));
    assert_eq!(world.count("dial"), 1);
    world.fire(Fired::Close(1006));
    world.advance(1_000.0);
    assert_eq!((world.count("provide"), world.count("dial")), (2, 1));
}

#[test]
fn without_reconnection_the_native_socket_speaks_for_itself() {
    let [config, ..] = configs();
    let (driver, world) = start(|_| (), config);
    world.fire(Fired::Open);
    assert_eq!(driver.ready_state(), ReadyState::Open as u32);
    world.fire(Fired::Close(4001));
    assert_eq!(driver.ready_state(), ReadyState::Closed as u32);
    assert_eq!(world.count("close 4001 Closed false"), 1);
}

#[test]
fn closing_while_waiting_tells_of_the_end_in_a_task_of_its_own() {
    let reconnect = Reconnect {
        min_delay: span(60_000.0),
        max_delay: span(60_000.0),
        ..Reconnect::default()
    };
    let config = Config {
        reconnect: Some(reconnect),
        ..Config::default()
    };
    let (driver, world) = start(|_| (), config);
    world.fire(Fired::Open);
    world.fire(Fired::Close(1006));
    world.advance(0.0);
    world.send();
    driver.command(Engine::close);
    assert!(world.unsent.borrow().is_empty(), "not within the call");
    world.advance(0.0);
    assert_eq!(*world.unsent.borrow(), *world.accepted.borrow());
    assert_eq!(driver.ready_state(), ReadyState::Closed as u32);
    end(&world);
}

#[test]
fn a_driver_that_is_dropped_leaves_nothing_behind() {
    let [_, _, config] = configs();
    let (driver, world) = start(|_| (), config);
    world.fire(Fired::Open);
    assert!(world.has_timer());
    drop(driver);
    assert!(!world.has_timer());
    assert!(world.live().is_none());
    assert_eq!(world.count("watch_page"), 2);
}
