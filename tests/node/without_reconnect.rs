//! One connection, as the browser's class makes it: the rest works all the same.

use futures_util::{FutureExt, SinkExt};
use holdfast_ws::{Channel, CloseCause, SendError};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::fake::{fresh, ms, patient, peer, sent, set, until};

#[wasm_bindgen_test]
fn what_is_sent_is_counted() {
    fresh();
    let ws = patient().without_reconnect().connect().expect("a good URL");
    assert_eq!(ws.send_with_str("early"), Err(SendError::NotOpen));
    peer().open();
    ws.send_with_str("one").expect("open");
    ws.send_with_u8_array(&[2]).expect("open");
    assert_eq!(sent(), ["one", "[2]"]);
    assert_eq!(ws.stats().sent, 2);
    peer().closing();
    assert_eq!(ws.send_with_str("late"), Err(SendError::Closed));
    assert_eq!(ws.stats().sent, 2);
}

#[wasm_bindgen_test]
async fn a_stall_is_found() {
    fresh();
    set("stuck", true);
    let builder = patient().without_reconnect().stall_timeout(ms(50));
    let ws = builder.connect().expect("a good URL");
    let ends = std::rc::Rc::new(std::cell::RefCell::new(Vec::new()));
    let notes = std::rc::Rc::clone(&ends);
    ws.set_onclose(move |event| notes.borrow_mut().push((event.cause, event.will_reconnect)));
    peer().open();
    ws.send_with_str("stuck in the buffer").expect("open");
    until("its end", || !ends.borrow().is_empty()).await;
    assert_eq!(*ends.borrow(), [(CloseCause::Stalled, false)]);
    assert_eq!(ws.stats().dead_connections, 1);
}

#[wasm_bindgen_test]
fn a_sink_that_was_ready_says_that_it_is_closed() {
    fresh();
    let ws = patient().without_reconnect().connect().expect("a good URL");
    let mut channel = Channel::from(ws);
    assert_eq!(channel.feed("early".into()).now_or_never(), None);
    peer().open();
    assert_eq!(channel.feed("now".into()).now_or_never(), Some(Ok(())));
    peer().end(1006);
    assert_eq!(channel.feed("late".into()).now_or_never(), Some(Err(SendError::Closed)));
    assert_eq!(sent(), ["now"]);
}
