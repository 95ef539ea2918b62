use crate::engine::Span;

/// The configuration of a box.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Config {
    /// The most messages that wait for an answer at a time; at least 1.
    pub window: usize,
    /// How the box goes on after a message that the server refuses.
    pub after_refusal: AfterRefusal,
    /// The first wait after a message that the server can't do now. It doubles up to [`Config::max_retry`].
    pub min_retry: Span,
    /// The longest of these waits.
    pub max_retry: Span,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            window: 32,
            after_refusal: AfterRefusal::Continue,
            min_retry: Span::from_millis(500),
            max_retry: Span::from_millis(30_000),
        }
    }
}

/// How a box goes on after a message that the server refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AfterRefusal {
    /// With the next.
    Continue,
    /// Nothing more is sent until `resume()`. What was sent before is not called back.
    Stop,
}
