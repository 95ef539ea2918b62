//! Simulations: which faults there are and when, and which to try in their place.

use core::time::Duration;

use holdfast_ws::testing::machine::{Failure, Fault, Moment, Scheduled, Shrinker, draw, heal, moments};
use wasm_bindgen::prelude::*;

use super::World;
use super::numbers::browser;

/// The faults of a run.
#[wasm_bindgen]
pub struct Plan {
    faults: Vec<Scheduled>,
    moments: Vec<Moment>,
}

fn plan(faults: Vec<Scheduled>) -> Plan {
    let moments = moments(&faults);
    Plan { faults, moments }
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // The wrapper checks it.
fn millis(time: f64) -> Duration {
    Duration::from_millis(time as u64)
}

#[wasm_bindgen]
impl Plan {
    /// Returns the names of all faults.
    pub fn fault_names() -> Vec<String> {
        Fault::ALL.iter().map(|fault| fault.name().to_owned()).collect()
    }

    /// Draws the faults of a run from those with the given numbers, which are places in [`Self::fault_names`].
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::needless_pass_by_value
    )]
    pub fn draw(seed: f64, faults: Vec<u32>, lasts: f64, every: f64) -> Plan {
        let fault = |number: &u32| usize::try_from(*number).ok().and_then(|index| Fault::ALL.get(index));
        let faults: Vec<Fault> = faults.iter().filter_map(fault).copied().collect();
        plan(draw(seed as u64, &faults, millis(lasts), millis(every)))
    }

    /// Returns the number of faults.
    pub fn length(&self) -> usize {
        self.faults.len()
    }

    /// Returns a fault as text.
    pub fn text(&self, index: usize) -> String {
        self.faults.get(index).map_or_else(String::new, ToString::to_string)
    }

    /// Returns the number of moments: each fault begins and ends.
    pub fn moments(&self) -> usize {
        self.moments.len()
    }

    /// Returns the time of a moment.
    #[allow(clippy::cast_precision_loss)] // Less than 2^53.
    pub fn moment_time(&self, moment: usize) -> f64 {
        let at = self.moments.get(moment).map_or(Duration::ZERO, |moment| moment.at);
        at.as_micros() as f64 / 1_000.0
    }

    /// True if a fault ends at this moment.
    pub fn moment_ends(&self, moment: usize) -> bool {
        self.moments.get(moment).is_some_and(|moment| !moment.begins)
    }

    /// Returns the text of a failure with these faults.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    pub fn failure(&self, seed: f64, browser_number: u32, drawn: usize, reason: String, repeats: bool) -> String {
        let browser = browser(browser_number);
        Failure::new(seed as u64, browser, self.faults.clone(), drawn, reason, repeats).to_string()
    }
}

#[wasm_bindgen]
impl World {
    /// Lets a moment of a plan come. True if the page has crashed by it.
    pub fn carry_out(&mut self, plan: &Plan, moment: usize) -> bool {
        let Some(moment) = plan.moments.get(moment) else {
            return false;
        };
        let Some(fault) = plan.faults.get(moment.index) else {
            return false;
        };
        if moment.begins {
            self.machine.write(&format!("fault: {fault}"));
            fault.begin(&mut self.machine);
            return fault.fault == Fault::Crash;
        }
        fault.end(&mut self.machine);
        false
    }

    /// Ends everything that faults can have left.
    pub fn heal(&mut self) {
        heal(&mut self.machine);
    }
}

/// Finds the fewest faults with which a world fails.
#[wasm_bindgen]
pub struct Shrinking(Shrinker);

#[wasm_bindgen]
impl Shrinking {
    /// Begins with the faults of a world that fails.
    #[wasm_bindgen(constructor)]
    pub fn new(plan: &Plan) -> Shrinking {
        Shrinking(Shrinker::new(plan.faults.clone()))
    }

    /// Returns the faults to try next.
    pub fn candidate(&mut self) -> Option<Plan> {
        self.0.candidate().map(|faults| plan(faults.to_vec()))
    }

    /// Says whether the candidate's world fails.
    pub fn judge(&mut self, fails: bool) {
        self.0.judge(fails);
    }

    /// Returns the fewest faults that failed.
    pub fn best(&self) -> Plan {
        plan(self.0.faults().to_vec())
    }
}
