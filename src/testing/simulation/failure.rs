//! A world in which something went wrong.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use super::super::model::Browser;
use super::fault::Scheduled;

/// A world that failed, with the fewest faults that were found to be enough for it.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Failure {
    /// The world's seed.
    pub seed: u64,
    /// The world's browser.
    pub browser: Browser,
    /// The faults that are left after shrinking.
    pub faults: Vec<Scheduled>,
    /// How many there were before.
    pub drawn: usize,
    /// Why it failed.
    pub reason: String,
    /// True if two runs were the same, to the byte. If not, the application uses a clock or chance that isn't the world's.
    pub repeats: bool,
    /// The world's log, with these faults.
    pub transcript: String,
}

impl Failure {
    /// For a simulation that another language drives.
    #[doc(hidden)]
    #[must_use]
    pub fn new(
        seed: u64,
        browser: Browser,
        faults: Vec<Scheduled>,
        drawn: usize,
        reason: String,
        repeats: bool,
    ) -> Self {
        Self {
            seed,
            browser,
            faults,
            drawn,
            reason,
            repeats,
            transcript: String::new(),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (seed, browser) = (self.seed, self.browser.name());
        let (left, drawn) = (self.faults.len(), self.drawn);
        let faults = if left == 1 { "fault" } else { "faults" };
        write!(
            f,
            "seed {seed} in {browser}, {left} {faults} left of {drawn} after shrinking: {}",
            self.reason
        )?;
        for fault in &self.faults {
            write!(f, "\n  {fault}")?;
        }
        if !self.repeats {
            f.write_str("\nTwo runs differ: the application uses a clock or chance that is not the world's.")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Failure {
    /// As `unwrap()` shows it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl core::error::Error for Failure {}
