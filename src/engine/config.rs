//! The options, their defaults, and which values are valid.

use super::error::ConfigError;
use super::instant::Span;

/// The configuration of an [`Engine`](super::Engine).
///
/// Write it, and the structs in it, with `..Config::default()` at the end: a minor release may add fields.
#[derive(Debug, Clone)]
pub struct Config {
    /// Reconnection. `None` makes one connection, as the browser's class does. Default: on.
    pub reconnect: Option<Reconnect>,
    /// Heartbeat (keepalive). `None` (the default) sends no pings; the server must answer them.
    pub heartbeat: Option<Heartbeat>,
    /// Limits of the send queue. `None` refuses messages while no connection is open.
    pub queue: Option<QueueLimits>,
    /// Abandons the connection after this much silence, without pinging. Default: never, because a quiet server looks
    /// the same as a dead one.
    pub idle_timeout: Span,
    /// Abandons the connection if `bufferedAmount` has not decreased for this long. Default: never, because it works only while
    /// data is being sent, and can't see data that the operating system has already accepted.
    pub stall_timeout: Span,
    /// True if each connection is authenticated first ([`Event::Authenticate`](super::Event::Authenticate)). The queue waits until then.
    /// Off by default.
    pub authenticates: bool,
    /// Connections of a hidden page. By default they are kept.
    pub hidden: Hidden,
    /// True to resolve the URL before each attempt ([`Output::Resolve`](super::Output::Resolve)). Off by default.
    pub resolves: bool,
    /// True to make no attempt before the first message, request, [`Engine::connect`](super::Engine::connect) or
    /// [`Engine::reconnect`](super::Engine::reconnect). Off by default.
    pub lazy: bool,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            reconnect: Some(Reconnect::default()),
            heartbeat: None,
            queue: Some(QueueLimits::default()),
            idle_timeout: Span::FOREVER,
            stall_timeout: Span::FOREVER,
            authenticates: false,
            hidden: Hidden::default(),
            resolves: false,
            lazy: false,
        }
    }
}

/// Reconnection: backoff, timeouts and limits.
#[derive(Debug, Clone)]
pub struct Reconnect {
    /// The first delay is drawn from half of this to all of it. Default 500 ms.
    pub min_delay: Span,
    /// The longest delay of the backoff. A server may ask for more: by 1012, 1013 or `retryAfter`. Default 8 s.
    pub max_delay: Span,
    /// The growth of the delays; 1 or more. From the second on, the n-th delay in a row is drawn from 3/8 of `min_delay * factor^n` to
    /// all of it, and never below `min_delay / 2`. Default 2.
    pub factor: f64,
    /// The number of failures in a row after which the socket closes; 1 or more. A connection that opened but did
    /// not last for `stable_after` counts. Default: no limit.
    pub max_attempts: u32,
    /// An attempt that has not opened by then is abandoned. Default 10 s.
    pub connect_timeout: Span,
    /// The time after which an open connection resets the backoff. Default 5 s.
    pub stable_after: Span,
    /// True to replace a connection without a heartbeat when a hidden page is visible again and nothing was received for the last 10 s
    /// or more, or the machine slept. It is kept while a request is pending. Default: true.
    pub on_wake: bool,
    /// True to ask the application before each further attempt
    /// ([`Event::ShouldReconnect`](super::Event::ShouldReconnect)). Default: false.
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

/// Heartbeat: pings a silent connection.
#[derive(Debug, Clone)]
pub struct Heartbeat {
    /// Silence before a ping. Default 25 s.
    pub interval: Span,
    /// The time to wait for a pong. Default 10 s.
    pub timeout: Span,
    /// True if only a matching pong proves life. By default any message does.
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

/// Limits of the send queue.
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

/// Connections of a hidden page. The page reconnects when it is visible again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hidden {
    /// The time after which a hidden page's connection is closed. A connection in use is closed when nothing needs it any more: no
    /// request is pending, and nothing is queued or in the browser's buffer. A message or a request opens a connection again.
    /// Default: never.
    pub close_after: Span,
    /// True if attempts are made while the page is hidden. Otherwise they wait until it is visible; one under way continues.
    /// Default: true.
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
    /// Checks the configuration.
    ///
    /// # Errors
    /// Returns the first invalid option, which names its valid values.
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
        require(!self.lazy || self.reconnect.is_some(), ConfigError::Lazy)?;
        require(self.hidden.close_after > Span::ZERO, ConfigError::HiddenCloseAfter)?;
        require(
            self.reconnect.is_some() || self.hidden == Hidden::default(),
            ConfigError::Hidden,
        )?;
        require(self.idle_timeout > Span::ZERO, ConfigError::IdleTimeout)?;
        require(self.stall_timeout > Span::ZERO, ConfigError::StallTimeout)
    }
}

const fn require(holds: bool, fault: ConfigError) -> Result<(), ConfigError> {
    if holds { Ok(()) } else { Err(fault) }
}
