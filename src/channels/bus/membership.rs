//! The members of a channel.

use alloc::vec::Vec;

use crate::channels::ids::ChannelId;
use crate::channels::members::{Changed, Presence};
use crate::channels::output::Event;
use crate::channels::timers::Timer;
use crate::engine::Instant;

use super::Channels;

impl<P: Clone + PartialEq, E: Clone + PartialEq> Channels<P, E> {
    /// The broker has said who is in the channel.
    pub fn handle_members(&mut self, now: Instant, channel: ChannelId, present: Vec<Presence<P>>) {
        if let Some(found) = self.all.get_mut(&channel) {
            let changes = found.members.replace(now, present);
            self.report(channel, changes);
        }
    }

    /// A connection has come into the channel.
    pub fn handle_joined(&mut self, channel: ChannelId, presence: Presence<P>) {
        if let Some(found) = self.all.get_mut(&channel) {
            let change = found.members.joined(presence);
            self.report(channel, change);
        }
    }

    /// A connection has gone from the channel. `lost` if the user has not left by intention, or if the broker can't tell.
    pub fn handle_left(&mut self, now: Instant, channel: ChannelId, connection: &str, lost: bool) {
        if let Some(found) = self.all.get_mut(&channel) {
            let change = found.members.left(now, connection, lost);
            self.report(channel, change);
        }
    }

    pub(super) fn expire_members(&mut self, now: Instant, id: ChannelId) {
        if let Some(channel) = self.all.get_mut(&id) {
            let changes = channel.members.expire(now);
            self.report(id, changes);
        }
    }

    fn report(&mut self, id: ChannelId, changes: impl IntoIterator<Item = Changed<P>>) {
        let mut any = false;
        for (change, user, data) in changes {
            any = true;
            self.events.push(Event::Member {
                channel: id,
                user,
                change,
                data,
            });
        }
        if any && let Some(channel) = self.all.get(&id) {
            self.timers.set(Timer::Grace(id), channel.members.next());
        }
    }
}
