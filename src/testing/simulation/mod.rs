//! An application in hundreds of worlds, with random faults.

mod failure;
mod fault;
mod run;
mod shrink;

use alloc::string::String;
use alloc::vec::Vec;
use core::time::Duration;

pub use self::failure::Failure;
pub use self::fault::{Fault, Moment, Scheduled, draw, heal, moments};
pub use self::shrink::Shrinker;

use self::run::Trial;
use super::model::Browser;
use super::world::World;

/// Runs an application in hundreds of worlds with random faults, and checks each world at its end.
///
/// ```
/// use std::{cell::Cell, rc::Rc, time::Duration};
/// use holdfast_ws::testing::{Fault, Simulation};
///
/// let simulation = Simulation::new().runs(20).faults(&[Fault::Latency, Fault::Hide]);
/// let passed = simulation.run(
///     // Servers, which outlive the page.
///     |world| world.server("ws://api.test/", |connection| connection.send("welcome")).unwrap(),
///     // The application: called again after the page has crashed.
///     |world, _| {
///         let welcomed = Rc::new(Cell::new(false));
///         let seen = Rc::clone(&welcomed);
///         let socket = world.socket("ws://api.test/", &[]).unwrap();
///         socket.on_message(move |_| seen.set(true));
///         welcomed
///     },
///     // At the end, when all faults are over and two minutes have passed.
///     |_, _, welcomed| if welcomed.get() { Ok(()) } else { Err("never welcomed".into()) },
/// );
/// passed.unwrap();
/// ```
#[derive(Debug, Clone)]
#[must_use = "run it"]
pub struct Simulation {
    runs: u32,
    seed: u64,
    lasts: Duration,
    every: Duration,
    calm: Duration,
    faults: Vec<Fault>,
    browsers: Vec<Browser>,
}

impl Default for Simulation {
    fn default() -> Self {
        Self::new()
    }
}

impl Simulation {
    /// 100 runs of ten minutes each, with all faults, in all browsers.
    pub fn new() -> Self {
        Self {
            runs: 100,
            seed: 1,
            lasts: Duration::from_secs(600),
            every: Duration::from_secs(15),
            calm: Duration::from_secs(120),
            faults: Fault::ALL.to_vec(),
            browsers: Browser::ALL.to_vec(),
        }
    }

    /// How many worlds there are. Default 100.
    pub const fn runs(mut self, runs: u32) -> Self {
        self.runs = runs;
        self
    }

    /// The seed of the first world; each next one has the next number. A failure names its seed: with that and one run it repeats.
    /// Default 1.
    pub const fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// For how long faults begin. Default ten minutes.
    pub const fn lasts(mut self, time: Duration) -> Self {
        self.lasts = time;
        self
    }

    /// How far apart faults are, on average. Default 15 s.
    pub const fn every(mut self, time: Duration) -> Self {
        self.every = time;
        self
    }

    /// How long the world is well before it is checked. Default two minutes.
    pub const fn calm(mut self, time: Duration) -> Self {
        self.calm = time;
        self
    }

    /// The faults to draw from. Default: all.
    pub fn faults(mut self, faults: &[Fault]) -> Self {
        self.faults = faults.to_vec();
        self
    }

    /// The browsers to draw from, by seed. Default: all.
    pub fn browsers(mut self, browsers: &[Browser]) -> Self {
        self.browsers = browsers.to_vec();
        self
    }

    /// Runs it. `setup` makes the servers, `start` the application; `holds` checks a world at its end, and says why if something is
    /// wrong. A panic in any of them is a failure, too.
    ///
    /// # Errors
    /// The first world that fails, with as few faults as it needs for that.
    pub fn run<S, A>(
        &self,
        setup: impl Fn(&World) -> S,
        start: impl Fn(&World, &S) -> A,
        holds: impl Fn(&World, &S, &A) -> Result<(), String>,
    ) -> Result<(), Failure> {
        let trial = Trial {
            setup: &setup,
            start: &start,
            holds: &holds,
            calm: self.calm,
        };
        for run in 0..self.runs {
            let seed = self.seed.wrapping_add(run.into());
            let browser = self.browser(seed);
            let schedule = self.schedule(seed);
            let outcome = trial.run(browser, seed, &schedule);
            if outcome.reason.is_some() {
                return Err(shrunk(&trial, browser, seed, schedule));
            }
        }
        Ok(())
    }

    /// Runs one world with the given faults, as a [`Failure`] has them.
    ///
    /// # Errors
    /// It fails.
    pub fn replay<S, A>(
        &self,
        seed: u64,
        faults: &[Scheduled],
        setup: impl Fn(&World) -> S,
        start: impl Fn(&World, &S) -> A,
        holds: impl Fn(&World, &S, &A) -> Result<(), String>,
    ) -> Result<(), Failure> {
        let trial = Trial {
            setup: &setup,
            start: &start,
            holds: &holds,
            calm: self.calm,
        };
        let browser = self.browser(seed);
        let outcome = trial.run(browser, seed, faults);
        match outcome.reason {
            Some(reason) => Err(Failure {
                seed,
                browser,
                faults: faults.to_vec(),
                drawn: faults.len(),
                reason,
                repeats: true,
                transcript: outcome.transcript,
            }),
            None => Ok(()),
        }
    }

    /// Returns the faults of the world with this seed.
    #[must_use]
    pub fn schedule(&self, seed: u64) -> Vec<Scheduled> {
        fault::draw(seed, &self.faults, self.lasts, self.every)
    }

    fn browser(&self, seed: u64) -> Browser {
        let count = self.browsers.len().max(1) as u64;
        let index = usize::try_from(seed % count).unwrap_or(0);
        self.browsers.get(index).copied().unwrap_or_default()
    }
}

/// Returns the failure of a world, with as few faults as it needs.
fn shrunk<S, A>(trial: &Trial<'_, S, A>, browser: Browser, seed: u64, schedule: Vec<Scheduled>) -> Failure {
    let drawn = schedule.len();
    let mut shrinker = Shrinker::new(schedule);
    while let Some(faults) = shrinker.candidate() {
        let fails = trial.run(browser, seed, faults).reason.is_some();
        shrinker.judge(fails);
    }
    let faults = shrinker.faults();
    let (first, second) = (trial.run(browser, seed, faults), trial.run(browser, seed, faults));
    let repeats = first.reason == second.reason && first.transcript == second.transcript;
    let reason = first
        .reason
        .unwrap_or_else(|| String::from("it failed once, and not again"));
    Failure {
        seed,
        browser,
        faults: faults.to_vec(),
        drawn,
        reason,
        repeats,
        transcript: first.transcript,
    }
}
