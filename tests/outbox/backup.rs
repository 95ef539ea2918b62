//! Restores the server of a [`World`] from a backup: it has less than it has told.

use std::collections::{BTreeMap, BTreeSet};

use crate::world::{Id, World};

/// The server's state, as it was once.
#[derive(Clone, Debug)]
pub(crate) struct Backup {
    last: BTreeMap<usize, u64>,
    effects: usize,
    done: BTreeSet<Id>,
    refused: BTreeSet<Id>,
}

impl World {
    pub(crate) fn take_backup(&mut self) {
        self.backup = Some(Backup {
            last: self.last.clone(),
            effects: self.effects.len(),
            done: self.done.clone(),
            refused: self.refused.clone(),
        });
    }

    /// The server begins anew with the last backup. Nothing that was sent to it before is on the way any more.
    pub(crate) fn restore_backup(&mut self) {
        let Some(backup) = self.backup.clone() else { return };
        self.was_restored = true;
        self.restart();
        let had: Vec<Id> = self.done.union(&self.refused).copied().collect();
        self.last = backup.last;
        self.effects.truncate(backup.effects);
        self.done = backup.done;
        self.refused = backup.refused;
        let has = |message: &Id| self.done.contains(message) || self.refused.contains(message);
        self.lost.extend(had.into_iter().filter(|message| !has(message)));
    }
}
