//! A store that fails: there is no room, or for a while nothing can be written, read or locked.

use std::cell::{Cell, RefCell};
use std::future::ready;
use std::rc::Rc;
use std::time::Duration;

use holdfast_ws::delivery::{
    Changes, DeliveryError, DeliveryState, MemoryStore, Store, StoreError, StoreFuture, StoredIn,
};
use serde_json::json;

use crate::scene::{LONG, Scene, deliver};

/// Called when a box was read, before its reader has it.
type OnRead = Rc<RefCell<Option<Box<dyn FnOnce()>>>>;

/// A store with room for so many characters at a time. Its clones are the same store.
#[derive(Clone)]
struct Narrow {
    store: MemoryStore,
    on_read: OnRead,
    room: Rc<Cell<usize>>,
    writes: Rc<RefCell<Vec<Changes>>>,
}

impl Narrow {
    fn new(scene: &Scene, room: usize) -> Self {
        Self {
            store: scene.store.clone(),
            on_read: OnRead::default(),
            room: Rc::new(Cell::new(room)),
            writes: Rc::default(),
        }
    }

    fn fail<T: 'static>() -> StoreFuture<T> {
        Box::pin(ready(Err(StoreError::new("no room"))))
    }

    /// True if nothing works at all.
    fn is_down(&self) -> bool {
        self.room.get() == 0
    }
}

impl Store for Narrow {
    fn stored_in(&self) -> StoredIn {
        self.store.stored_in()
    }

    fn write(&self, name: &str, changes: Changes) -> StoreFuture<()> {
        let size: usize = changes.put.iter().map(|(_, text)| text.len()).sum();
        if self.is_down() || size > self.room.get() {
            return Self::fail();
        }
        self.writes.borrow_mut().push(changes.clone());
        self.store.write(name, changes)
    }

    fn read(&self, name: &str) -> StoreFuture<Vec<(u64, String)>> {
        if self.is_down() {
            return Self::fail();
        }
        let records = self.store.read(name);
        let call = self.on_read.take();
        if let Some(call) = call {
            call();
        }
        records
    }

    fn erase(&self, prefix: &str) -> StoreFuture<()> {
        if self.is_down() {
            Self::fail()
        } else {
            self.store.erase(prefix)
        }
    }

    fn boxes(&self, prefix: &str) -> StoreFuture<Vec<String>> {
        if self.is_down() {
            Self::fail()
        } else {
            self.store.boxes(prefix)
        }
    }

    fn lock(&self, name: &str) -> StoreFuture<bool> {
        self.store.lock(name)
    }

    fn unlock(&self, name: &str) {
        self.store.unlock(name);
    }
}

#[test]
fn what_finds_no_room_fails_and_the_others_of_its_task_and_of_before_are_kept_and_sent() {
    let scene = Scene::new(21);
    scene.server.refuse(500);
    let narrow = Narrow::new(&scene, 1_000);
    let outbox = scene.builder().store(narrow).start();
    let kept = deliver(&outbox, 1);
    scene.world.advance(Duration::from_millis(100));
    let large = json!({ "item": 2, "text": "x".repeat(2_000) });
    let large = outbox.deliver(&large).expect("an object");
    let small = [3, 4, 5].map(|item| deliver(&outbox, item));
    let error = scene
        .world
        .run(large.stored(), LONG)
        .expect("in time")
        .expect_err("no room");
    assert_eq!(error.to_string(), "the store of an outbox: no room");
    assert_eq!(
        scene.world.run(large.clone(), LONG),
        Ok(Err(DeliveryError::NotStored(StoreError::new("no room"))))
    );
    assert_eq!(large.state(), DeliveryState::Failed);
    for each in &small {
        assert_eq!(scene.world.run(each.stored(), LONG), Ok(Ok(StoredIn::Memory)));
    }
    assert_eq!(kept.state(), DeliveryState::Stored);
    scene.server.accept();
    scene.until(|| outbox.is_empty());
    assert_eq!(scene.done(), [1, 3, 4, 5]);
}

#[test]
fn while_nothing_can_be_written_what_is_kept_is_sent_and_what_is_done_is_removed_later() {
    let scene = Scene::new(22);
    scene.server.refuse(500);
    let narrow = Narrow::new(&scene, 100_000);
    let outbox = scene.builder().store(narrow.clone()).start();
    for item in 1..=20 {
        deliver(&outbox, item);
    }
    scene.world.advance(Duration::from_millis(100));
    narrow.room.set(0);
    let lost = deliver(&outbox, 21);
    assert!(scene.world.run(lost.stored(), LONG).expect("in time").is_err());
    scene.server.accept();
    scene.until(|| outbox.is_empty());
    assert_eq!(scene.done(), (1..=20).collect::<Vec<_>>());
    scene.world.advance(Duration::from_secs(10));
    let names = || {
        scene
            .world
            .run(scene.store.boxes("ada/"), LONG)
            .expect("in time")
            .expect("names")
    };
    assert_eq!(names().len(), 1, "it is still there");
    narrow.room.set(100_000);
    scene.until(|| names().is_empty());
    let again = deliver(&outbox, 22);
    scene.until(|| again.state() == DeliveryState::Acknowledged);
}

#[test]
fn erase_fails_if_the_store_does_and_a_store_that_can_t_be_read_adopts_nothing_until_it_can() {
    let scene = Scene::new(23);
    scene.server.refuse(500);
    let first = scene.builder().start();
    deliver(&first, 1);
    scene.world.advance(Duration::from_millis(100));
    drop(first);
    let narrow = Narrow::new(&scene, 0);
    let outbox = scene.builder().store(narrow.clone()).start();
    let error = scene
        .world
        .run(outbox.erase(), LONG)
        .expect("in time")
        .expect_err("it fails");
    assert_eq!(error.to_string(), "the store of an outbox: no room");
    scene.world.advance(Duration::from_secs(5));
    assert_eq!(outbox.len(), 0);
    narrow.room.set(100_000);
    scene.server.accept();
    scene.until(|| scene.done() == [1]);
    scene.until(|| outbox.is_empty());
}

#[test]
fn all_that_one_task_delivers_is_written_at_once_and_what_is_done_costs_one_more() {
    let scene = Scene::new(24);
    let narrow = Narrow::new(&scene, usize::MAX);
    let outbox = scene.builder().store(narrow.clone()).start();
    let all: Vec<_> = (1..=500).map(|item| deliver(&outbox, item)).collect();
    for each in &all {
        assert_eq!(scene.world.run(each.stored(), LONG), Ok(Ok(StoredIn::Memory)));
    }
    let stored = narrow.writes.borrow().clone();
    assert_eq!(stored.len(), 1, "one transaction");
    assert_eq!(stored[0].put.len(), 2, "records of 256 messages at most");
    scene.until(|| outbox.is_empty());
    scene.world.advance(Duration::from_secs(1));
    assert!(narrow.writes.borrow().len() <= 4, "one for each record that is done");
}

#[test]
fn users_whose_names_have_a_slash_are_told_apart() {
    let scene = Scene::new(25);
    scene.server.refuse(500);
    let of = |user: &str| {
        let socket = crate::scene::connect();
        holdfast_ws::delivery::Outbox::builder(&socket, user)
            .store(scene.store.clone())
            .start()
    };
    let first = of("a/b");
    deliver(&first, 1);
    scene.world.advance(Duration::from_millis(100));
    drop(first);
    let others = ["a_b", "a", "a%2Fb"].map(of);
    scene.world.advance(Duration::from_secs(30));
    for other in &others {
        assert_eq!(other.len(), 0);
    }
    let again = of("a/b");
    scene.server.accept();
    scene.until(|| scene.done() == [1]);
    scene.until(|| again.is_empty());
}

#[test]
fn several_outboxes_of_one_socket_each_hear_their_answers() {
    let scene = Scene::new(26);
    let socket = crate::scene::connect();
    let of = |user: &str| {
        holdfast_ws::delivery::Outbox::builder(&socket, user)
            .store(MemoryStore::new())
            .start()
    };
    let all = ["ada", "ada", "eve"].map(of);
    for (item, outbox) in (1..).zip(&all) {
        deliver(outbox, item);
    }
    scene.until(|| all.iter().all(holdfast_ws::delivery::Outbox::is_empty));
    assert_eq!(scene.done().len(), 3);
}

#[test]
fn erase_while_a_box_is_being_adopted_leaves_nothing_of_it() {
    let scene = Scene::new(27);
    scene.server.refuse(500);
    let first = scene.builder().start();
    deliver(&first, 1);
    scene.world.advance(Duration::from_millis(100));
    drop(first);
    let narrow = Narrow::new(&scene, usize::MAX);
    let outbox = scene.builder().store(narrow.clone()).start();
    let erased: Rc<RefCell<Vec<StoreFuture<()>>>> = Rc::default();
    let (erasing, weak) = (Rc::clone(&erased), outbox.downgrade());
    *narrow.on_read.borrow_mut() = Some(Box::new(move || {
        let outbox = weak.upgrade().expect("it is there");
        let mut erase: StoreFuture<()> = Box::pin(async move { outbox.erase().await });
        let waker = std::task::Waker::noop();
        assert!(
            erase
                .as_mut()
                .poll(&mut std::task::Context::from_waker(waker))
                .is_ready()
        );
        erasing.borrow_mut().push(erase);
    }));
    scene.until(|| !erased.borrow().is_empty());
    scene.world.advance(Duration::from_secs(30));
    assert_eq!(outbox.len(), 0);
    scene.server.accept();
    let last = deliver(&outbox, 2);
    scene.until(|| last.state() == DeliveryState::Acknowledged);
    assert_eq!(scene.done(), [2]);
}
