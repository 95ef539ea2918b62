//! Options of channels, and what was seen of them.

use holdfast_ws::channels::{Change, ChannelConfig, ChannelId, Event, Identity, Payload, Position, Recovered};

use super::world::World;

pub(super) type Joining = ChannelConfig<Payload, String>;

pub(super) fn since(world: &mut World, offset: u64) -> Joining {
    let epoch = world.channels().created.clone();
    Joining {
        since: Some(Position { epoch, offset }),
        ..Joining::default()
    }
}

pub(super) fn history(count: u32) -> Joining {
    Joining {
        history: count,
        ..Joining::default()
    }
}

pub(super) fn member(user: &str) -> Joining {
    Joining {
        identity: Some(Identity {
            user: user.into(),
            data: "data".into(),
        }),
        ..Joining::default()
    }
}

pub(super) fn recovered(world: &World, of: ChannelId) -> Vec<(Recovered, u64)> {
    let all = world.events.iter().filter_map(|event| match event {
        Event::Subscribed {
            channel,
            recovered,
            replayed,
            ..
        } if *channel == of => Some((*recovered, *replayed)),
        _ => None,
    });
    all.collect()
}

pub(super) fn gaps(world: &World) -> usize {
    let gap = |event: &&_| matches!(event, Event::Gap { .. });
    world.events.iter().filter(gap).count()
}

pub(super) fn members(world: &World) -> Vec<(Change, String)> {
    let all = world.events.iter().filter_map(|event| match event {
        Event::Member { user, change, .. } => Some((*change, user.clone())),
        _ => None,
    });
    all.collect()
}
