//! A channel that is used already, and by another part of the application from now on.

use alloc::vec::Vec;

use crate::channels::channel::Standing;
use crate::channels::config::ChannelConfig;
use crate::channels::holder::Holder;
use crate::channels::ids::{ChannelId, HolderId};
use crate::channels::output::Event;
use crate::channels::position::Recovered;
use crate::channels::timers::Timer;
use crate::engine::Instant;

use super::Channels;

impl<P: Clone + PartialEq, E: Clone + PartialEq> Channels<P, E> {
    pub(super) fn share(&mut self, now: Instant, id: ChannelId, holder: HolderId, config: ChannelConfig<P, E>) {
        let Some(channel) = self.all.get_mut(&id) else {
            return;
        };
        channel
            .holders
            .insert(holder, Holder::new(config.loads, config.authorizes));
        self.timers.clear(Timer::Linger(id));
        let goes_on = channel.goes_on(&config);
        if let Some(identity) = config.identity {
            channel.members.set_grace(config.grace);
            if channel.config.identity.as_ref() != Some(&identity) {
                channel.config.identity = Some(identity);
                self.subscribe_again(now, id);
            }
        }
        let Some(channel) = self.all.get_mut(&id) else {
            return;
        };
        if channel.standing == Standing::Refused {
            // This one doesn't know, and is told.
            self.want(now, id);
        } else if channel.standing == Standing::Subscribed && channel.stream.is_live() {
            // What it lacks is not fetched for it alone.
            let recovered = if goes_on { Recovered::Yes } else { Recovered::Unknown };
            self.events.push(Event::Subscribed {
                channel: id,
                holder: Some(holder),
                recovered,
                replayed: 0,
            });
        }
        if config.loads {
            self.load_anew(now, id);
        }
    }

    /// The application becomes a member of the channel, or its data is another: the subscription says so, and goes on from the last message.
    fn subscribe_again(&mut self, now: Instant, id: ChannelId) {
        match self.all.get(&id).map(|channel| channel.standing) {
            Some(Standing::Subscribed) => self.handle_interrupted(now, id),
            Some(Standing::Subscribing | Standing::Overdue) => self.ask_again(now, id),
            _ => {}
        }
    }

    fn load_anew(&mut self, now: Instant, id: ChannelId) {
        let Some(channel) = self.all.get_mut(&id) else {
            return;
        };
        if !channel.config.loads {
            channel.dispatched = channel.stream.last().cloned();
        }
        channel.config.loads = true;
        let mut steps = Vec::new();
        channel.stream.reload(&mut steps);
        self.apply(now, id, steps);
    }
}
