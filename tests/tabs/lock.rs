//! The browser's lock, as Web Locks has it: requests are granted in order, and one may steal.

use std::collections::VecDeque;

/// The consequence of a change of the lock for a tab.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum News {
    Granted { tab: usize, others: usize },
    Stolen { tab: usize },
}

#[derive(Debug, Default)]
pub(crate) struct Lock {
    pub(crate) holder: Option<usize>,
    waiting: VecDeque<usize>,
}

impl Lock {
    #[must_use]
    pub(crate) fn request(&mut self, tab: usize) -> Option<News> {
        if !self.waiting.contains(&tab) {
            self.waiting.push_back(tab);
        }
        self.grant()
    }

    #[must_use]
    pub(crate) fn steal(&mut self, tab: usize) -> [Option<News>; 2] {
        self.waiting.retain(|&other| other != tab);
        let stolen = self.holder.take().map(|tab| News::Stolen { tab });
        self.waiting.push_front(tab);
        [stolen, self.grant()]
    }

    #[must_use]
    pub(crate) fn release(&mut self, tab: usize) -> Option<News> {
        self.waiting.retain(|&other| other != tab);
        if self.holder == Some(tab) {
            self.holder = None;
        }
        self.grant()
    }

    fn grant(&mut self) -> Option<News> {
        if self.holder.is_some() {
            return None;
        }
        let tab = self.waiting.pop_front()?;
        self.holder = Some(tab);
        Some(News::Granted {
            tab,
            others: self.waiting.len(),
        })
    }
}
