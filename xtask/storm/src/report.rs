//! The results of a simulation.

use crate::input::Millis;

/// The results of a simulation.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// The number of clients.
    pub clients: u32,
    /// All attempts since the loss.
    pub attempts: u64,
    /// Attempts in each second since the loss.
    pub by_second: Vec<u32>,
    /// The number of clients that were connected again, at the end of each second since the loss.
    pub back: Vec<u32>,
    /// The time each client was disconnected, in milliseconds, sorted.
    pub away: Vec<u32>,
    /// The number of inputs of all clients.
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

    /// Returns the quantile of the times disconnected, in seconds; `None` if fewer clients reconnected.
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

    /// Returns Jain's fairness index of the times disconnected: 1 if all are equal, 1/n if one client has all of the time.
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
