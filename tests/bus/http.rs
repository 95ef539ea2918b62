//! The HTTP requests of an adapter.

use std::cell::RefCell;
use std::future::ready;
use std::rc::Rc;
use std::time::Duration;

use holdfast_ws::ConnectError;
use holdfast_ws::bus::{Bus, Failure, HttpResponse, Nchan, Payload};
use holdfast_ws::testing::{Browser, World};

use crate::scene::LONG;

const POST: &str = "https://push.test/pub/{channel}";

#[test]
fn a_publication_is_a_request_that_the_application_may_make_itself() {
    let world = World::new(Browser::Chromium, 1);
    let _entered = world.enter();
    let requests = Rc::new(RefCell::new(Vec::new()));
    let made = Rc::clone(&requests);
    let bus = Bus::builder("wss://push.test", Nchan::new().publish(POST)).http(move |request| {
        let status = if request.url.ends_with("full") { 503 } else { 201 };
        made.borrow_mut().push((request.method, request.url, request.body));
        let body = Payload::from("");
        Box::pin(ready(Ok(HttpResponse { status, body })))
    });
    let bus = bus.connect().expect("a bus");
    let sent = world.run(bus.publish("a b", "hello"), LONG).expect("in time");
    assert_eq!(sent, Ok(None));
    let error = world
        .run(bus.publish("full", "x"), LONG)
        .expect("in time")
        .expect_err("it is refused");
    assert_eq!(error.reason, Failure::Refused("HTTP status 503".into()));
    let expected = (
        "POST",
        "https://push.test/pub/a%20b".to_owned(),
        Some(Payload::from("hello")),
    );
    assert_eq!(requests.borrow()[0], expected);
}

#[test]
fn a_world_has_no_http_and_says_so() {
    let world = World::new(Browser::Chromium, 2);
    let _entered = world.enter();
    let bus = Bus::builder("wss://push.test", Nchan::new().publish(POST))
        .connect()
        .expect("a bus");
    let error = world
        .run(bus.publish("a", "x"), Duration::from_secs(5))
        .expect("in time")
        .expect_err("no HTTP");
    assert!(error.to_string().contains("BusBuilder::http"), "{error}");
}

#[test]
fn a_url_for_publications_has_a_place_for_the_name() {
    let error = Bus::builder("wss://push.test", Nchan::new().publish("https://push.test/pub")).connect();
    assert!(matches!(error, Err(ConnectError::Option { option, .. }) if option == "publish"));
}
