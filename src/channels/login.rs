//! The connection's token: asked for when there is none, when it has expired, and after an attempt that failed with it.

use alloc::string::String;

use crate::engine::{Instant, Random, Span};

use super::config::Config;

#[derive(Debug)]
pub(super) struct Login {
    config: Config,
    random: Random,
    token: Option<String>,
    /// When the token expires.
    until: Instant,
    /// The present connection has opened.
    opened: bool,
    /// The ceiling of the delay after the next refusal.
    ceiling: Span,
    /// When another token is tried.
    retry_at: Option<Instant>,
}

impl Login {
    pub(super) const fn new(config: Config, seed: u64) -> Self {
        Self {
            config,
            random: Random::new(seed),
            token: None,
            until: Instant::NEVER,
            opened: false,
            ceiling: Span::ZERO,
            retry_at: None,
        }
    }

    pub(super) fn is_needed(&self, now: Instant) -> bool {
        self.token.is_none() || self.until <= now
    }

    pub(super) fn set(&mut self, now: Instant, token: String, lifetime: Option<Span>) {
        self.token = Some(token);
        self.until = lifetime.map_or(Instant::NEVER, |lifetime| now.saturating_add(lifetime));
    }

    pub(super) fn token(&self) -> Option<String> {
        self.token.clone()
    }

    /// Another connection takes the place of the present one, or there is none any more.
    pub(super) const fn begin(&mut self) {
        self.opened = false;
        self.retry_at = None;
    }

    pub(super) const fn opened(&mut self) {
        self.opened = true;
    }

    /// The connection has ended, or an attempt has failed. `refused` if the broker has refused the token, `follows` if another attempt
    /// follows by itself.
    pub(super) fn closed(&mut self, now: Instant, refused: bool, follows: bool) {
        // A failed attempt may be the token's fault: a browser doesn't tell the status.
        let had_one = if !self.opened || refused {
            self.token.take().is_some()
        } else {
            false
        };
        self.opened = false;
        if !refused {
            self.ceiling = Span::ZERO;
        } else if had_one && !follows {
            // The close code says that another attempt would end alike. With another token it may not.
            let delay = self.config.next_delay(&mut self.ceiling, &mut self.random);
            self.retry_at = Some(now.saturating_add(delay));
        }
    }

    pub(super) const fn retry_at(&self) -> Option<Instant> {
        self.retry_at
    }

    /// Returns true, once, if another token is to be tried now.
    pub(super) fn take_retry(&mut self, now: Instant) -> bool {
        let due = self.retry_at.is_some_and(|at| at <= now);
        if due {
            self.retry_at = None;
        }
        due
    }
}
