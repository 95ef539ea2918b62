//! A page with a box, its disk, one connection at a time, and a server that keeps its half.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use holdfast_ws::engine::{Instant, Span};
use holdfast_ws::outbox::{Config, Outbox, Output, Reason};

/// How a message ends for the application.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    Acknowledged,
    Refused,
    Expired,
    Cancelled,
    NotStored,
}

#[derive(Clone, Copy, Debug)]
enum Frame {
    Hello(u64),
    Message(u64),
}

#[derive(Clone, Copy, Debug)]
enum Answer {
    Hello(u64),
    Done(u64),
    Ok(u64),
    Refused(u64, bool),
}

/// The server. What it refuses for good is known by the number.
#[derive(Debug, Default)]
pub(crate) struct Server {
    pub(crate) last: u64,
    pub(crate) effects: Vec<u64>,
    pub(crate) refused: Vec<u64>,
    /// It can't do the next messages, so many of them.
    pub(crate) fails: u32,
}

pub(crate) const REFUSED: u64 = 7;

impl Server {
    fn answer(&mut self, frame: Frame) -> Answer {
        match frame {
            Frame::Hello(from) => {
                let done = self.last;
                self.last = done.max(from - 1);
                Answer::Hello(done)
            }
            Frame::Message(number) if number != self.last + 1 => Answer::Done(self.last),
            Frame::Message(number) if self.fails > 0 => {
                self.fails -= 1;
                Answer::Refused(number, false)
            }
            Frame::Message(number) if number % REFUSED == 0 => {
                self.last = number;
                self.refused.push(number);
                Answer::Refused(number, true)
            }
            Frame::Message(number) => {
                self.last = number;
                self.effects.push(number);
                Answer::Ok(number)
            }
        }
    }
}

/// Everything around a box.
#[derive(Debug)]
pub(crate) struct Model {
    pub(crate) now: Instant,
    config: Config,
    pub(crate) outbox: Outbox,
    /// The stored messages, with their deadlines.
    pub(crate) disk: BTreeMap<u64, Instant>,
    /// The messages that are being stored.
    pub(crate) writing: VecDeque<(u64, Instant)>,
    pub(crate) server: Server,
    pub(crate) is_open: bool,
    up: VecDeque<Frame>,
    down: VecDeque<Answer>,
    pub(crate) ends: BTreeMap<u64, End>,
    pub(crate) regressions: usize,
    /// The most messages that were in flight: sent since the last hello, and neither ended nor given up.
    pub(crate) most: usize,
    unanswered: BTreeSet<u64>,
    /// All that was ever sent.
    pub(crate) sent: BTreeSet<u64>,
}

impl Model {
    pub(crate) fn new(config: Config) -> Self {
        Model {
            now: Instant::from_millis(0),
            config,
            outbox: Outbox::new(config),
            disk: BTreeMap::new(),
            writing: VecDeque::new(),
            server: Server::default(),
            is_open: false,
            up: VecDeque::new(),
            down: VecDeque::new(),
            ends: BTreeMap::new(),
            regressions: 0,
            most: 0,
            unanswered: BTreeSet::new(),
            sent: BTreeSet::new(),
        }
    }

    pub(crate) fn deliver(&mut self, ttl: Span) -> u64 {
        let deadline = self.now.saturating_add(ttl);
        let number = self.outbox.add(deadline);
        self.writing.push_back((number, deadline));
        self.drain();
        number
    }

    /// The oldest write ends.
    pub(crate) fn write(&mut self, succeeds: bool) {
        let Some((number, deadline)) = self.writing.pop_front() else {
            return;
        };
        if succeeds {
            // One that has ended meanwhile is removed behind.
            if !self.ends.contains_key(&number) {
                self.disk.insert(number, deadline);
            }
            self.outbox.handle_stored(self.now, number..=number);
        } else {
            self.outbox.cancel(self.now, number);
        }
        self.drain();
    }

    pub(crate) fn cancel(&mut self, number: u64) {
        self.outbox.cancel(self.now, number);
        self.drain();
    }

    pub(crate) fn open(&mut self) {
        self.close();
        self.is_open = true;
        self.outbox.handle_open(self.now);
        self.drain();
    }

    /// The connection ends; what is on the way is lost.
    pub(crate) fn close(&mut self) {
        self.up.clear();
        self.down.clear();
        self.unanswered.clear();
        self.is_open = false;
        self.outbox.handle_close();
        self.drain();
    }

    /// The server takes one frame. With `dies` it ends between doing and saying.
    pub(crate) fn serve(&mut self, dies: bool) {
        let Some(frame) = self.up.pop_front() else { return };
        let answer = self.server.answer(frame);
        if dies {
            self.close();
        } else {
            self.down.push_back(answer);
        }
    }

    /// The page takes one answer.
    pub(crate) fn hear(&mut self) {
        let Some(answer) = self.down.pop_front() else { return };
        let now = self.now;
        match answer {
            Answer::Hello(done) => self.outbox.handle_hello(now, done),
            Answer::Done(done) => self.outbox.handle_done(now, done),
            Answer::Ok(number) => self.outbox.handle_acknowledged(now, number),
            Answer::Refused(number, is_final) => self.outbox.handle_refused(now, number, is_final),
        }
        self.drain();
    }

    /// The page crashes, and another adopts what is on the disk.
    pub(crate) fn crash(&mut self) {
        self.close();
        self.writing.clear();
        self.outbox = Outbox::new(self.config);
        for (number, deadline) in &self.disk {
            self.outbox.restore(*number, *deadline);
        }
    }

    pub(crate) fn advance(&mut self, span: Span) {
        self.now = self.now.saturating_add(span);
        if self.outbox.poll_timeout().is_some_and(|due| due <= self.now) {
            self.outbox.handle_timeout(self.now);
        }
        self.drain();
    }

    /// All is well until nothing more happens.
    pub(crate) fn settle(&mut self) {
        if !self.is_open {
            self.open();
        }
        for _ in 0..1_000_000 {
            if !self.writing.is_empty() {
                self.write(true);
            } else if !self.up.is_empty() {
                self.serve(false);
            } else if !self.down.is_empty() {
                self.hear();
            } else if self.outbox.is_empty() {
                return;
            } else if let Some(due) = self.outbox.poll_timeout() {
                self.advance(due.saturating_since(self.now));
            } else {
                return;
            }
        }
        panic!("it never settles: {self:?}");
    }

    fn end(&mut self, number: u64, end: End) {
        self.unanswered.remove(&number);
        let before = self.ends.insert(number, end);
        assert!(before.is_none(), "{number} ends twice: {before:?}, {end:?}");
    }

    fn drain(&mut self) {
        while let Some(output) = self.outbox.poll_output() {
            match output {
                Output::Hello(from) => {
                    assert!(self.is_open);
                    self.unanswered.clear();
                    self.up.push_back(Frame::Hello(from));
                }
                Output::Send(number) => {
                    assert!(
                        self.is_open && self.disk.contains_key(&number),
                        "{number} is not stored"
                    );
                    self.unanswered.insert(number);
                    self.sent.insert(number);
                    self.most = self.most.max(self.unanswered.len());
                    self.up.push_back(Frame::Message(number));
                }
                Output::Remove { number, is_awaited } => {
                    self.unanswered.remove(&number);
                    self.disk.remove(&number);
                    if is_awaited {
                        self.outbox.handle_removed(self.now, number);
                    }
                }
                Output::Acknowledged(number) => self.end(number, End::Acknowledged),
                Output::Refused(number) => self.end(number, End::Refused),
                Output::GivenUp { number, reason, .. } => {
                    let is_cancelled = reason == Reason::Cancelled;
                    self.end(number, if is_cancelled { End::Cancelled } else { End::Expired });
                }
                Output::Regressed { .. } => self.regressions += 1,
                other => panic!("{other:?}"),
            }
        }
    }
}
