//! A tab that the hub no longer trusts to be there.

use crate::engine::Instant;

use super::super::ids::TabId;

/// A tab that seems to be gone.
#[derive(Debug)]
pub(super) struct Suspect {
    pub(super) tab: TabId,
    /// When it is looked up; never again while the result is awaited.
    pub(super) look_up_at: Instant,
}
