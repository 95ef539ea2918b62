//! Alive or dead, whatever the clock does: naps of milliseconds or hours, ticks that come late, answers that are slow, that
//! stand behind the timer in the task queue, or that never come.
//!
//! * No live connection is declared dead: a connection that is had not answered its last ping in time by the clock.
//! * No dead connection outlives `interval + timeout` and a second look from when the page is awake; `timeout` and the second look
//!   from when the page says that it woke.

mod page;

use std::cell::Cell;

use holdfast_ws::engine::Signal;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use self::page::{GRACE, Nap, Page, Setting};
use crate::cases::try_all;

/// Naps: mostly a busy main thread, or a while, now and then an hour.
fn naps() -> impl Strategy<Value = Vec<Nap>> {
    let asleep =
        prop_oneof![3 => 1_u64..500, 3 => 500_u64..3_000, 3 => 3_000_u64..100_000, 1 => 3_600_000_u64..9_000_000];
    let awake = prop_oneof![2 => 1_u64..200, 3 => 200_u64..30_000, 1 => 30_000_u64..200_000];
    vec((awake, asleep).prop_map(|(awake, asleep)| Nap { awake, asleep }), 0..20)
}

prop_compose! {
    /// `late`: how late ticks may be while the page is awake; `lost`: how many answers in a hundred never come in time.
    fn setting(late: u64, lost: u32)(
        interval in prop_oneof![50_u64..1_000, 1_000_u64..40_000],
        timeout in prop_oneof![50_u64..1_000, 1_000_u64..20_000],
        matches in any::<bool>(),
        naps in naps(),
        answers in vec((0_u32..100, 0_u64..=1_000).prop_map(move |(luck, takes)| (luck >= lost).then_some(takes)), 1..12),
        queued in vec(0..GRACE, 1..8),
        late in vec(prop_oneof![4 => 0..=late.min(5), 1 => 0..=late], 1..8),
        talk in option::of(10_u64..30_000),
        signal in option::of(prop_oneof![Just(Signal::Wake), Just(Signal::Online)]),
    ) -> Setting {
        Setting { interval, timeout, matches, naps, answers, queued, late, talk, signal }
    }
}

#[test]
fn a_connection_is_only_declared_dead_if_its_last_ping_was_not_answered_in_time() {
    let (pings, deaths) = (Cell::new(0), Cell::new(0));
    try_all(1_000, &setting(5_000, 15), |setting| {
        let mut page = Page::new(&setting);
        while let Some(death) = page.run_to_death(page.elapsed() + 600_000) {
            deaths.set(deaths.get() + 1);
            assert!(!death.answered_in_time, "declared dead at {} ms", death.at);
            if death.at > 3_000_000 {
                break;
            }
        }
        pings.set(pings.get() + page.pings());
    });
    assert!(
        pings.get() > 1_000 && deaths.get() > 100,
        "{} pings, {} deaths",
        pings.get(),
        deaths.get()
    );
}

#[test]
fn a_connection_that_answers_in_time_is_never_declared_dead() {
    try_all(1_000, &setting(5_000, 0), |setting| {
        let mut page = Page::new(&setting);
        let end = setting.naps.iter().map(|nap| nap.awake + nap.asleep).sum::<u64>() + 600_000;
        let death = page.run_to_death(end);
        assert!(death.is_none(), "declared dead at {} ms", death.unwrap().at);
    });
}

#[test]
fn a_dead_connection_is_found_within_interval_and_timeout_of_when_the_page_is_awake() {
    try_all(1_000, &(setting(GRACE, 0), 0_u64..400_000), |(setting, dies)| {
        let mut page = Page::new(&setting);
        page.dies_at(dies);
        // The second look, three ticks that are a little late, and what came before it died being heard only now.
        let enough = setting.interval + setting.timeout + GRACE + 3 * GRACE + GRACE;
        let awake = page.awake_for(dies, enough);
        let death = page.run_to_death(awake + enough);
        assert!(
            death.is_some(),
            "still undead {enough} ms after {awake} ms, when the page was awake"
        );
        assert!(
            death.unwrap().at > dies || setting.answers.contains(&None),
            "declared dead too soon"
        );
    });
}

#[test]
fn a_dead_connection_is_found_within_timeout_of_when_the_page_says_it_woke() {
    let woken = setting(GRACE, 0).prop_map(|setting| Setting {
        signal: Some(Signal::Wake),
        ..setting
    });
    try_all(1_000, &(woken, any::<prop::sample::Index>()), |(setting, nap)| {
        // What had arrived was heard before the page fell asleep; what it hears on waking would prove life once more.
        let heard = |nap: &&Nap| nap.awake > GRACE;
        if setting.naps.iter().filter(heard).count() == 0 {
            return;
        }
        let mut page = Page::new(&setting);
        let naps: Vec<_> = (0..setting.naps.len()).filter(|&i| heard(&&setting.naps[i])).collect();
        let (asleep, woke) = page.nap(*nap.get(&naps));
        page.dies_at(asleep - GRACE);
        // The second look, and two ticks that are a little late.
        let enough = setting.timeout + GRACE + 2 * GRACE;
        if page.awake_for(woke, enough) == woke {
            assert!(
                page.run_to_death(woke + enough).is_some(),
                "still undead {enough} ms after waking at {woke} ms"
            );
        }
    });
}
