//! The world's randomness: a stream from its seed, with 64 bits of state, so that each seed is a world of its own.

use super::time::Span;

/// A seeded stream of random numbers: [SplitMix64](https://doi.org/10.1145/2714064.2660195).
#[derive(Debug, Clone)]
pub struct Random(u64);

impl Random {
    /// The stream that belongs to `seed`.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next 64 random bits.
    pub const fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number from 0 to `most`, both included.
    pub const fn up_to(&mut self, most: u64) -> u64 {
        let bits = self.bits();
        // A remainder is off by under one in 2^32 below 2^32.
        match most.checked_add(1) {
            Some(width) => bits % width,
            None => bits,
        }
    }

    /// A span from `low` to `high`, both included; `low` if they are the wrong way round.
    pub const fn between(&mut self, low: Span, high: Span) -> Span {
        let width = high.as_micros().saturating_sub(low.as_micros());
        low.saturating_add(Span::from_micros(self.up_to(width)))
    }
}
