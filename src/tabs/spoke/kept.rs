//! The messages and requests that a tab keeps after it has sent them.

use alloc::vec::Vec;

use crate::engine::Instant;

use super::super::ids::RequestNumber;
use super::super::request::Request;

/// A message that no hub has begun to hand over.
#[derive(Debug)]
pub(crate) struct Unsent<P> {
    /// Its number in the term.
    pub(super) number: u64,
    pub(super) payload: P,
    pub(super) bytes: u64,
    pub(super) request: Option<RequestNumber>,
}

/// Those of a tab, in order.
#[derive(Debug)]
pub(crate) struct Waiting<P> {
    all: Vec<Unsent<P>>,
    /// The sum of their bytes.
    bytes: u64,
}

impl<P> Waiting<P> {
    pub(super) const fn new() -> Self {
        let all = Vec::new();
        Self { all, bytes: 0 }
    }

    pub(super) const fn len(&self) -> usize {
        self.all.len()
    }

    pub(super) const fn bytes(&self) -> u64 {
        self.bytes
    }

    pub(super) fn first(&self) -> Option<&Unsent<P>> {
        self.all.first()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Unsent<P>> {
        self.all.iter()
    }

    pub(super) fn push(&mut self, unsent: Unsent<P>) {
        self.bytes = self.bytes.saturating_add(unsent.bytes);
        self.all.push(unsent);
    }

    pub(super) fn retain(&mut self, mut keep: impl FnMut(&Unsent<P>) -> bool) {
        let bytes = &mut self.bytes;
        self.all.retain(|unsent| {
            let kept = keep(unsent);
            if !kept {
                *bytes = bytes.saturating_sub(unsent.bytes);
            }
            kept
        });
    }

    pub(super) fn take(&mut self) -> Vec<Unsent<P>> {
        self.bytes = 0;
        core::mem::take(&mut self.all)
    }
}

/// A request that is not settled.
#[derive(Debug)]
pub(crate) struct Pending<P> {
    pub(super) number: RequestNumber,
    pub(super) request: Request,
    pub(super) deadline: Instant,
    /// The message, if it may be sent again.
    pub(super) again: Option<(P, u64)>,
    /// True once a hub has begun to hand it over.
    pub(super) handed: bool,
}
