//! The machine of all channels of one connection.

mod answers;
mod connection;
mod membership;
mod publishing;
mod questions;
mod sharing;
mod subscribing;

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::engine::{Instant, Queue, Random};

use super::channel::{Channel, Standing};
use super::config::{Abilities, ChannelConfig, Config};
use super::holder::Holder;
use super::ids::{ChannelId, HolderId, QuestionId};
use super::other_user::OtherUser;
use super::output::{Event, HistoryRange, Output};
use super::position::Position;
use super::publications::Publications;
use super::sorted::{Map, Set};
use super::stream::{Rules, Step};
use super::timers::{Timer, Timers};

/// The rules of all channels of one connection. It only passes on payloads and tokens of type `P`, and compares epochs of type `E`.
///
/// See the [module](super). After every call the caller executes every [`Channels::poll_output`], dispatches every
/// [`Channels::poll_event`], and calls [`Channels::handle_timeout`] at [`Channels::poll_timeout`]. Outputs may be polled later, once
/// for several calls: the channels that are subscribed in the meantime are then one batch.
#[derive(Debug)]
pub struct Channels<P, E> {
    config: Config,
    abilities: Abilities,
    random: Random,
    connected: bool,
    names: Map<String, ChannelId>,
    all: Map<ChannelId, Channel<P, E>>,
    /// The channels that go out with the next batch of subscriptions.
    wanted: Vec<ChannelId>,
    publications: Publications<P>,
    /// The questions of the application that are open.
    questions: Set<QuestionId>,
    /// Those of them that wait for a connection.
    unasked: Vec<(QuestionId, String, HistoryRange<E>)>,
    timers: Timers,
    outputs: Queue<Output<P, E>>,
    events: Queue<Event<P, E>>,
    /// The last number that was given to anything.
    number: u64,
}

impl<P: Clone + PartialEq, E: Clone + PartialEq> Channels<P, E> {
    /// A machine without channels and without a connection. `seed` is drawn at random.
    #[must_use]
    pub const fn new(config: Config, abilities: Abilities, seed: u64) -> Self {
        Self {
            config,
            abilities,
            random: Random::new(seed),
            connected: false,
            names: Map::new(),
            all: Map::new(),
            wanted: Vec::new(),
            publications: Publications::new(),
            questions: Set::new(),
            unasked: Vec::new(),
            timers: Timers::new(),
            outputs: Queue::new(),
            events: Queue::new(),
            number: 0,
        }
    }

    /// A part of the application uses a channel from now on. The first one's options count, and it is loaded for each that loads. A channel
    /// that nobody uses any more and that still lingers begins anew if it is asked for something else.
    ///
    /// # Errors
    ///
    /// The application is a member of the channel as another user.
    pub fn join(
        &mut self,
        now: Instant,
        name: &str,
        config: ChannelConfig<P, E>,
    ) -> Result<(ChannelId, HolderId), OtherUser> {
        if let (Some(user), Some(asked)) = (self.user(name), config.user())
            && user != asked
        {
            return Err(OtherUser);
        }
        let holder = HolderId::new(self.next_number());
        if let Some(&id) = self.names.get(name)
            && let Some(channel) = self.all.get(&id)
        {
            if !channel.holders.is_empty() || channel.suits(&config) {
                self.share(now, id, holder, config);
                return Ok((id, holder));
            }
            self.remove(id);
        }
        let id = ChannelId::new(self.next_number());
        let rules = Rules {
            numbering: self.abilities.numbering,
            history: self.abilities.history,
            resumes: self.abilities.resumes,
            loads: config.loads,
            held: self.config.held,
        };
        let one = Holder::new(config.loads, config.authorizes);
        let mut channel = Channel::new(name.to_string(), config, rules);
        channel.holders.insert(holder, one);
        self.all.insert(id, channel);
        self.names.insert(name.to_string(), id);
        self.want(now, id);
        Ok((id, holder))
    }

    /// A part of the application no longer uses a channel. The last one's subscription ends after a while.
    pub fn leave(&mut self, now: Instant, channel: ChannelId, holder: HolderId) {
        let Some(left) = self.all.get_mut(&channel) else {
            return;
        };
        if left.holders.remove(&holder).is_some() && left.holders.is_empty() {
            if !left.was_asked {
                // The broker doesn't know it, and another one that is joined now begins alike.
                return self.remove(channel);
            }
            let until = now.saturating_add(self.config.linger);
            self.timers.set(Timer::Linger(channel), until);
        }
    }

    /// The application uses no channel any more: all subscriptions end at once, so that other members are told.
    pub fn leave_all(&mut self) {
        let all: Vec<ChannelId> = self.all.keys().copied().collect();
        for id in all {
            self.remove(id);
        }
    }

    /// Returns the parts of the application that load their state.
    pub fn loaders(&self, channel: ChannelId) -> impl Iterator<Item = HolderId> {
        let holders = self.all.get(&channel).into_iter();
        let holders = holders.flat_map(|channel| channel.holders.iter());
        holders.filter(|(_, holder)| holder.loads).map(|(id, _)| *id)
    }

    /// Returns the user that the application is a member of a channel as. It can't be another one at the same time.
    fn user(&self, name: &str) -> Option<&str> {
        let channel = self.all.get(self.names.get(name)?)?;
        channel.config.user().filter(|_| !channel.holders.is_empty())
    }

    /// Returns a part of the application that can be asked for the channel's token.
    #[must_use]
    pub fn authorizer(&self, channel: ChannelId) -> Option<HolderId> {
        let mut holders = self.all.get(&channel)?.holders.iter();
        holders.find(|(_, holder)| holder.authorizes).map(|(id, _)| *id)
    }

    /// The broker has refused the login, for this reason.
    pub fn handle_login_refused(&mut self, reason: P) {
        self.events.push(Event::LoginRefused { reason });
    }

    /// Returns the last message that the channel has dispatched or loaded.
    #[must_use]
    pub fn position(&self, channel: ChannelId) -> Option<&Position<E>> {
        self.all.get(&channel)?.stream.last()
    }

    /// True if the connection takes messages.
    #[must_use]
    pub const fn is_connected(&self) -> bool {
        self.connected
    }

    /// Returns the number of channels.
    #[must_use]
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// True if there are no channels.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// Returns the users that are members of the channel, with their data.
    pub fn members(&self, channel: ChannelId) -> impl Iterator<Item = (&str, &P)> {
        let channel = self.all.get(&channel);
        channel.into_iter().flat_map(|channel| channel.members.iter())
    }

    /// Returns the next action to execute.
    pub fn poll_output(&mut self) -> Option<Output<P, E>> {
        self.flush();
        self.outputs.pop()
    }

    /// Returns the next event to dispatch.
    pub fn poll_event(&mut self) -> Option<Event<P, E>> {
        self.events.pop()
    }

    /// Returns when [`Channels::handle_timeout`] is due; [`None`] if nothing is.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Instant> {
        self.timers.next()
    }

    /// A deadline has come.
    pub fn handle_timeout(&mut self, now: Instant) {
        while let Some(timer) = self.timers.take_due(now) {
            match timer {
                Timer::Linger(id) => self.remove(id),
                Timer::Retry(id) => self.ask_again(now, id),
                Timer::Answer(id) => self.give_up_subscription(now, id),
                Timer::History(id) => self.fetched(now, id, Vec::new()),
                Timer::Load(id) => self.load_due(now, id),
                Timer::Renew(id) => self.renew(id),
                Timer::Grace(id) => self.expire_members(now, id),
                Timer::Publication(id) => self.give_up_publication(id),
                Timer::Question(question) => self.give_up_question(question),
            }
        }
    }

    fn next_number(&mut self) -> u64 {
        self.number = self.number.saturating_add(1);
        self.number
    }

    fn next_question(&mut self) -> QuestionId {
        QuestionId::new(self.next_number())
    }

    fn remove(&mut self, id: ChannelId) {
        let Some(channel) = self.all.remove(&id) else {
            return;
        };
        self.names.remove(&channel.name);
        for timer in Timer::of(id) {
            self.timers.clear(timer);
        }
        if channel.standing == Standing::Subscribed || channel.standing.is_asked() {
            self.outputs.push(Output::Unsubscribe(id));
        }
    }

    /// Carries out what a stream has decided.
    fn apply(&mut self, now: Instant, id: ChannelId, steps: Vec<Step<P, E>>) {
        for step in steps {
            match step {
                Step::Message {
                    position,
                    payload,
                    replayed,
                } => {
                    let channel = self.all.get_mut(&id);
                    let skips = channel.map(|channel| channel.skips(position.as_ref()));
                    self.events.push(Event::Message {
                        channel: id,
                        position,
                        payload,
                        replayed,
                        skips: skips.unwrap_or_default(),
                    });
                }
                Step::Early {
                    position,
                    payload,
                    replayed,
                } => {
                    let channel = self.all.get_mut(&id);
                    let skips = channel.map(|channel| channel.skips_early(&position));
                    self.events.push(Event::Message {
                        channel: id,
                        position: Some(position),
                        payload,
                        replayed,
                        skips: skips.unwrap_or_default(),
                    });
                }
                Step::Gap { after, before } => self.events.push(Event::Gap {
                    channel: id,
                    after,
                    before,
                }),
                Step::Fetch { after, before } => self.fetch(now, id, after, before),
                Step::Load => self.load(now, id),
                Step::Resume => self.handle_interrupted(now, id),
                Step::Live { recovered, replayed } => self.events.push(Event::Subscribed {
                    channel: id,
                    holder: None,
                    recovered,
                    replayed,
                }),
            }
        }
    }
}
