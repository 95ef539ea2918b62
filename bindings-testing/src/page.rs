//! The page.

use wasm_bindgen::prelude::*;

use super::World;
use super::numbers::throttle;
use super::time::span;

#[wasm_bindgen]
impl World {
    /// True if the page is hidden.
    pub fn hidden(&self) -> bool {
        self.machine.is_hidden()
    }

    /// True if the page has crashed, or was left for good.
    pub fn gone(&self) -> bool {
        self.machine.is_gone()
    }

    /// True if a task of the page may run.
    pub fn running(&self) -> bool {
        self.machine.is_running()
    }

    /// Hides the page.
    pub fn hide(&mut self) {
        self.machine.hide();
    }

    /// Shows the page.
    pub fn show(&mut self) {
        self.machine.show();
    }

    /// Throttles the page's timers: see `numbers.rs`.
    pub fn throttle(&mut self, number: u32) {
        self.machine.set_throttle(throttle(number));
    }

    /// Freezes the page.
    pub fn freeze(&mut self) {
        self.machine.freeze();
    }

    /// Resumes the page.
    pub fn resume(&mut self) {
        self.machine.resume();
    }

    /// Lets the machine sleep.
    pub fn sleep(&mut self, time: f64) {
        self.machine.sleep(span(time));
    }

    /// Wakes the machine.
    pub fn wake(&mut self) {
        self.machine.wake();
    }

    /// Keeps the page busy.
    pub fn block(&mut self, time: f64) {
        self.machine.block(span(time));
    }

    /// Sets the wall clock ahead.
    #[allow(clippy::cast_possible_truncation)]
    pub fn set_clock(&mut self, ahead: f64) {
        self.machine.set_wall_clock(ahead as i64);
    }

    /// Leaves the order of tasks to chance, or not.
    pub fn any_order(&mut self, any: bool) {
        self.machine.set_any_order(any);
    }

    /// The user goes to another page.
    pub fn leave(&mut self, loading: f64) {
        self.machine.leave(span(loading));
    }

    /// The user goes back. True if the page is shown again.
    pub fn back(&mut self) -> bool {
        self.machine.back()
    }

    /// The page crashes.
    pub fn crash(&mut self) {
        self.machine.crash();
    }

    /// The page is loaded anew.
    pub fn load(&mut self) {
        self.machine.load();
    }
}
