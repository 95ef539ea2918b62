//! Messages that wait to be handed over.

use super::super::frame::Ask;
use super::super::ids::TabId;

/// A message that a tab has sent and that is not handed over.
#[derive(Debug)]
pub(super) struct Taken<P> {
    pub(super) tab: TabId,
    pub(super) number: u64,
    pub(super) payload: P,
    pub(super) request: Option<Ask>,
}
