//! Promises that hold in any schedule of crashes, freezes, cuts, lost frames, pages in the back/forward cache and tabs that come and go.
//!
//! `HOLDFAST_CASES` sets how many schedules, `HOLDFAST_SEED` the first one. `HOLDFAST_LOG` shows what happens in them.

use holdfast_ws::tabs::Signal;

use crate::stage::{Heard, Life, Payload};
use crate::world::{FAST, World};

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name)
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(default)
}

/// One step of a schedule.
fn step(world: &mut World) {
    let alive = world.alive();
    let Some(&tab) = alive.get(world.chance.index(alive.len())) else {
        world.open(true);
        return;
    };
    let life = world.tabs[tab].life;
    match (world.chance.below(31), life) {
        (0..=5, _) => world.say(),
        (6..=10, Life::Running) => world.send(tab),
        (11..=12, Life::Running) => {
            let retry = world.chance.one_in(2);
            let timeout = 500 + world.chance.below(20_000);
            // Tabs draw their numbers, so that two may have the same.
            if world.chance.one_in(4) {
                let wire = world.chance.below(3);
                world.request_as(tab, wire, timeout, retry);
            } else {
                world.request(tab, timeout, retry);
            }
        }
        (13, _) if alive.len() < 6 => {
            let visible = world.chance.one_in(2);
            world.open(visible);
        }
        (14, _) => {
            // Most pages say so.
            if life == Life::Running && world.chance.one_in(2) {
                world.signal(tab, Signal::Unload);
            }
            world.crash(tab);
        }
        (15..=16, Life::Running) => {
            let told = world.chance.one_in(2);
            // Browsers freeze hidden pages; a debugger, or a busy machine, any.
            world.freeze(tab, told);
        }
        (15..=18, Life::Frozen) => world.thaw(tab),
        (17, Life::Running) => world.go_away(tab),
        (15..=18, Life::Away) => world.come_back(tab),
        (19, Life::Running) if alive.len() > 1 => {
            if world.chance.one_in(2) {
                world.leave(tab);
            } else {
                let wait = world.chance.below(5_000);
                world.leave_when_sent(tab, wait);
            }
        }
        (20..=21, _) => world.cut(),
        (22..=23, Life::Running) => {
            let signal = if world.tabs[tab].visible {
                Signal::Hidden
            } else {
                Signal::Visible
            };
            world.signal(tab, signal);
        }
        (26, Life::Running) => world.doubt(tab),
        (29, _) if world.is_harsh => world.set_clock_back(),
        (27, _) => {
            let method = world.chance.below(3);
            world.call(method);
        }
        (28, Life::Running) => world.tabs[tab].is_slow = world.chance.one_in(2),
        (25, Life::Running) => world.loses = Some(tab),
        (24, Life::Running) => {
            let methods: Vec<u64> = (0..3).filter(|_| world.chance.one_in(2)).collect();
            world.handle_calls(tab, &methods);
        }
        _ => {
            let millis = if world.chance.one_in(3) {
                world.chance.below(9_000)
            } else {
                world.chance.below(300)
            };
            world.run(millis);
        }
    }
}

/// Everything is well again: all that is alive runs, and one tab is visible.
fn recover(world: &mut World) {
    world.loses = None;
    world.doubts = false;
    world.is_harsh = false;
    // Roll calls may have been answered too late.
    world.stale |= core::mem::take(&mut world.slow_frames) > 0;
    for tab in world.alive() {
        match world.tabs[tab].life {
            Life::Frozen => world.thaw(tab),
            Life::Away => world.come_back(tab),
            _ => {}
        }
    }
    // Those that were about to leave do so.
    world.run(6_000);
    if world.alive().is_empty() {
        world.open(true);
    }
    let tab = world.alive()[0];
    if !world.tabs[tab].visible {
        world.signal(tab, Signal::Visible);
    }
    world.run(40_000);
    // A frame that was lost is noticed by the next one.
    world.say();
    world.run(2_000);
}

fn check_end(world: &mut World) {
    assert_eq!(world.leaders().len(), 1, "one tab leads in the end");
    assert_eq!(world.server.connections.len(), 1, "one connection is left");
    for method in 0..3 {
        let answers = |tab: &usize| world.tabs[*tab].methods.contains(&method);
        let able: Vec<usize> = world.running().into_iter().filter(answers).collect();
        let visible = |tab: &usize| world.tabs[*tab].visible;
        let answerer = world.answerer(method);
        assert!(
            able.is_empty() || able.contains(&answerer),
            "tab {answerer} has no handler"
        );
        assert!(
            !able.iter().any(visible) || visible(&answerer),
            "tab {answerer} is hidden, and another is not"
        );
    }
    let leader = world.leaders()[0];
    let term = world.tabs[leader].machine.attached();
    for tab in world.running() {
        assert_eq!(world.tabs[tab].machine.attached(), term, "tab {tab} is attached");
        assert_eq!(
            world.tabs[tab].machine.unsent_count(),
            0,
            "tab {tab} has sent everything"
        );
        for (request, settled) in &world.tabs[tab].requests {
            assert_eq!(*settled, 1, "{request:?} of tab {tab} is settled");
        }
        for number in 1..=world.tabs[tab].sent {
            let missing = world.times_handed(tab, number) == 0;
            let uncertain = world.tabs[tab].uncertain.contains(&Payload::Sent(tab, number));
            assert!(
                !missing
                    || uncertain
                    || world.is_request(tab, number)
                    || world.lost.contains(&Payload::Sent(tab, number)),
                "{number} of tab {tab} was handed over"
            );
        }
    }
    check_left(world);
    for _ in 0..3 {
        world.say();
    }
    world.run(2_000);
    let said = world.server.said;
    for tab in world.running() {
        let heard = world.heard(tab);
        assert!(
            heard.ends_with(&[said - 2, said - 1, said]),
            "tab {tab} heard the last three, not {heard:?}"
        );
        if world.resumes && world.slowest == FAST && !world.stale && !world.tabs[tab].suspended {
            let heard = &world.tabs[tab].heard;
            let first = heard.iter().position(|heard| matches!(heard, Heard::Message(_)));
            let gap = first.is_some_and(|first| heard[first..].contains(&Heard::Gap));
            assert!(!gap, "tab {tab} was told a gap, and has always run");
        }
    }
}

/// Each message of a tab that has left was handed over, or the tab was told that it was not or may not have been.
fn check_left(world: &World) {
    for (tab, stage) in world.tabs.iter().enumerate() {
        assert!(!stage.leaves || !stage.is_running(), "tab {tab} leaves at last");
        if stage.life != Life::Left {
            continue;
        }
        for number in 1..=stage.sent {
            let sent = Payload::Sent(tab, number);
            assert!(
                world.times_handed(tab, number) > 0
                    || world.is_request(tab, number)
                    || world.lost.contains(&sent)
                    || stage.unsent.contains(&sent)
                    || stage.uncertain.contains(&sent),
                "{number} of tab {tab}, which has left, is accounted for"
            );
        }
    }
}

fn schedule(seed: u64, resumes: bool) {
    let mut world = World::new(seed, resumes);
    world.doubts = true;
    world.loses_frames = true;
    world.is_harsh = seed.is_multiple_of(3);
    world.slow_frames = match seed % 5 {
        0 => 100,
        1 => 12,
        _ => 0,
    };
    let tabs = 1 + world.chance.below(4);
    for _ in 0..tabs {
        let visible = world.chance.one_in(2);
        world.open(visible);
        let millis = world.chance.below(300);
        world.run(millis);
    }
    for _ in 0..60 {
        step(&mut world);
    }
    recover(&mut world);
    check_end(&mut world);
}

fn schedules(resumes: bool) {
    let first = number("HOLDFAST_SEED", 1);
    for seed in first..first + number("HOLDFAST_CASES", 2_000) {
        let kept = std::panic::catch_unwind(|| schedule(seed, resumes));
        assert!(kept.is_ok(), "the schedule of seed {seed} breaks a promise");
    }
}

#[test]
fn with_a_server_that_resumes_every_schedule_keeps_the_promises() {
    schedules(true);
}

#[test]
fn with_a_server_that_does_not_resume_every_schedule_keeps_the_promises() {
    schedules(false);
}
