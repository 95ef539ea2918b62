//! Signals from the page: visibility, network, and lifecycle (being left, frozen, restored from the back/forward cache, or bfcache).

/// An event of the page: its visibility, its lifecycle or its network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Signal {
    /// The network is back.
    Online,
    /// The network is gone, or so the browser believes.
    Offline,
    /// The page is back: visible again, resumed, or restored from the back/forward cache.
    Wake,
    /// The page is hidden.
    Hidden,
    /// `beforeunload` was fired: the page may be about to be left. It is also fired if the user only starts a download.
    Leaving,
    /// The page has been left: it may be in the back/forward cache, until [`Signal::Wake`] or [`Signal::Restored`].
    Left,
    /// The page is back from the back/forward cache, but hidden.
    Restored,
    /// The wall clock ran ahead of the page's own: the machine slept, or somebody set the clock. Only proves that the connection
    /// should be probed.
    Jump,
}
