//! One sink as the test knows it: what it took, and what it has said of that.

use std::cell::RefCell;
use std::collections::HashSet;
use std::pin::Pin;
use std::rc::Rc;
use std::task::Poll;

use futures_util::Sink;
use holdfast_ws::{Channel, Message, ReadyState, SendError};

use super::tasks::{Random, Task};
use crate::fake::sent;

/// An operation of a sink.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Op {
    Ready,
    Flush,
    Close,
}

/// The sink of a channel, whose other half may be polled by another task.
pub(super) struct Side {
    /// The first letter of its messages.
    name: char,
    channel: Option<Rc<RefCell<Channel>>>,
    task: Task,
    op: Op,
    /// True while its close is under way, and true once somebody has connected the socket again meanwhile.
    closes: bool,
    undone: bool,
    /// The messages that it took; losses of the first `reported` are known to its user.
    pub(super) taken: Vec<String>,
    reported: usize,
}

impl Side {
    pub(super) fn new(name: char, channel: Rc<RefCell<Channel>>) -> Self {
        Self {
            name,
            channel: Some(channel),
            task: Task::default(),
            op: Op::Ready,
            closes: false,
            undone: false,
            taken: Vec::new(),
            reported: 0,
        }
    }

    /// Called when the socket is connected again.
    pub(super) fn reconnected(&mut self) {
        self.undone = self.closes;
    }

    pub(super) fn is_gone(&self) -> bool {
        self.channel.is_none()
    }

    pub(super) fn drop_channel(&mut self) {
        self.channel = None;
    }

    /// Polls an operation, and returns what it says; `None` if the sink is gone.
    pub(super) fn poll(&mut self, random: &mut Random, op: Op) -> Option<Poll<Result<(), SendError>>> {
        let mut channel = self.channel.as_ref()?.borrow_mut();
        let sink = Pin::new(&mut *channel);
        self.op = op;
        let polled = self.task.poll(random, |cx| match op {
            Op::Ready => sink.poll_ready(cx),
            Op::Flush => sink.poll_flush(cx),
            Op::Close => sink.poll_close(cx),
        });
        if op == Op::Close {
            let state = channel.socket().ready_state();
            assert!(
                polled.is_pending() || state == ReadyState::Closed || self.undone,
                "it says that it is closed: {state:?}"
            );
            (self.closes, self.undone) = (polled.is_pending(), false);
        }
        match (op, polled) {
            (_, Poll::Pending) | (Op::Ready, Poll::Ready(Ok(()))) => {}
            (Op::Ready, Poll::Ready(Err(error))) => {
                let state = channel.socket().ready_state();
                assert!(
                    matches!(state, ReadyState::Closing | ReadyState::Closed),
                    "{error} while {state:?}"
                );
            }
            (_, Poll::Ready(Err(_))) => self.reported = self.taken.len(),
            (_, Poll::Ready(Ok(()))) => {
                let sent: HashSet<_> = sent().into_iter().collect();
                let missing = self.taken.iter().skip(self.reported).find(|text| !sent.contains(*text));
                assert_eq!(missing, None, "{op:?} is done, but not all was handed over");
            }
        }
        Some(polled)
    }

    /// Gives a sink that has said that it is ready a message.
    pub(super) fn send(&mut self, length: usize) {
        let Some(channel) = &self.channel else { return };
        let text = format!("{}{}{}", self.name, self.taken.len(), "-".repeat(length));
        let taken = Pin::new(&mut *channel.borrow_mut()).start_send(Message::from(text.as_str()));
        match taken {
            Ok(()) => {
                self.taken.push(text);
                (self.closes, self.undone) = (false, false);
            }
            Err(error) => assert_eq!(
                error,
                SendError::Closed,
                "a ready sink refuses nothing but what is over"
            ),
        }
    }

    /// Asserts that no wake-up was missed: while nobody has woken the task, the operation has nothing new to say.
    pub(super) fn check_asleep(&mut self, random: &mut Random) {
        if self.task.is_asleep() {
            let op = self.op;
            let polled = self.poll(random, op);
            assert!(polled.is_none_or(|polled| polled.is_pending()), "{op:?} was not woken");
        }
    }

    /// Polls the operation that waits once more if it was woken. Returns true if it was, in vain.
    pub(super) fn poll_if_woken(&mut self, random: &mut Random) -> bool {
        self.task.waits()
            && !self.task.is_asleep()
            && self.poll(random, self.op).is_some_and(|polled| polled.is_pending())
    }

    /// Asserts that its messages came to the browser in their order.
    pub(super) fn check_order(&self, sent: &[String]) {
        let place = |text| self.taken.iter().position(|taken| taken == text);
        let places: Vec<_> = sent.iter().filter_map(place).collect();
        assert!(places.is_sorted(), "in order: {sent:?}");
    }
}
