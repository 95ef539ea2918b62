//! Why a socket is over, in its last `close`.

use std::cell::Cell;
use std::rc::Rc;

use holdfast_ws::{Builder, EndReason, Reconnect, WebSocket};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::fake::{fresh, ms, patient, peer, until};

fn connect(builder: Builder) -> (WebSocket, Rc<Cell<Option<EndReason>>>) {
    fresh();
    let ws = builder.connect().expect("a good URL");
    let end = Rc::new(Cell::new(None));
    let noted = Rc::clone(&end);
    ws.set_onclose(move |event| {
        assert_eq!(event.end.is_none(), event.will_reconnect);
        noted.set(event.end);
    });
    (ws, end)
}

async fn ended(end: &Cell<Option<EndReason>>) -> Option<EndReason> {
    until("the last close", || end.get().is_some()).await;
    end.get()
}

#[wasm_bindgen_test]
async fn a_close_of_the_application_is_its_own() {
    let (ws, end) = connect(patient());
    ws.close();
    assert_eq!(ended(&end).await, Some(EndReason::OwnClose));
    // The next life ends by its own reason.
    ws.reconnect();
    end.set(None);
    peer().open();
    peer().end(1000);
    assert_eq!(ended(&end).await, Some(EndReason::FinalCode));
}

#[wasm_bindgen_test]
async fn a_final_code_says_so() {
    let (_ws, end) = connect(patient());
    peer().open();
    peer().end(1000);
    assert_eq!(ended(&end).await, Some(EndReason::FinalCode));
}

#[wasm_bindgen_test]
async fn spent_attempts_say_so() {
    let once = Reconnect::new()
        .min_delay(ms(60_000))
        .max_delay(ms(60_000))
        .max_attempts(1);
    let (_ws, end) = connect(patient().reconnect(once));
    peer().end(1006);
    assert_eq!(ended(&end).await, Some(EndReason::AttemptsSpent));
}

#[wasm_bindgen_test]
async fn a_declined_attempt_says_so() {
    let never = Reconnect::new().should_reconnect(|event, _| {
        assert_eq!(event.end, None);
        false
    });
    let (_ws, end) = connect(patient().reconnect(never));
    peer().open();
    peer().end(1006);
    assert_eq!(ended(&end).await, Some(EndReason::Declined));
}

#[wasm_bindgen_test]
async fn one_connection_without_reconnection_says_so() {
    let (_ws, end) = connect(patient().without_reconnect());
    peer().open();
    peer().end(1006);
    assert_eq!(ended(&end).await, Some(EndReason::ReconnectOff));
}

#[wasm_bindgen_test]
fn handles_of_one_socket_are_equal() {
    fresh();
    let ws = patient().connect().expect("a good URL");
    let other = patient().connect().expect("a good URL");
    assert!(ws == ws.clone() && ws != other);
    assert!(ws.downgrade() == ws.clone().downgrade() && ws.downgrade() != other.downgrade());
}
