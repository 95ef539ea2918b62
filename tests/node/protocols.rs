//! Subprotocols that a function gives before each attempt.

use std::cell::Cell;
use std::rc::Rc;

use futures_util::future;
use holdfast_ws::{Status, Url, WebSocket};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::fake::{fresh, js, patient, peer, sleep, until};
use crate::support::Recorder;

/// The subprotocols of each socket that was made, and its URL.
fn dialled() -> Vec<String> {
    let all = js("fake.sockets.map(({ url, protocols }) => `${url} ${protocols}`).join('|')");
    let all = all.as_string().unwrap_or_default();
    all.split('|').filter(|one| !one.is_empty()).map(Into::into).collect()
}

#[wasm_bindgen_test]
async fn the_function_is_called_before_each_attempt() {
    fresh();
    let ws = patient()
        .protocols_from_fn(|attempt| ["chat".to_owned(), format!("token.{}", attempt.number)])
        .connect()
        .expect("a good URL");
    until("the first", || dialled() == ["ws://fake/ chat,token.0"]).await;
    peer().end(1006);
    ws.reconnect();
    until("the second", || dialled().len() == 2).await;
    assert_eq!(dialled()[1], "ws://fake/ chat,token.1");
}

#[wasm_bindgen_test]
async fn it_is_called_beside_the_function_for_the_url_and_both_may_take_their_time() {
    fresh();
    let calls = Recorder::<String>::new();
    let (url, protocols) = (calls.clone(), calls.clone());
    let (slow, slower) = (calls.clone(), calls.clone());
    let ws = WebSocket::builder(Url::from_async_fn(move |_| {
        url.record("url");
        let done = slow.clone();
        async move {
            sleep(10).await;
            done.record("url done");
            "ws://other/"
        }
    }))
    .protocols_from_async_fn(move |_| {
        protocols.record("protocols");
        let done = slower.clone();
        async move {
            sleep(30).await;
            done.record("protocols done");
            Some(vec!["a", "b"])
        }
    })
    .connect()
    .expect("no URL yet");
    until("a socket", || dialled() == ["ws://other/ a,b"]).await;
    assert_eq!(calls.entries(), ["url", "protocols", "url done", "protocols done"]);
    drop(ws);
}

#[wasm_bindgen_test]
async fn one_that_fails_fails_the_attempt() {
    fresh();
    let alive = Rc::new(());
    let futures = Rc::clone(&alive);
    let good = Rc::new(Cell::new(false));
    let answer = Rc::clone(&good);
    let ws = patient()
        .protocols_from_fn(move |_| if answer.get() { Ok("chat") } else { Err("no token") })
        .connect()
        .expect("a good URL");
    let errors = Recorder::<String>::new();
    let recorder = errors.clone();
    ws.set_onerror(move || recorder.record("error"));
    until("the failure", || ws.status() == Status::Waiting).await;
    assert_eq!((errors.len(), dialled().len()), (1, 0));
    good.set(true);
    ws.reconnect();
    until("a socket", || dialled() == ["ws://fake/ chat"]).await;
    // The other's future is dropped at once.
    let ws = WebSocket::builder(Url::from_async_fn(move |_| {
        let alive = Rc::clone(&futures);
        async move {
            future::pending::<()>().await;
            drop(alive);
            "ws://fake/"
        }
    }))
    .protocols_from_fn(|_| None::<String>)
    .connect()
    .expect("no URL yet");
    until("the failure", || ws.status() == Status::Waiting).await;
    assert_eq!(Rc::strong_count(&alive), 2);
}

#[wasm_bindgen_test]
async fn subprotocols_that_the_browser_refuses_fail_the_attempt() {
    fresh();
    js("fake.refuses = true");
    let ws = patient()
        .protocols_from_fn(|_| ["not a token"])
        .connect()
        .expect("asked later");
    until("the failure", || ws.status() == Status::Waiting).await;
}
