//! The connection's opening and end.

use crate::channels::channel::Standing;
use crate::channels::timers::Timer;
use crate::engine::Instant;

use super::Channels;

impl<P: Clone + PartialEq, E: Clone + PartialEq> Channels<P, E> {
    /// The connection takes messages from now on.
    pub fn handle_connected(&mut self, now: Instant) {
        if self.connected {
            return;
        }
        self.connected = true;
        let all: alloc::vec::Vec<_> = self.all.keys().copied().collect();
        for id in all {
            if self
                .all
                .get(&id)
                .is_some_and(|channel| channel.standing == Standing::Offline)
            {
                self.want(now, id);
            }
        }
        self.publish_waiting();
        self.ask_waiting();
    }

    /// The connection is lost.
    pub fn handle_disconnected(&mut self) {
        if !self.connected {
            return;
        }
        self.connected = false;
        self.wanted.clear();
        for (&id, channel) in self.all.iter_mut() {
            channel.lose();
            for timer in [Timer::Answer(id), Timer::History(id), Timer::Load(id), Timer::Renew(id)] {
                self.timers.clear(timer);
            }
            if channel.standing == Standing::Overdue {
                self.timers.clear(Timer::Retry(id));
            }
            if !matches!(
                channel.standing,
                Standing::Waiting | Standing::Refused | Standing::Authorizing(_)
            ) {
                channel.standing = Standing::Offline;
            }
        }
        self.lose_publications();
        self.lose_questions();
    }
}
