//! The bindings of the world for tests: `World`, one for each `world()` of `holdfast-ws/testing`. No rules stand here: the machine of
//! `holdfast_ws::testing` decides what happens, and JavaScript carries it out.
//!
//! Times are milliseconds. Binary messages stay in JavaScript, which knows them by number; text is copied, for the log.

#![cfg(target_arch = "wasm32")]
#![forbid(unsafe_code)]
#![allow(clippy::must_use_candidate)] // JavaScript has no such thing.
#![allow(missing_debug_implementations)]

mod network;
mod numbers;
mod page;
mod servers;
mod simulation;
mod sockets;
mod step;
mod time;

use holdfast_ws::testing::machine::{Machine, Step, TimerId};
use wasm_bindgen::prelude::*;

use self::numbers::browser;
use self::time::{instant, millis, span};

/// A world.
#[wasm_bindgen]
pub struct World {
    machine: Machine,
    /// The step that JavaScript is carrying out.
    step: Option<Step>,
}

#[wasm_bindgen]
impl World {
    /// A world in the browser of this number, which is its place in `BROWSERS` of the wrapper.
    #[wasm_bindgen(constructor)]
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // The wrapper checks it.
    pub fn new(browser_number: u32, seed: f64) -> World {
        World {
            machine: Machine::new(browser(browser_number), seed as u64),
            step: None,
        }
    }

    /// Moves time on to the next step, or to `until`. Returns the number of the step's kind, or 0 if there is none.
    pub fn next(&mut self, until: f64) -> u32 {
        self.step = self.machine.next(instant(until));
        self.step.as_ref().map_or(0, step::kind)
    }

    /// The time of the next step, or infinity.
    pub fn next_at(&self) -> f64 {
        self.machine.next_at().map_or(f64::INFINITY, millis)
    }

    /// Moves time on, if nothing happens until then.
    pub fn wait_until(&mut self, at: f64) {
        self.machine.wait_until(instant(at));
    }

    /// The virtual time.
    pub fn now(&self) -> f64 {
        millis(self.machine.now())
    }

    /// `performance.now()`.
    pub fn page_now(&self) -> f64 {
        millis(self.machine.page_now())
    }

    /// `Date.now()`.
    #[allow(clippy::cast_precision_loss)] // Less than 2^53.
    pub fn wall_now(&self) -> f64 {
        self.machine.wall_now() as f64
    }

    /// `Math.random()`: 53 bits, from 0 to 1.
    #[allow(clippy::cast_precision_loss)]
    pub fn random(&mut self) -> f64 {
        (self.machine.random() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// `setTimeout` and `setInterval`, as they are throttled in a hidden page; a worker's are not.
    pub fn set_timer(&mut self, wait: i32, repeats: bool, worker: bool) -> u32 {
        let id = if worker {
            self.machine.set_worker_timer(wait)
        } else {
            self.machine.set_timer(wait, repeats)
        };
        id.0
    }

    /// The number of timers that are set.
    pub fn timers(&self) -> usize {
        self.machine.timers()
    }

    /// `clearTimeout` and `clearInterval`.
    pub fn clear_timer(&mut self, id: u32) {
        self.machine.clear_timer(TimerId(id));
    }

    /// A timer of a server.
    pub fn set_server_timer(&mut self, wait: f64) -> u32 {
        self.machine.set_server_timer(span(wait))
    }

    /// Adds a line to the log.
    pub fn write(&mut self, text: &str) {
        self.machine.write(text);
    }

    /// Returns the number of lines of the log.
    pub fn log_length(&self) -> usize {
        self.machine.log().len()
    }

    /// Returns the text of a line of the log.
    pub fn log_text(&self, index: usize) -> String {
        let entry = self.machine.log().get(index);
        entry.map_or_else(String::new, |entry| entry.text.clone())
    }

    /// Returns the time of a line of the log.
    pub fn log_time(&self, index: usize) -> f64 {
        let entry = self.machine.log().get(index);
        entry.map_or(f64::NAN, |entry| time::of_entry(entry.at))
    }

    /// Returns a line of the log with its time.
    pub fn log_line(&self, index: usize) -> String {
        let entry = self.machine.log().get(index);
        entry.map_or_else(String::new, ToString::to_string)
    }

    /// Returns the whole log as text.
    pub fn transcript(&self) -> String {
        let mut text = String::new();
        for entry in self.machine.log() {
            text += &entry.to_string();
            text.push('\n');
        }
        text
    }
}
