//! Signals of the page.

/// A change in the page's life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Signal {
    /// `visibilitychange` to visible.
    Visible,
    /// `visibilitychange` to hidden.
    Hidden,
    /// `freeze` or `pagehide`: the page goes where nothing reaches it, perhaps for good.
    Away,
    /// `pagehide` of a page that is not kept: it will not be back.
    Unload,
    /// `resume` or `pageshow`: it is back.
    Back,
}
