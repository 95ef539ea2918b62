//! What came of it.

use crate::input::Millis;

/// What a simulation found.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// How many clients there were.
    pub clients: u32,
    /// Attempts in all, from the loss on.
    pub attempts: u64,
    /// Attempts in each second since the loss.
    pub by_second: Vec<u32>,
    /// How many were back at the end of each second since the loss.
    pub back: Vec<u32>,
    /// For how long each client was away, in milliseconds, in order.
    pub away: Vec<u32>,
    /// What was told to clients, in all.
    pub steps: u64,
}

impl Report {
    pub(crate) fn attempt(&mut self, since: Millis) {
        self.attempts += 1;
        *second(&mut self.by_second, since) += 1;
    }

    pub(crate) fn is_back(&mut self, since: Millis, away: Millis) {
        *second(&mut self.back, since) += 1;
        self.away.push(u32::try_from(away).unwrap_or(u32::MAX));
    }

    pub(crate) fn finish(&mut self) {
        self.away.sort_unstable();
        let mut sum = 0;
        for back in &mut self.back {
            sum += *back;
            *back = sum;
        }
    }

    /// The most attempts in one second.
    #[must_use]
    pub fn peak(&self) -> u32 {
        self.by_second.iter().copied().max().unwrap_or_default()
    }

    /// For how long this share of the clients was away at most, in seconds; `None` if not so many came back.
    #[must_use]
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss
    )] // Ranks among millions.
    pub fn away_at_most(&self, share: f64) -> Option<f64> {
        let rank = (f64::from(self.clients) * share).ceil() as usize;
        let away = self.away.get(rank.checked_sub(1)?)?;
        Some(f64::from(*away) / 1000.0)
    }

    /// Jain's index of the times away: 1 if all were away equally long, 1/n if one was for all of it.
    #[must_use]
    #[allow(clippy::cast_precision_loss)] // Of millions.
    pub fn fairness(&self) -> f64 {
        let (sum, squares) = self.away.iter().fold((0.0, 0.0), |(sum, squares), &away| {
            let away = f64::from(away);
            (sum + away, squares + away * away)
        });
        if squares == 0.0 {
            1.0
        } else {
            sum * sum / (self.away.len() as f64 * squares)
        }
    }
}

#[allow(clippy::cast_possible_truncation)] // Seconds.
fn second(seconds: &mut Vec<u32>, since: Millis) -> &mut u32 {
    let index = (since / 1000) as usize;
    if seconds.len() <= index {
        seconds.resize(index + 1, 0);
    }
    &mut seconds[index]
}
