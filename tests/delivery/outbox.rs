//! Deliveries: through lost connections, crashes, refusals and cancellation.

use std::time::Duration;

use holdfast_ws::delivery::{DeliverError, DeliveryError, DeliveryState, Store, StoredIn};
use serde_json::json;

use crate::scene::{LONG, Scene, connect, deliver};

#[test]
fn a_delivery_is_stored_sent_and_acknowledged_with_the_receipt() {
    let scene = Scene::new(1);
    let outbox = scene.builder().start();
    let delivery = deliver(&outbox, 7);
    assert_eq!(delivery.state(), DeliveryState::Pending);
    assert_eq!(scene.world.run(delivery.stored(), LONG), Ok(Ok(StoredIn::Memory)));
    let receipt = scene
        .world
        .run(delivery.clone(), LONG)
        .expect("in time")
        .expect("it is done");
    assert_eq!(receipt.value(), Some(&json!({ "order": 1 })));
    assert_eq!(delivery.state(), DeliveryState::Acknowledged);
    assert_eq!(scene.done(), [7]);
    assert!(outbox.is_empty());
}

#[test]
fn each_is_done_once_and_in_order_through_a_bad_network() {
    for seed in 1..20 {
        let scene = Scene::new(seed);
        let outbox = scene.builder().window(8).start();
        for item in 1..=100 {
            deliver(&outbox, item);
            scene.world.advance(Duration::from_millis(scene.world.random() % 50));
            match scene.world.random() % 12 {
                0 => scene.world.network().cut(),
                1 => scene.server.restart(Duration::from_millis(200)),
                2 => {
                    let mut wire = scene.wire.borrow_mut();
                    wire.is_silent = !wire.is_silent;
                }
                _ => {}
            }
        }
        scene.wire.borrow_mut().is_silent = false;
        scene.world.network().cut();
        scene.until(|| outbox.is_empty());
        assert_eq!(scene.done(), (1..=100).collect::<Vec<_>>(), "seed {seed}");
    }
}

#[test]
fn what_an_outbox_leaves_behind_the_next_one_sends_under_the_same_numbers() {
    let scene = Scene::new(3);
    scene.server.refuse(500);
    let outbox = scene.builder().start();
    for item in 1..=9 {
        deliver(&outbox, item);
    }
    let cancelled = outbox.pending()[4].clone();
    scene.world.advance(Duration::from_millis(100));
    assert!(cancelled.cancel());
    assert_eq!(scene.world.run(cancelled, LONG), Ok(Err(DeliveryError::Cancelled)));
    assert_eq!(outbox.close(), 8);
    scene.server.accept();
    let next = scene.builder().start();
    scene.until(|| scene.done().len() == 8 && next.is_empty());
    assert_eq!(scene.done(), [1, 2, 3, 4, 6, 7, 8, 9]);
    assert_eq!(scene.wire.borrow().last.len(), 1, "one box");
}

#[test]
fn two_outboxes_never_own_one_box() {
    let scene = Scene::new(4);
    scene.server.refuse(500);
    let first = scene.builder().start();
    deliver(&first, 1);
    scene.world.advance(Duration::from_millis(100));
    let second = scene.builder().start();
    scene.world.advance(Duration::from_secs(30));
    assert_eq!((first.len(), second.len()), (1, 0));
    drop(first);
    scene.server.accept();
    scene.until(|| scene.done() == [1]);
}

#[test]
fn a_refusal_ends_a_delivery_and_stops_the_others_if_asked_to_also_after_a_restart() {
    let scene = Scene::new(5);
    scene.wire.borrow_mut().refuses = vec![2];
    let outbox = scene.builder().window(1).stop_on_error().start();
    let all: Vec<_> = (1..=3).map(|item| deliver(&outbox, item)).collect();
    scene.until(|| outbox.is_stopped());
    let error = scene
        .world
        .run(all[1].clone(), LONG)
        .expect("in time")
        .expect_err("refused");
    assert_eq!(error.to_string(), "the server refused the message: no such item");
    scene.world.advance(Duration::from_secs(5));
    drop(outbox);
    let next = scene.builder().window(1).stop_on_error().start();
    scene.world.advance(Duration::from_secs(5));
    assert!(next.is_stopped());
    assert_eq!(scene.done(), [1]);
    next.resume();
    scene.until(|| next.is_empty());
    assert_eq!(scene.done(), [1, 3]);
}

#[test]
fn what_was_stopped_goes_on_in_an_outbox_that_does_not_stop() {
    let scene = Scene::new(5);
    scene.wire.borrow_mut().refuses = vec![2];
    let outbox = scene.builder().window(1).stop_on_error().start();
    for item in 1..=3 {
        deliver(&outbox, item);
    }
    scene.until(|| outbox.is_stopped());
    scene.world.advance(Duration::from_secs(5));
    drop(outbox);
    let next = scene.builder().start();
    scene.until(|| scene.done() == [1, 3]);
    assert!(!next.is_stopped());
}

#[test]
fn what_waits_when_the_outbox_is_closed_ends_as_closed_and_is_still_stored_and_sent_by_the_next() {
    let scene = Scene::new(11);
    scene.server.refuse(500);
    let outbox = scene.builder().start();
    let first = deliver(&outbox, 1);
    scene.until(|| first.state() == DeliveryState::Stored);
    let second = deliver(&outbox, 2);
    assert_eq!(outbox.close(), 2);
    for each in [&first, &second] {
        assert_eq!(scene.world.run(each.clone(), LONG), Ok(Err(DeliveryError::Closed)));
        assert_eq!(scene.world.run(each.stored(), LONG), Ok(Ok(StoredIn::Memory)));
        assert_eq!(each.state(), DeliveryState::Stored);
        assert!(each.retry().is_none(), "it has not failed");
    }
    scene.server.accept();
    let next = scene.builder().start();
    scene.until(|| scene.done() == [1, 2]);
    scene.until(|| next.is_empty());
}

#[test]
fn a_server_that_has_more_than_was_sent_is_told_and_everything_is_done_under_other_numbers() {
    use std::cell::RefCell;
    use std::rc::Rc;

    let scene = Scene::new(12);
    scene.server.refuse(500);
    let outbox = scene.builder().start();
    let told = Rc::new(RefCell::new(Vec::new()));
    let notes = Rc::clone(&told);
    outbox.set_onahead(move |ahead| notes.borrow_mut().push((ahead.done, ahead.given)));
    let all = [1, 2, 3].map(|item| deliver(&outbox, item));
    scene.until(|| all[2].state() == DeliveryState::Stored);
    let names = scene.world.run(scene.store.boxes("ada/"), LONG);
    let name = names.expect("in time").expect("names").remove(0);
    scene.wire.borrow_mut().last.insert(name.clone(), 120);
    scene.server.accept();
    scene.until(|| outbox.is_empty());
    assert_eq!(scene.done(), [1, 2, 3]);
    assert_eq!(scene.wire.borrow().last[&name], 123);
    assert_eq!(*told.borrow(), [(120, 3)]);
    let left = || scene.world.run(scene.store.boxes("ada/"), LONG).expect("in time");
    scene.until(|| left() == Ok(Vec::new()));
}

#[test]
fn a_message_expires_and_the_others_go_on() {
    let scene = Scene::new(6);
    scene.server.refuse(500);
    let outbox = scene.builder().start();
    let ttl = Duration::from_millis(300);
    let first = outbox.deliver_within(&json!({ "item": 1 }), ttl).expect("an object");
    deliver(&outbox, 2);
    assert_eq!(scene.world.run(first.clone(), LONG), Ok(Err(DeliveryError::Expired)));
    assert_eq!(first.state(), DeliveryState::Expired);
    scene.server.accept();
    scene.until(|| outbox.is_empty());
    assert_eq!(scene.done(), [2]);
}

#[test]
fn erase_leaves_nothing_for_the_next() {
    let scene = Scene::new(7);
    scene.server.refuse(500);
    let outbox = scene.builder().start();
    let delivery = deliver(&outbox, 1);
    scene.world.advance(Duration::from_millis(100));
    scene
        .world
        .run(outbox.erase(), LONG)
        .expect("in time")
        .expect("it is removed");
    assert_eq!(scene.world.run(delivery, LONG), Ok(Err(DeliveryError::Cancelled)));
    drop(outbox);
    scene.server.accept();
    let next = scene.builder().start();
    deliver(&next, 2);
    scene.until(|| next.is_empty());
    assert_eq!(scene.done(), [2]);
}

#[test]
fn what_is_no_object_can_not_be_delivered() {
    let scene = Scene::new(8);
    let outbox = scene.builder().start();
    for message in [
        json!(7),
        json!([1]),
        json!({ "box": 1 }),
        json!({ "n": 1 }),
        json!({ "hello": 1 }),
    ] {
        assert!(
            matches!(outbox.deliver(&message), Err(DeliverError::Unfit(_))),
            "{message}"
        );
    }
    outbox.close();
    assert!(matches!(outbox.deliver(&json!({})), Err(DeliverError::Closed)));
}

#[test]
fn answers_are_not_delivered_as_messages_and_others_are() {
    use std::cell::RefCell;
    use std::rc::Rc;

    let scene = Scene::new(9);
    let socket = connect();
    let received = Rc::new(RefCell::new(Vec::new()));
    let notes = Rc::clone(&received);
    socket.set_onmessage(move |message| notes.borrow_mut().extend(message.as_text().map(str::to_owned)));
    let outbox = holdfast_ws::delivery::Outbox::builder(&socket, "ada").start();
    let changes = Rc::new(std::cell::Cell::new(0));
    let count = Rc::clone(&changes);
    outbox.set_onchange(move || count.set(count.get() + 1));
    deliver(&outbox, 1);
    scene.until(|| outbox.is_empty());
    scene.server.broadcast(r#"{"box":"eve/1","done":3}"#);
    scene.server.broadcast("hello");
    scene.until(|| received.borrow().len() == 2);
    assert_eq!(*received.borrow(), [r#"{"box":"eve/1","done":3}"#, "hello"]);
    assert!(changes.get() > 0, "a change is told");
}

#[test]
fn a_delivery_that_failed_is_delivered_once_more_behind_all_others() {
    let scene = Scene::new(10);
    scene.wire.borrow_mut().refuses = vec![1];
    let outbox = scene.builder().start();
    let first = deliver(&outbox, 1);
    assert!(first.retry().is_none(), "it has not failed");
    scene.until(|| first.state() == DeliveryState::Failed);
    scene.wire.borrow_mut().refuses.clear();
    deliver(&outbox, 2);
    let again = first.retry().expect("it has failed");
    assert_ne!(first, again);
    assert!(outbox.pending().contains(&again));
    scene.until(|| again.state() == DeliveryState::Acknowledged);
    assert_eq!(scene.done(), [2, 1]);
    outbox.close();
    assert!(first.retry().is_none(), "it is closed");
}

#[test]
fn a_server_that_was_restored_from_a_backup_is_told_also_after_a_restart() {
    use std::cell::RefCell;
    use std::rc::Rc;

    let scene = Scene::new(11);
    let outbox = scene.builder().start();
    for item in 1..=5 {
        deliver(&outbox, item);
    }
    scene.until(|| outbox.is_empty());
    scene.server.refuse(500);
    scene.world.network().cut();
    deliver(&outbox, 6);
    scene.world.advance(Duration::from_secs(2));
    drop(outbox);
    let told = Rc::new(RefCell::new(Vec::new()));
    let notes = Rc::clone(&told);
    let next = scene.builder().start();
    next.set_onregressed(move |regressed| notes.borrow_mut().push((regressed.done, regressed.acknowledged)));
    for last in scene.wire.borrow_mut().last.values_mut() {
        *last = 2;
    }
    scene.server.accept();
    scene.until(|| scene.done().len() == 6 && next.is_empty());
    assert_eq!(*told.borrow(), [(2, 5)]);
    assert_eq!(scene.done(), [1, 2, 3, 4, 5, 6]);
}

#[test]
fn subscribers_are_called_with_each_change_until_they_are_dropped() {
    use std::cell::Cell;
    use std::rc::Rc;

    let scene = Scene::new(12);
    let outbox = scene.builder().start();
    let counts = [Rc::new(Cell::new(0)), Rc::new(Cell::new(0))];
    let [first, _second] = counts
        .clone()
        .map(|count| outbox.subscribe(move || count.set(count.get() + 1)));
    deliver(&outbox, 1);
    scene.until(|| outbox.is_empty() && counts[0].get() > 0);
    scene.world.advance(Duration::from_secs(1));
    drop(first);
    let before = counts.clone().map(|count| count.get());
    deliver(&outbox, 2);
    scene.until(|| outbox.is_empty());
    scene.world.advance(Duration::from_secs(1));
    assert_eq!(counts[0].get(), before[0]);
    assert!(counts[1].get() > before[1]);
}

#[test]
fn a_message_of_another_version_is_converted_or_left_to_a_page_that_can() {
    let scene = Scene::new(13);
    scene.server.refuse(500);
    let outbox = scene.builder().start();
    deliver(&outbox, 1);
    scene.world.advance(Duration::from_millis(100));
    drop(outbox);
    scene.server.accept();
    let unknowing = scene.builder().version(3).migrate(|_, _| None).start();
    scene.world.advance(Duration::from_secs(30));
    assert_eq!((unknowing.len(), scene.done().len()), (0, 0));
    drop(unknowing);
    let knowing = scene.builder().version(2).migrate(|message, version| {
        assert_eq!(version, 1);
        Some(json!({ "item": message["item"].as_u64()? + 100 }))
    });
    let knowing = knowing.start();
    scene.until(|| knowing.is_empty() && !scene.done().is_empty());
    assert_eq!(scene.done(), [101]);
}
