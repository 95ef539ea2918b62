//! The side of the tab that holds the connection: who is attached, and what each of them is given.

mod admit;
mod announced;
mod answering;
mod asking;
mod buffered;
mod calls;
mod incoming;
mod kept;
mod outgoing;
mod passing;
mod replying;
mod requests;
mod sendable;
mod suspect;
mod suspects;
mod taken;
mod telling;

use alloc::vec::Vec;

use crate::engine::{Instant, Span};

use super::config::Config;
use super::frame::{Down, Frame, Handed, Message, Numbered};
use super::ids::{Position, RequestNumber, TabId, Term};
use super::output::Output;
use super::queues::Queues;
use super::request::Request;

use announced::Announced;
pub use calls::Call;
pub(super) use calls::Calls;
pub(super) use incoming::Incoming;
use kept::Kept;
use requests::Requests;
use sendable::{AGAIN, Sendable};
use suspect::Suspect;
use taken::Taken;

/// So many tabs that are away are remembered.
const REMEMBERED: usize = 64;

/// The state of a tab as the holder of the connection.
#[derive(Debug)]
pub(super) struct Hub<P, T> {
    pub(super) term: Term,
    config: Config,
    /// The token that the connection resumes from, and the message that brought it.
    resumed: Option<(Position, T)>,
    /// The number of the last message, from 1 up.
    seq: u64,
    /// The last token, and the message that brought it.
    token: Option<(Position, T)>,
    /// The last messages.
    recent: Kept<P, T>,
    /// The numbers of messages before which the connection was lost, with no token to resume from.
    breaks: Vec<u64>,
    members: Vec<Member<P, T>>,
    /// Those of them that seem to be gone.
    suspects: Vec<Suspect>,
    /// The messages of tabs that are not handed over, in order of arrival.
    taken: Vec<Taken<P>>,
    announced: Announced<P>,
    /// How often tabs have said which calls they answer.
    said: u64,
    requests: Requests,
    calls: Calls<P, T>,
    /// How many bytes are in the connection's buffer, as the tabs were told, and when that is read again.
    buffered: u64,
    read_buffered_at: Instant,
    /// The state of the connection, as the caller has described it last.
    state: Option<P>,
    /// True while the connection is open.
    ready: bool,
    /// Tells if it would send a message at once.
    sendable: Sendable,
    /// After how long it is asked again.
    ask_again: Span,
    /// True once it has.
    opened: bool,
    /// When tabs stop to wait for their token; set once the connection has opened.
    skips_until: Instant,
    /// True once that was put off because the page was frozen.
    extended: bool,
    /// Set while the tab isn't sure to be the hub still: what the connection brings meanwhile.
    withheld: Option<Vec<Incoming<P, T>>>,
    /// When the tab last looked up whether it is the hub, and how old the result may be.
    looked_at: Instant,
    may_take: Span,
}

/// A tab that is attached.
#[derive(Debug)]
struct Member<P, T> {
    id: TabId,
    /// The number of the last numbered frame.
    posted: u64,
    acknowledged: u64,
    /// The number of the last message that came from it, and of the last one that was handed over. [`None`] if the hub has forgotten that, and
    /// the tab may not know it either.
    taken: u64,
    handed: Option<u64>,
    /// The token that it had when it joined, unless it was told a gap.
    token: Option<(Position, T)>,
    /// The calls of the server that it answers.
    methods: Vec<T>,
    /// When it said so last, as a number that grows; more if its page is visible.
    said: (bool, u64),
    stage: Stage<P, T>,
}

/// The messages that a tab is given.
#[derive(Debug)]
enum Stage<P, T> {
    /// All.
    Live,
    /// None until the message with this token has passed: it has read that one in an earlier term.
    Skipping { token: T, withheld: Vec<Message<P, T>> },
    /// None, until it joins again.
    Behind,
    /// None, until its page is back and it joins again. It has been away so often.
    Away(u32),
}

impl<P: Clone, T: Clone + PartialEq> Hub<P, T> {
    pub(super) fn new(term: Term, config: Config, resumed: Option<(Position, T)>) -> Self {
        Self {
            term,
            config,
            token: resumed.clone(),
            resumed,
            seq: 0,
            recent: Kept::new(config.recent, config.recent_bytes),
            breaks: Vec::new(),
            members: Vec::new(),
            suspects: Vec::new(),
            taken: Vec::new(),
            announced: Announced::new(),
            said: 0,
            requests: Requests::default(),
            calls: Calls::default(),
            buffered: 0,
            read_buffered_at: Instant::NEVER,
            state: None,
            ready: false,
            sendable: Sendable::Unknown,
            ask_again: AGAIN,
            opened: false,
            skips_until: Instant::NEVER,
            extended: false,
            withheld: None,
            looked_at: Instant::ORIGIN,
            may_take: config.roll_call,
        }
    }

    fn member(&mut self, tab: TabId) -> Option<&mut Member<P, T>> {
        self.members.iter_mut().find(|member| member.id == tab)
    }

    /// Returns how many tabs are attached.
    pub(super) const fn members(&self) -> usize {
        self.members.len()
    }

    /// Tells a tab that asks that the hub is alive. One that is given nothing until it joins again is told so once more.
    pub(super) fn answer(&self, tab: TabId, queues: &mut Queues<P, T>) {
        let behind = |member: &Member<P, T>| member.id == tab && matches!(member.stage, Stage::Behind);
        let is_behind = self.members.iter().any(behind);
        let answer = if is_behind { Down::JoinAgain } else { Down::Here };
        queues.post(Frame::Down(tab, self.term, answer));
    }

    /// Returns true if the tab, which talks, is attached. If it isn't, it is told to join again.
    pub(super) fn hears(&self, tab: TabId, queues: &mut Queues<P, T>) -> bool {
        let attached = self.members.iter().any(|member| member.id == tab);
        if !attached {
            queues.post(Frame::Down(tab, self.term, Down::JoinAgain));
        }
        attached
    }

    pub(super) fn acknowledge(&mut self, tab: TabId, number: u64) {
        if let Some(member) = self.member(tab) {
            // It may be of what was posted before the tab has joined again.
            member.acknowledged = member.acknowledged.max(number.min(member.posted));
        }
    }

    /// The tab goes where no frame reaches it. The others keep in mind what was handed over of what it sent, in case that this hub is
    /// lost before the tab is back.
    pub(super) fn go_away(&mut self, now: Instant, tab: TabId, away: u32, queues: &mut Queues<P, T>) {
        let term = self.term;
        if let Some(member) = self.member(tab) {
            member.stage = Stage::Away(away);
            if let Some(upto) = member.handed {
                queues.announce(Handed { tab, term, away, upto });
            }
            self.unwatch(tab, queues);
            self.give_up_requests(now, tab, queues);
            self.move_calls(now, tab, queues);
        }
        let mut all = self.members.iter().filter(|member| member.is_away());
        // Most of them never come back, and nothing tells when the browser drops them.
        if let Some(oldest) = all.next().map(|member| member.id)
            && all.count() >= REMEMBERED
        {
            self.forget(now, oldest, queues);
        }
    }

    /// The tab is gone for good. What it has sent is handed over all the same.
    pub(super) fn unload(&mut self, now: Instant, tab: TabId, queues: &mut Queues<P, T>) {
        let (own, others) = core::mem::take(&mut self.taken)
            .into_iter()
            .partition(|taken| taken.tab == tab);
        self.taken = others;
        self.forget(now, tab, queues);
        let kept: Vec<Taken<P>> = own;
        self.taken
            .extend(kept.into_iter().filter(|taken| taken.request.is_none()));
        self.hand_over(queues);
    }

    /// The tab has left for good.
    pub(super) fn forget(&mut self, now: Instant, tab: TabId, queues: &mut Queues<P, T>) {
        self.unwatch(tab, queues);
        self.members.retain(|member| member.id != tab);
        self.taken.retain(|taken| taken.tab != tab);
        self.give_up_requests(now, tab, queues);
        self.move_calls(now, tab, queues);
        self.hand_over(queues);
    }

    /// The tab waits for no reply: it is gone, or away, where it counts its connection as lost.
    fn give_up_requests(&mut self, now: Instant, tab: TabId, queues: &mut Queues<P, T>) {
        while let Some(asked) = self.requests.any_of(tab) {
            let on_its_way =
                |taken: &Taken<P>| taken.tab == tab && taken.request.is_some_and(|ask| ask.number == asked.number);
            if !self.announced.iter().any(on_its_way) {
                let Request { wire, kind, .. } = asked.request;
                queues.output(Output::Cancel { wire, kind });
            }
            self.requests.settle(now, tab, asked.number);
        }
    }

    fn unwatch(&mut self, tab: TabId, queues: &mut Queues<P, T>) {
        self.clear_suspect(tab);
        queues.output(Output::Unwatch(tab));
    }

    /// The tab no longer wants the reply to its request. It has told the server itself, if that can be told.
    pub(super) fn abort(&mut self, now: Instant, tab: TabId, request: RequestNumber, queues: &mut Queues<P, T>) {
        self.taken
            .retain(|taken| taken.tab != tab || taken.request.is_none_or(|ask| ask.number != request));
        self.requests.settle(now, tab, request);
        self.hand_over(queues);
    }
}

impl<P, T> Member<P, T> {
    fn post(&mut self, term: Term, frame: Numbered<P, T>, queues: &mut Queues<P, T>) {
        self.posted += 1;
        queues.post(Frame::Down(self.id, term, Down::Numbered(self.posted, frame)));
    }
}
