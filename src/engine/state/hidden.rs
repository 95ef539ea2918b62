//! The connection of a hidden page.

/// The state of a hidden page's connection.
#[derive(Debug)]
pub(crate) struct Hiding {
    /// No attempt is planned until the page is seen, or something is to be sent.
    pub(crate) parked: bool,
    /// Its time has come, but a request is pending.
    pub(crate) due: bool,
    /// The caller is to say whether the connection is in use.
    pub(crate) checks: bool,
}

impl Hiding {
    pub(crate) const NONE: Self = Self {
        parked: false,
        due: false,
        checks: false,
    };
}
