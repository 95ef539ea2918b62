//! Medians and how sure they are. Nothing is averaged: on a machine that others use, a few rounds are always far off.

/// A set of values by its order.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Spread {
    /// The middle half of the values lies between these two.
    pub(super) quartiles: (f64, f64),
    pub(super) median: f64,
    /// Where the median of ever more values would be, in 19 cases of 20: what chance has left open.
    pub(super) sure: (f64, f64),
}

impl Spread {
    /// Of at least one value.
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

    /// Of what `join` makes of the values of two contenders, round by round.
    pub(super) fn paired(ours: &[f64], theirs: &[f64], join: impl Fn(f64, f64) -> f64) -> Option<Self> {
        let joined: Vec<f64> = ours
            .iter()
            .zip(theirs)
            .map(|(&ours, &theirs)| join(ours, theirs))
            .collect();
        Self::of(&joined)
    }

    /// Ratios within the rounds.
    pub(super) fn ratio(ours: &[f64], theirs: &[f64]) -> Option<Self> {
        Self::paired(ours, theirs, |ours, theirs| ours / theirs)
    }
}

/// The value at a share of the way through sorted values.
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
    use super::Spread;

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
