//! Messages: sent, received, queued.

use holdfast_ws::{BinaryType, Message, Queue, ReadyState, SendError, Status, WebSocket};
use js_sys::{Array, ArrayBuffer, DataView, Object, Uint8Array};
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::Blob;

use crate::is_open;
use crate::support::{Recorder, address, connect, inject_fault, quick, until};

#[wasm_bindgen_test]
async fn messages_sent_before_open_are_sent_in_order() {
    let ws = connect("/echo", "c-order");
    let messages = Recorder::new();
    ws.set_onmessage(messages.recorder());
    assert_eq!(
        (ws.ready_state(), ws.status()),
        (ReadyState::Connecting, Status::Connecting)
    );
    ws.send_with_str("a é").expect("room");
    ws.send_with_u8_array(&[1, 2, 3]).expect("room");
    ws.send(&Message::from("c")).expect("room");
    assert_eq!(ws.buffered_amount(), 4 + 3 + 1);
    assert_eq!(ws.stats().queued_messages, 3);
    until("three echoes", || messages.len() == 3).await;
    let wanted = [Message::from("a é"), Message::from(&[1, 2, 3][..]), Message::from("c")];
    assert_eq!(messages.entries(), wanted);
    assert!(is_open(&ws) && ws.attempt() == 0 && ws.retry_at().is_none());
    assert_eq!(
        (ws.stats().connections, ws.stats().sent, ws.stats().received),
        (1, 3, 3)
    );
}

#[wasm_bindgen_test]
async fn a_full_queue_keeps_what_it_has_and_the_end_says_what_was_not_sent() {
    inject_fault("c-full", "refuse").await;
    let queue = Queue::new().max_messages(3).max_bytes(10);
    let ws = WebSocket::builder(address("/echo", "c-full"))
        .reconnect(quick())
        .queue(queue);
    let ws = ws.connect().expect("a good URL");
    ws.send_with_str("12345").expect("room");
    assert_eq!(ws.send_with_u8_array(&[0; 6]), Err(SendError::QueueFull), "bytes");
    ws.send_with_u8_array(&[7, 8]).expect("room");
    ws.send_with_str("").expect("room");
    assert_eq!(ws.send_with_str(""), Err(SendError::QueueFull), "messages");
    let ends = Recorder::new();
    until("an attempt", || ws.attempt() > 0).await;
    ws.set_onclose(ends.recorder());
    ws.close();
    until("the end", || {
        ends.entries()
            .last()
            .is_some_and(|end: &holdfast_ws::CloseEvent| !end.will_reconnect)
    })
    .await;
    let unsent = [Message::from("12345"), Message::from(&[7, 8][..]), Message::from("")];
    assert_eq!(ends.entries().last().expect("the end").unsent, unsent);
    assert_eq!(ws.stats().unsent, 3);
}

#[wasm_bindgen_test]
async fn with_the_queue_off_nothing_waits() {
    let ws = WebSocket::builder(address("/echo", "c-noqueue")).without_queue();
    let ws = ws.connect().expect("a good URL");
    assert_eq!(ws.send_with_str("too early"), Err(SendError::NotOpen));
    until("open", || is_open(&ws)).await;
    assert_eq!(ws.send_with_str("now"), Ok(()));
}

#[wasm_bindgen_test]
async fn javascript_s_buffers_are_sent_as_they_are_when_sent() {
    let ws = connect("/echo", "c-buffers");
    let messages = Recorder::new();
    ws.set_onmessage(messages.recorder());
    let buffer = ArrayBuffer::new(4);
    let bytes = Uint8Array::new(&buffer);
    let view = DataView::new(&buffer, 1, 2);
    let text = Blob::new_with_str_sequence(&Array::of(&[JsValue::from("blob")])).expect("a blob");
    // First into the queue, then, when it is open, to the browser.
    for round in 0..2 {
        bytes.copy_from(&[1, 2, 3, 4]);
        ws.send_with_array_buffer(&buffer).expect("room");
        ws.send_with_array_buffer_view(&view).expect("room");
        ws.send_with_array_buffer_view(&bytes.subarray(3, 4)).expect("room");
        ws.send_with_blob(&text).expect("room");
        if round == 0 {
            assert_eq!(ws.buffered_amount(), 4 + 2 + 1 + 4);
        }
        bytes.copy_from(&[9, 9, 9, 9]);
        until("the echoes", || messages.len() == 4 * (round + 1)).await;
    }
    let wanted: [&[u8]; 4] = [&[1, 2, 3, 4], &[2, 3], &[4], b"blob"];
    let messages = messages.entries();
    let messages: Vec<_> = messages
        .iter()
        .map(|message| message.as_bytes().expect("bytes"))
        .collect();
    assert_eq!(messages, [wanted, wanted].concat());
    assert_eq!(ws.send_with_array_buffer_view(&Object::new()), Err(SendError::Refused));
}

#[wasm_bindgen_test]
async fn binary_messages_come_as_blobs_if_asked_for_on_every_connection() {
    let ws = WebSocket::builder(address("/echo", "c-blob")).reconnect(quick());
    let ws = ws.binary_type(BinaryType::Blob).connect().expect("a good URL");
    let messages = Recorder::new();
    ws.set_onmessage(messages.recorder());
    assert_eq!(ws.binary_type(), BinaryType::Blob);
    for round in 1..=2 {
        ws.send_with_u8_array(&[1, 2, 3]).expect("room");
        until("an echo", || messages.len() == round).await;
        let Some(Message::Blob(blob)) = messages.entries().pop() else {
            panic!("a blob, not {:?}", messages.entries())
        };
        assert!((blob.size() - 3.0).abs() < 0.5);
        inject_fault("c-blob", "drop").await;
        until("open again", || ws.stats().connections as usize == round + 1).await;
    }
    ws.set_binary_type(BinaryType::ArrayBuffer);
    ws.send_with_u8_array(&[1, 2, 3]).expect("room");
    until("an echo", || messages.len() == 3).await;
    assert_eq!(messages.entries().pop(), Some(Message::from(&[1, 2, 3][..])));
}
