//! A store in `IndexedDB`, with a Web Lock for each box.

use alloc::boxed::Box;
use alloc::format;
use alloc::rc::Rc;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::cell::RefCell;
use core::fmt;
use core::future::{Future, poll_fn};
use core::pin::pin;
use core::task::{Poll, Waker};

use alloc::collections::BTreeMap;

use idb::{
    Database, DatabaseEvent, Factory, KeyRange, ObjectStoreParams, Transaction, TransactionMode, TransactionResult,
};
use js_sys::{Array, Function, Object, Promise, Reflect};
use wasm_bindgen::prelude::*;

use web_sys::CryptoKey;

use super::seal::{seal, unseal};
use super::store::{Changes, Store, StoreError, StoreFuture, StoredIn};
use crate::client::platform::Browser;

const BOX: &str = "box";
const PREFIX: &str = "holdfast-ws:outbox:";

/// The wait for a database that another page blocks.
const OPEN_MS: i32 = 10_000;

/// A store in [`IndexedDB`](https://developer.mozilla.org/docs/Web/API/IndexedDB_API). It outlives the page, crashes of the browser, too.
/// It is for pages and workers with an origin and a secure context, because boxes have
/// [Web Locks](https://developer.mozilla.org/docs/Web/API/Web_Locks_API).
#[derive(Clone)]
pub struct IndexedDb {
    connection: Rc<Connection>,
    key: Option<CryptoKey>,
    /// The functions that free the locks.
    locks: Rc<RefCell<BTreeMap<String, Function>>>,
}

/// The connection to a database. The browser may close it; then it is opened again.
struct Connection {
    name: String,
    database: RefCell<Rc<Database>>,
}

impl IndexedDb {
    /// Opens a database, or makes it. It is for outboxes only.
    ///
    /// # Errors
    /// There is no `IndexedDB` or no `navigator.locks` here, or the database can't be opened, for example because another page has blocked
    /// it for ten seconds. Use a [`MemoryStore`](super::MemoryStore) then.
    pub async fn open(name: &str) -> Result<Self, StoreError> {
        if !cfg!(all(target_arch = "wasm32", target_os = "unknown")) {
            return Err(StoreError::new("IndexedDB is the browser's"));
        }
        lock_manager().ok_or_else(|| StoreError::new("there is no navigator.locks here"))?;
        let database = open_in_time(name).await?;
        Ok(Self {
            connection: Rc::new(Connection {
                name: name.into(),
                database: RefCell::new(Rc::new(database)),
            }),
            key: None,
            locks: Rc::default(),
        })
    }

    /// Encrypts what is stored, by AES-GCM, for machines that several people use. What was stored with another key stays there, unread.
    #[must_use]
    pub fn with_key(mut self, key: CryptoKey) -> Self {
        self.key = Some(key);
        self
    }
}

async fn open(name: &str) -> Result<Database, idb::Error> {
    let mut request = Factory::new()?.open(name, Some(1))?;
    request.on_upgrade_needed(|event| {
        if let Ok(database) = event.database() {
            // If it fails, transactions do.
            let _ = database.create_object_store(BOX, ObjectStoreParams::new());
        }
    });
    let mut database = request.await?;
    // Another page deletes it, or wants a newer version.
    database.on_version_change(|event| {
        if let Ok(database) = event.database() {
            database.close();
        }
    });
    Ok(database)
}

/// Fails after a time: another page may block the database.
async fn open_in_time(name: &str) -> Result<Database, StoreError> {
    let timer = Browser::default();
    let late: Rc<RefCell<Late>> = Rc::default();
    let rung = Rc::clone(&late);
    timer.set_timer(OPEN_MS, move || {
        let waker = {
            let mut late = rung.borrow_mut();
            late.is_late = true;
            late.waker.take()
        };
        if let Some(waker) = waker {
            waker.wake();
        }
    });
    let mut opening = pin!(open(name));
    poll_fn(|cx| {
        if let Poll::Ready(opened) = opening.as_mut().poll(cx) {
            return Poll::Ready(opened.map_err(StoreError::new));
        }
        let mut late = late.borrow_mut();
        if late.is_late {
            return Poll::Ready(Err(StoreError::new("another page blocks the database")));
        }
        late.waker = Some(cx.waker().clone());
        Poll::Pending
    })
    .await
}

#[derive(Default)]
struct Late {
    is_late: bool,
    waker: Option<Waker>,
}

impl Connection {
    async fn begin(&self, mode: TransactionMode) -> Result<Transaction, StoreError> {
        let database = Rc::clone(&self.database.borrow());
        if let Ok(transaction) = database.transaction(&[BOX], mode) {
            return Ok(transaction);
        }
        // It was closed: for a page that deletes it, or by the browser.
        let database = Rc::new(open_in_time(&self.name).await?);
        let transaction = database.transaction(&[BOX], mode).map_err(StoreError::new);
        let old = self.database.replace(database);
        drop(old);
        transaction
    }
}

fn lock_manager() -> Option<Object> {
    let navigator = Reflect::get(&js_sys::global(), &"navigator".into()).ok()?;
    Reflect::get(&navigator, &"locks".into()).ok()?.dyn_into().ok()
}

#[allow(clippy::cast_precision_loss)] // Numbers count from 1.
fn key_of(name: &str, key: u64) -> JsValue {
    Array::of2(&name.into(), &(key as f64).into()).into()
}

/// Arrays come after numbers, so an empty one is behind all of them.
fn whole_box(name: &str) -> Result<KeyRange, idb::Error> {
    let end = Array::of2(&name.into(), &Array::new());
    KeyRange::bound(&Array::of1(&name.into()), &end, None, None)
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // Casts saturate.
fn number_of(key: &JsValue) -> Option<(String, u64)> {
    let pair: &Array = key.dyn_ref()?;
    Some((pair.get(0).as_string()?, pair.get(1).as_f64()? as u64))
}

impl IndexedDb {
    /// Returns what is stored of a text.
    async fn seal(&self, name: &str, key: u64, text: String) -> Result<JsValue, StoreError> {
        let Some(crypto_key) = &self.key else {
            return Ok(text.into());
        };
        let sealed = seal(crypto_key.as_ref(), &format!("{name}:{key}"), &text).await;
        sealed.map_err(|error| describe(&error))
    }

    async fn unseal(&self, name: &str, key: u64, stored: JsValue) -> Result<String, StoreError> {
        if let Some(text) = stored.as_string() {
            return Ok(text);
        }
        let Some(crypto_key) = &self.key else {
            return Err(StoreError::new("it was stored with a key"));
        };
        let text = unseal(crypto_key.as_ref(), &format!("{name}:{key}"), &stored).await;
        text.map_err(|_| StoreError::new("it was stored with another key"))
    }

    async fn write_all(self, name: String, changes: Changes) -> Result<(), StoreError> {
        let mut put = Vec::new();
        for (key, text) in changes.put {
            put.push((key, self.seal(&name, key, text).await?));
        }
        // A transaction ends by itself as soon as something else is waited for.
        let transaction = self.connection.begin(TransactionMode::ReadWrite).await?;
        let written = write(transaction, &name, put, changes.remove).await;
        if written.is_err() {
            // On a full disk, Chromium never ends the next transaction of this connection.
            self.connection.database.borrow().close();
        }
        written.map_err(StoreError::new)
    }

    async fn read_all(self, name: String) -> Result<Vec<(u64, String)>, StoreError> {
        let transaction = self.connection.begin(TransactionMode::ReadOnly).await?;
        let stored = read(transaction, &name).await.map_err(StoreError::new)?;
        let mut all = Vec::new();
        for (key, stored) in stored {
            all.push((key, self.unseal(&name, key, stored).await?));
        }
        Ok(all)
    }
}

async fn write(
    transaction: Transaction,
    name: &str,
    put: Vec<(u64, JsValue)>,
    remove: Vec<u64>,
) -> Result<(), idb::Error> {
    let store = transaction.object_store(BOX)?;
    for key in remove {
        store.delete(idb::Query::Key(key_of(name, key)))?;
    }
    for (key, stored) in put {
        if let Err(error) = store.put(&stored, Some(&key_of(name, key))) {
            // What was asked for before it must not be written.
            transaction.abort()?;
            return Err(error);
        }
    }
    finish(transaction).await
}

async fn finish(transaction: Transaction) -> Result<(), idb::Error> {
    match transaction.commit()?.await? {
        TransactionResult::Committed => Ok(()),
        TransactionResult::Aborted => Err(idb::Error::TransactionAbortError(JsValue::UNDEFINED)),
    }
}

async fn read(transaction: Transaction, name: &str) -> Result<Vec<(u64, JsValue)>, idb::Error> {
    let store = transaction.object_store(BOX)?;
    let keys = store.get_all_keys(Some(whole_box(name)?.into()), None)?;
    let all = store.get_all(Some(whole_box(name)?.into()), None)?;
    let (keys, all) = (keys.await?, all.await?);
    let numbers = keys.iter().filter_map(number_of).map(|(_, number)| number);
    Ok(numbers.zip(all).collect())
}

/// The keys of all boxes whose names begin so.
fn boxes_from(prefix: &str) -> Result<KeyRange, idb::Error> {
    let end = Array::of1(&format!("{prefix}\u{ffff}").into());
    KeyRange::bound(&Array::of1(&prefix.into()), &end, None, None)
}

async fn boxes(transaction: Transaction, prefix: &str) -> Result<Vec<String>, idb::Error> {
    let keys = transaction
        .object_store(BOX)?
        .get_all_keys(Some(boxes_from(prefix)?.into()), None)?
        .await?;
    let mut names: Vec<String> = keys.iter().filter_map(number_of).map(|(name, _)| name).collect();
    names.dedup();
    Ok(names)
}

async fn erase(transaction: Transaction, prefix: &str) -> Result<(), idb::Error> {
    transaction.object_store(BOX)?.delete(boxes_from(prefix)?)?;
    finish(transaction).await
}

fn describe(error: &JsValue) -> StoreError {
    let text = error
        .as_string()
        .or_else(|| Reflect::get(error, &"message".into()).ok()?.as_string());
    StoreError::new(text.unwrap_or_else(|| "the browser refuses locks".to_string()))
}

impl Store for IndexedDb {
    fn stored_in(&self) -> StoredIn {
        StoredIn::Disk
    }

    fn write(&self, name: &str, changes: Changes) -> StoreFuture<()> {
        Box::pin(self.clone().write_all(name.into(), changes))
    }

    fn read(&self, name: &str) -> StoreFuture<Vec<(u64, String)>> {
        Box::pin(self.clone().read_all(name.into()))
    }

    fn erase(&self, prefix: &str) -> StoreFuture<()> {
        let (connection, prefix) = (Rc::clone(&self.connection), String::from(prefix));
        Box::pin(async move {
            let transaction = connection.begin(TransactionMode::ReadWrite).await?;
            erase(transaction, &prefix).await.map_err(StoreError::new)
        })
    }

    fn boxes(&self, prefix: &str) -> StoreFuture<Vec<String>> {
        let (connection, prefix) = (Rc::clone(&self.connection), String::from(prefix));
        Box::pin(async move {
            let transaction = connection.begin(TransactionMode::ReadOnly).await?;
            boxes(transaction, &prefix).await.map_err(StoreError::new)
        })
    }

    fn lock(&self, name: &str) -> StoreFuture<bool> {
        let (locks, name) = (Rc::clone(&self.locks), String::from(name));
        let lock_name = format!("{PREFIX}{}:{name}", self.connection.name);
        let asked = Promise::new(&mut |resolve, reject| {
            let Some(manager) = lock_manager() else { return };
            let (locks, key) = (Rc::clone(&locks), name.clone());
            // The lock is held until the promise that this returns is resolved.
            let granted = Closure::once_into_js(move |lock: JsValue| -> JsValue {
                let _ = resolve.call1(&JsValue::UNDEFINED, &(!lock.is_null()).into());
                if lock.is_null() {
                    return JsValue::UNDEFINED;
                }
                Promise::new(&mut |release, _| drop(locks.borrow_mut().insert(key.clone(), release))).into()
            });
            let options = Object::new();
            let _ = Reflect::set(&options, &"ifAvailable".into(), &true.into());
            let requested = Reflect::get(&manager, &"request".into())
                .and_then(JsCast::dyn_into::<Function>)
                .and_then(|request| request.call3(&manager, &lock_name.as_str().into(), &options, &granted))
                .and_then(JsCast::dyn_into::<Promise>);
            match requested {
                Ok(promise) => {
                    let refused = Closure::once_into_js(move |error: JsValue| {
                        let _ = reject.call1(&JsValue::UNDEFINED, &error);
                    });
                    let _ = Reflect::get(&promise, &"catch".into())
                        .and_then(JsCast::dyn_into::<Function>)
                        .and_then(|catch| catch.call1(&promise, &refused));
                }
                Err(error) => {
                    let _ = reject.call1(&JsValue::UNDEFINED, &error);
                }
            }
        });
        Box::pin(async move {
            let granted = js_sys::futures::JsFuture::from(asked).await;
            granted
                .map(|granted| granted.is_truthy())
                .map_err(|error| describe(&error))
        })
    }

    fn unlock(&self, name: &str) {
        let release = self.locks.borrow_mut().remove(name);
        if let Some(release) = release {
            let _ = release.call0(&JsValue::UNDEFINED);
        }
    }
}

impl fmt::Debug for IndexedDb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "IndexedDb({})", self.connection.name)
    }
}
