//! Pages that share a box: the storage gives the numbers, one page owns the box and sends. The disk loses what was written last, at a loss
//! of power, or is restored from a backup; the server remembers.

use std::collections::{BTreeMap, BTreeSet};

use holdfast_ws::engine::{Instant, Span};
use holdfast_ws::outbox::{Config, Counter, Numbers, Outbox, Output};

use crate::shared_network::{Connection, Frame};

const LONG: Span = Span::from_millis(1_000_000_000);

/// Small, so that pages come to its end.
const BLOCK: u64 = 8;

/// A message, whatever its number is.
pub(crate) type Id = usize;

#[derive(Clone, Debug, Default)]
pub(crate) struct Disk {
    counter: Counter,
    messages: BTreeMap<u64, Id>,
}

#[derive(Debug)]
pub(crate) struct Owned {
    pub(crate) outbox: Outbox,
    /// The messages that it holds, by number.
    messages: BTreeMap<u64, Id>,
    /// The last number that was read.
    known: u64,
    /// Set while messages that were displaced wait for other numbers.
    displaced: Option<(u64, u64)>,
    removes: Vec<(u64, bool)>,
    /// The counter that is to be written.
    opening: Option<u64>,
}

#[derive(Debug)]
struct Page {
    numbers: Numbers,
    owned: Option<Owned>,
}

#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) now: Instant,
    window: usize,
    pages: BTreeMap<usize, Page>,
    next_page: usize,
    next_id: Id,
    owner: Option<usize>,
    disk: Disk,
    /// The disk as it would be after a loss of power: before each write since the last strict one.
    unsafe_tail: Vec<Disk>,
    backup: Option<Disk>,
    pub(crate) connections: Vec<Connection>,
    pub(crate) last: u64,
    pub(crate) done: Vec<Id>,
    /// The messages that are to be done in the end.
    owed: BTreeSet<Id>,
    /// The messages that pages have stored after the disk was restored, and left before the server was asked: nobody can tell them from
    /// those that the server has done.
    doubtful: BTreeSet<Id>,
    pub(crate) ahead: usize,
    pub(crate) displaced: usize,
    pub(crate) has_lost: bool,
    pub(crate) was_restored: bool,
}

impl Shared {
    pub(crate) fn new(window: usize) -> Self {
        Shared {
            now: Instant::from_millis(0),
            window,
            pages: BTreeMap::new(),
            next_page: 0,
            next_id: 0,
            owner: None,
            disk: Disk::default(),
            unsafe_tail: Vec::new(),
            backup: None,
            connections: Vec::new(),
            last: 0,
            done: Vec::new(),
            owed: BTreeSet::new(),
            doubtful: BTreeSet::new(),
            ahead: 0,
            displaced: 0,
            has_lost: false,
            was_restored: false,
        }
    }

    pub(crate) fn pages(&self) -> Vec<usize> {
        self.pages.keys().copied().collect()
    }

    pub(crate) fn open_page(&mut self) -> usize {
        self.next_page += 1;
        let page = Page {
            numbers: Numbers::new(BLOCK),
            owned: None,
        };
        self.pages.insert(self.next_page, page);
        self.next_page
    }

    fn write(&mut self, is_strict: bool, change: impl FnOnce(&mut Disk)) {
        if !is_strict {
            self.unsafe_tail.push(self.disk.clone());
        }
        change(&mut self.disk);
        if is_strict {
            self.unsafe_tail.clear();
        }
    }

    /// Stores messages of one task, unless the transaction fails.
    pub(crate) fn deliver(&mut self, id: usize, count: u64, succeeds: bool) {
        let Some(page) = self.pages.get_mut(&id) else { return };
        let given = page.numbers.take(self.disk.counter, count);
        assert!(given.first > self.disk.counter.last, "each number is given once");
        assert!(given.counter.last <= given.counter.reserved);
        if !succeeds {
            return;
        }
        page.numbers.handle_stored();
        let ids: Vec<Id> = (0..count).map(|_| self.take_id()).collect();
        self.write(given.is_strict, |disk| {
            disk.counter = given.counter;
            disk.messages.extend((given.first..).zip(ids));
        });
    }

    fn take_id(&mut self) -> Id {
        self.next_id += 1;
        self.owed.insert(self.next_id);
        self.next_id
    }

    /// The page owns the box from now on.
    pub(crate) fn own(&mut self, id: usize) {
        if self.owner == Some(id) {
            return;
        }
        self.disown(0);
        let Some(page) = self.pages.get_mut(&id) else { return };
        let before = page.numbers.see(self.disk.counter);
        if self.was_restored {
            let read = self.disk.messages.range(..=before.min(self.last));
            self.doubtful.extend(read.map(|(_, id)| *id));
        }
        let mut config = Config::default();
        config.window = self.window;
        let mut outbox = Outbox::new(config);
        outbox.handle_counter(self.disk.counter, before);
        for number in self.disk.messages.keys() {
            outbox.restore(*number, self.now.saturating_add(LONG));
        }
        page.owned = Some(Owned {
            outbox,
            messages: self.disk.messages.clone(),
            known: self.disk.counter.last,
            displaced: None,
            removes: Vec::new(),
            opening: None,
        });
        self.owner = Some(id);
    }

    /// Nobody owns it. So many frames on the way still arrive, whenever that is.
    pub(crate) fn disown(&mut self, arriving: usize) {
        self.cut(arriving);
        if let Some(page) = self.owner.take().and_then(|owner| self.pages.get_mut(&owner)) {
            page.owned = None;
        }
    }

    pub(crate) fn owned(&mut self) -> Option<&mut Owned> {
        self.pages.get_mut(&self.owner?)?.owned.as_mut()
    }

    /// The owner reads what is new.
    pub(crate) fn read(&mut self) {
        let (now, disk) = (self.now, &self.disk);
        let Some(page) = self.owner.and_then(|owner| self.pages.get_mut(&owner)) else {
            return;
        };
        let before = page.numbers.see(disk.counter);
        let Some(owned) = page.owned.as_mut().filter(|owned| owned.displaced.is_none()) else {
            return;
        };
        owned.outbox.handle_counter(disk.counter, before);
        for (number, message) in disk.messages.range(owned.known + 1..) {
            owned.messages.insert(*number, *message);
            owned.outbox.insert(now, *number, now.saturating_add(LONG));
        }
        owned.known = owned.known.max(disk.counter.last);
        self.drain();
    }

    /// The displaced messages get other numbers, in one transaction.
    pub(crate) fn shift(&mut self) {
        let Some((above, done)) = self.owned().and_then(|owned| owned.displaced.take()) else {
            return;
        };
        let counter = self.disk.counter;
        let owner = self.owner.and_then(|owner| self.pages.get(&owner));
        let Some((by, counter)) = owner.map(|page| page.numbers.shift(counter, above, done)) else {
            return;
        };
        self.write(true, |disk| {
            let moved = disk.messages.split_off(&(above + 1));
            disk.messages
                .extend(moved.into_iter().map(|(number, id)| (number + by, id)));
            disk.counter = counter;
        });
        if let Some(owned) = self.owned() {
            owned.known = above + by;
            owned.messages.split_off(&(above + 1));
            owned.outbox.handle_shifted();
        }
        self.read();
    }

    /// Removes what is done from the disk.
    pub(crate) fn remove(&mut self) {
        let Some(owned) = self.owned() else { return };
        let removes = std::mem::take(&mut owned.removes);
        let is_strict = removes.iter().any(|(_, is_awaited)| *is_awaited);
        if !removes.is_empty() {
            self.write(is_strict, |disk| {
                for (number, _) in &removes {
                    disk.messages.remove(number);
                }
            });
        }
    }

    /// Writes which numbers may be sent.
    pub(crate) fn open(&mut self) {
        let now = self.now;
        let Some(reserved) = self.owned().and_then(|owned| owned.opening.take()) else {
            return;
        };
        self.write(false, |disk| disk.counter = disk.counter.open(reserved));
        if let Some(owned) = self.owned() {
            owned.outbox.handle_opened(now, reserved);
        }
        self.drain();
    }

    pub(crate) fn crash(&mut self, id: usize, arriving: usize) {
        if self.owner == Some(id) {
            self.disown(arriving);
        }
        self.pages.remove(&id);
    }

    fn crash_all(&mut self, arriving: usize) {
        for id in self.pages() {
            self.crash(id, arriving);
        }
    }

    /// All pages are gone, and so are some of the last writes.
    pub(crate) fn lose_power(&mut self, kept: usize, arriving: usize) {
        self.crash_all(arriving);
        if let Some(disk) = self.unsafe_tail.get(kept).cloned() {
            self.disk = disk;
            self.has_lost = true;
        }
        self.unsafe_tail.clear();
        self.forget_lost();
    }

    pub(crate) fn take_backup(&mut self) {
        self.backup = Some(self.disk.clone());
    }

    /// All pages are gone, and the disk is as it was once.
    pub(crate) fn restore_backup(&mut self) {
        let Some(backup) = self.backup.clone() else { return };
        self.crash_all(0);
        // Nothing is on the way for so long.
        self.connections.clear();
        self.disk = backup;
        self.unsafe_tail.clear();
        self.was_restored = true;
        self.forget_lost();
    }

    /// A message that is neither on the disk nor done is lost: the application was told that it isn't safe from that.
    fn forget_lost(&mut self) {
        let kept: BTreeSet<Id> = self.disk.messages.values().copied().collect();
        self.owed.retain(|id| kept.contains(id));
    }

    pub(crate) fn drain(&mut self) {
        let mut ended = Vec::new();
        let mut up = Vec::new();
        let Some(owned) = self.owned() else { return };
        let (mut ahead, mut displaced) = (0, 0);
        while let Some(output) = owned.outbox.poll_output() {
            match output {
                Output::Hello(from) => up.push(Frame::Hello(from)),
                Output::Send(number) => up.push(Frame::Message(number, owned.messages[&number])),
                Output::Remove { number, is_awaited } => owned.removes.push((number, is_awaited)),
                Output::Acknowledged(number) => ended.extend(owned.messages.remove(&number)),
                Output::Open(reserved) => owned.opening = Some(reserved),
                Output::Ahead { .. } => ahead += 1,
                Output::Displaced { above, done } => {
                    owned.displaced = Some((above, done));
                    displaced += 1;
                }
                other => panic!("{other:?}"),
            }
        }
        if let Some(last) = self.connections.last_mut().filter(|_| !up.is_empty()) {
            assert!(last.is_current, "without a connection nothing is sent");
            last.up.extend(up);
        }
        for id in ended {
            let is_told = self.done.contains(&id) || self.doubtful.contains(&id);
            assert!(is_told, "{id} is acknowledged, and not done");
        }
        self.ahead += ahead;
        self.displaced += displaced;
    }

    pub(crate) fn is_settled(&self) -> bool {
        let is_over = |id: &Id| self.done.contains(id) || self.doubtful.contains(id);
        self.owed.iter().all(is_over) && self.disk.messages.is_empty()
    }
}
