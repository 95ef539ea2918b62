//! Functions that say where to connect.

use std::cell::Cell;
use std::rc::Rc;

use holdfast_ws::{Url, WebSocket};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::is_open;
use crate::support::{Diary, address, hurt, quick, sleep, until};

#[wasm_bindgen_test]
async fn a_provider_is_asked_for_each_attempt_and_told_how_the_last_connection_ended() {
    let asked = Diary::<(u32, Option<u16>)>::new();
    let noted = asked.clone();
    let provider = Url::from_fn(move |attempt| {
        noted.note((attempt.number, attempt.last_close.map(|close| close.code)));
        // The first one fails.
        (attempt.number > 0).then(|| address("/echo", "c-provided"))
    });
    let ws = WebSocket::builder(provider)
        .reconnect(quick())
        .connect()
        .expect("no URL yet");
    assert_eq!(
        (ws.url(), asked.len()),
        (String::new(), 0),
        "not within the constructor"
    );
    until("open", || is_open(&ws)).await;
    assert_eq!(asked.entries(), [(0, None), (1, Some(1006))]);
    hurt("c-provided", "close?code=4001").await;
    until("open again", || asked.len() == 3 && is_open(&ws)).await;
    assert_eq!(asked.entries().last(), Some(&(2, Some(4001))));
}

#[wasm_bindgen_test]
async fn a_provider_is_handed_the_token_of_the_last_message_that_was_heard() {
    let asked = Diary::<Option<String>>::new();
    let noted = asked.clone();
    let provider = Url::from_fn(move |attempt| {
        noted.note(attempt.resume);
        address("/echo", "c-resumed")
    });
    let ws = WebSocket::builder(provider)
        .reconnect(quick())
        .resume(|message| Some(message.as_text()?.strip_prefix("id ")?.to_owned()))
        .connect()
        .expect("no URL yet");
    let heard = Rc::new(Cell::new(0));
    let count = Rc::clone(&heard);
    // Nobody has this one: it is as if it had not come.
    ws.send_with_str("id 0").expect("queued");
    until("the first echo", || ws.stats().received == 1).await;
    hurt("c-resumed", "drop").await;
    until("open again", || asked.len() == 2 && is_open(&ws)).await;
    ws.set_onmessage(move |_| count.set(count.get() + 1));
    for text in ["id 1", "id 2", "no token"] {
        ws.send_with_str(text).expect("open");
    }
    until("their echoes", || heard.get() == 3).await;
    hurt("c-resumed", "drop").await;
    until("open once more", || asked.len() == 3 && is_open(&ws)).await;
    assert_eq!(asked.entries(), [None, None, Some("2".to_owned())]);
}

#[wasm_bindgen_test]
async fn an_asynchronous_provider_may_fail_and_may_outlive_its_socket() {
    let fetched = |ws: &Rc<Cell<u32>>| {
        let asked = Rc::clone(ws);
        Url::from_async_fn(move |_| {
            let turn = asked.replace(asked.get() + 1);
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
    let asked = Rc::new(Cell::new(0));
    let ws = WebSocket::builder(fetched(&asked))
        .reconnect(quick())
        .connect()
        .expect("no URL yet");
    until("open", || is_open(&ws)).await;
    assert_eq!(asked.get(), 2);
    let gone = WebSocket::builder(fetched(&asked)).connect().expect("no URL yet");
    until("the question", || asked.get() == 3).await;
    drop(gone);
    sleep(100).await;
    assert!(is_open(&ws));
}
