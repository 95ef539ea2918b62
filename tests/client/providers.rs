//! Functions that return the URL.

use std::cell::Cell;
use std::rc::Rc;

use holdfast_ws::{Url, WebSocket};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::is_open;
use crate::support::{Recorder, address, inject_fault, quick, sleep, until};

#[wasm_bindgen_test]
async fn a_url_function_is_called_for_each_attempt_with_the_last_close() {
    let calls = Recorder::<(u32, Option<u16>)>::new();
    let recorder = calls.clone();
    let provider = Url::from_fn(move |attempt| {
        recorder.record((attempt.number, attempt.last_close.map(|close| close.code)));
        // The first one fails.
        (attempt.number > 0).then(|| address("/echo", "c-provided"))
    });
    let ws = WebSocket::builder(provider)
        .reconnect(quick())
        .connect()
        .expect("no URL yet");
    assert_eq!(
        (ws.url(), calls.len()),
        (String::new(), 0),
        "not within the constructor"
    );
    until("open", || is_open(&ws)).await;
    assert_eq!(calls.entries(), [(0, None), (1, Some(1006))]);
    inject_fault("c-provided", "close?code=4001").await;
    until("open again", || calls.len() == 3 && is_open(&ws)).await;
    assert_eq!(calls.entries().last(), Some(&(2, Some(4001))));
}

#[wasm_bindgen_test]
async fn a_url_function_gets_the_resume_token_of_the_last_delivered_message() {
    let calls = Recorder::<Option<String>>::new();
    let recorder = calls.clone();
    let provider = Url::from_fn(move |attempt| {
        recorder.record(attempt.resume);
        address("/echo", "c-resumed")
    });
    let ws = WebSocket::builder(provider)
        .reconnect(quick())
        .resume(|message| Some(message.as_text()?.strip_prefix("id ")?.to_owned()))
        .connect()
        .expect("no URL yet");
    let messages = Rc::new(Cell::new(0));
    let count = Rc::clone(&messages);
    // Nobody has this one: it is as if it had not come.
    ws.send_with_str("id 0").expect("queued");
    until("the first echo", || ws.stats().received == 1).await;
    inject_fault("c-resumed", "drop").await;
    until("open again", || calls.len() == 2 && is_open(&ws)).await;
    ws.set_onmessage(move |_| count.set(count.get() + 1));
    for text in ["id 1", "id 2", "no token"] {
        ws.send_with_str(text).expect("open");
    }
    until("their echoes", || messages.get() == 3).await;
    inject_fault("c-resumed", "drop").await;
    until("open once more", || calls.len() == 3 && is_open(&ws)).await;
    assert_eq!(calls.entries(), [None, None, Some("2".to_owned())]);
}

#[wasm_bindgen_test]
async fn an_async_url_function_may_fail_and_may_outlive_its_socket() {
    let fetched = |ws: &Rc<Cell<u32>>| {
        let calls = Rc::clone(ws);
        Url::from_async_fn(move |_| {
            let turn = calls.replace(calls.get() + 1);
            async move {
                sleep(20).await;
                if turn == 0 {
                    Err("no token")
                } else {
                    Ok(address("/echo", "c-fetched"))
                }
            }
        })
    };
    let calls = Rc::new(Cell::new(0));
    let ws = WebSocket::builder(fetched(&calls))
        .reconnect(quick())
        .connect()
        .expect("no URL yet");
    until("open", || is_open(&ws)).await;
    assert_eq!(calls.get(), 2);
    let gone = WebSocket::builder(fetched(&calls)).connect().expect("no URL yet");
    until("the question", || calls.get() == 3).await;
    drop(gone);
    sleep(100).await;
    assert!(is_open(&ws));
}
