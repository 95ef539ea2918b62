//! The state of a hidden page's connection: parked, due to be closed, being checked.

/// The state of a hidden page's connection.
#[derive(Debug)]
pub(crate) struct Hiding {
    /// True if the connection is parked: no attempt is planned until the page is visible, or something is to be sent
    /// and hidden pages dial.
    pub(crate) parked: bool,
    /// True if the connection should be closed, but a request is pending.
    pub(crate) due: bool,
    /// True while [`Output::CheckIdle`](super::super::output::Output::CheckIdle) has no answer yet.
    pub(crate) checks: bool,
}

impl Hiding {
    pub(crate) const NONE: Self = Self {
        parked: false,
        due: false,
        checks: false,
    };
}
