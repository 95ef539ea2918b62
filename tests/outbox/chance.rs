//! Random numbers, for schedules. <https://en.wikipedia.org/wiki/Xorshift>

pub(crate) struct Chance(u64);

impl Chance {
    pub(crate) const fn new(seed: u64) -> Self {
        Chance(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub(crate) const fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % end
    }

    pub(crate) const fn one_in(&mut self, times: u64) -> bool {
        self.below(times) == 0
    }
}

/// `HOLDFAST_CASES=1000000` for more schedules.
pub(crate) fn cases(usual: u64) -> u64 {
    let cases = std::env::var("HOLDFAST_CASES").ok();
    cases.and_then(|cases| cases.parse().ok()).unwrap_or(usual)
}

/// `HOLDFAST_SEED=1000000` for other schedules.
pub(crate) fn first() -> u64 {
    let seed = std::env::var("HOLDFAST_SEED").ok();
    seed.and_then(|seed| seed.parse().ok()).unwrap_or(0)
}
