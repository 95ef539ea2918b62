//! Frames of other tabs, and of this tab to itself.

use crate::engine::Instant;

use super::super::frame::{Common, Down, Fence, Frame, Handed, Up};
use super::super::ids::{TabId, Term};
use super::super::output::Output;
use super::{Standing, Tab};

/// Of so many tabs that are away a tab remembers what was handed over.
const REMEMBERED: usize = 64;

impl<P: Clone, T: Clone + PartialEq> Tab<P, T> {
    /// A frame has come on one of the tab's channels.
    pub fn handle_frame(&mut self, now: Instant, frame: Frame<P, T>) {
        self.run(now);
        let reached = match self.standing {
            Standing::Left => false,
            // It was posted before the page went away, and says what must not be sent again.
            Standing::Away => matches!(frame, Frame::Down(_, _, Down::Handing(_))),
            _ => true,
        };
        if reached {
            self.handle(now, frame);
        }
        self.settle(now);
    }

    /// Handles what the tab has posted to itself.
    pub(super) fn settle(&mut self, now: Instant) {
        while let Some(frame) = self.queues.take_local() {
            self.handle(now, frame);
        }
        self.leave_if_sent(now);
    }

    fn handle(&mut self, now: Instant, frame: Frame<P, T>) {
        match frame {
            Frame::Common(from, common) => self.handle_common(now, from, common),
            Frame::Down(tab, term, down) if tab == self.id => {
                self.give_way(now, term);
                self.spoke.handle_down(now, term, down, &mut self.queues);
            }
            Frame::Up(tab, term, up) => self.handle_up(now, tab, term, up),
            Frame::Fence(tab, fence) if tab == self.id => self.handle_fence(now, fence),
            Frame::Down(..) | Frame::Fence(..) => {}
        }
    }

    fn handle_fence(&mut self, now: Instant, fence: Fence) {
        let Standing::Leading(hub) = &mut self.standing else {
            return;
        };
        match fence {
            Fence::Join => self.spoke.join(&mut self.queues),
            Fence::Announced(term, number) => {
                if hub.handle_fence(now, term, number, &mut self.queues) {
                    self.queues.output(Output::QueryLock);
                }
            }
        }
    }

    /// A hub talks. If its term is later than that of this tab, this tab is the hub no longer.
    fn give_way(&mut self, now: Instant, term: Term) {
        if matches!(&self.standing, Standing::Leading(hub) if term > hub.term) {
            self.step_down(now);
        }
    }

    fn handle_common(&mut self, now: Instant, from: TabId, common: Common<P, T>) {
        match common {
            Common::RollCall(number) => {
                self.spoke.watch.heard(now);
                let present = Common::Present {
                    to: (from, number),
                    known: self.spoke.known,
                    mark: self.spoke.mark.clone(),
                    handed: self.handed.clone(),
                };
                self.queues.post(Frame::Common(self.id, present));
            }
            Common::Present {
                to,
                known,
                mark,
                handed,
            } => {
                for handed in handed {
                    self.remember(handed);
                }
                if to.0 == self.id {
                    self.answer_roll_call(to.1, known, &mark);
                }
            }
            Common::Lead(term) => {
                self.give_way(now, term);
                if self.spoke.handle_lead(term, &mut self.queues) {
                    self.spoke.watch.heard(now);
                }
            }
            Common::Join {
                ticket,
                mark,
                numbered_in,
            } => {
                let before = numbered_in.and_then(|(term, away)| self.handed_before(from, term, away));
                if let Standing::Leading(hub) = &mut self.standing {
                    let numbered_in = numbered_in.map(|(term, _)| term);
                    hub.admit(now, from, ticket, mark, (numbered_in, before), &mut self.queues);
                }
            }
            Common::Away(away) => {
                if let Standing::Leading(hub) = &mut self.standing {
                    hub.go_away(now, from, away, &mut self.queues);
                }
            }
            Common::Handed(handed) => self.remember(handed),
            Common::Leave => self.forget(now, from),
            Common::Unload => {
                self.handed.retain(|handed| handed.tab != from);
                if let Standing::Leading(hub) = &mut self.standing {
                    hub.unload(now, from, &mut self.queues);
                }
            }
            Common::End(payload) => {
                if self.hands_all() {
                    self.queues.output(Output::CloseConnection(Some(payload.clone())));
                }
                self.queues.output(Output::ReleaseLock);
                self.end(Some(payload));
            }
        }
    }

    fn handle_up(&mut self, now: Instant, tab: TabId, term: Term, up: Up<P, T>) {
        let Standing::Leading(hub) = &mut self.standing else {
            return;
        };
        if hub.term != term || !hub.hears(tab, &mut self.queues) {
            return;
        }
        match up {
            Up::Send {
                number,
                payload,
                request,
            } => hub.take(tab, number, payload, request, &mut self.queues),
            Up::Abort(request) => hub.abort(now, tab, request, &mut self.queues),
            Up::Acknowledge(number) => hub.acknowledge(tab, number),
            Up::Question => hub.answer(tab, &mut self.queues),
            Up::Handles { methods, visible } => hub.note_handlers(tab, methods, visible),
        }
    }

    /// Notes what was handed over of what a tab sent that is away.
    fn remember(&mut self, handed: Handed) {
        self.handed.retain(|known| {
            known.tab != handed.tab || (known.term, known.away, known.upto) > (handed.term, handed.away, handed.upto)
        });
        if self.handed.iter().all(|known| known.tab != handed.tab) {
            if self.handed.len() >= REMEMBERED {
                self.handed.remove(0);
            }
            self.handed.push(handed);
        }
    }

    fn handed_before(&self, tab: TabId, term: Term, away: u32) -> Option<u64> {
        self.handed
            .iter()
            .find(|handed| handed.tab == tab && handed.term == term && handed.away == away)
            .map(|handed| handed.upto)
    }
}
