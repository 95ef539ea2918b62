//! Frames from the hub.

use crate::engine::Instant;

use super::super::frame::{Down, Message, Numbered, Up};
use super::super::ids::{Mark, Position, Term};
use super::super::output::Event;
use super::super::queues::Queues;
use super::{Attachment, Spoke};

/// A tab acknowledges every so many frames.
const ACKNOWLEDGE_EVERY: u64 = 64;

impl<P: Clone, T: Clone + PartialEq> Spoke<P, T> {
    /// A frame of a hub. Hubs of earlier terms are ignored, except in what they have handed over.
    pub(crate) fn handle_down(&mut self, now: Instant, term: Term, frame: Down<P, T>, queues: &mut Queues<P, T>) {
        if let Down::Handing(upto) = frame {
            if self.numbered_in == Some(term) {
                self.handed(upto);
            }
            return self.hear(now, term);
        }
        if term < self.known {
            if matches!(frame, Down::Welcome { ticket, .. } if ticket == self.ticket) {
                self.correct(term, queues);
            }
            return;
        }
        self.hear(now, term);
        match frame {
            Down::Welcome { ticket, .. } if ticket != self.ticket || self.attached().is_some() => {}
            Down::Welcome {
                ticket: _,
                taken,
                handed,
                before,
                gap,
                mark,
                state,
            } => {
                let late = gap || self.mark.position.is_none();
                self.welcome(term, mark, gap, queues);
                if let Some(state) = state {
                    queues.event(Event::State { state, late });
                }
                if self.numbered_in == Some(term) {
                    // A hub that has got nothing has forgotten the tab while it was away, and what it has handed over meanwhile.
                    if taken == 0 {
                        self.give_up_uncertain(queues);
                    }
                    self.handed(handed);
                    if taken == 0 && self.is_handed() {
                        self.renumber(self.next_number, queues);
                    }
                } else {
                    match before {
                        Some(upto) => self.handed(upto),
                        None => self.give_up_uncertain(queues),
                    }
                    self.numbered_in = Some(term);
                    self.renumber(1, queues);
                }
                self.uncertain_to = 0;
                self.post_unsent(now, term, taken + 1, queues);
                self.tell_methods(queues);
            }
            Down::Numbered(number, frame) => self.numbered(term, number, frame, queues),
            Down::JoinAgain if self.attached() == Some(term) => self.join(queues),
            Down::Buffered(bytes) if self.attached() == Some(term) => self.buffered = bytes,
            Down::JoinAgain | Down::Handing(_) | Down::Here | Down::Buffered(_) => {}
        }
    }

    fn hear(&mut self, now: Instant, term: Term) {
        if term >= self.known {
            self.watch.heard(now);
        }
    }

    fn welcome(&mut self, term: Term, mark: Mark<T>, gap: bool, queues: &mut Queues<P, T>) {
        let other = match self.attachment {
            Attachment::Attached { term: old, .. } | Attachment::Again(old) => old != term,
            Attachment::None => false,
        };
        if other {
            queues.event(Event::Lost);
        }
        self.known = term;
        self.attachment = Attachment::Attached {
            term,
            last: 0,
            acknowledged: 0,
        };
        self.mark = mark;
        if gap {
            queues.event(Event::Gap);
        }
    }

    fn numbered(&mut self, term: Term, number: u64, frame: Numbered<P, T>, queues: &mut Queues<P, T>) {
        let Attachment::Attached {
            term: attached,
            last,
            acknowledged,
        } = &mut self.attachment
        else {
            return;
        };
        if *attached != term || number <= *last {
            return;
        }
        if number != *last + 1 {
            return self.join(queues);
        }
        *last = number;
        if number - *acknowledged >= ACKNOWLEDGE_EVERY {
            *acknowledged = number;
            self.up(term, Up::Acknowledge(number), queues);
        }
        match frame {
            Numbered::Message(message) => self.read(term, message, queues),
            Numbered::State(state) => queues.event(Event::State { state, late: false }),
            Numbered::Gap => queues.event(Event::Gap),
            Numbered::Reply { request, payload, last } => {
                if self.is_pending(request) {
                    if last {
                        self.settle(request);
                    }
                    queues.event(Event::Reply { request, payload, last });
                }
            }
            Numbered::Failed { request, failure, sent } => {
                if self.settle(request) {
                    queues.event(Event::Failed { request, failure, sent });
                }
            }
        }
    }

    fn read(&mut self, term: Term, message: Message<P, T>, queues: &mut Queues<P, T>) {
        let position = Position { term, seq: message.seq };
        if self
            .mark
            .position
            .is_some_and(|last| last.term == term && last.seq >= message.seq)
        {
            return;
        }
        self.mark.position = Some(position);
        if let Some(token) = message.token {
            self.mark.token = Some((position, token));
        }
        if message.only.is_none_or(|tab| tab == self.id) {
            queues.event(Event::Message(message.payload));
        }
    }
}
