//! All sockets of a world, and when something next arrives or leaves on a connection: kept in order, because a world may have thousands.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;

use super::ids::SocketId;
use super::socket::{Socket, Way};
use super::time::Instant;

/// When something next arrives or leaves, up and down.
type Times = [Option<Instant>; 2];

/// The sockets of all pages of a world.
#[derive(Debug, Default)]
pub(super) struct Sockets {
    all: BTreeMap<SocketId, Socket>,
    /// Those with a connection that carries something, or may yet.
    carrying: BTreeSet<SocketId>,
    /// The times of those, as noted.
    order: BTreeSet<(Instant, SocketId, Way)>,
    noted: BTreeMap<SocketId, Times>,
    /// Those that may have changed since their times were noted.
    changed: BTreeSet<SocketId>,
}

#[allow(clippy::trivially_copy_pass_by_ref)] // As a map takes them.
impl Sockets {
    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    pub(super) fn insert(&mut self, id: SocketId, socket: Socket) {
        self.all.insert(id, socket);
    }

    pub(super) fn get(&self, id: &SocketId) -> Option<&Socket> {
        self.all.get(id)
    }

    pub(super) fn get_mut(&mut self, id: &SocketId) -> Option<&mut Socket> {
        if self.carrying.contains(id) {
            self.changed.insert(*id);
        }
        self.all.get_mut(id)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&SocketId, &Socket)> {
        self.all.iter()
    }

    /// The connection of a socket carries something from now on.
    pub(super) fn begin_to_carry(&mut self, id: SocketId) {
        self.carrying.insert(id);
        self.changed.insert(id);
    }

    pub(super) fn end_to_carry(&mut self, id: SocketId) {
        self.carrying.remove(&id);
        self.changed.insert(id);
    }

    pub(super) fn carries(&self, id: SocketId) -> bool {
        self.carrying.contains(&id)
    }

    /// Returns those that carry something, in the order in which they were made.
    pub(super) fn carrying(&self) -> Vec<SocketId> {
        self.carrying.iter().copied().collect()
    }

    /// Returns when something next arrives or leaves on any connection.
    pub(super) fn next_at(&self) -> Option<Instant> {
        let changed = self.changed.iter().flat_map(|id| self.times(*id)).flatten();
        let noted = self.order.iter().find(|(_, id, _)| !self.changed.contains(id));
        changed.chain(noted.map(|(at, ..)| *at)).min()
    }

    /// Returns the first connection on which something is due: at one time, that of the oldest socket.
    pub(super) fn first_due(&mut self, now: Instant) -> Option<(SocketId, Way)> {
        for id in core::mem::take(&mut self.changed) {
            self.note(id);
        }
        let (at, id, way) = *self.order.first()?;
        (at <= now).then_some((id, way))
    }

    fn times(&self, id: SocketId) -> Times {
        let socket = self.all.get(&id).filter(|_| self.carrying.contains(&id));
        socket.map_or([None, None], |socket| [socket.up.next_at(), socket.down.next_at()])
    }

    fn note(&mut self, id: SocketId) {
        let times = self.times(id);
        let old = self.noted.insert(id, times).unwrap_or_default();
        for ((way, old), new) in [Way::Up, Way::Down].into_iter().zip(old).zip(times) {
            if let Some(at) = old {
                self.order.remove(&(at, id, way));
            }
            if let Some(at) = new {
                self.order.insert((at, id, way));
            }
        }
        if times == [None, None] {
            self.noted.remove(&id);
        }
    }
}
