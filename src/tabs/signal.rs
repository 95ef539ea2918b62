//! Signals of the page.

/// What happens to the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Signal {
    /// `visibilitychange` to visible.
    Visible,
    /// `visibilitychange` to hidden.
    Hidden,
    /// `freeze` or `pagehide`: the page goes where nothing reaches it, perhaps for good.
    Away,
    /// `resume` or `pageshow`: it is back.
    Back,
}
