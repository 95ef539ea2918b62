//! A server that has more than was sent: the storage has forgotten that it was.

use super::Outbox;
use crate::engine::Instant;
use crate::outbox::numbering::{Numbering, Shared};
use crate::outbox::{Counter, Output};

impl Outbox {
    /// The storage gives the numbers of this box, and has this counter. Those above `before` were given while this page lived: see
    /// [`Numbers::see`](crate::outbox::Numbers::see). To be called before messages are taken that were read with it.
    pub fn handle_counter(&mut self, counter: Counter, before: u64) {
        self.numbering = Numbering::Shared(match self.numbering {
            Numbering::Shared(known) => Shared {
                counter: known.counter.max(counter),
                ..known
            },
            Numbering::Own | Numbering::Adopted => Shared {
                counter,
                before,
                opening: counter.opened,
                done: 0,
                is_displaced: false,
            },
        });
    }

    /// The displaced messages have other numbers in the storage, and are to be read again. See [`Output::Displaced`].
    pub fn handle_shifted(&mut self) {
        if let Numbering::Shared(shared) = &mut self.numbering {
            shared.is_displaced = false;
        }
    }

    /// True if a message that was read is to be left out: it gets another number with those that were displaced.
    pub(super) fn leaves_out(&self) -> bool {
        matches!(self.numbering, Numbering::Shared(shared) if shared.is_displaced)
    }

    /// The counter says that the numbers up to `reserved` may be sent: [`Output::Open`] has asked for it.
    pub fn handle_opened(&mut self, now: Instant, reserved: u64) {
        if let Numbering::Shared(shared) = &mut self.numbering {
            shared.counter = shared.counter.open(reserved);
        }
        self.advance(now);
    }

    /// True if a message may be sent that the server was asked about by hello. If not, it may be soon.
    pub(super) fn may_send(&mut self, number: u64) -> bool {
        let Numbering::Shared(shared) = &mut self.numbering else {
            return true;
        };
        let may_send = number <= shared.counter.opened;
        if !may_send && shared.opening < number {
            shared.opening = shared.counter.reserved.max(number);
            self.outputs.push_back(Output::Open(shared.opening));
        }
        may_send
    }

    /// True if a message may be sent without that.
    pub(super) fn is_opened(&self, number: u64) -> bool {
        match self.numbering {
            Numbering::Shared(shared) => number <= shared.counter.opened,
            Numbering::Own | Numbering::Adopted => true,
        }
    }

    /// The server says which number it has done last. Nobody but this box sends under its name. So if that number can't have been sent,
    /// the storage has forgotten that it was: messages with such numbers are others than those that the server has done.
    pub(super) fn compare(&mut self, done: u64) {
        let (given, above) = match self.numbering {
            Numbering::Adopted => return,
            Numbering::Own => (self.last, self.sent),
            Numbering::Shared(Shared { counter, before, .. }) => {
                (counter.last.max(self.last), counter.opened.max(before))
            }
        };
        let is_other = self
            .held
            .range(above.saturating_add(1)..)
            .next()
            .is_some_and(|(first, _)| *first <= done);
        if done > given || is_other {
            self.outputs.push_back(Output::Ahead { done, given });
        }
        if is_other {
            self.displace(above, done);
        }
        match &mut self.numbering {
            Numbering::Shared(shared) => {
                shared.counter.last = given.max(done);
                shared.done = done;
            }
            Numbering::Own | Numbering::Adopted => self.last = self.last.max(done),
        }
    }

    /// A message was read from the storage: the server may have said that it has its number.
    pub(super) fn compare_read(&mut self, number: u64) {
        if let Numbering::Shared(Shared { done, .. }) = self.numbering
            && number <= done
        {
            self.compare(done);
        }
    }

    /// Gives other numbers to the messages that were never sent, in the same order.
    fn displace(&mut self, above: u64, done: u64) {
        let is_own = match &mut self.numbering {
            Numbering::Shared(shared) => {
                shared.is_displaced = true;
                self.outputs.push_back(Output::Displaced { above, done });
                false
            }
            Numbering::Own | Numbering::Adopted => true,
        };
        self.last = self.last.max(done);
        self.sent = self.sent.min(above);
        while let Some((number, reason)) = self.withdrawn.take_above(above) {
            self.outputs.push_back(Output::GivenUp {
                number,
                reason,
                may_be_done: false,
            });
        }
        let all = above.saturating_add(1)..=self.last;
        while let Some(number) = self.held.range(all.clone()).next().map(|(number, _)| *number) {
            let Some(held) = self.release(number) else { return };
            if is_own {
                let renumbered = self.add(held.deadline);
                self.outputs.push_back(Output::Renumbered { number, renumbered });
            }
        }
    }
}
