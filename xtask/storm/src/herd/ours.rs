//! A client with the real engine and the real channels, called as their caller calls them.

use std::collections::{HashMap, HashSet};

use holdfast_ws::channels::{
    Abilities, ChannelConfig, ChannelId, Channels, Config, Numbering, Output, Recovered, Start,
};
use holdfast_ws::engine::Instant;

use crate::input::{Hint, Input as Connection, Millis};
use crate::ours::{Ours as Engine, at, rounded_up};

use super::client::{Action, Client, Input, Ticket};

/// One client.
pub(super) struct Ours {
    engine: Engine,
    channels: Channels<(), ()>,
    /// The channels that each request asked for.
    asked: HashMap<Ticket, Vec<ChannelId>>,
    tickets: Ticket,
    all: Vec<ChannelId>,
    missing: HashSet<ChannelId>,
}

/// A broker that can do little: the strategy is measured, not recovery.
const ABILITIES: Abilities = Abilities {
    numbering: Numbering::None,
    history: false,
    acknowledges: false,
    deduplicates: false,
    renews: false,
    resumes: false,
    publishes_apart: false,
};

const START: Start<()> = Start {
    position: None,
    recovered: Recovered::Unknown,
    replays: false,
};

impl Ours {
    pub(super) fn subscribed(number: u64, count: u32) -> Self {
        let mut ours = Self {
            engine: Engine::connected(number),
            channels: Channels::new(Config::default(), ABILITIES, number),
            asked: HashMap::new(),
            tickets: 0,
            all: Vec::new(),
            missing: HashSet::new(),
        };
        for channel in 0..count {
            let joined = ours
                .channels
                .join(at(0), &channel.to_string(), ChannelConfig::default());
            // Nobody is a member there, so no user is another one.
            let Ok((id, _)) = joined else { continue };
            ours.all.push(id);
            ours.missing.insert(id);
        }
        let mut actions = Vec::new();
        ours.channels.handle_connected(at(0));
        ours.pump(&mut actions);
        for action in actions {
            if let Action::Subscribe(ticket, _) = action {
                ours.answered(at(0), ticket);
            }
        }
        ours.pump(&mut Vec::new());
        ours
    }

    fn answered(&mut self, now: Instant, ticket: Ticket) {
        for id in self.asked.remove(&ticket).unwrap_or_default() {
            self.channels.handle_subscribed(now, id, START);
            self.missing.remove(&id);
        }
    }

    fn pump(&mut self, actions: &mut Vec<Action>) {
        while let Some(output) = self.channels.poll_output() {
            match output {
                Output::Subscribe(batch) => {
                    self.tickets += 1;
                    let ids: Vec<_> = batch.iter().map(|subscription| subscription.channel).collect();
                    actions.push(Action::Subscribe(
                        self.tickets,
                        u32::try_from(ids.len()).unwrap_or(u32::MAX),
                    ));
                    self.asked.insert(self.tickets, ids);
                }
                // An answer that comes after this isn't for the next subscription of the channel.
                Output::Unsubscribe(id) => {
                    for ids in self.asked.values_mut() {
                        ids.retain(|&asked| asked != id);
                    }
                }
                _ => {}
            }
        }
        while self.channels.poll_event().is_some() {}
    }
}

impl Client for Ours {
    fn handle(&mut self, now: Millis, input: Input, actions: &mut Vec<Action>) {
        match input {
            Input::Lost => {
                self.channels.handle_disconnected();
                self.asked.clear();
                // Each is subscribed again on the next connection.
                self.missing.extend(&self.all);
                actions.extend(self.engine.handle(now, Connection::Lost(Hint::None)).map(Action::Dial));
            }
            Input::Refused => actions.extend(self.engine.handle(now, Connection::Refused).map(Action::Dial)),
            Input::Opened => {
                self.engine.handle(now, Connection::Opened);
                self.channels.handle_connected(at(now));
            }
            Input::Answered(ticket) => self.answered(at(now), ticket),
            Input::Due => self.channels.handle_timeout(at(now)),
        }
        self.pump(actions);
    }

    fn due(&self) -> Option<Millis> {
        self.channels.poll_timeout().map(rounded_up)
    }

    fn is_subscribed(&self) -> bool {
        self.missing.is_empty()
    }
}
