//! As few faults as a failure needs, each as short as it may be.

use alloc::string::String;
use alloc::vec::Vec;
use core::time::Duration;

use super::super::model::Browser;
use super::failure::Failure;
use super::fault::Scheduled;
use super::run::Trial;

/// A fault is no shorter.
const LEAST: Duration = Duration::from_millis(1);

/// So many worlds at most are tried.
const TRIES: u32 = 500;

/// Removes faults, and shortens the others, as long as the world still fails.
pub(super) fn shrink<S, A>(trial: &Trial<'_, S, A>, browser: Browser, seed: u64, schedule: Vec<Scheduled>) -> Failure {
    let drawn = schedule.len();
    let mut faults = schedule;
    let mut tries = 0;
    let mut fails = |faults: &[Scheduled]| {
        tries += 1;
        tries <= TRIES && trial.run(browser, seed, faults).reason.is_some()
    };
    let mut chunk = faults.len().div_ceil(2);
    while chunk > 0 && !faults.is_empty() {
        let before = faults.len();
        let mut at = 0;
        while at < faults.len() {
            let fewer: Vec<Scheduled> = without(&faults, at, chunk);
            if fails(&fewer) {
                faults = fewer;
            } else {
                at += chunk;
            }
        }
        // One round more with the smallest part, if that removed something: another may be needless now.
        chunk = if chunk == 1 && faults.len() < before {
            1
        } else {
            chunk / 2
        };
    }
    for index in 0..faults.len() {
        loop {
            let mut shorter = faults.clone();
            match shorter.get_mut(index) {
                Some(fault) if fault.lasts > LEAST => fault.lasts = halved(fault.lasts),
                _ => break,
            }
            if !fails(&shorter) {
                break;
            }
            faults = shorter;
        }
    }
    let (first, second) = (trial.run(browser, seed, &faults), trial.run(browser, seed, &faults));
    let repeats = first.reason == second.reason && first.transcript == second.transcript;
    let reason = first
        .reason
        .unwrap_or_else(|| String::from("it failed once, and not again"));
    Failure {
        seed,
        browser,
        faults,
        drawn,
        reason,
        repeats,
        transcript: first.transcript,
    }
}

/// Returns half the time, in whole milliseconds.
fn halved(time: Duration) -> Duration {
    Duration::from_millis(u64::try_from(time.as_millis() / 2).unwrap_or(u64::MAX))
}

fn without(faults: &[Scheduled], at: usize, count: usize) -> Vec<Scheduled> {
    let (kept, rest) = faults.split_at(at.min(faults.len()));
    let rest = rest.iter().skip(count);
    kept.iter().chain(rest).cloned().collect()
}
