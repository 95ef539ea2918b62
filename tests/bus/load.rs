//! Channels whose state the application loads.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use holdfast_ws::bus::{Bus, ChannelOptions, Loading, Update};

use crate::scene::{Scene, number, present};

/// Loads the last number that the stream has, with its position, after some time.
fn last(scene: &Scene, bus: &Bus, takes: u64) -> Loading<u32> {
    let (nats, world) = (Rc::clone(&scene.nats), scene.world.clone());
    let load = async move || {
        let (state, position) = {
            let mut nats = nats.borrow_mut();
            let stream = nats.channels();
            let state = stream
                .messages
                .last()
                .map(|message| message.payload.clone())
                .unwrap_or_default();
            let state = number(std::str::from_utf8(&state).ok());
            let (epoch, offset) = (stream.created.clone(), stream.last);
            (state, holdfast_ws::bus::Position { epoch, offset })
        };
        world.delay(Duration::from_millis(takes)).await;
        Ok((state, Some(position)))
    };
    bus.load("news", ChannelOptions::new(), load).expect("a channel")
}

/// Returns states as 1000 and more, and messages as they are.
fn shown(updates: Vec<Update<u32>>) -> Vec<u32> {
    let show = |update| match update {
        Update::State(state) => 1_000 + state,
        Update::Message(message) => number(message.data.as_text()),
        _ => unreachable!(),
    };
    updates.into_iter().map(show).collect()
}

#[test]
fn the_state_comes_first_and_what_is_in_it_does_not_come_again() {
    let scene = Scene::new(1);
    scene.say("news", 0..5);
    let bus = scene.bus();
    let mut news = last(&scene, &bus, 500);
    scene.world.advance(Duration::from_millis(300));
    scene.say("news", 5..8);
    scene.world.advance(Duration::from_secs(2));
    assert_eq!(shown(present(&mut news)), [1_004, 5, 6, 7]);
}

#[test]
fn what_can_t_be_recovered_is_loaded_again() {
    let scene = Scene::new(2);
    scene.say("news", 0..2);
    let bus = scene.bus();
    let mut news = last(&scene, &bus, 10);
    scene.world.advance(Duration::from_secs(1));
    scene.host.restart(Duration::from_millis(300));
    scene.say("news", [2]);
    scene.nats.borrow_mut().channels().purge();
    scene.say("news", [3]);
    scene.world.advance(Duration::from_secs(5));
    assert_eq!(shown(present(&mut news)), [1_001, 1_003]);
}

#[test]
fn parts_with_and_without_a_state_share_a_channel_and_each_gets_a_message_once() {
    let scene = Scene::new(3);
    let bus = scene.bus();
    let mut plain = scene.subscribed(&bus, "news");
    scene.say("news", 0..4);
    assert_eq!(scene.numbers(&mut plain, 4), [0, 1, 2, 3]);
    // Two that come one after the other, while the first still loads: both have their state.
    let mut first = last(&scene, &bus, 400);
    scene.world.advance(Duration::from_millis(100));
    scene.say("news", 4..6);
    scene.world.advance(Duration::from_millis(100));
    let mut second = last(&scene, &bus, 400);
    scene.world.advance(Duration::from_millis(200));
    scene.say("news", 6..8);
    scene.world.advance(Duration::from_secs(3));
    assert_eq!(scene.numbers(&mut plain, 4), [4, 5, 6, 7]);
    assert_eq!(present(&mut plain), []);
    assert_eq!(shown(present(&mut first)), [1_005, 6, 7]);
    assert_eq!(shown(present(&mut second)), [1_005, 6, 7]);
}

#[test]
fn a_load_that_fails_is_tried_again() {
    let scene = Scene::new(4);
    let bus = scene.bus();
    let (failures, count) = (Rc::new(Cell::new(0)), Rc::new(Cell::new(0)));
    let tried = Rc::clone(&count);
    let load = async move || {
        tried.set(tried.get() + 1);
        if failures.replace(failures.get() + 1) < 2 {
            return Err("no answer".into());
        }
        Ok((7, None))
    };
    let mut news = bus.load("news", ChannelOptions::new(), load).expect("a channel");
    scene.world.advance(Duration::from_secs(10));
    assert_eq!(shown(present(&mut news)), [1_007]);
    assert_eq!(count.get(), 3);
}
