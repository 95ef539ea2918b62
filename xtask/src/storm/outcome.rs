//! What the simulations give to the table and the plots.

use storm::{Report, Way};

/// The result of one way to reconnect in a scenario.
#[derive(Debug)]
pub(super) struct Outcome<'a> {
    pub(super) way: Way,
    pub(super) report: &'a Report,
}

/// For how long the server of a single client is down, in seconds.
pub(super) const OUTAGES: [u64; 7] = [1, 2, 5, 10, 30, 60, 300];
