//! Memory of JavaScript's that is shared, resizable, detached or large, and what stays behind of a socket.

use holdfast_ws::{Message, SendError};
use js_sys::{ArrayBuffer, Object};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::fake::{connecting, js, opened, patient, peer, sent, set};

fn object(code: &str) -> Object {
    js(code).unchecked_into()
}

const SHARED: &str = "new Uint8Array(new SharedArrayBuffer(8))";
const RESIZABLE: &str = "new ArrayBuffer(8, { maxByteLength: 16 })";
const RESIZABLE_VIEW: &str = "new DataView(new ArrayBuffer(8, { maxByteLength: 16 }))";
const DETACHED: &str = "(() => { const b = new ArrayBuffer(8); const v = [b, new Uint8Array(b), new DataView(b)]; \
                        structuredClone(b, { transfer: [b] }); return v; })()";

#[wasm_bindgen_test]
fn memory_that_the_browser_refuses_is_refused_while_connecting_and_while_open() {
    for without_reconnect in [false, true] {
        crate::fake::fresh();
        let builder = if without_reconnect {
            patient().without_reconnect()
        } else {
            patient()
        };
        let ws = builder.connect().expect("a good URL");
        for open in [false, true] {
            if open {
                peer().open();
            }
            let wanted = if without_reconnect && !open {
                SendError::NotOpen
            } else {
                SendError::Refused
            };
            for view in [SHARED, RESIZABLE_VIEW] {
                assert_eq!(
                    ws.send_with_array_buffer_view(&object(view)),
                    Err(wanted),
                    "{view}, open: {open}"
                );
            }
            let resizable: ArrayBuffer = js(RESIZABLE).unchecked_into();
            assert_eq!(ws.send_with_array_buffer(&resizable), Err(wanted), "open: {open}");
        }
        ws.send_with_str("fine").expect("it is open");
        assert_eq!(sent(), ["fine"]);
        assert_eq!((ws.stats().sent, ws.stats().queued_messages), (1, 0));
    }
}

#[wasm_bindgen_test]
fn a_detached_buffer_is_an_empty_message_as_in_the_browser() {
    let ws = connecting();
    let detached: js_sys::Array = js(DETACHED).unchecked_into();
    for _ in 0..2 {
        ws.send_with_array_buffer(detached.get(0).unchecked_ref())
            .expect("empty");
        ws.send_with_array_buffer_view(detached.get(1).unchecked_ref())
            .expect("empty");
        peer().open();
    }
    assert_eq!(sent(), ["[]", "[]", "[]", "[]"]);
    let ws = connecting();
    ws.send_with_array_buffer_view(detached.get(2).unchecked_ref())
        .expect("empty");
    peer().open();
    assert_eq!(sent(), ["[]"]);
}

#[wasm_bindgen_test]
fn a_part_of_a_buffer_that_waits_is_the_part_as_it_was() {
    let ws = connecting();
    let view: Object =
        js("globalThis.part = new Uint16Array(new Uint8Array([1, 2, 3, 4, 5, 6]).buffer, 2, 2)").unchecked_into();
    ws.send_with_array_buffer_view(&view).expect("room");
    ws.send(&Message::from(vec![9, 8])).expect("room");
    assert_eq!(ws.buffered_amount(), 6);
    js("part.fill(0)");
    peer().open();
    assert_eq!(sent(), ["[3,4,5,6]", "[9,8]"]);
}

#[wasm_bindgen_test]
fn a_message_that_is_refused_goes_nowhere_and_those_around_it_in_order() {
    let ws = connecting();
    ws.send_with_str("1").expect("room");
    assert_eq!(ws.send_with_array_buffer_view(&object(SHARED)), Err(SendError::Refused));
    ws.send_with_str("2").expect("room");
    peer().open();
    assert_eq!(ws.send_with_array_buffer_view(&object(SHARED)), Err(SendError::Refused));
    ws.send_with_str("3").expect("open");
    assert_eq!(sent(), ["1", "2", "3"]);
    assert_eq!(ws.stats().sent, 3);
}

#[wasm_bindgen_test]
fn more_than_four_gigabytes_are_counted() {
    let ws = opened();
    peer().set_buffered(2f64.powi(32) + 5.0);
    assert_eq!(ws.buffered_amount(), (1 << 32) + 5);
}

#[wasm_bindgen_test]
fn nothing_listens_to_the_native_socket_of_a_dropped_handle_nor_to_one_that_was_replaced() {
    set_up_and_replace();
    let ws = opened();
    assert_eq!(peer().listeners(), 4);
    drop(ws);
    assert_eq!(peer().listeners(), 0);
}

fn set_up_and_replace() {
    let ws = opened();
    let first = peer();
    first.end(1006);
    ws.reconnect();
    assert_eq!((first.listeners(), peer().listeners()), (0, 4));
    set("deaf", false);
}
