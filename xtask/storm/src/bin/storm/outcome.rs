//! The results of the simulations, for the table and the plots.

use storm::{Report, Way};

/// The result of one reconnection strategy in a scenario.
#[derive(Debug)]
pub(super) struct Outcome<'a> {
    pub(super) way: Way,
    pub(super) report: &'a Report,
}

/// The outages of a single client's server, in seconds.
pub(super) const OUTAGES: [u64; 7] = [1, 2, 5, 10, 30, 60, 300];
