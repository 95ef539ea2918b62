//! Which channels the connection has. nchan refuses a connection as a whole, so a channel that is refused is found by trials.

use alloc::collections::VecDeque;
use alloc::vec::Vec;

use crate::channels::ids::ChannelId;

/// An end of an attempt or a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ended {
    /// The connection, or the attempt to have one, is lost.
    Lost,
    /// Channels were tried beside those that are known to be allowed. These alone are dialled at once.
    TrialFailed,
}

/// How far the next connection is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Attempt {
    /// There is no attempt.
    None,
    /// It was asked for, and has not begun yet.
    Asked,
    /// It is on its way.
    Dialing,
}

#[derive(Debug)]
pub(super) struct Sets {
    /// The channels that were in a connection that opened.
    allowed: Vec<ChannelId>,
    /// Groups that are to be tried.
    groups: VecDeque<Vec<ChannelId>>,
    /// The channels of the attempt or the connection, in the order of its URL.
    dialed: Vec<ChannelId>,
    /// The group that is tried with them.
    trial: Vec<ChannelId>,
    /// The group whose trial failed. It is at fault if the allowed ones can be connected.
    suspect: Vec<ChannelId>,
    open: bool,
    /// There is a connection, or after a loss another attempt will follow.
    kept: bool,
    attempt: Attempt,
    /// Groups were split while it could as well be the network's fault.
    blind: bool,
    /// How many attempts with allowed channels alone have failed.
    failures: u32,
}

impl Sets {
    pub(super) const fn new() -> Self {
        Self {
            allowed: Vec::new(),
            groups: VecDeque::new(),
            dialed: Vec::new(),
            trial: Vec::new(),
            suspect: Vec::new(),
            open: false,
            kept: false,
            attempt: Attempt::None,
            blind: false,
            failures: 0,
        }
    }

    /// True if there is a connection, or attempts to have one.
    pub(super) const fn is_kept(&self) -> bool {
        self.kept
    }

    /// Returns the channels of the attempt or the connection, in the order of its URL.
    pub(super) fn dialed(&self) -> &[ChannelId] {
        &self.dialed
    }

    pub(super) const fn is_open(&self) -> bool {
        self.open
    }

    /// True if a connection is wanted, and there is none.
    pub(super) const fn is_away(&self) -> bool {
        self.kept && !self.open
    }

    /// True if no channel is wanted.
    pub(super) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns how many channels are wanted.
    pub(super) fn len(&self) -> usize {
        let groups: usize = self.groups.iter().map(Vec::len).sum();
        self.allowed.len() + groups + self.trial.len() + self.suspect.len()
    }

    fn has(&self, id: ChannelId) -> bool {
        let mut all = self.allowed.iter().chain(&self.trial).chain(&self.suspect);
        all.any(|one| *one == id) || self.groups.iter().flatten().any(|one| *one == id)
    }

    /// These are wanted. Those that are known already stay what they are.
    pub(super) fn add(&mut self, ids: impl IntoIterator<Item = ChannelId>) {
        let new: Vec<ChannelId> = ids.into_iter().filter(|id| !self.has(*id)).collect();
        if !new.is_empty() {
            self.groups.push_back(new);
        }
    }

    pub(super) fn remove(&mut self, id: ChannelId) {
        for group in self
            .groups
            .iter_mut()
            .chain([&mut self.allowed, &mut self.trial, &mut self.suspect])
        {
            group.retain(|one| *one != id);
        }
        self.groups.retain(|group| !group.is_empty());
    }

    /// True if another connection is to be dialled now: there is none, or the present one lacks a channel or has one too many.
    pub(super) fn ask(&mut self) -> bool {
        let wanted = |id: &ChannelId| self.allowed.contains(id);
        let differs = !self.groups.is_empty() || !self.dialed.iter().all(wanted);
        let due = self.attempt == Attempt::None && !self.is_empty() && (!self.kept || self.open && differs);
        if due {
            self.attempt = Attempt::Asked;
            self.kept = true;
        }
        due
    }

    /// An attempt begins. Chooses its channels.
    pub(super) fn dial(&mut self) {
        self.kept = true;
        if !self.trial.is_empty() {
            self.groups.push_front(core::mem::take(&mut self.trial));
        }
        let alone = !self.suspect.is_empty() || !self.open;
        if self.allowed.is_empty() || !alone {
            self.trial = self.groups.pop_front().unwrap_or_default();
        }
        self.dialed.clone_from(&self.allowed);
        self.dialed.extend(&self.trial);
        self.attempt = Attempt::Dialing;
    }

    /// The connection is open. Returns a channel that is refused, if that is proven now.
    pub(super) fn opened(&mut self) -> Option<ChannelId> {
        self.open = true;
        self.attempt = Attempt::None;
        self.failures = 0;
        self.allowed.append(&mut self.trial);
        let guilty = core::mem::take(&mut self.suspect);
        if core::mem::take(&mut self.blind) {
            // The network was at fault, as far as is known.
            let all: Vec<ChannelId> = self.groups.drain(..).flatten().collect();
            if !all.is_empty() {
                self.groups.push_back(all);
            }
        }
        if let [one] = guilty[..] {
            return Some(one);
        }
        let (one, other) = guilty.split_at(guilty.len() / 2);
        for half in [other, one] {
            if !half.is_empty() {
                self.groups.push_front(half.to_vec());
            }
        }
        None
    }

    /// The connection or the attempt has ended.
    pub(super) fn ended(&mut self) -> Ended {
        let attempt = self.attempt == Attempt::Dialing;
        self.attempt = Attempt::None;
        let swap = attempt && self.open;
        self.open = false;
        if !attempt {
            return Ended::Lost;
        }
        let trial = core::mem::take(&mut self.trial);
        if swap && !trial.is_empty() && !self.allowed.is_empty() {
            self.suspect = trial;
            return Ended::TrialFailed;
        }
        if !self.suspect.is_empty() {
            self.groups.push_front(core::mem::take(&mut self.suspect));
        } else if trial.is_empty() {
            self.failures = self.failures.saturating_add(1);
            if self.failures >= 2 && self.allowed.len() > 1 {
                // One of them may be allowed no longer.
                self.failures = 0;
                self.blind = true;
                self.groups.push_front(core::mem::take(&mut self.allowed));
            }
        } else {
            self.blind = true;
            let (one, other) = trial.split_at(trial.len() / 2);
            for half in [one, other] {
                if !half.is_empty() {
                    self.groups.push_back(half.to_vec());
                }
            }
        }
        Ended::Lost
    }

    /// No connection is wanted.
    pub(super) fn closed(&mut self) {
        self.open = false;
        self.kept = false;
        self.attempt = Attempt::None;
        self.dialed.clear();
    }
}
