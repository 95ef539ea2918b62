//! Streams and sinks.

use std::pin::pin;
use std::task::Poll;

use crate::support::{address, connect, inject_fault, quick, received, sleep, until, until_connections};
use futures_util::{FutureExt, SinkExt, StreamExt, future, poll, stream};
use holdfast_ws::{Channel, Event, Message, OpenError, Queue, ReadyState, SendError, Status, Url, WebSocket};
use wasm_bindgen_futures::spawn_local;
use wasm_bindgen_test::wasm_bindgen_test;

fn text(text: &str) -> Message {
    Message::from(text)
}

/// The next item, within thirty seconds.
async fn next<T>(stream: &mut (impl stream::Stream<Item = T> + Unpin)) -> Option<T> {
    match future::select(stream.next(), pin!(sleep(30_000))).await {
        future::Either::Left((item, _)) => item,
        future::Either::Right(_) => panic!("waited thirty seconds for an item"),
    }
}

/// The outcome, within thirty seconds.
async fn soon<T>(outcome: impl Future<Output = T>) -> T {
    match future::select(pin!(outcome), pin!(sleep(30_000))).await {
        future::Either::Left((outcome, _)) => outcome,
        future::Either::Right(_) => panic!("waited thirty seconds"),
    }
}

#[wasm_bindgen_test]
async fn a_channel_splits_into_a_sink_and_a_stream_that_outlive_connections() {
    let ws = connect("/echo", "f-split");
    let (mut sink, mut stream) = ws.channel().split();
    soon(sink.send(text("one"))).await.expect("it opens");
    assert_eq!(next(&mut stream).await, Some(text("one")));
    inject_fault("f-split", "drop").await;
    until("another connection", || ws.stats().connections == 2).await;
    soon(sink.send(Message::from(vec![2]))).await.expect("it is open again");
    assert_eq!(next(&mut stream).await, Some(Message::from(vec![2])));
    ws.close();
    assert_eq!(next(&mut stream).await, None, "over");
    assert_eq!(soon(sink.send(text("late"))).await, Err(SendError::Closed));
}

#[wasm_bindgen_test]
async fn nothing_is_missed_between_open_and_the_first_poll() {
    let ws = connect("/greet", "f-greet");
    let mut early = ws.channel();
    soon(ws.wait_open()).await.expect("it opens");
    until("the greeting", || ws.stats().received == 1).await;
    let late = ws.channel();
    assert_eq!(next(&mut early).await, Some(text("hello")));
    ws.send_with_str("all").expect("it is open");
    assert_eq!(next(&mut early).await, Some(text("all")));
    let mut late = late;
    assert_eq!(
        next(&mut late).await,
        Some(text("all")),
        "a stream begins when it is made"
    );
}

#[wasm_bindgen_test]
async fn a_slow_reader_s_stream_ends_after_what_was_kept_and_says_so() {
    let ws = connect("/echo", "f-slow");
    let mut slow = ws.channel().with_limit(2);
    let mut quick = ws.channel();
    for count in ["1", "2", "3", "4"] {
        ws.send_with_str(count).expect("room");
    }
    until("the echoes", || ws.stats().received == 4).await;
    assert!(slow.has_lagged() && !quick.has_lagged());
    assert_eq!(ws.stats().lagged, 1);
    assert_eq!(next(&mut slow).await, Some(text("1")));
    assert_eq!(next(&mut slow).await, Some(text("2")));
    assert_eq!(next(&mut slow).await, None);
    assert_eq!((&mut quick).take(4).collect::<Vec<_>>().await.len(), 4);
}

#[wasm_bindgen_test]
async fn a_sink_is_ready_up_to_its_high_water_mark_and_again_when_it_has_drained() {
    inject_fault("f-water", "refuse").await;
    let ws = connect("/sink", "f-water");
    let mut sink = ws.channel().with_high_water(10);
    for _ in 0..2 {
        soon(sink.feed(text("123456"))).await.expect("below the mark");
    }
    assert_eq!(ws.buffered_amount(), 12);
    let mut third = pin!(sink.feed(text("123456")));
    assert_eq!(poll!(&mut third), Poll::Pending);
    inject_fault("f-water", "accept").await;
    soon(third).await.expect("drained");
    soon(sink.flush()).await.expect("it is open");
    let mut all = String::new();
    for _ in 0..600 {
        all = received("f-water").await;
        if all.matches("123456").count() >= 3 {
            return;
        }
        sleep(50).await;
    }
    panic!("not all has come: {all}");
}

#[wasm_bindgen_test]
async fn a_full_queue_makes_the_sink_wait_instead_of_failing() {
    inject_fault("f-queue", "refuse").await;
    let builder = WebSocket::builder(address("/echo", "f-queue")).reconnect(quick());
    let ws = builder
        .queue(Queue::new().max_messages(2))
        .connect()
        .expect("a good URL");
    let (mut sink, stream) = ws.channel().split();
    spawn_local(async move {
        for number in 0..20 {
            sink.feed(Message::Text(number.to_string())).await.expect("it waits");
        }
        sink.flush().await.expect("it opens");
    });
    until("a full queue", || ws.stats().queued_messages == 2).await;
    sleep(100).await;
    assert_eq!(ws.stats().queued_messages, 2);
    inject_fault("f-queue", "accept").await;
    let messages: Vec<_> = soon(stream.take(20).collect()).await;
    let wanted: Vec<_> = (0..20).map(|number| Message::Text(number.to_string())).collect();
    assert_eq!(messages, wanted);
}

#[wasm_bindgen_test]
async fn without_a_queue_the_sink_waits_for_a_connection() {
    for once in [true, false] {
        let builder = WebSocket::builder(address("/echo", "f-noqueue"));
        let builder = if once {
            builder.without_reconnect()
        } else {
            builder.without_queue()
        };
        let mut channel = Channel::from(builder.connect().expect("a good URL"));
        assert_eq!(channel.feed(text("early")).now_or_never(), None);
        soon(channel.send(text("now"))).await.expect("it opens");
        assert_eq!(next(&mut channel).await, Some(text("now")));
    }
}

#[wasm_bindgen_test]
async fn closing_the_sink_flushes_closes_and_waits_for_the_close() {
    let ws = connect("/echo", "f-close");
    let mut events = ws.events();
    let mut channel = ws.channel();
    soon(channel.feed(text("last"))).await.expect("room");
    soon(channel.close()).await.expect("a clean end");
    assert_eq!(ws.ready_state(), ReadyState::Closed);
    assert!(received("f-close").await.contains("last"));
    let close = loop {
        if let Event::Close(close) = next(&mut events).await.expect("the close") {
            break close;
        }
    };
    assert!(close.was_clean && !close.will_reconnect);
    soon(channel.close()).await.expect("closed is closed");
}

#[wasm_bindgen_test]
async fn a_flush_fails_when_queued_messages_are_given_up() {
    inject_fault("f-given-up", "refuse").await;
    let ws = connect("/echo", "f-given-up");
    let mut channel = ws.channel();
    soon(channel.feed(text("never sent"))).await.expect("room");
    let mut flush = channel.flush();
    assert_eq!(poll!(&mut flush), Poll::Pending);
    ws.close();
    assert_eq!(soon(flush).await, Err(SendError::Closed));
}

#[wasm_bindgen_test]
async fn waiting_for_open_ends_with_the_connection_or_with_the_end() {
    inject_fault("f-open", "refuse").await;
    let ws = connect("/echo", "f-open");
    assert_eq!(ws.wait_open().now_or_never(), None);
    let (both, ()) = soon(future::join(
        future::join(ws.wait_open(), ws.wait_open()),
        inject_fault("f-open", "accept"),
    ))
    .await;
    assert_eq!(both, (Ok(()), Ok(())));
    assert_eq!(ws.wait_open().now_or_never(), Some(Ok(())), "it is open");
    ws.close();
    assert_eq!(soon(ws.wait_open()).await, Err(OpenError::Closed));
    let never = WebSocket::builder(address("/close", "f-open")).reconnect(quick().max_attempts(1));
    inject_fault("f-open", "refuse").await;
    let never = never.connect().expect("a good URL");
    assert_eq!(soon(never.wait_open()).await, Err(OpenError::Closed));
    inject_fault("f-open", "accept").await;
    never.reconnect();
    soon(never.wait_open()).await.expect("started again");
}

#[wasm_bindgen_test]
async fn events_come_in_order_go_on_after_the_end_and_stop_with_the_last_handle() {
    let ws = connect("/echo", "f-events");
    let mut events = ws.events();
    let steps = async |events: &mut holdfast_ws::Events, count| {
        let mut dispatched = Vec::new();
        while dispatched.len() < count {
            dispatched.push(match next(events).await.expect("an event") {
                Event::Close(close) => format!("close {} {}", close.code, close.will_reconnect),
                Event::Reconnecting(plan) => format!("reconnecting {} {:?}", plan.attempt, plan.cause),
                other => format!("{other:?}"),
            });
        }
        dispatched
    };
    assert_eq!(steps(&mut events, 2).await, ["Open", "Status(Open)"]);
    inject_fault("f-events", "close?code=4001").await;
    let wanted = [
        "close 4001 true",
        "reconnecting 1 Closed",
        "Status(Waiting)",
        "Status(Connecting)",
        "Open",
        "Status(Open)",
    ];
    assert_eq!(steps(&mut events, 6).await, wanted);
    ws.close_with_code(1000).expect("a code");
    let wanted = ["Status(Closing)", "close 1000 false", "Status(Closed)"];
    assert_eq!(steps(&mut events, 3).await, wanted);
    ws.reconnect();
    let wanted = ["reconnecting 1 Manual", "Status(Connecting)", "Open", "Status(Open)"];
    assert_eq!(steps(&mut events, 4).await, wanted);
    drop(ws);
    assert_eq!(next(&mut events).await, None);
}

#[wasm_bindgen_test]
async fn a_slow_reader_of_events_has_the_latest() {
    // Nothing is ever dialled; `close()` and `reconnect()` end one attempt and make another, or plan it.
    let ws = WebSocket::new(Url::from_async_fn(|_| future::pending::<String>())).expect("no URL yet");
    let mut events = ws.events();
    for _ in 0..200 {
        ws.close();
        ws.reconnect();
    }
    ws.close();
    until("the end", || events.lagged() > 0).await;
    assert_eq!(ws.ready_state(), ReadyState::Closed);
    let (mut count, mut last) = (0, None);
    while let Some(Some(event)) = events.next().now_or_never() {
        (count, last) = (count + 1, Some(event));
    }
    assert_eq!((count, last), (256, Some(Event::Status(Status::Closed))));
}

#[wasm_bindgen_test]
async fn streams_keep_no_socket_and_channels_do() {
    let ws = connect("/echo", "f-keep");
    let weak = ws.downgrade();
    let channel = ws.channel();
    let mut events = ws.events();
    soon(ws.wait_open()).await.expect("it opens");
    drop(ws);
    assert!(weak.upgrade().is_some());
    drop(channel);
    assert!(weak.upgrade().is_none());
    while next(&mut events).await.is_some() {}
    until_connections("f-keep", 0).await;
}

#[wasm_bindgen_test]
async fn a_stream_of_a_closed_socket_is_over() {
    let ws = connect("/echo", "f-over");
    ws.close();
    until("the end", || ws.ready_state() == ReadyState::Closed).await;
    assert_eq!(next(&mut ws.channel()).await, None);
}

#[wasm_bindgen_test]
async fn a_channel_forwards_a_whole_stream() {
    let ws = connect("/echo", "f-forward");
    let (sink, stream) = ws.channel().with_high_water(64).split();
    let numbers = stream::iter((0..200).map(|number| Ok(Message::Text(format!("number {number}")))));
    let all_are_heard = core::cell::Cell::new(false);
    let messages = async {
        let messages: Vec<_> = stream.take(200).collect().await;
        all_are_heard.set(true);
        ws.close();
        messages
    };
    // `forward` closes at its end, which must not come before the echoes.
    let numbers = numbers.chain(stream::once(async {
        while !all_are_heard.get() {
            sleep(20).await;
        }
        Ok(text("end"))
    }));
    let (messages, _) = soon(future::join(messages, numbers.forward(sink))).await;
    assert_eq!(messages.last(), Some(&text("number 199")));
}
