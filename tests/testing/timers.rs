//! Timers: in order, nested, and throttled.

use std::time::Duration;

use holdfast_ws::testing::{Browser, Throttle, World};

use crate::diary::{Diary, ms, secs};

fn world(browser: Browser) -> (World, Diary) {
    (World::new(browser, 1), Diary::default())
}

/// Sets a timer that sets the next, and so on, and writes down when each fires.
fn chain(world: &World, diary: &Diary, delay: Duration) {
    let (next, notes) = (world.clone(), diary.clone());
    world.set_timeout(delay, move || {
        notes.note(next.now().as_millis().to_string());
        chain(&next, &notes, delay);
    });
}

#[test]
fn timers_fire_in_the_order_of_their_times_and_then_of_setting() {
    let (world, diary) = world(Browser::Chromium);
    for (delay, name) in [(20, "c"), (10, "a"), (20, "d"), (10, "b")] {
        let notes = diary.clone();
        world.set_timeout(ms(delay), move || notes.note(name));
    }
    let cleared = world.set_timeout(ms(15), || panic!("was cleared"));
    world.clear_timer(cleared);
    world.advance(ms(20));
    assert_eq!(diary.read(), ["a", "b", "c", "d"]);
}

#[test]
fn a_timer_can_be_cleared_by_another_that_is_due_at_the_same_time() {
    let (world, _) = world(Browser::Chromium);
    let handle = world.clone();
    let second = std::rc::Rc::new(std::cell::Cell::new(None));
    let to_clear = second.clone();
    world.set_timeout(ms(10), move || handle.clear_timer(to_clear.get().unwrap()));
    second.set(Some(world.set_timeout(ms(10), || panic!("was cleared"))));
    world.advance(ms(20));
}

#[test]
fn timers_nested_more_than_five_deep_take_four_milliseconds() {
    let (world, diary) = world(Browser::Chromium);
    chain(&world, &diary, Duration::ZERO);
    world.advance(ms(9));
    assert_eq!(diary.read(), ["0", "0", "0", "0", "0", "0", "4", "8"]);
}

#[test]
fn a_hidden_page_has_a_timer_a_second_and_in_chromium_one_a_minute_after_five() {
    for browser in Browser::ALL {
        let (world, diary) = world(browser);
        chain(&world, &diary, ms(300));
        world.advance(ms(500));
        world.page().hide();
        world.advance(ms(2_500));
        assert_eq!(diary.read(), ["300", "1000", "2000", "3000"]);
        world.advance(secs(600));
        let late = diary.read();
        let last = late.last().map(String::as_str);
        let expected = if browser == Browser::Chromium {
            "600000"
        } else {
            "603000"
        };
        assert_eq!(last, Some(expected), "{browser:?}");
        world.page().show();
        world.advance(ms(400));
        assert!(!diary.read().is_empty(), "timers fire again");
    }
}

#[test]
fn throttling_can_be_set() {
    let (world, diary) = world(Browser::Firefox);
    world.page().throttle(Throttle::Minute);
    chain(&world, &diary, ms(300));
    world.advance(secs(150));
    assert_eq!(diary.read(), ["60000", "120000"]);
    world.page().throttle(None);
    world.advance(ms(300));
    assert_eq!(diary.read(), ["150000", "150300"], "what is overdue fires at once");
}
