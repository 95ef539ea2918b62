//! One application and one broker, with a network between that is slow and breaks.

use std::collections::{BTreeMap, VecDeque};

use holdfast_ws::channels::{
    Abilities, ChannelConfig, ChannelId, Channels, Config, Event, Output, Position, QuestionId, Refusal, Start,
    Subscription,
};
use holdfast_ws::engine::Instant;

use crate::broker::{Habits, Kept};
use crate::chance::Chance;
use crate::judge::Judge;

pub(crate) type Epoch = u64;
/// A message is its position: the judge then sees if the two agree.
pub(crate) type Payload = Position<Epoch>;
pub(crate) type Machine = Channels<Payload, Epoch>;

/// A frame to the broker.
#[derive(Debug)]
pub(crate) enum Up {
    Subscribe(Vec<Subscription<Payload, Epoch>>),
    Unsubscribe(ChannelId),
    Fetch(ChannelId, QuestionId, Position<Epoch>, u64),
}

/// A frame from the broker.
#[derive(Debug)]
pub(crate) enum Down {
    Subscribed(ChannelId, Start<Epoch>),
    Refused(ChannelId, Refusal),
    Message(ChannelId, Position<Epoch>, bool),
    CaughtUp(ChannelId),
    History(ChannelId, QuestionId, Vec<Position<Epoch>>),
}

/// A channel of the application.
#[derive(Debug)]
pub(crate) struct Joined {
    pub(crate) name: String,
    pub(crate) judge: Judge,
}

pub(crate) struct World {
    pub(crate) now: u64,
    pub(crate) chance: Chance,
    pub(crate) machine: Machine,
    pub(crate) habits: Habits,
    pub(crate) streams: BTreeMap<String, Kept>,
    /// The subscribers, by channel.
    pub(crate) subscribed: BTreeMap<ChannelId, String>,
    pub(crate) connected: bool,
    /// When the network next lets the client connect.
    pub(crate) reconnect_at: Option<u64>,
    pub(crate) up: VecDeque<(u64, Up)>,
    pub(crate) down: VecDeque<(u64, Down)>,
    pub(crate) loads: Vec<(u64, ChannelId, QuestionId, Option<Position<Epoch>>)>,
    pub(crate) joined: BTreeMap<ChannelId, Joined>,
    /// Of the loads, one in so many fails; 0 for none.
    pub(crate) load_fails: u64,
    /// Of the loads, one in so many never ends; 0 for none.
    pub(crate) load_hangs: u64,
    /// How many subscriptions were asked for in each batch.
    pub(crate) batches: Vec<usize>,
    pub(crate) events: Vec<Event<Payload, Epoch>>,
}

pub(crate) const fn at(millis: u64) -> Instant {
    Instant::from_millis(millis)
}

impl World {
    pub(crate) fn new(seed: u64, habits: Habits) -> Self {
        Self::with(seed, habits, Config::default())
    }

    pub(crate) fn with(seed: u64, habits: Habits, config: Config) -> Self {
        let abilities = Abilities {
            numbering: habits.numbering,
            history: habits.history,
            acknowledges: true,
            deduplicates: false,
            renews: true,
            resumes: false,
            publishes_apart: false,
        };
        Self {
            now: 0,
            chance: Chance::new(seed),
            machine: Channels::new(config, abilities, seed),
            habits,
            streams: BTreeMap::new(),
            subscribed: BTreeMap::new(),
            connected: false,
            reconnect_at: Some(0),
            up: VecDeque::new(),
            down: VecDeque::new(),
            loads: Vec::new(),
            joined: BTreeMap::new(),
            load_fails: 0,
            load_hangs: 0,
            batches: Vec::new(),
            events: Vec::new(),
        }
    }

    pub(crate) fn stream(&mut self, name: &str) -> &mut Kept {
        let stride = if self.habits.numbering == holdfast_ws::channels::Numbering::Ordered {
            3
        } else {
            1
        };
        self.streams.entry(name.to_owned()).or_insert_with(|| Kept::new(stride))
    }

    pub(crate) fn join(&mut self, name: &str, config: ChannelConfig<Payload, Epoch>) -> ChannelId {
        self.stream(name);
        let judge = Judge::new(self.habits.numbering, config.since);
        let (id, _) = self.machine.join(at(self.now), name, config).expect("one user");
        let name = name.to_owned();
        self.joined.entry(id).or_insert(Joined { name, judge });
        id
    }

    /// The back end publishes to a channel.
    pub(crate) fn say(&mut self, name: &str) {
        let kept = self.habits.kept;
        let position = self.stream(name).add(kept);
        let listening: Vec<ChannelId> = self
            .subscribed
            .iter()
            .filter(|(_, subscribed)| *subscribed == name)
            .map(|(id, _)| *id)
            .collect();
        for id in listening {
            if !(self.habits.drops > 0 && self.chance.one_in(self.habits.drops)) {
                self.send_down(Down::Message(id, position, false));
            }
            if self.habits.doubles > 0 && self.chance.one_in(self.habits.doubles) {
                self.send_down(Down::Message(id, position, false));
            }
        }
    }

    pub(crate) fn send_down(&mut self, frame: Down) {
        let soonest = self.down.back().map_or(0, |(due, _)| *due);
        let due = soonest.max(self.now + 1 + self.chance.below(40));
        self.down.push_back((due, frame));
    }

    fn send_up(&mut self, frame: Up) {
        let soonest = self.up.back().map_or(0, |(due, _)| *due);
        let due = soonest.max(self.now + 1 + self.chance.below(40));
        self.up.push_back((due, frame));
    }

    /// The connection is lost, and comes back after a while.
    pub(crate) fn cut(&mut self, away: u64) {
        if self.connected {
            self.connected = false;
            self.machine.handle_disconnected();
            self.up.clear();
            self.down.clear();
            self.subscribed.clear();
            self.reconnect_at = Some(self.now + away);
            self.pump();
        }
    }

    /// Executes and dispatches everything.
    pub(crate) fn pump(&mut self) {
        while let Some(output) = self.machine.poll_output() {
            self.execute(output);
        }
        while let Some(event) = self.machine.poll_event() {
            let channel = match &event {
                Event::Message { channel, .. } | Event::Gap { channel, .. } | Event::Subscribed { channel, .. } => {
                    *channel
                }
                _ => {
                    self.events.push(event);
                    continue;
                }
            };
            if let Some(joined) = self.joined.get_mut(&channel) {
                joined.judge.see(&event);
            }
            self.events.push(event);
        }
    }

    fn execute(&mut self, output: Output<Payload, Epoch>) {
        match output {
            Output::Subscribe(batch) => {
                self.batches.push(batch.len());
                self.send_up(Up::Subscribe(batch));
            }
            Output::Unsubscribe(id) => self.send_up(Up::Unsubscribe(id)),
            Output::Fetch {
                channel,
                question,
                after,
                before,
            } => self.send_up(Up::Fetch(channel, question, after, before)),
            Output::Load(id, question) => {
                // The position is read first, then the data.
                if self.load_hangs > 0 && self.chance.one_in(self.load_hangs) {
                    return;
                }
                let fails = self.load_fails > 0 && self.chance.one_in(self.load_fails);
                let stream = self.joined.get(&id).map(|joined| self.streams[&joined.name]);
                let position = stream.map(|stream| stream.position(stream.end)).filter(|_| !fails);
                let due = self.now + 1 + self.chance.below(300);
                self.loads.push((due, id, question, position));
            }
            _ => {}
        }
    }
}
