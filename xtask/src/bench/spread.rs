//! Medians and their confidence intervals. Single rounds are never averaged: on a busy machine, a few are always outliers. Only
//! the medians of fresh pages are averaged, each of many rounds.

/// A mean and its standard error.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Mean {
    pub(super) mean: f64,
    pub(super) error: f64,
}

impl Mean {
    /// Returns the mean of at least two values.
    pub(super) fn of(values: &[f64]) -> Option<Self> {
        #[allow(clippy::cast_precision_loss)] // A few dozen values.
        let count = values.len() as f64;
        let mean = values.iter().sum::<f64>() / count;
        let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
        let error = (squares / (count - 1.0) / count).sqrt();
        error.is_finite().then_some(Self { mean, error })
    }

    /// Returns the 95 % confidence interval of the mean.
    pub(super) fn sure(self) -> (f64, f64) {
        // Student's t for the ten to fifteen values that there are: https://en.wikipedia.org/wiki/Student%27s_t-distribution
        let half = 2.2 * self.error;
        (self.mean - half, self.mean + half)
    }
}

/// Order statistics of a set of values.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Spread {
    /// The middle half of the values lies between these two.
    pub(super) quartiles: (f64, f64),
    pub(super) median: f64,
    /// The 95 % confidence interval of the median.
    pub(super) sure: (f64, f64),
}

impl Spread {
    /// Returns the order statistics of at least one value.
    pub(super) fn of(values: &[f64]) -> Option<Self> {
        let mut values = values.to_vec();
        values.sort_by(f64::total_cmp);
        let at = |share: f64| between(&values, share);
        #[allow(clippy::cast_precision_loss)] // A few hundred values.
        let count = values.len() as f64;
        // By the order statistics: 1.96 standard deviations of the binomial distribution around the middle.
        let half = 0.98 / count.sqrt();
        (!values.is_empty()).then(|| Self {
            quartiles: (at(0.25), at(0.75)),
            median: at(0.5),
            sure: (at(0.5 - half), at(0.5 + half)),
        })
    }

    /// Returns the order statistics of `join(a, b)` over the rounds of two contenders.
    pub(super) fn paired(ours: &[f64], theirs: &[f64], join: impl Fn(f64, f64) -> f64) -> Option<Self> {
        let joined: Vec<f64> = ours
            .iter()
            .zip(theirs)
            .map(|(&ours, &theirs)| join(ours, theirs))
            .collect();
        Self::of(&joined)
    }

    /// Returns the order statistics of the ratios of the rounds.
    pub(super) fn ratio(ours: &[f64], theirs: &[f64]) -> Option<Self> {
        Self::paired(ours, theirs, |ours, theirs| ours / theirs)
    }
}

/// Returns the quantile of sorted values at `share`.
fn between(sorted: &[f64], share: f64) -> f64 {
    let last = sorted.len().saturating_sub(1);
    #[allow(clippy::cast_precision_loss)] // A few hundred values.
    let place = share.clamp(0.0, 1.0) * last as f64;
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // Inside the slice.
    let (below, above) = (place.floor() as usize, place.ceil() as usize);
    let value = |index: usize| sorted.get(index).copied().unwrap_or(f64::NAN);
    value(below) + (value(above) - value(below)) * place.fract()
}

#[cfg(test)]
mod tests {
    use super::{Mean, Spread};

    #[test]
    fn the_standard_error_is_that_of_the_mean() {
        let mean = Mean::of(&[1.0, 3.0, 1.0, 3.0]).unwrap();
        assert!((mean.mean - 2.0).abs() < 1e-9 && (mean.error - (1.0_f64 / 3.0).sqrt()).abs() < 1e-9);
        assert_eq!(Mean::of(&[1.0]), None, "one value has no error");
    }

    #[test]
    fn the_median_and_quartiles_are_by_order_and_an_outlier_moves_none() {
        let spread = Spread::of(&[5.0, 1.0, 4.0, 2.0, 1000.0]).unwrap();
        assert_eq!((spread.median, spread.quartiles), (4.0, (2.0, 5.0)));
    }

    #[test]
    fn ratios_are_taken_within_rounds() {
        // The machine was ten times slower in the second round, for both.
        let ratio = Spread::ratio(&[2.0, 20.0, 2.0], &[1.0, 10.0, 1.0]).unwrap();
        assert_eq!((ratio.median, ratio.quartiles), (2.0, (2.0, 2.0)));
    }

    #[test]
    fn more_rounds_are_surer() {
        let width = |count: u32| {
            let values: Vec<f64> = (0..count).map(|n| f64::from(n % 10)).collect();
            let (low, high) = Spread::of(&values).unwrap().sure;
            high - low
        };
        assert!(width(1000) < width(20));
    }

    #[test]
    fn of_nothing_there_is_no_median() {
        assert_eq!(Spread::of(&[]), None);
    }
}
