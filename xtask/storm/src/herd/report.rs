//! The results of a herd.

use crate::input::Millis;

/// The results of a herd.
#[derive(Debug, Clone, Default)]
pub struct HerdReport {
    /// The number of clients.
    pub clients: u32,
    /// The number of channels of each.
    pub channels: u32,
    /// Attempts to connect.
    pub attempts: u64,
    /// Messages that ask the broker to subscribe channels.
    pub requests: u64,
    /// Subscriptions that they ask for in all.
    pub subscriptions: u64,
    /// Those that the broker handled. The rest were asked for on connections that ended before.
    pub handled: u64,
    /// Those asked for in each second since the loss.
    pub by_second: Vec<u64>,
    /// The time that each client was without all its channels, in milliseconds, sorted.
    pub away: Vec<u32>,
}

impl HerdReport {
    pub(super) fn asked(&mut self, since: Millis, channels: u32) {
        self.requests += 1;
        self.subscriptions += u64::from(channels);
        let second = usize::try_from(since / 1000).unwrap_or(usize::MAX);
        if self.by_second.len() <= second {
            self.by_second.resize(second + 1, 0);
        }
        if let Some(asked) = self.by_second.get_mut(second) {
            *asked += u64::from(channels);
        }
    }

    /// The most subscriptions that were asked for in one second.
    #[must_use]
    pub fn peak(&self) -> u64 {
        self.by_second.iter().copied().max().unwrap_or_default()
    }

    /// Returns the subscriptions handled for each that was needed: 1 if none was handled twice.
    #[must_use]
    #[allow(clippy::cast_precision_loss)] // Of millions.
    pub fn work(&self) -> f64 {
        self.handled as f64 / (f64::from(self.clients) * f64::from(self.channels))
    }

    /// Returns the quantile of the times without all channels, in seconds; `None` if fewer clients have them.
    #[must_use]
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // Ranks among millions.
    pub fn away_at_most(&self, share: f64) -> Option<f64> {
        let rank = (f64::from(self.clients) * share).ceil() as usize;
        let away = self.away.get(rank.checked_sub(1)?)?;
        Some(f64::from(*away) / 1000.0)
    }
}
