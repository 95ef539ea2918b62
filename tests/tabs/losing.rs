//! A tab that crashes, and what goes with it: frames that have not left its process, and what it had said to hand over.

use std::collections::BTreeSet;

use crate::stage::Life;
use crate::world::World;

impl World {
    pub(crate) fn crash(&mut self, tab: usize) {
        self.note(|| format!("tab {tab} crashes"));
        self.drop_connection(tab);
        self.lose_frames(tab);
        self.lose_handing(tab);
        let stage = &mut self.tabs[tab];
        stage.life = Life::Crashed;
        stage.tasks.clear();
        let news = self.lock.release(tab);
        self.bring(news);
        self.vanish(tab);
    }

    /// The last frames that the tab has posted may not have left its process.
    fn lose_frames(&mut self, tab: usize) {
        if !self.loses_frames || self.chance.one_in(2) {
            return;
        }
        let left = self.tabs[tab].left;
        let on_their_way = self.tabs.iter().flat_map(|stage| stage.frames_of(tab));
        let numbers: BTreeSet<u64> = on_their_way.filter(|number| *number > left).collect();
        if numbers.is_empty() {
            return;
        }
        let first = self.chance.index(numbers.len());
        let from = numbers.into_iter().nth(first).expect("one of them");
        self.note(|| format!("    and its frames from {from} on are lost"));
        for stage in &mut self.tabs {
            stage.lose_frames(tab, from);
        }
    }

    /// The hub is lost, or its connection is closed.
    pub(crate) fn lose_handing(&mut self, tab: usize) {
        let handing = core::mem::take(&mut self.tabs[tab].handing);
        self.lost.extend(handing);
    }
}
