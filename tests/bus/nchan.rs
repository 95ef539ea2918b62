//! nchan: channels in the URL, and the end of what was before by the heartbeat's answers.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use holdfast_ws::Status;
use holdfast_ws::bus::{Bus, ChannelEvent, ChannelOptions, Nchan, Recovered, Token};
use holdfast_ws::testing::{Browser, Connection, World};

use crate::scene::{LONG, present};

type Seen = Rc<RefCell<Vec<String>>>;

/// An nchan for the channels `a`, and `a` with `b`. Each connection gets a message of before.
fn nchan(world: &World, seen: &Seen) {
    for path in ["a", "a,b"] {
        let seen = Rc::clone(seen);
        let accept = move |connection: &Connection| {
            seen.borrow_mut().push(format!("{path}?{}", connection.query()));
            let answer = connection.clone();
            connection.on_message(move |message| {
                assert_eq!(message.as_text(), Some("ping"));
                answer.send("pong");
            });
            connection.send(format!(
                "id: 100:{}\n\nfor {path}",
                if path == "a" { "0" } else { "[1],-" }
            ));
        };
        world.server(&format!("wss://push.test/{path}"), accept).expect("a URL");
    }
}

#[test]
fn channels_are_in_the_url_with_the_token_and_another_channel_is_another_connection() {
    let world = World::new(Browser::Chromium, 1);
    let _entered = world.enter();
    let seen = Seen::default();
    nchan(&world, &seen);
    let bus = Bus::builder("wss://push.test", Nchan::new()).token(async || Ok(Token::new("t&1")));
    let bus = bus.connect().expect("a bus");
    world.advance(Duration::from_secs(1));
    assert_eq!(bus.status(), Status::Idle, "there is nothing to connect for");
    let mut a = bus
        .channel_with("a", ChannelOptions::new().history(5))
        .expect("a channel");
    let mut events = a.events();
    world.advance(Duration::from_secs(1));
    assert_eq!(bus.status(), Status::Open);
    let first: Vec<_> = present(&mut a).into_iter().map(|message| message.data).collect();
    assert_eq!(first, ["for a".into()]);
    let subscribed = ChannelEvent::Subscribed {
        recovered: Recovered::Yes,
        replayed: 1,
    };
    assert!(present(&mut events).contains(&subscribed));
    let b = bus.channel_with("b", ChannelOptions::new()).expect("a channel");
    world.advance(Duration::from_secs(5));
    assert_eq!(seen.borrow().len(), 2, "{:?}", seen.borrow());
    assert!(seen.borrow()[1].starts_with("a,b?"), "{:?}", seen.borrow());
    assert!(
        seen.borrow().iter().all(|url| url.contains("t%261")),
        "{:?}",
        seen.borrow()
    );
    drop((a, b));
    world.advance(LONG);
    assert_eq!(bus.status(), Status::Idle);
    drop((bus, events));
    assert_eq!(world.leaks(), [""; 0]);
}
