//! The end of a schedule: all is well in a [`World`], for as long as it takes.

use holdfast_ws::outbox::Outbox;

use crate::world::World;

impl World {
    /// All is well, until nothing more happens.
    pub(crate) fn settle(&mut self) {
        if self.pages.is_empty() {
            self.open_page();
        }
        for id in self.frozen() {
            self.thaw(id);
        }
        for _ in 0..1_000 {
            for id in self.pages.keys().copied().collect::<Vec<_>>() {
                if !self.pages[&id]
                    .connection
                    .is_some_and(|of| self.connections[&of].is_read)
                {
                    self.connect(id);
                }
            }
            while self.work() {}
            if self.pass_on() | self.work() {
                continue;
            }
            let due = self
                .pages
                .values()
                .flat_map(|page| page.boxes.values())
                .filter_map(Outbox::poll_timeout)
                .min();
            let Some(due) = due else { return };
            assert!(
                due.saturating_since(self.now).as_millis_f64() < 1e6,
                "only time goes on"
            );
            self.advance(due.saturating_since(self.now));
        }
    }

    /// Boxes go from pages that are through with them to pages that wait for them. Returns false if there was none.
    fn pass_on(&mut self) -> bool {
        let before = self.locks.clone();
        // Those that wait for a lock get it before those that look at the disk.
        let all: Vec<usize> = self.pages.keys().copied().collect();
        for step in [World::leave_empty, World::take_again, World::adopt] {
            for id in &all {
                step(self, *id);
            }
        }
        self.locks != before
    }

    /// One step of each, where all is well. Returns false if there was none.
    fn work(&mut self) -> bool {
        let busy = self.connections();
        let mut has_worked = !busy.is_empty();
        for connection in busy {
            self.serve(connection);
        }
        for id in self.pages.keys().copied().collect::<Vec<_>>() {
            let page = &self.pages[&id];
            has_worked |= page.writing.is_some() || !page.waiting.puts.is_empty() || !page.waiting.removes.is_empty();
            has_worked |= page.connection.is_some_and(|of| !self.connections[&of].down.is_empty());
            self.write(id, true);
            self.hear(id);
        }
        has_worked
    }
}
