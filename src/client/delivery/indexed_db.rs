//! A store in `IndexedDB`, with a Web Lock for each box.

use alloc::boxed::Box;
use alloc::format;
use alloc::rc::Rc;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::cell::RefCell;
use core::fmt;

use alloc::collections::BTreeMap;

use idb::{Database, DatabaseEvent, Factory, KeyRange, ObjectStoreParams, TransactionMode, TransactionResult};
use js_sys::{Array, Function, Object, Promise, Reflect};
use wasm_bindgen::prelude::*;

use super::store::{Changes, Store, StoreError, StoreFuture, StoredIn};

const BOX: &str = "box";
const PREFIX: &str = "holdfast-ws:outbox:";

/// A store in [`IndexedDB`](https://developer.mozilla.org/docs/Web/API/IndexedDB_API). It outlives the page, crashes of the browser, too.
/// It is for pages and workers with an origin and a secure context, because boxes have
/// [Web Locks](https://developer.mozilla.org/docs/Web/API/Web_Locks_API).
#[derive(Clone)]
pub struct IndexedDb {
    database: Rc<Database>,
    /// The functions that free the locks.
    locks: Rc<RefCell<BTreeMap<String, Function>>>,
}

impl IndexedDb {
    /// Opens a database, or makes it. It is for outboxes only.
    ///
    /// # Errors
    /// There is no `IndexedDB` or no `navigator.locks` here, or the database can't be opened. Use a
    /// [`MemoryStore`](super::MemoryStore) then.
    pub async fn open(name: &str) -> Result<Self, StoreError> {
        if !cfg!(all(target_arch = "wasm32", target_os = "unknown")) {
            return Err(StoreError::new("IndexedDB is the browser's"));
        }
        lock_manager().ok_or_else(|| StoreError::new("there is no navigator.locks here"))?;
        let mut request = Factory::new()
            .and_then(|factory| factory.open(name, Some(1)))
            .map_err(StoreError::new)?;
        request.on_upgrade_needed(|event| {
            if let Ok(database) = event.database() {
                // If it fails, transactions do.
                let _ = database.create_object_store(BOX, ObjectStoreParams::new());
            }
        });
        let mut database = request.await.map_err(StoreError::new)?;
        // Another page deletes it, or wants a newer version.
        database.on_version_change(|event| {
            if let Ok(database) = event.database() {
                database.close();
            }
        });
        Ok(Self {
            database: Rc::new(database),
            locks: Rc::default(),
        })
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

async fn write(database: Rc<Database>, name: String, changes: Changes) -> Result<(), idb::Error> {
    let transaction = database.transaction(&[BOX], TransactionMode::ReadWrite)?;
    let store = transaction.object_store(BOX)?;
    for key in changes.remove {
        store.delete(idb::Query::Key(key_of(&name, key)))?;
    }
    for (key, text) in changes.put {
        if let Err(error) = store.put(&text.into(), Some(&key_of(&name, key))) {
            // What was asked for before it must not be written.
            transaction.abort()?;
            return Err(error);
        }
    }
    match transaction.commit()?.await? {
        TransactionResult::Committed => Ok(()),
        TransactionResult::Aborted => Err(idb::Error::TransactionAbortError(JsValue::UNDEFINED)),
    }
}

async fn read(database: Rc<Database>, name: String) -> Result<Vec<(u64, String)>, idb::Error> {
    let transaction = database.transaction(&[BOX], TransactionMode::ReadOnly)?;
    let store = transaction.object_store(BOX)?;
    let keys = store.get_all_keys(Some(whole_box(&name)?.into()), None)?;
    let texts = store.get_all(Some(whole_box(&name)?.into()), None)?;
    let (keys, texts) = (keys.await?, texts.await?);
    let numbers = keys.iter().filter_map(number_of).map(|(_, number)| number);
    let texts = texts.iter().map(|text| text.as_string().unwrap_or_default());
    Ok(numbers.zip(texts).collect())
}

async fn boxes(database: Rc<Database>, prefix: String) -> Result<Vec<String>, idb::Error> {
    let transaction = database.transaction(&[BOX], TransactionMode::ReadOnly)?;
    let end = Array::of1(&format!("{prefix}\u{ffff}").into());
    let range = KeyRange::bound(&Array::of1(&prefix.into()), &end, None, None)?;
    let keys = transaction
        .object_store(BOX)?
        .get_all_keys(Some(range.into()), None)?
        .await?;
    let mut names: Vec<String> = keys.iter().filter_map(number_of).map(|(name, _)| name).collect();
    names.dedup();
    Ok(names)
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
        let work = write(Rc::clone(&self.database), name.into(), changes);
        Box::pin(async { work.await.map_err(StoreError::new) })
    }

    fn read(&self, name: &str) -> StoreFuture<Vec<(u64, String)>> {
        let work = read(Rc::clone(&self.database), name.into());
        Box::pin(async { work.await.map_err(StoreError::new) })
    }

    fn boxes(&self, prefix: &str) -> StoreFuture<Vec<String>> {
        let work = boxes(Rc::clone(&self.database), prefix.into());
        Box::pin(async { work.await.map_err(StoreError::new) })
    }

    fn lock(&self, name: &str) -> StoreFuture<bool> {
        let (locks, name) = (Rc::clone(&self.locks), String::from(name));
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
                .and_then(|request| request.call3(&manager, &format!("{PREFIX}{name}").into(), &options, &granted))
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
        write!(f, "IndexedDb({})", self.database.name())
    }
}
