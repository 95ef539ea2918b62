//! Promises that hold through any schedule of writes, cuts, crashes, failures and cancellations.

use holdfast_ws::engine::Span;
use holdfast_ws::outbox::Config;

use crate::chance::{Chance, cases};
use crate::model::{End, Model, REFUSED};

const LONG: Span = Span::from_millis(1_000_000_000);

fn step(model: &mut Model, chance: &mut Chance, given: &mut Vec<u64>, rare: u64) {
    match chance.below(20) {
        0..=3 => {
            let ttl = if chance.one_in(8) {
                Span::from_millis(chance.below(500))
            } else {
                LONG
            };
            given.push(model.deliver(ttl));
        }
        4..=8 => model.write(!chance.one_in(rare * 2)),
        9..=12 => model.serve(chance.one_in(rare)),
        13..=15 => model.hear(),
        16 => model.advance(Span::from_millis(chance.below(300))),
        17 if chance.one_in(2) => {
            let number = given.get(usize::try_from(chance.below(given.len() as u64 + 1)).unwrap_or(0));
            if let Some(number) = number.copied() {
                model.cancel(number);
            }
        }
        18 if chance.one_in(rare) => match chance.below(4) {
            0 => model.close(),
            1 => model.server.fails = 1 + u32::try_from(chance.below(3)).unwrap_or(0),
            _ => model.open(),
        },
        19 if !model.is_open => model.open(),
        _ => {}
    }
}

/// Runs a schedule, and returns the model with what was given to it. After a crash nothing more is given: that is another box.
fn run(seed: u64) -> Model {
    let mut chance = Chance::new(seed);
    let mut config = Config::default();
    config.window = 1 + usize::try_from(chance.below(6)).unwrap_or(0);
    let mut model = Model::new(config);
    let mut given = Vec::new();
    let rare = 2 + chance.below(12);
    for _ in 0..chance.below(300) {
        step(&mut model, &mut chance, &mut given, rare);
    }
    assert!(
        model.most <= config.window,
        "{} in flight, window {}",
        model.most,
        config.window
    );
    let lives = chance.below(4);
    for life in 0..lives {
        // What was being written when the page has crashed is stored, or is not.
        if chance.one_in(2) {
            model.write(true);
        }
        let lost: Vec<u64> = given
            .iter()
            .copied()
            .filter(|number| !model.ends.contains_key(number) && !model.disk.contains_key(number))
            .collect();
        model.crash();
        for number in lost {
            // What was sent and removed was given up.
            let is_sent = model.sent.contains(&number);
            model
                .ends
                .insert(number, if is_sent { End::Cancelled } else { End::NotStored });
        }
        for _ in 0..chance.below(100) {
            match chance.below(8) {
                0 if chance.one_in(rare) => model.open(),
                1 if !model.is_open => model.open(),
                2..=4 => model.serve(chance.one_in(rare)),
                5 | 6 => model.hear(),
                _ => model.advance(Span::from_millis(chance.below(300))),
            }
        }
        assert!(life < 4);
    }
    model.server.fails = 0;
    model.settle();
    assert!(model.outbox.is_empty(), "not all have ended: {model:?}");
    assert!(model.disk.is_empty(), "the disk keeps {:?}", model.disk);
    for number in &given {
        assert!(model.ends.contains_key(number), "{number} has no end: {model:?}");
    }
    model
}

#[test]
fn each_message_is_done_once_in_order_whatever_crashes() {
    for seed in 0..cases(2_000) {
        let model = run(seed);
        let effects = &model.server.effects;
        assert!(effects.is_sorted_by(|one, next| one < next), "seed {seed}: {effects:?}");
        for (number, end) in &model.ends {
            let is_done = effects.binary_search(number).is_ok();
            match end {
                End::Acknowledged => assert!(
                    is_done || model.server.refused.contains(number),
                    "seed {seed}: {number} is acknowledged, and not done"
                ),
                End::Refused => assert!(!is_done && number % REFUSED == 0, "seed {seed}: {number} is refused"),
                End::NotStored => assert!(!is_done, "seed {seed}: {number} is done, and was not stored"),
                End::Expired | End::Cancelled => {}
            }
        }
        assert_eq!(model.regressions, 0, "seed {seed}");
    }
}
