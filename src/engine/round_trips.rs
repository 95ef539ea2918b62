//! The last round trips of the heartbeat, and their percentiles.

use super::instant::Span;

/// The number of round trips that are remembered.
const REMEMBERED: usize = 64;

/// The last 64 round trips.
#[derive(Debug)]
pub struct RoundTrips {
    samples: [Span; REMEMBERED],
    taken: usize,
}

/// Percentiles of the remembered round trips.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Percentiles {
    /// Half were no longer than this.
    pub p50: Span,
    /// Nine in ten were no longer than this.
    pub p90: Span,
    /// 99 in a hundred were no longer than this.
    pub p99: Span,
    /// The longest.
    pub max: Span,
}

impl RoundTrips {
    pub(super) const fn new() -> Self {
        Self {
            samples: [Span::ZERO; REMEMBERED],
            taken: 0,
        }
    }

    pub(super) fn push(&mut self, sample: Span) {
        if let Some(slot) = self.samples.get_mut(self.taken % REMEMBERED) {
            *slot = sample;
        }
        self.taken = self.taken.wrapping_add(1);
    }

    /// Returns the last round trip, if there was one.
    #[must_use]
    pub fn last(&self) -> Option<Span> {
        let last = self.taken.checked_sub(1)?;
        self.samples.get(last % REMEMBERED).copied()
    }

    /// Returns those that are remembered, in no order.
    #[must_use]
    pub fn samples(&self) -> &[Span] {
        self.samples.get(..self.taken.min(REMEMBERED)).unwrap_or_default()
    }

    /// Returns the percentile by the nearest rank: `percent` of the round trips were no longer. `None` without a round trip.
    #[must_use]
    pub fn percentile(&self, percent: usize) -> Option<Span> {
        let samples = self.samples();
        // The nearest rank: the least sample with at least `percent` of all at or below it. Counting beats sorting here:
        // it is 64 by 64 at most, and `sort` would be a tenth of the wasm.
        let wanted = (samples.len() * percent.min(100)).div_ceil(100);
        samples
            .iter()
            .copied()
            .filter(|&s| samples.iter().filter(|&&other| other <= s).count() >= wanted)
            .min()
    }

    /// Returns the percentiles, if there was a round trip.
    #[must_use]
    pub fn percentiles(&self) -> Option<Percentiles> {
        Some(Percentiles {
            p50: self.percentile(50)?,
            p90: self.percentile(90)?,
            p99: self.percentile(99)?,
            max: self.percentile(100)?,
        })
    }
}
