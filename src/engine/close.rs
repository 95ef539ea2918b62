//! Close codes: which are final, and the least delay that a code or `retryAfter` asks for.

use super::instant::Span;

/// Codes the engine itself names; see [RFC 6455, section 7.4](https://www.rfc-editor.org/rfc/rfc6455#section-7.4) and the
/// [IANA registry](https://www.iana.org/assignments/websocket/websocket.xhtml#close-code-number).
const ABNORMAL: u16 = 1006;
const SERVICE_RESTART: u16 = 1012;
const TRY_AGAIN_LATER: u16 = 1013;

/// The registry asks clients to reconnect after a random delay of 5 to 30 s when the close code is 1012. The same is done for 1013.
const RESTART_LEAST: Span = Span::from_millis(5_000);
const RESTART_MOST: Span = Span::from_millis(30_000);

/// That random delay is at most this multiple of `max_delay`: a user who set 1 s expects reconnects within seconds.
const RESTART_PATIENCE: f64 = 4.0;

/// A server can ask for a day at most. A longer delay is probably a mistake in its unit.
const LONGEST: Span = Span::from_millis(24 * 60 * 60 * 1_000);

/// The timeout of the closing handshake. Browsers have shorter ones (Chromium: one minute); this one is for transports without.
pub(super) const CLOSE_TIMEOUT: Span = Span::from_millis(75_000);

/// The fields of a `close` event that come from the transport.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Close {
    /// The close code; 1006 for a connection that ended without a closing handshake.
    pub code: u16,
    /// True if the closing handshake was completed.
    pub clean: bool,
    /// The least delay a server asked for in its reason (`{"retryAfter": ms}`), if it did.
    pub retry_after: Option<Span>,
}

impl Close {
    /// A connection that ended without a closing handshake.
    pub const ABNORMAL: Self = Self {
        code: ABNORMAL,
        clean: false,
        retry_after: None,
    };

    /// True if the close code is final: 1000, 1002, 1003, 1007 to 1010 (1008 is a policy violation), and the application's own
    /// 4400 to 4499 (4xx as in HTTP: the client is at fault). 4408, 4425 and 4429 are not final, because their models (Request
    /// Timeout, Too Early, Too Many Requests) ask to be repeated. No end with a `retry_after` is final.
    #[must_use]
    pub const fn is_final(&self) -> bool {
        let again = self.retry_after.is_some() || matches!(self.code, 4408 | 4425 | 4429);
        !again && matches!(self.code, 1000 | 1002 | 1003 | 1007..=1010 | 4400..=4499)
    }

    /// Returns the least delay before the next attempt: what `retryAfter` asks for, up to a day; for 1012 and 1013 alone 5 s, or
    /// `max_delay` if that is less.
    #[must_use]
    pub fn least_delay(&self, max_delay: Span) -> Span {
        match (self.retry_after, self.code) {
            (Some(asked), _) => asked.min(LONGEST),
            (None, SERVICE_RESTART | TRY_AGAIN_LATER) => RESTART_LEAST.min(max_delay),
            (None, _) => Span::ZERO,
        }
    }

    /// Returns the greatest delay, if the close code asks for a random one. A server that sends `retryAfter` has spread its clients
    /// itself.
    pub(super) fn greatest_delay(&self, max_delay: Span) -> Option<Span> {
        match (self.retry_after, self.code) {
            (None, SERVICE_RESTART | TRY_AGAIN_LATER) => {
                Some(RESTART_MOST.min(max_delay.saturating_mul(RESTART_PATIENCE)))
            }
            _ => None,
        }
    }
}
