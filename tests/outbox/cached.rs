//! Pages of a [`World`] that go into the back/forward cache: they let go of their boxes, and take them again.

use std::collections::btree_map::Entry;

use holdfast_ws::engine::Span;

use crate::world::World;

impl World {
    pub(crate) fn awake(&self) -> Vec<usize> {
        let awake = self.pages.iter().filter(|(_, page)| !page.is_frozen);
        awake.map(|(id, _)| *id).collect()
    }

    pub(crate) fn frozen(&self) -> Vec<usize> {
        let frozen = self.pages.iter().filter(|(_, page)| page.is_frozen);
        frozen.map(|(id, _)| *id).collect()
    }

    /// The page is left. What is being written is written; its locks are free. It keeps only its own box: those that it has adopted are
    /// another page's from now on, or are adopted again.
    pub(crate) fn freeze(&mut self, id: usize) {
        self.was_cached = true;
        if self.pages.get(&id).is_some_and(|page| page.writing.is_some()) {
            self.write(id, true);
        }
        self.cut(id, 8);
        let Some(page) = self.pages.get_mut(&id) else { return };
        let own = page.own;
        page.boxes.retain(|name, _| *name == own);
        page.open.retain(|message| message.0 == own);
        page.lazy.retain(|message| message.0 == own);
        page.waiting.removes.retain(|message| message.0 == own);
        for outbox in page.boxes.values_mut() {
            outbox.let_go();
        }
        page.is_frozen = true;
        self.locks.retain(|_, holder| *holder != id);
        self.drain(id);
    }

    /// The page is back. It waits for its boxes.
    pub(crate) fn thaw(&mut self, id: usize) {
        if let Some(page) = self.pages.get_mut(&id) {
            page.is_frozen = false;
        }
        self.advance(Span::from_millis(0));
        self.take_again(id);
    }

    /// The page goes on with those of its boxes that no other page has.
    pub(crate) fn take_again(&mut self, id: usize) {
        let now = self.now;
        let Some(page) = self.pages.get_mut(&id) else { return };
        for (&name, outbox) in &mut page.boxes {
            if let Entry::Vacant(lock) = self.locks.entry(name) {
                lock.insert(id);
                if page.connection.is_some() {
                    outbox.handle_open(now);
                }
            }
        }
        self.drain(id);
    }

    /// The page leaves adopted boxes in which nothing is left.
    pub(crate) fn leave_empty(&mut self, id: usize) {
        let Some(page) = self.pages.get_mut(&id) else { return };
        let (own, is_writing) = (page.own, page.writing.is_some());
        let (waiting, lazy) = (&page.waiting, &mut page.lazy);
        let locks = &mut self.locks;
        page.boxes.retain(|&name, outbox| {
            let is_busy = is_writing || waiting.removes.iter().any(|message| message.0 == name);
            let stays = name == own || is_busy || !outbox.is_empty() || locks.get(&name) != Some(&id);
            if !stays {
                locks.remove(&name);
                // What is done may stay on the disk, if its page has stored more of the same record meanwhile.
                lazy.retain(|message| message.0 != name);
            }
            stays
        });
    }
}
