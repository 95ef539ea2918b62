//! The results of a sink's operations.

use std::cell::RefCell;
use std::rc::Rc;

use futures_util::{FutureExt, SinkExt, StreamExt, future, poll};
use holdfast_ws::{Channel, Message, Queue, ReadyState, SendError, WebSocket};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::fake::{connecting, fresh, hear, opened, patient, peer, sent, set, until};

fn text(text: &str) -> Message {
    Message::from(text)
}

/// Feeds without waiting.
fn feed(channel: &mut Channel, message: &str) -> Option<Result<(), SendError>> {
    channel.feed(text(message)).now_or_never()
}

fn flush(channel: &mut Channel) -> Option<Result<(), SendError>> {
    channel.flush().now_or_never()
}

/// Returns a list that records `unsent`.
fn unsent(ws: &WebSocket) -> Rc<RefCell<Vec<Message>>> {
    let unsent = Rc::new(RefCell::new(Vec::new()));
    let notes = Rc::clone(&unsent);
    ws.set_onclose(move |event| notes.borrow_mut().extend(event.unsent));
    unsent
}

/// A connection was lost, and the server is away.
fn waiting() -> WebSocket {
    let ws = opened();
    peer().end(1006);
    ws
}

#[wasm_bindgen_test]
async fn a_flush_fails_if_what_was_fed_is_given_up_and_each_time_until_something_else_is_fed() {
    let ws = waiting();
    let unsent = unsent(&ws);
    let mut channel = ws.channel();
    assert_eq!(feed(&mut channel, "precious"), Some(Ok(())));
    ws.close();
    assert_eq!(flush(&mut channel), None, "not told yet");
    assert_eq!(channel.flush().await, Err(SendError::Closed));
    assert_eq!(flush(&mut channel), Some(Err(SendError::Closed)));
    assert_eq!(*unsent.borrow(), [text("precious")]);
    ws.reconnect();
    assert_eq!(feed(&mut channel, "another"), Some(Ok(())));
    assert_eq!(flush(&mut channel), None);
    peer().open();
    assert_eq!(flush(&mut channel), Some(Ok(())));
    assert_eq!(sent(), ["another"]);
}

#[wasm_bindgen_test]
async fn a_flush_is_about_the_sink_s_own_messages() {
    let ws = waiting();
    let (mut first, mut second) = (ws.channel(), ws.channel());
    assert_eq!(feed(&mut first, "first"), Some(Ok(())));
    assert_eq!(flush(&mut second), Some(Ok(())), "it was given none");
    ws.reconnect();
    peer().open();
    assert_eq!(flush(&mut first), Some(Ok(())));
    // Handed to a connection that is lost since: that was said of it, and what others lose is theirs.
    peer().end(1006);
    assert_eq!(feed(&mut second, "second"), Some(Ok(())));
    ws.close();
    assert_eq!(second.flush().await, Err(SendError::Closed));
    assert_eq!(flush(&mut first), Some(Ok(())));
    assert_eq!(sent(), ["first"]);
}

#[wasm_bindgen_test]
async fn what_is_fed_after_the_end_is_not_what_was_given_up_before() {
    let ws = waiting();
    let (mut first, mut second) = (ws.channel(), ws.channel());
    assert_eq!(feed(&mut first, "given up"), Some(Ok(())));
    ws.close();
    // The end is yet to be told.
    ws.reconnect();
    assert_eq!(feed(&mut second, "goes out"), Some(Ok(())));
    assert_eq!(first.flush().await, Err(SendError::Closed));
    assert_eq!(flush(&mut second), None);
    peer().open();
    assert_eq!(flush(&mut second), Some(Ok(())));
    assert_eq!(sent(), ["goes out"]);
}

#[wasm_bindgen_test]
async fn closing_fails_if_what_was_fed_is_given_up_but_closes() {
    let ws = waiting();
    let unsent = unsent(&ws);
    let mut channel = ws.channel();
    // A half of a split channel keeps a message of its own until it is flushed.
    let (mut sink, _stream) = ws.channel().split();
    sink.feed(text("kept by the half")).await.expect("room");
    channel.feed(text("last words")).await.expect("room");
    ws.close();
    assert_eq!(sink.close().await, Err(SendError::Closed));
    assert_eq!(channel.close().await, Err(SendError::Closed));
    until("it is told", || unsent.borrow().len() == 1).await;
    assert_eq!(ws.ready_state(), ReadyState::Closed);
}

#[wasm_bindgen_test]
async fn closing_works_each_time() {
    let ws = opened();
    let mut channel = ws.channel();
    for round in 1..=3 {
        assert_eq!(feed(&mut channel, "once"), Some(Ok(())));
        assert_eq!(channel.close().await, Ok(()));
        assert_eq!(ws.ready_state(), ReadyState::Closed, "round {round}");
        assert_eq!(channel.close().await, Ok(()), "closed is closed");
        ws.reconnect();
        peer().open();
        assert_eq!(ws.ready_state(), ReadyState::Open);
    }
}

#[wasm_bindgen_test]
async fn a_close_that_somebody_undoes_is_over() {
    let ws = opened();
    set("deaf", true);
    let mut channel = ws.channel();
    assert_eq!(channel.close().now_or_never(), None);
    ws.reconnect();
    peer().open();
    assert_eq!(channel.close().now_or_never(), Some(Ok(())));
    assert_eq!(ws.ready_state(), ReadyState::Open);
    set("deaf", false);
    assert_eq!(channel.close().await, Ok(()), "and a second one closes");
    assert_eq!(ws.ready_state(), ReadyState::Closed);
}

#[wasm_bindgen_test]
async fn a_sink_that_was_ready_takes_a_message_though_the_connection_has_ended_since() {
    fresh();
    let ws = patient().without_queue().connect().expect("a good URL");
    let mut channel = ws.channel();
    assert_eq!(feed(&mut channel, "early"), None, "no connection, no queue");
    peer().open();
    future::poll_fn(|cx| channel.poll_ready_unpin(cx)).await.expect("open");
    peer().end(1006);
    assert_eq!(channel.start_send_unpin(text("kept")), Ok(()));
    assert_eq!(ws.buffered_amount(), 4);
    assert_eq!(feed(&mut channel, "next"), None);
    assert_eq!(flush(&mut channel), None);
    ws.reconnect();
    peer().open();
    assert_eq!(sent(), ["kept"], "without another poll");
    assert_eq!(flush(&mut channel), Some(Ok(())));
    assert_eq!(ws.buffered_amount(), 0);
}

#[wasm_bindgen_test]
async fn what_a_sink_holds_is_reported_if_there_is_no_other_connection() {
    fresh();
    let ws = patient().without_queue().connect().expect("a good URL");
    let unsent = unsent(&ws);
    let mut channel = ws.channel();
    peer().open();
    future::poll_fn(|cx| channel.poll_ready_unpin(cx)).await.expect("open");
    peer().end(1006);
    assert_eq!(channel.start_send_unpin(text("kept")), Ok(()));
    ws.close();
    assert_eq!(channel.flush().await, Err(SendError::Closed));
    assert_eq!(*unsent.borrow(), [text("kept")]);
    assert_eq!((ws.stats().unsent, ws.buffered_amount()), (1, 0));
}

#[wasm_bindgen_test]
fn a_sink_waits_while_the_queue_may_not_have_room_for_the_next_message() {
    fresh();
    let builder = patient().queue(Queue::new().max_bytes(1000));
    let ws = builder.connect().expect("a good URL");
    let mut channel = ws.channel();
    assert_eq!(feed(&mut channel, &"x".repeat(600)), Some(Ok(())));
    assert_eq!(feed(&mut channel, &"y".repeat(600)), None);
    peer().open();
    assert_eq!(feed(&mut channel, "now"), Some(Ok(())));
    assert_eq!(sent().len(), 2);
}

#[wasm_bindgen_test]
fn a_message_for_which_the_queue_has_no_room_is_held_and_comes_in_its_turn() {
    fresh();
    let builder = patient().queue(Queue::new().max_bytes(1000));
    let ws = builder.connect().expect("a good URL");
    let mut channel = ws.channel();
    let (small, large) = ("s".repeat(200), "l".repeat(900));
    assert_eq!(feed(&mut channel, &small), Some(Ok(())));
    assert_eq!(feed(&mut channel, &large), Some(Ok(())));
    assert_eq!(feed(&mut channel, "next"), None);
    assert_eq!(flush(&mut channel), None);
    peer().open();
    assert_eq!(feed(&mut channel, "next"), Some(Ok(())));
    assert_eq!(flush(&mut channel), Some(Ok(())));
    assert_eq!(sent(), [small.as_str(), &large, "next"]);
}

#[wasm_bindgen_test]
fn a_message_larger_than_the_queue_goes_out_once_a_connection_is_open() {
    let ws = connecting();
    let large = "z".repeat((1 << 20) + 1);
    assert_eq!(ws.send_with_str(&large), Err(SendError::QueueFull));
    let mut channel = ws.channel();
    assert_eq!(feed(&mut channel, &large), Some(Ok(())));
    assert_eq!(flush(&mut channel), None);
    peer().open();
    assert_eq!(flush(&mut channel), Some(Ok(())));
    assert_eq!(sent(), [large]);
}

#[wasm_bindgen_test]
async fn a_held_message_goes_out_though_its_sink_is_gone() {
    let ws = connecting();
    let (large, mut channel) = ("z".repeat((1 << 20) + 1), ws.channel());
    assert_eq!(feed(&mut channel, &large), Some(Ok(())));
    drop(channel);
    peer().open();
    assert_eq!(sent(), [large]);
}

#[wasm_bindgen_test]
async fn what_the_server_begins_to_close_takes_no_more_and_the_next_connection_does() {
    let ws = opened();
    let mut channel = ws.channel();
    peer().closing();
    assert_eq!(feed(&mut channel, "kept"), Some(Ok(())));
    assert_eq!(flush(&mut channel), None);
    peer().end(1001);
    ws.reconnect();
    peer().open();
    assert_eq!(flush(&mut channel), Some(Ok(())));
    assert_eq!(sent(), ["kept"]);
}

#[wasm_bindgen_test]
async fn a_stream_ends_once_and_stays_ended() {
    let ws = opened();
    let mut channel = ws.channel();
    let mut next = Box::pin(future::poll_fn(|cx| channel.poll_next_unpin(cx)));
    assert!(poll!(&mut next).is_pending());
    hear("last");
    ws.close();
    assert_eq!(next.await, Some(text("last")));
    for _ in 0..2 {
        assert_eq!(channel.next().await, None);
    }
    ws.reconnect();
    peer().open();
    hear("of the next life");
    assert_eq!(channel.next().await, None);
}

#[wasm_bindgen_test]
async fn a_flush_fails_if_what_was_fed_has_waited_for_too_long() {
    fresh();
    let builder = patient().queue(Queue::new().max_age(crate::fake::ms(20)));
    let ws = builder.connect().expect("a good URL");
    let (mut channel, mut other) = (ws.channel(), ws.channel());
    assert_eq!(feed(&mut channel, "old"), Some(Ok(())));
    assert_eq!(channel.flush().await, Err(SendError::Expired));
    assert_eq!(feed(&mut other, "young"), Some(Ok(())));
    peer().open();
    assert_eq!((flush(&mut channel), flush(&mut other)), (Some(Ok(())), Some(Ok(()))));
    assert_eq!(sent(), ["young"]);
    // Messages given up later are told apart from those given up before.
    peer().end(1006);
    assert_eq!(feed(&mut channel, "given up"), Some(Ok(())));
    ws.close();
    assert_eq!(channel.flush().await, Err(SendError::Closed));
}

#[wasm_bindgen_test]
fn a_message_is_sent_now_or_never_and_what_waits_is_counted() {
    let ws = crate::fake::connecting();
    assert!(!ws.try_send(&"early".into()));
    assert_eq!(ws.unsent_count(), 0);
    ws.send_with_str("queued").expect("a queue");
    assert_eq!(ws.unsent_count(), 1);
    crate::fake::peer().open();
    assert!(ws.try_send(&"now".into()));
    assert_eq!(
        (crate::fake::sent(), ws.unsent_count()),
        (vec!["queued".into(), "now".into()], 0)
    );
    crate::fake::peer().set_buffered(1.0);
    assert_eq!(ws.unsent_count(), 1);
    crate::fake::peer().end(1006);
    assert!(!ws.try_send(&"late".into()));
    assert_eq!(
        ws.unsent_count(),
        0,
        "the buffer of a connection that has ended is lost"
    );
    ws.close();
    assert!(!ws.try_send(&"closed".into()));
    assert_eq!(crate::fake::sent().len(), 2);
}
