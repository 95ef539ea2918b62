//! Pages with their boxes, a lock for each box, a disk whose transactions may be lost, and a server with many connections at once: what was
//! sent on a connection that has ended may still come, while the next connection is in use.
//!
//! Each step checks what can be checked then: effects are in order and once, nothing that has ended is done later, and an end is the truth.

use std::collections::{BTreeMap, BTreeSet};

use holdfast_ws::engine::{Instant, Span};
use holdfast_ws::outbox::{Config, Outbox, Output};

use crate::backup::Backup;
use crate::network::{Connection, Frame};

/// A message: its box and its number.
pub(crate) type Id = (usize, u64);

#[derive(Debug, Default)]
pub(crate) struct Transaction {
    pub(crate) puts: Vec<(Id, Instant)>,
    pub(crate) removes: Vec<Id>,
    /// True if it outlives loss of power: something that was given up is removed.
    pub(crate) is_strict: bool,
}

#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) own: usize,
    pub(crate) boxes: BTreeMap<usize, Outbox>,
    pub(crate) connection: Option<usize>,
    /// The transaction that is being written, and the next.
    pub(crate) writing: Option<Transaction>,
    pub(crate) waiting: Transaction,
    /// The messages that may be removed, and are not yet: some of the same record has not ended.
    pub(crate) lazy: BTreeSet<Id>,
    /// The messages that this page's application waits for.
    pub(crate) open: BTreeSet<Id>,
    pub(crate) cancelled: BTreeSet<Id>,
    /// The last number of each box that this page has been told of as done or refused, in its life.
    pub(crate) told: BTreeMap<usize, u64>,
    /// True while it is in the back/forward cache: it does nothing.
    pub(crate) is_frozen: bool,
}

#[derive(Debug)]
pub(crate) struct World {
    pub(crate) now: Instant,
    pub(crate) config: Config,
    pub(crate) pages: BTreeMap<usize, Page>,
    pub(crate) next_page: usize,
    /// The page that holds the lock of each box.
    pub(crate) locks: BTreeMap<usize, usize>,
    pub(crate) disk: BTreeMap<Id, Instant>,
    /// The state of each box that is stored besides its messages: the last number that is confirmed.
    pub(crate) states: BTreeMap<usize, u64>,
    /// The disk and the states before each write that a loss of power may undo.
    pub(crate) unsafe_tail: Vec<(BTreeMap<Id, Instant>, BTreeMap<usize, u64>)>,
    pub(crate) connections: BTreeMap<usize, Connection>,
    pub(crate) next_connection: usize,
    pub(crate) last: BTreeMap<usize, u64>,
    pub(crate) effects: Vec<Id>,
    pub(crate) done: BTreeSet<Id>,
    pub(crate) refused: BTreeSet<Id>,
    /// The messages that have ended without being done, for sure.
    pub(crate) dead: BTreeSet<Id>,
    /// The messages that must be done in the end: stored, and neither cancelled nor with a short time.
    pub(crate) owed: BTreeSet<Id>,
    /// True if the server answers messages that it has done only with the last number.
    pub(crate) is_cumulative: bool,
    /// The server can't do the next messages, so many of them.
    pub(crate) fails: u32,
    pub(crate) hellos: usize,
    pub(crate) regressions: usize,
    /// True if a page was in the back/forward cache.
    pub(crate) was_cached: bool,
    pub(crate) backup: Option<Backup>,
    pub(crate) was_restored: bool,
    /// The messages that were done or refused, and that the server has lost since.
    pub(crate) lost: BTreeSet<Id>,
    /// The messages of which some page knows that they are done.
    pub(crate) acknowledged: BTreeSet<Id>,
}

impl World {
    pub(crate) fn new(window: usize, is_cumulative: bool) -> Self {
        let mut config = Config::default();
        config.window = window;
        World {
            now: Instant::from_millis(0),
            config,
            pages: BTreeMap::new(),
            next_page: 0,
            locks: BTreeMap::new(),
            disk: BTreeMap::new(),
            states: BTreeMap::new(),
            unsafe_tail: Vec::new(),
            connections: BTreeMap::new(),
            next_connection: 0,
            last: BTreeMap::new(),
            effects: Vec::new(),
            done: BTreeSet::new(),
            refused: BTreeSet::new(),
            dead: BTreeSet::new(),
            owed: BTreeSet::new(),
            is_cumulative,
            fails: 0,
            hellos: 0,
            regressions: 0,
            was_cached: false,
            backup: None,
            was_restored: false,
            lost: BTreeSet::new(),
            acknowledged: BTreeSet::new(),
        }
    }

    pub(crate) fn open_page(&mut self) -> usize {
        let id = self.next_page;
        self.next_page += 1;
        let page = Page {
            own: id,
            boxes: BTreeMap::from([(id, Outbox::new(self.config))]),
            connection: None,
            writing: None,
            waiting: Transaction::default(),
            lazy: BTreeSet::new(),
            open: BTreeSet::new(),
            cancelled: BTreeSet::new(),
            told: BTreeMap::new(),
            is_frozen: false,
        };
        self.locks.insert(id, id);
        self.pages.insert(id, page);
        id
    }

    /// The page looks at the disk, and takes the boxes whose lock is free.
    pub(crate) fn adopt(&mut self, id: usize) {
        let mut found: BTreeMap<usize, Vec<(u64, Instant)>> = BTreeMap::new();
        for (&(name, number), &deadline) in &self.disk {
            let is_known = self.pages.get(&id).is_some_and(|page| page.boxes.contains_key(&name));
            if !is_known && !self.locks.contains_key(&name) {
                found.entry(name).or_default().push((number, deadline));
            }
        }
        for (name, messages) in found {
            self.locks.insert(name, id);
            let mut outbox = Outbox::new(self.config);
            let Some(page) = self.pages.get_mut(&id) else { return };
            let confirmed = self.states.get(&name).copied().unwrap_or(0);
            outbox.restore_state(confirmed, false);
            page.told.insert(name, confirmed);
            for (number, deadline) in messages {
                if number <= confirmed {
                    page.lazy.insert((name, number));
                    continue;
                }
                outbox.restore(number, deadline);
                page.open.insert((name, number));
                let is_over = self.last.get(&name).is_some_and(|last| number <= *last);
                assert!(
                    is_over || !self.dead.contains(&(name, number)),
                    "what has ended is adopted"
                );
            }
            if page.connection.is_some() {
                outbox.handle_open(self.now);
            }
            page.boxes.insert(name, outbox);
            self.drain(id);
        }
    }

    pub(crate) fn deliver(&mut self, id: usize, ttl: Span, is_owed: bool) -> Option<Id> {
        let deadline = self.now.saturating_add(ttl);
        let page = self.pages.get_mut(&id)?;
        let number = page.boxes.get_mut(&page.own)?.add(deadline);
        let message = (page.own, number);
        page.open.insert(message);
        page.waiting.puts.push((message, deadline));
        if is_owed {
            self.owed.insert(message);
        }
        self.drain(id);
        Some(message)
    }

    pub(crate) fn cancel(&mut self, id: usize, message: Id) {
        let now = self.now;
        let Some(page) = self.pages.get_mut(&id).filter(|page| !page.is_frozen) else {
            return;
        };
        if page.open.contains(&message) && page.cancelled.insert(message) {
            self.owed.remove(&message);
            if let Some(outbox) = page.boxes.get_mut(&message.0) {
                outbox.cancel(now, message.1);
            }
            self.drain(id);
        }
    }

    /// A transaction begins, or the one that has begun ends.
    pub(crate) fn write(&mut self, id: usize, succeeds: bool) {
        let now = self.now;
        let Some(page) = self.pages.get_mut(&id) else { return };
        let Some(transaction) = page.writing.take() else {
            let waiting = std::mem::take(&mut page.waiting);
            if !waiting.puts.is_empty() || !waiting.removes.is_empty() {
                page.writing = Some(waiting);
            }
            return;
        };
        if succeeds {
            self.unsafe_tail.push((self.disk.clone(), self.states.clone()));
            for ((name, number), _) in &transaction.puts {
                if let Some(outbox) = page.boxes.get_mut(name) {
                    outbox.handle_stored(now, *number..=*number);
                }
            }
            for (name, number) in &transaction.removes {
                if let Some(outbox) = page.boxes.get_mut(name) {
                    outbox.handle_removed(now, *number);
                }
            }
            for (&name, outbox) in &page.boxes {
                self.states.insert(name, outbox.confirmed());
            }
            self.commit(transaction);
            self.remove_whole_records(id);
        } else {
            page.waiting.is_strict |= transaction.is_strict;
            drop(page.waiting.removes.splice(0..0, transaction.removes));
            for ((name, number), _) in transaction.puts {
                self.owed.remove(&(name, number));
                if let Some(outbox) = page.boxes.get_mut(&name) {
                    outbox.cancel(now, number);
                }
            }
        }
        self.drain(id);
    }

    /// The page is gone. The transaction that is being written is written, or is not.
    pub(crate) fn crash(&mut self, id: usize, arriving: usize, is_written: bool) {
        self.cut(id, arriving);
        let Some(mut page) = self.pages.remove(&id) else { return };
        if let Some(transaction) = page.writing.take().filter(|_| is_written) {
            self.unsafe_tail.push((self.disk.clone(), self.states.clone()));
            self.commit(transaction);
        }
        self.locks.retain(|_, holder| *holder != id);
        for message in page.open {
            if !self.disk.contains_key(&message) && !self.done.contains(&message) {
                self.owed.remove(&message);
            }
        }
    }

    pub(crate) fn advance(&mut self, span: Span) {
        self.now = self.now.saturating_add(span);
        for id in self.pages.keys().copied().collect::<Vec<_>>() {
            let Some(page) = self.pages.get_mut(&id).filter(|page| !page.is_frozen) else {
                continue;
            };
            for outbox in page.boxes.values_mut() {
                if outbox.poll_timeout().is_some_and(|due| due <= self.now) {
                    outbox.handle_timeout(self.now);
                }
            }
            self.drain(id);
        }
    }

    pub(crate) fn drain(&mut self, id: usize) {
        let Some(page) = self.pages.get_mut(&id) else { return };
        for (&name, outbox) in &mut page.boxes {
            while let Some(output) = outbox.poll_output() {
                let connection = page.connection.and_then(|of| self.connections.get_mut(&of));
                match output {
                    Output::Hello(from) => {
                        self.hellos += 1;
                        connection.expect("a connection").up.push_back(Frame::Hello(name, from));
                    }
                    Output::Send(number) => {
                        let message = (name, number);
                        // A page that was in the cache and one that had its box meanwhile may each have cancelled it.
                        assert!(
                            self.disk.contains_key(&message) || self.was_cached,
                            "{message:?} is sent, and is not stored"
                        );
                        assert!(page.open.contains(&message), "{message:?} has ended, and is sent");
                        connection.expect("a connection").up.push_back(Frame::Message(message));
                    }
                    Output::Remove {
                        number,
                        is_awaited: true,
                    } => {
                        page.waiting.removes.push((name, number));
                        page.waiting.is_strict = true;
                    }
                    Output::Remove { number, .. } => drop(page.lazy.insert((name, number))),
                    Output::Acknowledged(number) => {
                        let message = (name, number);
                        assert!(page.open.remove(&message), "{message:?} ends twice");
                        let is_over = self.done.contains(&message) || self.refused.contains(&message);
                        // Its number is over: that is all that the answer tells, if another page has had the box meanwhile.
                        let is_over = is_over || self.was_cached && self.dead.contains(&message);
                        assert!(
                            is_over || self.lost.contains(&message),
                            "{message:?} is acknowledged, and not done"
                        );
                        self.acknowledged.insert(message);
                        page.told
                            .entry(name)
                            .and_modify(|told| *told = number.max(*told))
                            .or_insert(number);
                    }
                    Output::Refused(number) => {
                        let message = (name, number);
                        assert!(page.open.remove(&message), "{message:?} ends twice");
                        assert!(
                            self.refused.contains(&message) || self.lost.contains(&message),
                            "{message:?} is refused, and the server has not"
                        );
                        self.acknowledged.insert(message);
                        page.told
                            .entry(name)
                            .and_modify(|told| *told = number.max(*told))
                            .or_insert(number);
                    }
                    Output::GivenUp {
                        number, may_be_done, ..
                    } => {
                        let message = (name, number);
                        assert!(page.open.remove(&message), "{message:?} ends twice");
                        assert!(
                            may_be_done || !self.done.contains(&message),
                            "{message:?} is done, and given up for sure"
                        );
                        self.dead.insert(message);
                    }
                    Output::Regressed { done, .. } => {
                        assert!(self.was_restored, "the server has what it had");
                        self.regressions += 1;
                        page.told.insert(name, done);
                    }
                    other => panic!("{other:?}"),
                }
            }
        }
        self.remove_whole_records(id);
    }

    /// Messages that are stored together are removed together.
    fn remove_whole_records(&mut self, id: usize) {
        let Some(page) = self.pages.get_mut(&id) else { return };
        let (lazy, disk) = (&mut page.lazy, &self.disk);
        for (name, number) in lazy.clone() {
            let first = number / 4 * 4;
            let record: Vec<Id> = disk
                .range((name, first)..(name, first + 4))
                .map(|(message, _)| *message)
                .collect();
            if record.iter().all(|message| lazy.contains(message)) {
                for message in record {
                    lazy.remove(&message);
                    page.waiting.removes.push(message);
                }
                lazy.remove(&(name, number));
            }
        }
    }
}
