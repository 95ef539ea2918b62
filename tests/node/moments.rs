//! Listeners and the clock at moments that no browser produces on demand.

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::pin::pin;
use std::rc::Rc;
use std::task::{Context, Waker};

use holdfast_ws::{Reconnect, Status, WeakWebSocket, WebSocket};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::fake::{fresh, hear, js, last_id, ms, opened, peer, set, sleep, until};

fn sockets() -> f64 {
    js("fake.sockets.length").as_f64().unwrap_or_default()
}

#[wasm_bindgen_test]
async fn reconnect_in_its_own_listener_makes_no_more_than_one_attempt_at_a_time() {
    let ws = opened();
    let (told, weak) = (Rc::new(Cell::new(0)), ws.downgrade());
    let count = Rc::clone(&told);
    ws.set_onreconnecting(move |_| {
        count.set(count.get() + 1);
        // Against a page that hangs.
        if let (Some(ws), true) = (weak.upgrade(), count.get() < 2_000) {
            ws.reconnect();
        }
    });
    peer().end(1006);
    assert!(told.get() < 10, "{} times within one task", told.get());
    assert!(sockets() < 10.0, "{} native sockets within one task", sockets());
    sleep(20).await;
    ws.set_onreconnecting(|_| {});
    peer().open();
    until("a connection", || ws.status() == Status::Open).await;
}

#[wasm_bindgen_test]
async fn no_status_is_told_twice_in_a_row() {
    for steps in [
        &[WebSocket::close as fn(&WebSocket), WebSocket::reconnect][..],
        &[WebSocket::reconnect, WebSocket::close],
        &[WebSocket::reconnect, WebSocket::close, WebSocket::reconnect],
        &[WebSocket::close, WebSocket::reconnect, WebSocket::close],
    ] {
        for ended in [false, true] {
            let ws = opened();
            sleep(1).await;
            if ended {
                peer().end(1006);
                sleep(1).await;
            }
            let told = Rc::new(RefCell::new(vec![ws.status()]));
            let notes = Rc::clone(&told);
            ws.set_onstatuschange(move |status| notes.borrow_mut().push(status));
            for step in steps {
                step(&ws);
            }
            sleep(20).await;
            let told = told.borrow();
            assert!(told.windows(2).all(|pair| pair.first() != pair.last()), "{told:?}");
            assert_eq!(told.last(), Some(&ws.status()), "the last one told is the one it has");
        }
    }
}

#[wasm_bindgen_test]
async fn a_step_of_the_wall_clock_times_no_request_out() {
    for step in [3_600_000, -3_600_000] {
        let ws = opened();
        let question = serde_json::json!({ "get": "time" });
        let mut request = pin!(ws.request::<_, serde_json::Value>(&question));
        let mut cx = Context::from_waker(Waker::noop());
        assert!(request.as_mut().poll(&mut cx).is_pending());
        let id = last_id();
        js(&format!(
            "globalThis.realNow ??= Date.now; Date.now = () => realNow() + {step}"
        ));
        // Each looks at the clock.
        let _ = ws.stats();
        let sent = ws.send_with_str("now");
        sleep(100).await;
        let pending = request.as_mut().poll(&mut cx).is_pending();
        hear(&format!("{{\"id\":{id},\"time\":1}}"));
        let reply = request.await;
        js("Date.now = realNow");
        assert!(sent.is_ok() && pending, "{step} ms");
        assert_eq!(reply.expect("the reply").get("time"), Some(&1.into()), "{step} ms");
    }
}

#[wasm_bindgen_test]
async fn an_answer_about_one_end_decides_no_other() {
    fresh();
    let (asked, ws) = (
        Rc::new(RefCell::new(Vec::new())),
        Rc::new(RefCell::new(None::<WeakWebSocket>)),
    );
    let (notes, weak) = (Rc::clone(&asked), Rc::clone(&ws));
    let reconnect = Reconnect::new()
        .min_delay(ms(10))
        .max_delay(ms(10))
        .should_reconnect(move |event, _| {
            notes.borrow_mut().push(event.code);
            if event.code != 4001 {
                return true;
            }
            // It goes on by itself, with an attempt that ends at once, and wants none because of this end.
            set("refuses", true);
            if let Some(ws) = weak.borrow().as_ref().and_then(WeakWebSocket::upgrade) {
                ws.reconnect();
            }
            set("refuses", false);
            false
        });
    let socket = WebSocket::builder("ws://fake/")
        .reconnect(reconnect)
        .connect()
        .expect("a good URL");
    ws.replace(Some(socket.downgrade()));
    peer().open();
    peer().end(4001);
    until("another attempt", || sockets() > 1.0).await;
    peer().open();
    until("a connection", || socket.status() == Status::Open).await;
    assert_eq!(asked.borrow().first(), Some(&4001));
}
