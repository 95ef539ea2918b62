//! As few faults as a failure needs, each as short as it may be.

use alloc::vec::Vec;
use core::time::Duration;

use super::fault::Scheduled;

/// A fault is no shorter.
const LEAST: Duration = Duration::from_millis(1);

/// So many worlds at most are tried.
const TRIES: u32 = 500;

/// Removes faults, and shortens the others, as long as the world still fails. Its caller runs the worlds: it takes a
/// [candidate](Self::candidate), and says [whether](Self::judge) that fails.
#[derive(Debug, Clone)]
pub struct Shrinker {
    faults: Vec<Scheduled>,
    candidate: Vec<Scheduled>,
    tries: u32,
    stage: Stage,
}

#[derive(Debug, Clone, Copy)]
enum Stage {
    /// So many faults are left out at once, from `at` on. There were `before` when this round began.
    Removing { chunk: usize, at: usize, before: usize },
    /// The fault with this index is made shorter.
    Shortening(usize),
}

impl Shrinker {
    /// Begins with the faults of a world that fails.
    #[must_use]
    pub fn new(faults: Vec<Scheduled>) -> Self {
        let (chunk, before) = (faults.len().div_ceil(2), faults.len());
        Self {
            faults,
            candidate: Vec::new(),
            tries: 0,
            stage: Stage::Removing { chunk, at: 0, before },
        }
    }

    /// Returns the faults to try next. `None` when there is nothing left to try.
    pub fn candidate(&mut self) -> Option<&[Scheduled]> {
        if self.tries >= TRIES {
            return None;
        }
        loop {
            match self.stage {
                Stage::Removing { chunk, at, .. } if chunk > 0 && at < self.faults.len() => {
                    self.candidate = without(&self.faults, at, chunk);
                    break;
                }
                Stage::Removing { chunk, before, .. } if chunk > 0 && !self.faults.is_empty() => {
                    let left = self.faults.len();
                    // One round more with the smallest part, if that removed something: another may be needless now.
                    let chunk = if chunk == 1 && left < before { 1 } else { chunk / 2 };
                    self.stage = Stage::Removing {
                        chunk,
                        at: 0,
                        before: left,
                    };
                }
                Stage::Removing { .. } => self.stage = Stage::Shortening(0),
                Stage::Shortening(index) => {
                    let fault = self.faults.get(index)?;
                    if fault.lasts > LEAST {
                        self.candidate = self.faults.clone();
                        if let Some(fault) = self.candidate.get_mut(index) {
                            fault.lasts = halved(fault.lasts);
                        }
                        break;
                    }
                    self.stage = Stage::Shortening(index + 1);
                }
            }
        }
        self.tries += 1;
        Some(&self.candidate)
    }

    /// Says whether the candidate's world fails.
    pub fn judge(&mut self, fails: bool) {
        if fails {
            self.faults = core::mem::take(&mut self.candidate);
            return;
        }
        match &mut self.stage {
            Stage::Removing { chunk, at, .. } => *at += *chunk,
            Stage::Shortening(index) => *index += 1,
        }
    }

    /// Returns the fewest faults that failed.
    #[must_use]
    pub fn faults(&self) -> &[Scheduled] {
        &self.faults
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
