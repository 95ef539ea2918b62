//! A lazy socket makes no connection before it is used.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use futures_util::{SinkExt, StreamExt};
use holdfast_ws::{Builder, ConnectError, Message, ReadyState, SendError, Status, Url, WebSocket};

use super::{Scene, URL};
use crate::diary::secs;

fn lazy() -> Builder {
    WebSocket::builder(URL).lazy()
}

/// Runs `does` with a lazy socket, and returns how many connections there are a minute later.
fn connections(does: impl FnOnce(&Scene, &WebSocket)) -> usize {
    let scene = Scene::new();
    let ws = lazy().connect().unwrap();
    scene.world.advance(secs(3_600));
    assert_eq!((ws.status(), ws.ready_state()), (Status::Idle, ReadyState::Connecting));
    does(&scene, &ws);
    scene.world.advance(secs(60));
    scene.server.connections().len()
}

#[test]
fn each_use_of_it_connects() {
    type Use = fn(&Scene, &WebSocket);
    let uses: [(&str, Use); 11] = [
        ("send", |_, ws| ws.send_with_str("hello").unwrap()),
        ("json", |_, ws| ws.send_json(&[1]).unwrap()),
        ("connect", |_, ws| ws.connect()),
        ("reconnect", |_, ws| ws.reconnect()),
        ("wait_open", |scene, ws| {
            scene.world.run(ws.wait_open(), secs(30)).unwrap().unwrap();
        }),
        ("request", |scene, ws| {
            let value = std::collections::BTreeMap::from([("ask", 1)]);
            let reply = scene.world.run(ws.request::<_, serde_json::Value>(&value), secs(30));
            assert_eq!(reply.unwrap().unwrap()["ask"], 1);
        }),
        ("stream", |scene, ws| {
            let value = std::collections::BTreeMap::from([("ask", 1)]);
            let mut parts = ws.stream::<_, serde_json::Value>(&value);
            assert!(scene.world.run(parts.next(), secs(30)).unwrap().unwrap().is_ok());
        }),
        ("messages", |scene, ws| {
            let mut messages = ws.messages::<u32>();
            assert!(scene.world.run(messages.next(), secs(30)).is_err());
        }),
        ("notifications", |scene, ws| {
            let mut prices = ws.notifications::<u32>("price");
            assert!(scene.world.run(prices.next(), secs(30)).is_err());
        }),
        ("a stream", |scene, ws| {
            assert!(scene.world.run(ws.channel().next(), secs(30)).is_err());
        }),
        ("a sink", |scene, ws| {
            let mut channel = ws.channel();
            scene
                .world
                .run(channel.send(Message::from("hello")), secs(30))
                .unwrap()
                .unwrap();
        }),
    ];
    for (name, does) in uses {
        assert_eq!(connections(does), 1, "{name}");
    }
}

#[test]
fn looking_at_it_does_not_connect() {
    let count = connections(|scene, ws| {
        ws.set_onmessage(|_| {});
        ws.set_onopen(|| {});
        ws.handle("ask", async |(): ()| Ok(1));
        assert!(scene.world.run(ws.events().next(), secs(1)).is_err());
        assert!(!ws.try_send(&Message::from("now or never")));
        scene.world.run(ws.drained(0), secs(1)).unwrap().unwrap();
        assert_eq!((ws.attempt(), ws.retry_in(), ws.buffered_amount()), (0, None, 0));
        assert!(ws.native().is_none() && ws.url().is_empty());
        // Made, and not polled.
        drop((ws.messages::<u32>(), ws.channel(), ws.stream::<_, u32>(&[("a", 1)])));
        let (page, network) = (scene.world.page(), scene.world.network());
        page.hide();
        scene.world.advance(secs(60));
        page.show();
        network.offline();
        scene.world.advance(secs(60));
        network.online();
    });
    assert_eq!(count, 0);
}

#[test]
fn what_was_sent_before_goes_out_in_order_and_statuses_are_told() {
    let scene = Scene::new();
    let asked = Rc::new(Cell::new(0));
    let asks = Rc::clone(&asked);
    let url = Url::from_fn(move |_| {
        asks.set(asks.get() + 1);
        URL
    });
    let ws = WebSocket::builder(url).lazy().connect().unwrap();
    let statuses = Rc::new(RefCell::new(Vec::new()));
    let told = Rc::clone(&statuses);
    ws.set_onstatuschange(move |status| told.borrow_mut().push(status));
    scene.world.advance(secs(60));
    assert_eq!(asked.get(), 0);
    for text in ["one", "two"] {
        ws.send_with_str(text).unwrap();
    }
    scene.until_open(&ws);
    scene.world.advance(secs(1));
    assert_eq!(
        (asked.get(), scene.received()),
        (1, vec!["one".to_owned(), "two".to_owned()])
    );
    assert_eq!(*statuses.borrow(), [Status::Connecting, Status::Open]);
}

#[test]
fn it_can_be_closed_before() {
    let scene = Scene::new();
    let ws = lazy().connect().unwrap();
    ws.close();
    let close = scene.world.run(ws.closed(), secs(1)).unwrap();
    assert!(!close.will_reconnect);
    ws.connect();
    assert_eq!(ws.send_with_str("late"), Err(SendError::Closed));
    scene.world.advance(secs(60));
    assert_eq!((scene.server.connections().len(), ws.status()), (0, Status::Closed));
    drop(ws);
    assert!(scene.world.leaks().is_empty(), "{:?}", scene.world.leaks());
}

#[test]
fn without_a_queue_a_sink_waits_for_the_connection_that_it_makes() {
    let scene = Scene::new();
    let ws = lazy().without_queue().connect().unwrap();
    let mut channel = ws.channel();
    scene
        .world
        .run(channel.send(Message::from("hello")), secs(30))
        .unwrap()
        .unwrap();
    scene.world.advance(secs(1));
    assert_eq!(scene.received(), ["hello"]);
}

#[test]
fn it_needs_reconnection() {
    let _scene = Scene::new();
    let refused = lazy().without_reconnect().connect().err();
    let option = matches!(&refused, Some(ConnectError::Option { option, .. }) if option == "lazy");
    assert!(option, "{refused:?}");
}
