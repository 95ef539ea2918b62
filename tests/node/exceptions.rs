//! No exception of the browser's crosses Rust's frames: that would skip what they have yet to do, and leave what they borrow
//! borrowed.

use futures_util::{FutureExt, SinkExt, StreamExt};
use holdfast_ws::{BinaryType, Heartbeat, Reconnect, WebSocket};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::fake::{fresh, hear, js, ms, peer, set, sleep};

/// All of the browser's that a socket calls or reads.
const HOST: [&str; 16] = [
    "send",
    "close",
    "readyState",
    "bufferedAmount",
    "url",
    "protocol",
    "extensions",
    "binaryType",
    "onopen",
    "onmessage",
    "onerror",
    "onclose",
    "data",
    "code",
    "wasClean",
    "reason",
];

/// Does what there is to do, in each state.
async fn live(ws: &WebSocket) {
    let mut channel = ws.channel();
    let mut numbers = ws.messages::<u8>();
    let _ = (
        ws.url(),
        ws.protocol(),
        ws.extensions(),
        ws.buffered_amount(),
        ws.ready_state(),
    );
    ws.set_binary_type(BinaryType::Blob);
    let _ = ws.send_with_str("text");
    let _ = ws.send_with_u8_array(&[1]);
    let _ = ws.send_json(&1);
    let _ = channel.send("fed".into()).now_or_never();
    let mut call = Box::pin(ws.call::<_, u8>("x", &()));
    let _ = call.as_mut().now_or_never();
    hear("{\"id\":1}");
    peer().fail();
    let _ = (channel.next().now_or_never(), numbers.next().now_or_never());
    sleep(3).await;
    let _ = channel.flush().now_or_never();
}

#[wasm_bindgen_test]
async fn a_browser_whose_functions_throw_at_every_call_is_borne() {
    for reconnects in [true, false] {
        for broken in HOST {
            fresh();
            js(&format!("fake.broken.add('{broken}')"));
            let quick = Reconnect::new()
                .min_delay(ms(1))
                .max_delay(ms(2))
                .connect_timeout(ms(20));
            let heartbeat = Heartbeat::new().interval(ms(1)).timeout(ms(1)).pong("pong");
            let builder = WebSocket::builder("ws://fake/")
                .heartbeat(heartbeat)
                .stall_timeout(ms(1));
            let builder = if reconnects {
                builder.reconnect(quick)
            } else {
                builder.without_reconnect()
            };
            let ws = builder.connect().expect("a good URL");
            ws.set_onmessage(|_| {});
            ws.set_onclose(|_| {});
            live(&ws).await;
            peer().open();
            live(&ws).await;
            peer().closing();
            live(&ws).await;
            peer().end(1006);
            live(&ws).await;
            set("refuses", true);
            sleep(10).await;
            set("refuses", false);
            ws.reconnect();
            peer().open();
            live(&ws).await;
            let _ = ws.close_with_code_and_reason(1000, "enough");
            ws.close();
            live(&ws).await;
            drop(ws);
            sleep(5).await;
        }
    }
}

#[wasm_bindgen_test]
async fn a_socket_that_can_t_be_closed_is_closed_all_the_same() {
    fresh();
    let ws = WebSocket::new("ws://fake/").expect("a good URL");
    peer().open();
    js("fake.broken.add('close')");
    ws.close();
    assert!(ws.send_with_str("late").is_err());
    peer().end(1006);
    assert_eq!(ws.status(), holdfast_ws::Status::Closed);
}
