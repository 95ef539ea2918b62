//! Tokens of the connection.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use holdfast_ws::Status;
use holdfast_ws::bus::{BusEvent, Token};

use crate::scene::{Scene, present};

#[test]
fn a_refused_token_is_told_with_the_server_s_reason_and_another_one_is_asked_for() {
    let scene = Scene::new(1);
    scene.nats.borrow_mut().tokens = vec!["token 3".to_owned()];
    let asked = Rc::new(Cell::new(0));
    let count = Rc::clone(&asked);
    let bus = scene.builder().token(async move || {
        count.set(count.get() + 1);
        Ok(format!("token {}", count.get()))
    });
    let bus = bus.connect().expect("a bus");
    let mut events = bus.events();
    let mut news = scene.subscribed(&bus, "news");
    assert_eq!(asked.get(), 3);
    let refused: Vec<_> = present(&mut events)
        .into_iter()
        .filter(|event| matches!(event, BusEvent::Refused(_)))
        .collect();
    assert_eq!(
        refused,
        vec![BusEvent::Refused("Authorization Violation".to_owned()); 2]
    );
    scene.world.network().cut();
    scene.say("news", [1]);
    assert_eq!(scene.numbers(&mut news, 1), [1]);
    assert_eq!(asked.get(), 3, "a good one is used again");
}

#[test]
fn a_token_that_has_expired_is_replaced_before_the_next_attempt() {
    let scene = Scene::new(2);
    let asked = Rc::new(Cell::new(0));
    let count = Rc::clone(&asked);
    let bus = scene.builder().token(async move || {
        count.set(count.get() + 1);
        Ok(Token::new("token").lifetime(Duration::from_secs(30)))
    });
    let bus = bus.connect().expect("a bus");
    let mut news = scene.subscribed(&bus, "news");
    for (wait, expected) in [(10, 1), (30, 2)] {
        scene.world.advance(Duration::from_secs(wait));
        scene.world.network().cut();
        scene.say("news", [7]);
        assert_eq!(scene.numbers(&mut news, 1), [7]);
        assert_eq!(asked.get(), expected);
    }
}

#[test]
fn a_function_that_fails_is_asked_again() {
    let scene = Scene::new(3);
    let failures = Rc::new(Cell::new(0));
    let bus = scene.builder().token(async move || {
        if failures.replace(failures.get() + 1) < 3 {
            return Err("the login is away".into());
        }
        Ok("token")
    });
    let bus = bus.connect().expect("a bus");
    let news = scene.subscribed(&bus, "news");
    assert_eq!((bus.status(), news.name()), (Status::Open, "news"));
}

#[test]
fn without_a_token_a_refusal_is_final_and_told() {
    let scene = Scene::new(4);
    scene.nats.borrow_mut().tokens = vec!["token".to_owned()];
    let bus = scene.bus();
    let mut events = bus.events();
    scene.world.advance(Duration::from_secs(60));
    assert!(present(&mut events).contains(&BusEvent::Refused("Authorization Violation".to_owned())));
    assert_eq!(bus.status(), Status::Closed);
    assert_eq!(scene.connections.get(), 1);
}
