//! The store in a real browser's `IndexedDB`, and its locks.

use holdfast_ws::delivery::{Changes, IndexedDb, Store};
use wasm_bindgen_test::wasm_bindgen_test;

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
