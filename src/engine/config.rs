//! What can be set, its defaults, and what is impossible.

use super::error::ConfigError;
use super::instant::Span;

/// Everything an [`Engine`](super::Engine) can be told in advance.
#[derive(Debug, Clone)]
pub struct Config {
    /// Whether and how to reconnect; `None` makes one connection, as the browser's class does.
    pub reconnect: Option<Reconnect>,
    /// Whether to ping a quiet line; `None` (the default) doesn't, since it needs a server that answers.
    pub heartbeat: Option<Heartbeat>,
    /// What may wait while no connection is open; `None` refuses to queue.
    pub queue: Option<QueueLimits>,
    /// Silence this long means a dead line, without any ping. Off by default: it can't tell a quiet server from a dead one.
    pub idle_timeout: Option<Span>,
    /// Sent bytes that don't move for this long mean a dead line. Off by default: it sees nothing while nothing is sent, nor
    /// what the operating system has taken but not delivered.
    pub stall_timeout: Option<Span>,
    /// Whether a connection that has opened is first shown to the application ([`Event::Authenticate`](super::Event::Authenticate)), and the
    /// queue held back until it is authenticated. Off by default.
    pub authenticates: bool,
    /// What a hidden page does with its connection. By default nothing.
    pub hidden: Hidden,
    /// Whether each attempt first asks for its URL ([`Output::Resolve`](super::Output::Resolve)). Off by default.
    pub resolves: bool,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            reconnect: Some(Reconnect::default()),
            heartbeat: None,
            queue: Some(QueueLimits::default()),
            idle_timeout: None,
            stall_timeout: None,
            authenticates: false,
            hidden: Hidden::default(),
            resolves: false,
        }
    }
}

/// When to try again.
#[derive(Debug, Clone)]
pub struct Reconnect {
    /// The first delay is drawn from half of this to all of it. Default 500 ms.
    pub min_delay: Span,
    /// No delay is drawn above this. Default 8 s.
    pub max_delay: Span,
    /// By how much the draw moves and widens each time; 1 or more. The n-th delay in a row is drawn from 3/8 of
    /// `min_delay * factor^n` to all of it, but for the first. Default 2.
    pub factor: f64,
    /// This many failures in a row end it; 1 or more. A connection that opened but did not last for `stable_after` counts.
    /// Default: no limit.
    pub max_attempts: u32,
    /// An attempt that has not opened by then is abandoned. Default 10 s.
    pub connect_timeout: Span,
    /// How long a connection must last before delays start over. Default 5 s.
    pub stable_after: Span,
    /// Whether a connection without a heartbeat is made anew when the page is back after it was hidden for long, and nothing was heard
    /// meanwhile. Default: yes.
    pub on_wake: bool,
    /// Whether to ask the application before each further attempt
    /// ([`Event::ShouldReconnect`](super::Event::ShouldReconnect)). Default: no.
    pub asks: bool,
}

impl Default for Reconnect {
    fn default() -> Self {
        Self {
            min_delay: Span::from_millis(500),
            max_delay: Span::from_millis(8_000),
            factor: 2.0,
            max_attempts: u32::MAX,
            connect_timeout: Span::from_millis(10_000),
            stable_after: Span::from_millis(5_000),
            on_wake: true,
            asks: false,
        }
    }
}

/// How to find out that a quiet line is dead.
#[derive(Debug, Clone)]
pub struct Heartbeat {
    /// Silence before a ping. Default 25 s.
    pub interval: Span,
    /// How long an answer may take. Default 10 s.
    pub timeout: Span,
    /// Whether only a matching answer proves life; otherwise any message does. Default: any message.
    pub matches: bool,
}

impl Default for Heartbeat {
    fn default() -> Self {
        Self {
            interval: Span::from_millis(25_000),
            timeout: Span::from_millis(10_000),
            matches: false,
        }
    }
}

/// What may wait while no connection is open.
#[derive(Debug, Clone)]
pub struct QueueLimits {
    /// Messages at most. Default 1024.
    pub max_messages: u32,
    /// Bytes at most, as they will be on the wire before framing. Default 1 MiB.
    pub max_bytes: u64,
    /// A message that has waited this long is dropped, and reported ([`Event::Expired`](super::Event::Expired)). Requests have
    /// timeouts of their own. Default: no limit.
    pub max_age: Span,
}

impl Default for QueueLimits {
    fn default() -> Self {
        Self {
            max_messages: 1024,
            max_bytes: 1 << 20,
            max_age: Span::FOREVER,
        }
    }
}

/// What a hidden page does with its connection. It has the connection back when it is seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hidden {
    /// A connection is let go of when the page has been hidden for this long, and nothing needs it: no request is pending, and nothing is
    /// queued or in the browser's buffer. Else as soon as that is so. A message, or a request, makes a connection again.
    /// Default: never.
    pub close_after: Span,
    /// Whether attempts are made while the page is hidden; if not, they wait until it is seen. One that is under way then goes on.
    /// Default: yes.
    pub dial: bool,
}

impl Default for Hidden {
    fn default() -> Self {
        Self {
            close_after: Span::FOREVER,
            dial: true,
        }
    }
}

impl Config {
    /// Whether the configuration is possible.
    ///
    /// # Errors
    /// Names the first option that isn't, by its JavaScript name, and what it takes.
    pub fn check(&self) -> Result<(), ConfigError> {
        if let Some(reconnect) = &self.reconnect {
            require(reconnect.min_delay > Span::ZERO, ConfigError::MinDelay)?;
            require(reconnect.max_delay > Span::ZERO, ConfigError::MaxDelay)?;
            require(reconnect.min_delay <= reconnect.max_delay, ConfigError::MinAboveMax)?;
            require(
                reconnect.factor >= 1.0 && reconnect.factor.is_finite(),
                ConfigError::Factor,
            )?;
            require(reconnect.max_attempts > 0, ConfigError::MaxAttempts)?;
            require(reconnect.connect_timeout > Span::ZERO, ConfigError::ConnectTimeout)?;
        }
        if let Some(heartbeat) = &self.heartbeat {
            require(heartbeat.interval > Span::ZERO, ConfigError::HeartbeatInterval)?;
            require(heartbeat.timeout > Span::ZERO, ConfigError::HeartbeatTimeout)?;
        }
        require(
            self.queue.as_ref().is_none_or(|queue| queue.max_age > Span::ZERO),
            ConfigError::QueueMaxAge,
        )?;
        require(
            !self.authenticates || self.reconnect.is_some(),
            ConfigError::Authenticate,
        )?;
        require(self.hidden.close_after > Span::ZERO, ConfigError::HiddenCloseAfter)?;
        require(
            self.reconnect.is_some() || self.hidden == Hidden::default(),
            ConfigError::Hidden,
        )?;
        require(self.idle_timeout != Some(Span::ZERO), ConfigError::IdleTimeout)?;
        require(self.stall_timeout != Some(Span::ZERO), ConfigError::StallTimeout)
    }
}

const fn require(holds: bool, fault: ConfigError) -> Result<(), ConfigError> {
    if holds { Ok(()) } else { Err(fault) }
}
