//! The engine's only randomness: a `SplitMix64` stream from the caller's seed.
//!
//! Jitter needs spread, not secrecy. [SplitMix64](https://doi.org/10.1145/2714064.2660195) passes the usual test batteries
//! with one `u64` of state and three multiplications.

use super::instant::Span;

/// A seeded stream of random numbers.
#[derive(Debug, Clone)]
pub struct Random(u64);

impl Random {
    /// The stream that belongs to `seed`.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next 64 random bits.
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A span drawn uniformly from `low` to `high`, both included; `low` if they are the wrong way round.
    pub fn between(&mut self, low: Span, high: Span) -> Span {
        let bits = self.bits();
        match high.as_micros().saturating_sub(low.as_micros()).checked_add(1) {
            // A remainder is off by under one in 2^32 for any span below an hour and a bit.
            Some(width) => Span::from_micros(low.as_micros().saturating_add(bits % width)),
            None => Span::from_micros(bits),
        }
    }
}
