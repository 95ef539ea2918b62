//! The store in a real browser's `IndexedDB`, and its locks.

use futures_util::StreamExt;
use holdfast_ws::WebSocket;
use holdfast_ws::delivery::{Changes, DeliveryState, IndexedDb, Outbox, Store};
use js_sys::{Array, Promise, Uint8Array};
use serde_json::json;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::{address, inject_fault, sleep};

fn put(records: &[(u64, &str)]) -> Changes {
    Changes {
        put: records.iter().map(|(key, text)| (*key, (*text).to_owned())).collect(),
        ..Changes::default()
    }
}

#[wasm_bindgen_test]
async fn records_are_written_read_and_removed_by_their_box() {
    let store = IndexedDb::open("delivery-records").await.expect("a database");
    store
        .write("ada/1", put(&[(1, "one"), (300, "more"), (0, "state")]))
        .await
        .expect("room");
    store.write("ada/2", put(&[(7, "other")])).await.expect("room");
    store.write("eve/1", put(&[(1, "hers")])).await.expect("room");
    let read = store.read("ada/1").await.expect("it is there");
    assert_eq!(read, [(0, "state".into()), (1, "one".into()), (300, "more".into())]);
    assert_eq!(store.boxes("ada/").await.expect("names"), ["ada/1", "ada/2"]);
    let mut changes = put(&[(1, "another")]);
    changes.remove = vec![300, 0];
    store.write("ada/1", changes).await.expect("room");
    // Another page sees it, too.
    let again = IndexedDb::open("delivery-records").await.expect("a database");
    assert_eq!(again.read("ada/1").await.expect("it is there"), [(1, "another".into())]);
}

#[wasm_bindgen_test]
async fn a_box_has_one_owner_until_its_lock_is_freed() {
    let first = IndexedDb::open("delivery-locks").await.expect("a database");
    let second = IndexedDb::open("delivery-locks").await.expect("a database");
    assert_eq!(first.lock("ada/1").await, Ok(true));
    assert_eq!(second.lock("ada/1").await, Ok(false));
    assert_eq!(second.lock("ada/2").await, Ok(true));
    first.unlock("ada/1");
    // A lock is free a moment after it is released.
    while second.lock("ada/1").await != Ok(true) {}
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = ["crypto", "subtle"], js_name = importKey)]
    fn import_key(format: &str, data: &Uint8Array, algorithm: &str, extractable: bool, usages: &Array) -> Promise;
}

/// A key of AES-GCM, of this byte.
async fn key(byte: u8) -> web_sys::CryptoKey {
    let usages = Array::of2(&"encrypt".into(), &"decrypt".into());
    let bytes = Uint8Array::from(&[byte; 32][..]);
    let imported = JsFuture::from(import_key("raw", &bytes, "AES-GCM", false, &usages));
    imported.await.expect("a key").unchecked_into()
}

#[wasm_bindgen_test]
async fn with_a_key_texts_are_encrypted_and_another_key_reads_nothing() {
    const NAME: &str = "delivery-key";
    let store = IndexedDb::open(NAME).await.expect("a database").with_key(key(1).await);
    store.write("ada/1", put(&[(1, "secret")])).await.expect("room");
    assert_eq!(store.read("ada/1").await.expect("its key"), [(1, "secret".into())]);
    let plain = IndexedDb::open(NAME).await.expect("a database");
    let error = plain.read("ada/1").await.expect_err("no key");
    assert_eq!(error.to_string(), "the store of an outbox: it was stored with a key");
    let other = IndexedDb::open(NAME).await.expect("a database").with_key(key(2).await);
    assert!(other.read("ada/1").await.is_err());
    assert_eq!(other.boxes("ada/").await.expect("names"), ["ada/1"]);
    // A logout needs no key.
    other.erase("ada/").await.expect("it is removed");
    assert!(store.boxes("ada/").await.expect("names").is_empty());
}

#[wasm_bindgen]
extern "C" {
    /// Runs a script, which gives a promise.
    #[wasm_bindgen(js_name = eval)]
    fn run(script: &str) -> Promise;
}

#[wasm_bindgen_test]
async fn a_database_of_a_newer_version_and_one_that_another_page_blocks_are_not_opened() {
    let newer = "new Promise((done) => { indexedDB.open('delivery-newer', 99).onsuccess = done })";
    JsFuture::from(run(newer)).await.expect("it is made");
    let error = IndexedDb::open("delivery-newer").await.expect_err("it is newer");
    assert!(error.to_string().starts_with("the store of an outbox: "), "{error}");
    // Another version is open, and doesn't give way; a newer one waits for that, and everybody behind it.
    let blocked = "new Promise((done) => {
        indexedDB.open('delivery-blocked', 1).onsuccess = ({ target }) => {
            globalThis.blocking = target.result;
            indexedDB.open('delivery-blocked', 2);
            done();
        };
    })";
    JsFuture::from(run(blocked)).await.expect("it is open");
    let error = IndexedDb::open("delivery-blocked").await.expect_err("it is blocked");
    assert_eq!(
        error.to_string(),
        "the store of an outbox: another page blocks the database"
    );
    evaluate("blocking.close()");
}

#[wasm_bindgen_test]
async fn a_database_that_another_page_deletes_does_not_block_it_and_is_made_anew() {
    let store = IndexedDb::open("delivery-deleted").await.expect("a database");
    store.write("ada/1", put(&[(1, "one")])).await.expect("room");
    let delete = "new Promise((done, fail) => {
        const request = indexedDB.deleteDatabase('delivery-deleted');
        request.onsuccess = done;
        request.onblocked = fail;
    })";
    JsFuture::from(run(delete)).await.expect("it is deleted");
    store.write("ada/1", put(&[(2, "two")])).await.expect("room");
    assert_eq!(store.read("ada/1").await.expect("it is there"), [(2, "two".into())]);
}

/// A socket whose connections are the server's boxes.
fn connect(line: &str) -> WebSocket {
    WebSocket::new(address("/boxes", line)).expect("a socket")
}

/// The items that the server has done.
async fn items(line: &str) -> Vec<u64> {
    let socket = connect(line);
    let mut messages = socket.messages::<serde_json::Value>();
    socket.send_with_str("items").expect("it waits");
    let answer = messages.next().await.expect("an answer").expect("JSON");
    answer["items"]
        .as_array()
        .expect("items")
        .iter()
        .filter_map(serde_json::Value::as_u64)
        .collect()
}

#[wasm_bindgen_test]
async fn over_a_real_connection_what_an_outbox_leaves_behind_the_next_one_sends_once_and_in_order() {
    const LINE: &str = "delivery-real";
    const NAME: &str = "delivery-real";
    let open = async || IndexedDb::open(NAME).await.expect("a database").with_key(key(3).await);
    // Nobody answers there, so all of it stays on the disk.
    let nowhere = WebSocket::new("ws://127.0.0.1:9/").expect("a socket");
    let first = Outbox::builder(&nowhere, "ada").store(open().await).start();
    let all: Vec<_> = (1..=300)
        .map(|item| first.deliver(&json!({ "item": item })).expect("an object"))
        .collect();
    for each in &all {
        each.stored().await.expect("room");
    }
    drop((first, nowhere));
    let socket = connect(LINE);
    let second = Outbox::builder(&socket, "ada").store(open().await).start();
    let last = second.deliver(&json!({ "item": 301 })).expect("an object");
    let receipt = last.clone().await.expect("it is done");
    assert_eq!(last.state(), DeliveryState::Acknowledged);
    assert!(receipt.value().is_some());
    inject_fault(LINE, "drop").await;
    let third = second.deliver(&json!({ "item": 302 })).expect("an object");
    third.await.expect("it is done");
    while !second.is_empty() {
        sleep(20).await;
    }
    let mut done = items(LINE).await;
    // Boxes have their own orders.
    let adopted: Vec<u64> = done.iter().copied().filter(|item| *item <= 300).collect();
    assert_eq!(adopted, (1..=300).collect::<Vec<_>>());
    done.sort_unstable();
    assert_eq!(done, (1..=302).collect::<Vec<_>>());
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = eval)]
    fn evaluate(script: &str) -> JsValue;
}

#[wasm_bindgen_test]
async fn with_flush_the_rest_is_posted_when_the_page_is_left_and_only_then() {
    let nowhere = WebSocket::new("ws://127.0.0.1:9/").expect("a socket");
    let outbox = Outbox::builder(&nowhere, "ada").flush("/outbox").start();
    let [first, cancelled, last] = [1, 2, 3].map(|item| outbox.deliver(&json!({ "item": item })).expect("an object"));
    for each in [&first, &cancelled, &last] {
        each.stored().await.expect("room");
    }
    evaluate("globalThis.posted = []; globalThis.realFetch = fetch; fetch = async (...all) => { posted.push(all) }");
    cancelled.cancel();
    let _ = cancelled.await;
    let leave = "dispatchEvent(new Event('pagehide')); JSON.stringify(posted)";
    let posted: serde_json::Value = serde_json::from_str(&evaluate(leave).as_string().expect("text")).expect("JSON");
    evaluate("fetch = realFetch");
    assert_eq!(
        (&posted[0][0], posted.as_array().map(Vec::len)),
        (&json!("/outbox"), Some(1))
    );
    let options = &posted[0][1];
    assert_eq!(
        (&options["method"], &options["keepalive"]),
        (&json!("POST"), &json!(true))
    );
    let lines: Vec<serde_json::Value> = options["body"]
        .as_str()
        .expect("text")
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    let numbers: Vec<_> = lines
        .iter()
        .map(|line| (line["hello"]["from"].as_u64(), line["n"].as_u64()))
        .collect();
    // Each gap begins with a hello, which names the next that comes.
    assert_eq!(
        numbers,
        [(Some(1), None), (None, Some(1)), (Some(3), None), (None, Some(3))]
    );
    assert_eq!(lines[3]["item"], 3);
    outbox.close();
    let after = evaluate(
        "posted = []; fetch = async (...all) => { posted.push(all) }; dispatchEvent(new Event('pagehide')); fetch = realFetch; posted.length",
    );
    assert_eq!(after.as_f64(), Some(0.0));
}
