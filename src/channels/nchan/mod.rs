//! The adapter of [nchan](https://nchan.io), nginx's module: subprotocol `ws+meta.nchan`, the channels in the path of the URL.
//!
//! - A change of the set of channels is another connection, which goes on from the second of the last message. What comes twice is dropped
//!   by its id.
//! - Where the messages of before end shows by heartbeats: one was answered, and nothing came until the next one was. A single one is not
//!   enough with Redis behind nchan, which answers it while it still asks there.
//! - Ids are a second and a number in it, which begins at 0. So a missing message shows by a later one of its second, or by one that isn't
//!   the first of the next. Whole seconds that have left nchan's buffer are missing without a word: nothing is ever proven recovered.

mod frames;
mod member;
mod path;
mod posts;
mod publishing;
mod sets;

use alloc::string::String;
use alloc::vec::Vec;

use crate::channels::adapter::{Adapter, AdapterOutput, Bus, Can, Payload, Response};
use crate::channels::config::Abilities;
use crate::channels::ids::{ChannelId, RequestId};
use crate::channels::output::{Output, Refusal};
use crate::channels::position::{Numbering, Position, Recovered, Start};
use crate::channels::sorted::Map;
use crate::engine::{Instant, Queue, Span};

use self::member::{Known, Member, Taken};
use self::posts::{Post, Posts};
use self::sets::{Ended, Sets};

/// How many channels a connection has at most. nchan takes 255, of which its configuration has one.
const MAX_CHANNELS: usize = 254;

/// After so many refusals in a row a channel is not tried again by itself, as each trial is another connection for all.
const STRIKES: u32 = 3;

/// The options of the adapter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NchanConfig {
    /// The URL to POST messages to, with `{channel}` in place of the name; [`None`] if the application can't publish.
    pub publish: Option<String>,
    /// True if the server answers `ping` with `pong`.
    pub heartbeat: bool,
    /// How long to wait for the end of the messages of before if no `pong` comes. 1 s.
    pub settle: Span,
}

impl Default for NchanConfig {
    fn default() -> Self {
        Self {
            publish: None,
            heartbeat: true,
            settle: Span::from_millis(1_000),
        }
    }
}

/// A channel that is refused for now. It may have been the network, which says the same.
#[derive(Debug)]
struct Refused {
    /// How often in a row.
    times: u32,
    /// A channel without messages has no position yet. So it is remembered where it goes on.
    known: Known,
}

/// The adapter of nchan.
#[derive(Debug)]
pub struct Nchan {
    config: NchanConfig,
    token: Option<String>,
    sets: Sets,
    members: Map<ChannelId, Member>,
    /// The latest second in which a message of the present connection was published.
    seen: Option<u64>,
    /// Messages have come since the last heartbeat was sent, or it was the first one.
    busy: bool,
    /// When the messages of before count as complete.
    settled_at: Option<Instant>,
    refused: Map<ChannelId, Refused>,
    posts: Posts,
    outputs: Queue<AdapterOutput>,
}

const fn position(offset: u64) -> Position<String> {
    // There are no epochs: ids are times, also after the buffer was lost.
    Position {
        epoch: String::new(),
        offset,
    }
}

impl Nchan {
    /// An adapter.
    #[must_use]
    pub const fn new(config: NchanConfig) -> Self {
        Self {
            config,
            token: None,
            sets: Sets::new(),
            members: Map::new(),
            seen: None,
            busy: false,
            settled_at: None,
            refused: Map::new(),
            posts: Posts::new(),
            outputs: Queue::new(),
        }
    }

    /// Dials if the set of channels has changed.
    fn dial_if_due(&mut self) {
        if self.sets.ask() {
            self.outputs.push(AdapterOutput::Dial);
        } else if self.sets.is_empty() && self.sets.is_kept() {
            self.sets.closed();
            self.outputs.push(AdapterOutput::Close);
        }
    }

    /// The connection ends, or another one takes its place.
    fn leave_connection(&mut self) {
        for id in self.sets.dialed() {
            if let Some(member) = self.members.get_mut(id) {
                member.leave(self.seen);
            }
        }
        self.seen = None;
        self.settled_at = None;
    }

    fn lose(&mut self, bus: &mut Bus) {
        for (_, member) in self.members.iter_mut() {
            member.subscribed = false;
        }
        bus.handle_disconnected();
    }

    fn refuse(&mut self, now: Instant, channel: ChannelId, bus: &mut Bus) {
        self.sets.remove(channel);
        let Some(member) = self.members.remove(&channel) else {
            return;
        };
        let before = self.refused.get(&channel);
        let times = before.map_or(1, |refused| refused.times.saturating_add(1));
        let known = member.known();
        self.refused.insert(channel, Refused { times, known });
        let refusal = if times >= STRIKES {
            Refusal::Final
        } else if member.token.is_some() {
            Refusal::Expired
        } else {
            Refusal::Temporary
        };
        let reason = "nchan refuses a connection with this channel";
        bus.handle_refused(now, channel, refusal, Some(reason.into()));
    }

    fn subscribe(&mut self, now: Instant, batch: Vec<super::Subscription<Payload, String>>, bus: &mut Bus) {
        let mut new = Vec::new();
        for subscription in batch {
            let channel = subscription.channel;
            if let Some(reason) = path::fault(&subscription.name) {
                bus.handle_refused(now, channel, Refusal::Final, Some(reason.into()));
            } else if self.sets.len() + new.len() >= MAX_CHANNELS && self.members.get(&channel).is_none() {
                let reason = "nchan takes at most 254 channels on a connection";
                // Others may leave, or just have left and linger.
                bus.handle_refused(now, channel, Refusal::Temporary, Some(reason.into()));
            } else {
                let mut member = Member::new(subscription);
                let known = self.members.get(&channel).map(Member::known);
                if let Some(known) = known.or_else(|| self.refused.get(&channel).map(|refused| refused.known)) {
                    member.follow(known);
                }
                self.members.insert(channel, member);
                new.push(channel);
            }
        }
        self.sets.add(new);
        self.dial_if_due();
    }

    /// All messages of before have come.
    fn settle(&mut self, now: Instant, bus: &mut Bus) {
        self.settled_at = None;
        if !self.sets.is_open() {
            return;
        }
        for id in self.sets.dialed() {
            let Some(member) = self.members.get_mut(id) else {
                continue;
            };
            if member.is_behind() {
                for frame in member.catch_up() {
                    let position = position(frame.offset());
                    bus.handle_message(now, *id, Some(position), frame.body, true);
                }
                bus.handle_caught_up(now, *id);
            }
        }
    }
}

impl Adapter for Nchan {
    fn abilities(&self) -> Abilities {
        Abilities {
            numbering: Numbering::Runs(frames::PER_SECOND),
            history: false,
            acknowledges: true,
            deduplicates: false,
            renews: false,
            resumes: false,
            publishes_apart: true,
        }
    }

    fn can(&self) -> Can {
        Can {
            recovery: Recovered::Unknown,
            history: false,
            publish: self.config.publish.is_some(),
            presence: false,
            wildcard: false,
            ack: true,
            tokens: true,
        }
    }

    fn subprotocol(&self) -> Option<&'static str> {
        Some("ws+meta.nchan")
    }

    fn handle_start(&mut self, now: Instant, bus: &mut Bus) {
        // A subscription is a part of the URL. So it is taken before there is a connection.
        bus.handle_connected(now);
    }

    fn handle_connection_token(&mut self, token: Option<String>) {
        self.token = token;
    }

    fn handle_dialing(&mut self, now: Instant, bus: &mut Bus) {
        self.leave_connection();
        bus.handle_connected(now);
    }

    fn url(&mut self, base: &str) -> Option<String> {
        self.sets.dial();
        if self.sets.dialed().is_empty() {
            self.sets.closed();
            return None;
        }
        let members = self.sets.dialed().iter().filter_map(|id| self.members.get(id));
        Some(path::url(base, members, self.token.as_deref()))
    }

    fn handle_open(&mut self, now: Instant, bus: &mut Bus) {
        let refused = self.sets.opened();
        for id in self.sets.dialed() {
            if let Some(member) = self.members.get_mut(id)
                && !member.subscribed
            {
                member.subscribed = true;
                self.refused.remove(id);
                let start = Start {
                    position: None,
                    recovered: Recovered::Unknown,
                    replays: true,
                };
                bus.handle_subscribed(now, *id, start);
            }
        }
        self.busy = true;
        if self.config.heartbeat {
            self.outputs.push(AdapterOutput::Send("ping".into()));
        }
        self.settled_at = Some(now.saturating_add(self.config.settle));
        self.post(bus);
        if let Some(channel) = refused {
            self.refuse(now, channel, bus);
        }
        self.dial_if_due();
    }

    fn handle_closed(&mut self, _: Instant, bus: &mut Bus) {
        self.leave_connection();
        match self.sets.ended() {
            Ended::Lost => self.lose(bus),
            Ended::TrialFailed => self.outputs.push(AdapterOutput::Dial),
        }
    }

    fn handle_message(&mut self, now: Instant, frame: Payload, bus: &mut Bus) {
        if frame.as_text() == Some("pong") {
            if self.settled_at.is_none() {
                return;
            }
            if core::mem::take(&mut self.busy) {
                self.outputs.push(AdapterOutput::Send("ping".into()));
            } else {
                self.settle(now, bus);
            }
            return;
        }
        let Some(frame) = frames::parse(&frame) else {
            return;
        };
        self.busy = true;
        self.seen = self.seen.max(Some(frame.second));
        let Some(&id) = self.sets.dialed().get(frame.place) else {
            return;
        };
        if let Some(member) = self.members.get_mut(&id)
            && let Taken::Given { frame, replayed } = member.take(frame)
        {
            let position = position(frame.offset());
            bus.handle_message(now, id, Some(position), frame.body, replayed);
        }
    }

    fn handle_output(&mut self, now: Instant, output: Output<Payload, String>, bus: &mut Bus) {
        match output {
            Output::Subscribe(batch) => self.subscribe(now, batch, bus),
            Output::Unsubscribe(channel) => {
                self.sets.remove(channel);
                self.members.remove(&channel);
                self.dial_if_due();
            }
            Output::Publish {
                publication,
                name,
                payload,
            } => self.publish(
                Post {
                    publication,
                    name,
                    payload,
                },
                bus,
            ),
            Output::History { question, .. } => {
                let reason =
                    "nchan has no history apart from a subscription's: use the option `history` of the channel";
                bus.handle_answer(question, Err(reason.into()));
            }
            _ => {}
        }
    }

    fn handle_response(&mut self, _: Instant, request: RequestId, response: Result<Response, String>, bus: &mut Bus) {
        self.handle_posted(request, response, bus);
    }

    fn poll_timeout(&self) -> Option<Instant> {
        self.settled_at
    }

    fn handle_timeout(&mut self, now: Instant, bus: &mut Bus) {
        if self.settled_at.is_some_and(|at| at <= now) {
            self.settle(now, bus);
        }
    }

    fn poll_output(&mut self) -> Option<AdapterOutput> {
        self.outputs.pop()
    }
}
