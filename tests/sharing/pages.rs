//! A page that freezes, or goes into the back/forward cache: it holds no lock there, another tab leads, and it goes on when it is back.

use holdfast_ws::{ReadyState, Role};
use js_sys::{Function, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::{Recorder, sleep, until, until_connections};
use crate::tabs::{heard, tab};
use crate::workers::{Tab, of_the_crate};

/// Runs JavaScript with one argument.
fn run(code: &str, argument: &str) -> JsValue {
    let function = Function::new_with_args("argument", code);
    function.call1(&JsValue::NULL, &argument.into()).expect("good code")
}

/// Returns how many locks of this connection are held and waited for.
async fn locks(line: &str) -> f64 {
    let count = "return navigator.locks.query().then(({ held, pending }) =>
        [...held, ...pending].filter(({ name }) => name.includes(argument)).length)";
    let counted = run(count, line).unchecked_into::<Promise>();
    JsFuture::from(counted)
        .await
        .expect("locks")
        .as_f64()
        .expect("a number")
}

/// The page goes away by the first event, and is back by the second. Another tab is in a worker, which has no such events.
async fn goes_and_comes_back(line: &str, away: &str, back: &str) {
    let ws = tab("/echo", line);
    let texts = heard(&ws);
    let gaps = Recorder::<()>::new();
    let recorder = gaps.clone();
    ws.set_ongap(move |_| recorder.record(()));
    until("it leads", || {
        ws.role() == Role::Leader && ws.ready_state() == ReadyState::Open
    })
    .await;
    let other = Tab::start(&of_the_crate("/echo", line));
    other.until_role("follower").await;
    ws.send_with_str("before").expect("it may be sent");
    other.until_heard(&["before"]).await;

    run(away, "");
    other.until_role("leader").await;
    assert_eq!(ws.role(), Role::Follower);
    // The worker's: that of the connection, and its own. A lock that this page held or waited for would keep it out of the cache.
    let mut waited = 0;
    while locks(line).await > 2.0 {
        waited += 1;
        assert!(waited < 600, "the page has locks");
        sleep(50).await;
    }
    ws.send_with_str("kept").expect("it may be sent, or waits");
    other.send("meanwhile");
    other.until_heard(&["before", "meanwhile"]).await;
    assert_eq!(texts.entries(), ["before"], "no frame reaches the page");

    run(back, "");
    other.until_heard(&["before", "meanwhile", "kept"]).await;
    until("its own", || texts.len() == 2).await;
    assert_eq!(texts.entries(), ["before", "kept"]);
    assert_eq!(gaps.len(), 1, "this server can't resume");
    assert_eq!(ws.role(), Role::Follower);
    until_connections(line, 1).await;
    ws.close();
    drop(other);
    sleep(50).await;
}

#[wasm_bindgen_test]
async fn a_page_that_freezes_leaves_the_connection_to_another_tab_and_goes_on_when_it_resumes() {
    goes_and_comes_back(
        "p-freeze",
        "document.dispatchEvent(new Event('freeze'))",
        "document.dispatchEvent(new Event('resume'))",
    )
    .await;
}

#[wasm_bindgen_test]
async fn a_page_in_the_back_forward_cache_leaves_the_connection_to_another_tab_and_goes_on_when_it_is_back() {
    goes_and_comes_back(
        "p-cache",
        "dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))",
        "dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))",
    )
    .await;
}
