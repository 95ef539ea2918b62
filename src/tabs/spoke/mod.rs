//! The side of a tab that uses the connection: what it has read, what it has sent, and whether its hub is alive.
//!
//! Every tab has one, the leader too. A spoke keeps a message until the hub says that it is about to hand it over; so a hub that is
//! lost loses nothing that it had not begun to hand over. After that the message may have arrived or not, and is not sent again.

mod down;
mod kept;
mod sent;
mod watch;

use alloc::vec::Vec;

use crate::engine::{Instant, Span};

use super::frame::{Common, Fence, Frame, Up};
use super::ids::{Mark, TabId, Term};
use super::output::{Event, Output};
use super::queues::Queues;

use kept::{Pending, Waiting};
pub(super) use watch::{JITTER, Watch, WatchStep};

/// The state of a tab as a user of the connection.
#[derive(Debug)]
pub(super) struct Spoke<P, T> {
    id: TabId,
    /// The latest term that it has heard of.
    pub(super) known: Term,
    /// How far it has read.
    pub(super) mark: Mark<T>,
    attachment: Attachment,
    /// The number of the last request to be attached.
    ticket: u64,
    /// The term in which what is unsent was numbered last.
    numbered_in: Option<Term>,
    /// The messages that were sent and are not yet handed over, in order.
    unsent: Waiting<P>,
    next_number: u64,
    /// The number of the last one that was posted to a hub.
    posted_to: u64,
    /// The same when the page went away: of those the tab may have missed that they were handed over. 0 while there are none.
    uncertain_to: u64,
    /// How often the page has been away.
    away: u32,
    /// Requests that are neither replied to nor failed.
    pending: Vec<Pending<P>>,
    next_request: u64,
    /// The calls of the server that the tab answers; [`None`] if it never answered any. One that no longer does must say so to each hub: what
    /// it said before may be on its way still.
    methods: Option<Vec<T>>,
    visible: bool,
    /// How many bytes are in the buffer of the hub's connection, as the hub has told.
    buffered: u64,
    pub(super) watch: Watch,
}

/// The tab's relation to a hub.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Attachment {
    /// It has none, and has asked for one or waits for one.
    None,
    /// It has joined again and waits for the welcome; until then only [`Down::Handing`](super::frame::Down::Handing) counts.
    Again(Term),
    /// It has one. `last` is the number of the last numbered frame, and `acknowledged` the last one that was acknowledged.
    Attached { term: Term, last: u64, acknowledged: u64 },
}

impl<P: Clone, T: Clone + PartialEq> Spoke<P, T> {
    pub(super) fn new(id: TabId, now: Instant, patience: Span, visible: bool) -> Self {
        Self {
            id,
            known: Term::NONE,
            mark: Mark {
                position: None,
                token: None,
            },
            attachment: Attachment::None,
            ticket: 0,
            numbered_in: None,
            unsent: Waiting::new(),
            next_number: 1,
            posted_to: 0,
            uncertain_to: 0,
            away: 0,
            pending: Vec::new(),
            next_request: 1,
            methods: None,
            visible,
            buffered: 0,
            watch: Watch::new(now, patience),
        }
    }

    /// Returns the term of the hub that it is attached to.
    pub(super) const fn attached(&self) -> Option<Term> {
        match self.attachment {
            Attachment::Attached { term, .. } => Some(term),
            Attachment::None | Attachment::Again(_) => None,
        }
    }

    /// Asks to be attached to whoever is the hub.
    pub(super) fn join(&mut self, queues: &mut Queues<P, T>) {
        self.attachment = match self.attachment {
            Attachment::Attached { term, .. } | Attachment::Again(term) => Attachment::Again(term),
            Attachment::None => Attachment::None,
        };
        self.ticket += 1;
        queues.post_to_hub(Frame::Common(
            self.id,
            Common::Join {
                ticket: self.ticket,
                mark: self.mark.clone(),
                numbered_in: self.numbered_in.map(|term| (term, self.away)),
            },
        ));
    }

    /// True if a hub has been given something that it hasn't yet said to have handed over.
    pub(super) fn is_unconfirmed(&self) -> bool {
        self.unsent
            .first()
            .is_some_and(|unsent| unsent.number <= self.posted_to)
    }

    /// This tab is the hub. What an earlier hub has said to it must come first, so that nothing is handed over twice.
    pub(super) fn lead(&mut self, term: Term, queues: &mut Queues<P, T>) {
        self.lose(queues);
        self.known = term;
        if self.is_unconfirmed() {
            queues.output(Output::Post(Frame::Fence(self.id, Fence::Join)));
        } else {
            self.join(queues);
        }
    }

    /// A hub has announced itself. Returns true if that is news.
    pub(super) fn handle_lead(&mut self, term: Term, queues: &mut Queues<P, T>) -> bool {
        self.correct(term, queues);
        if term <= self.known {
            return false;
        }
        self.lose(queues);
        self.known = term;
        self.join(queues);
        true
    }

    /// A hub leads in this term. If that is earlier than one that this tab has heard of, the hub is told, and gives way: it has not heard of that
    /// one, and the clock was set back since, so that its own term seemed to be later.
    pub(super) fn correct(&self, term: Term, queues: &mut Queues<P, T>) {
        if term < self.known {
            queues.output(Output::Post(Frame::Common(self.id, Common::Lead(self.known))));
        }
    }

    /// The hub is gone, or the tab goes where no hub reaches it.
    pub(super) fn lose(&mut self, queues: &mut Queues<P, T>) {
        if self.attachment != Attachment::None {
            queues.event(Event::Lost);
        }
        self.attachment = Attachment::None;
        self.buffered = 0;
    }

    /// Asks the hub for a sign of life.
    pub(super) fn question(&mut self, queues: &mut Queues<P, T>) {
        match self.attached() {
            Some(term) => self.up(term, Up::Question, queues),
            None => self.join(queues),
        }
    }

    /// The tab answers these calls of the server from now on.
    pub(super) fn set_methods(&mut self, methods: Vec<T>, queues: &mut Queues<P, T>) {
        if self.methods.is_some() || !methods.is_empty() {
            self.methods = Some(methods);
            self.tell_methods(queues);
        }
    }

    /// The page's visibility has changed.
    pub(super) fn set_visible(&mut self, visible: bool, queues: &mut Queues<P, T>) {
        self.visible = visible;
        self.tell_methods(queues);
    }

    fn tell_methods(&self, queues: &mut Queues<P, T>) {
        if let (Some(term), Some(methods)) = (self.attached(), &self.methods) {
            let handles = Up::Handles {
                methods: methods.clone(),
                visible: self.visible,
            };
            self.up(term, handles, queues);
        }
    }

    fn up(&self, term: Term, frame: Up<P, T>, queues: &mut Queues<P, T>) {
        queues.post_to_hub(Frame::Up(self.id, term, frame));
    }

    /// Tells the hub that it goes where no frame reaches it.
    pub(super) fn go_away(&mut self, queues: &mut Queues<P, T>) {
        self.away += 1;
        // Also without a hub: one may be about to admit this tab.
        queues.post_to_hub(Frame::Common(self.id, Common::Away(self.away)));
        // This tab itself knows what it has handed over.
        self.uncertain_to = match self.numbered_in {
            Some(term) if term.hub != self.id => self.posted_to,
            _ => 0,
        };
        self.lose_requests(queues);
        self.lose(queues);
    }
}
