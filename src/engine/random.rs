//! The engine's only randomness: a pseudo-random stream from the caller's seed, for jitter.
//!
//! Jitter needs spread, not secrecy. It is Mulberry32, which passes the usual test batteries with 32 bits of state. With 64 bits of
//! state, `SplitMix64` took 60 bytes more of the compressed wasm.

use super::instant::Span;

/// A seeded stream of random numbers.
#[derive(Debug, Clone)]
pub struct Random(u32);

impl Random {
    /// The stream that belongs to the low 32 bits of `seed`.
    #[must_use]
    #[allow(clippy::cast_possible_truncation)] // Enough streams for jitter.
    pub const fn new(seed: u64) -> Self {
        Self(seed as u32)
    }

    /// The next 32 random bits.
    pub const fn bits(&mut self) -> u32 {
        self.0 = self.0.wrapping_add(0x6d2b_79f5);
        let mut z = self.0;
        z = (z ^ (z >> 15)).wrapping_mul(z | 1);
        z ^= z.wrapping_add((z ^ (z >> 7)).wrapping_mul(z | 0x3d));
        z ^ (z >> 14)
    }

    /// A span drawn uniformly from `low` to `high`; `low` if they are the wrong way round.
    pub fn between(&mut self, low: Span, high: Span) -> Span {
        // Above 0 and at most 1. A 0 would make NaN of an infinite width.
        let share = (f64::from(self.bits()) + 1.0) / 4_294_967_296.0;
        let width = high.as_millis_f64() - low.as_millis_f64();
        low.saturating_add(Span::from_millis_f64(width * share))
    }
}
