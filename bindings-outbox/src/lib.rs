//! The bindings of the outbox: `Machine`, one for each box of `holdfast-ws/outbox`. No rules stand here: the machine of
//! `holdfast_ws::outbox` decides what happens, and JavaScript carries it out.
//!
//! Times are milliseconds. Numbers of messages are below 2^53, as they count from 1.

#![cfg(target_arch = "wasm32")]
#![forbid(unsafe_code)]
#![allow(clippy::must_use_candidate)] // JavaScript has no such thing.
#![allow(missing_debug_implementations)]
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss
)] // Casts saturate.

use std::vec;

use holdfast_ws::engine::Instant;
use holdfast_ws::outbox::{AfterRefusal, Config, Counter, Inbox, Numbers, Outbox, Output, Reason};
use wasm_bindgen::prelude::*;

/// The rules for one box.
#[wasm_bindgen]
pub struct Machine {
    outbox: Outbox,
    first: u64,
    second: u64,
    flushed: vec::IntoIter<Output>,
}

fn counter_of(last: f64, reserved: f64, opened: f64) -> Counter {
    Counter {
        last: last as u64,
        reserved: reserved as u64,
        opened: opened as u64,
    }
}

fn at(millis: f64) -> Instant {
    Instant::from_millis_f64(millis)
}

#[wasm_bindgen]
impl Machine {
    /// An empty box. `stops`: it sends nothing more after a refusal, until `resume()`.
    #[wasm_bindgen(constructor)]
    pub fn new(window: u32, stops: bool) -> Machine {
        let mut config = Config::default();
        config.window = window as usize;
        if stops {
            config.after_refusal = AfterRefusal::Stop;
        }
        Machine {
            outbox: Outbox::new(config),
            first: 0,
            second: 0,
            flushed: Vec::new().into_iter(),
        }
    }

    /// Takes a new message, and returns its number.
    pub fn add(&mut self, deadline: f64) -> f64 {
        self.outbox.add(at(deadline)) as f64
    }

    /// Takes a message that was stored before.
    pub fn restore(&mut self, number: f64, deadline: f64) {
        self.outbox.restore(number as u64, at(deadline));
    }

    /// Takes a message that is stored under a number of the storage's.
    pub fn insert(&mut self, now: f64, number: f64, deadline: f64) {
        self.outbox.insert(at(now), number as u64, at(deadline));
    }

    /// Takes what an earlier machine knew of the box.
    #[wasm_bindgen(js_name = "restoreState")]
    pub fn restore_state(&mut self, confirmed: f64, stopped: bool) {
        self.outbox.restore_state(confirmed as u64, stopped);
    }

    /// The counter of the storage that gives the numbers, and what `see()` has returned for it.
    pub fn counter(&mut self, last: f64, reserved: f64, opened: f64, before: f64) {
        self.outbox
            .handle_counter(counter_of(last, reserved, opened), before as u64);
    }

    /// The counter says that numbers up to this one may be sent.
    #[wasm_bindgen(js_name = "numbersOpened")]
    pub fn numbers_opened(&mut self, now: f64, reserved: f64) {
        self.outbox.handle_opened(at(now), reserved as u64);
    }

    /// The displaced messages have other numbers in the storage.
    pub fn shifted(&mut self) {
        self.outbox.handle_shifted();
    }

    /// The last number that the server has confirmed.
    pub fn confirmed(&self) -> f64 {
        self.outbox.confirmed() as f64
    }

    /// Messages are stored, from the first number to the last.
    pub fn stored(&mut self, now: f64, first: f64, last: f64) {
        self.outbox.handle_stored(at(now), first as u64..=last as u64);
    }

    /// A message is removed.
    pub fn removed(&mut self, now: f64, number: f64) {
        self.outbox.handle_removed(at(now), number as u64);
    }

    /// A message is cancelled, or can't be stored.
    pub fn cancel(&mut self, now: f64, number: f64) {
        self.outbox.cancel(at(now), number as u64);
    }

    /// Goes on after a refusal.
    pub fn resume(&mut self, now: f64) {
        self.outbox.resume(at(now));
    }

    /// True after a refusal, if it stops then.
    pub fn stopped(&self) -> bool {
        self.outbox.is_stopped()
    }

    /// A connection is open.
    pub fn opened(&mut self, now: f64) {
        self.outbox.handle_open(at(now));
    }

    /// The connection has ended.
    pub fn closed(&mut self) {
        self.outbox.handle_close();
    }

    /// The box is let go: another machine may send what this one holds.
    #[wasm_bindgen(js_name = "letGo")]
    pub fn let_go(&mut self) {
        self.outbox.let_go();
    }

    /// Hello is answered.
    pub fn hello(&mut self, now: f64, done: f64) {
        self.outbox.handle_hello(at(now), done as u64);
    }

    /// Everything up to a number is done.
    pub fn done(&mut self, now: f64, done: f64) {
        self.outbox.handle_done(at(now), done as u64);
    }

    /// One number is done.
    pub fn acknowledged(&mut self, now: f64, number: f64) {
        self.outbox.handle_acknowledged(at(now), number as u64);
    }

    /// One number is refused.
    pub fn refused(&mut self, now: f64, number: f64, is_final: bool) {
        self.outbox.handle_refused(at(now), number as u64, is_final);
    }

    /// When `timeout` is due; NaN if never.
    pub fn due(&self) -> f64 {
        self.outbox.poll_timeout().map_or(f64::NAN, Instant::as_millis_f64)
    }

    /// A deadline has come.
    pub fn timeout(&mut self, now: f64) {
        self.outbox.handle_timeout(at(now));
    }

    /// The page is left. `flushed` has what the server has to get now.
    pub fn flush(&mut self, now: f64) {
        self.flushed = self.outbox.flush(at(now)).into_iter();
    }

    /// The kind of the next frame of `flush`, as that of `output`: 1 or 2, with its number; 0 if there is none.
    pub fn flushed(&mut self) -> u32 {
        let next = self.flushed.next();
        self.take(next)
    }

    /// The kind of the next action: 1 hello, 2 send, 3 remove, 4 acknowledged, 5 refused, 6 expired, 7 regressed,
    /// 8 cancelled, 9 numbers to open, 10 ahead, 11 renumbered, 12 displaced; 0 if there is none.
    pub fn output(&mut self) -> u32 {
        let next = self.outbox.poll_output();
        self.take(next)
    }

    fn take(&mut self, output: Option<Output>) -> u32 {
        let (kind, first, second) = match output {
            Some(Output::Hello(from)) => (1, from, 0),
            Some(Output::Send(number)) => (2, number, 0),
            Some(Output::Remove { number, is_awaited }) => (3, number, is_awaited.into()),
            Some(Output::Acknowledged(number)) => (4, number, 0),
            Some(Output::Refused(number)) => (5, number, 0),
            Some(Output::GivenUp {
                number,
                reason,
                may_be_done,
            }) => (
                if reason == Reason::Expired { 6 } else { 8 },
                number,
                may_be_done.into(),
            ),
            Some(Output::Regressed { done, acknowledged }) => (7, done, acknowledged),
            Some(Output::Open(reserved)) => (9, reserved, 0),
            Some(Output::Ahead { done, given }) => (10, done, given),
            Some(Output::Renumbered { number, renumbered }) => (11, number, renumbered),
            Some(Output::Displaced { above, done }) => (12, above, done),
            _ => (0, 0, 0),
        };
        (self.first, self.second) = (first, second);
        kind
    }

    /// The number of the last action.
    pub fn first(&self) -> f64 {
        self.first as f64
    }

    /// The other number of the last action, if it has two. Of 3 it is 1 if `removed` is awaited, of 6 and 8 if the server may have
    /// done the message.
    pub fn second(&self) -> f64 {
        self.second as f64
    }
}

/// The numbers that one page gives in a box of several.
#[wasm_bindgen]
#[derive(Default)]
pub struct Giver {
    numbers: Numbers,
    first: u64,
    counter: Counter,
    is_strict: bool,
}

#[wasm_bindgen]
impl Giver {
    /// One page begins.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Giver {
        Giver::default()
    }

    /// True if the next transaction, or the one that `take()` was called in, has to outlive loss of power.
    pub fn strict(&self) -> bool {
        self.is_strict || self.numbers.is_strict()
    }

    /// The counter was read. Returns the last number that was given before this page.
    pub fn see(&mut self, last: f64, reserved: f64, opened: f64) -> f64 {
        self.numbers.see(counter_of(last, reserved, opened)) as f64
    }

    /// Gives so many numbers: `first()` is the first, and the counter is to be written.
    pub fn take(&mut self, last: f64, reserved: f64, opened: f64, count: u32) {
        let given = self.numbers.take(counter_of(last, reserved, opened), count.into());
        (self.first, self.counter, self.is_strict) = (given.first, given.counter, given.is_strict);
    }

    /// The transaction is complete.
    pub fn stored(&mut self) {
        self.numbers.handle_stored();
        self.is_strict = false;
    }

    /// The counter is to be written: numbers up to this one may be sent.
    pub fn open(&mut self, last: f64, reserved: f64, opened: f64, number: f64) {
        self.counter = counter_of(last, reserved, opened).open(number as u64);
    }

    /// The messages above a number get others, behind `done`: `first()` is the difference, and the counter is to be written.
    pub fn shift(&mut self, last: f64, reserved: f64, opened: f64, above: f64, done: f64) {
        let counter = counter_of(last, reserved, opened);
        (self.first, self.counter) = self.numbers.shift(counter, above as u64, done as u64);
    }

    /// The first number that was given, or the difference.
    pub fn first(&self) -> f64 {
        self.first as f64
    }

    /// The `last` of the counter to be written.
    pub fn last(&self) -> f64 {
        self.counter.last as f64
    }

    /// The `reserved` of the counter to be written.
    pub fn reserved(&self) -> f64 {
        self.counter.reserved as f64
    }

    /// The `opened` of the counter to be written.
    pub fn opened(&self) -> f64 {
        self.counter.opened as f64
    }
}

/// The rules of what is received.
#[wasm_bindgen]
pub struct Received {
    inbox: Inbox,
}

#[wasm_bindgen]
impl Received {
    /// It is not known yet where to begin.
    #[wasm_bindgen(constructor)]
    #[allow(clippy::new_without_default)] // JavaScript has no such thing.
    pub fn new() -> Received {
        Received {
            inbox: Inbox::default(),
        }
    }

    /// It begins behind this position; NaN if there is none.
    pub fn begin(&mut self, committed: f64) {
        self.inbox.begin((!committed.is_nan()).then_some(committed as u64));
    }

    /// It is not known any more where to go on. So many messages are kept.
    pub fn pause(&mut self, kept: u32) {
        self.inbox.pause(kept as usize);
    }

    /// True if it is known where to begin.
    pub fn begun(&self) -> bool {
        self.inbox.has_begun()
    }

    /// A message has come before that, and is kept: true if the oldest that is kept is to be dropped.
    pub fn early(&mut self) -> bool {
        self.inbox.handle_early()
    }

    /// A message with a position has come: true if it is new.
    pub fn position(&mut self, position: f64) -> bool {
        self.inbox.handle_position(position as u64)
    }

    /// A message with an id has come: true if it is new.
    pub fn id(&mut self, now: f64, id: &str) -> bool {
        self.inbox.handle_id(at(now), id)
    }

    /// A message is handled: true if its position is to be stored.
    pub fn commit(&mut self, position: f64) -> bool {
        self.inbox.commit(position as u64)
    }
}
