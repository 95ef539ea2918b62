//! The connections of a [`Shared`] box, and its server. What was sent on a connection that has ended may still come.

use std::collections::VecDeque;

use crate::shared::{Id, Shared};

#[derive(Clone, Copy, Debug)]
pub(crate) enum Frame {
    Hello(u64),
    Message(u64, Id),
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Answer {
    Hello(u64),
    Done(u64),
    Ok(u64),
}

/// A connection of the page that owned the box when it began.
#[derive(Debug, Default)]
pub(crate) struct Connection {
    pub(crate) is_current: bool,
    pub(crate) up: VecDeque<Frame>,
    pub(crate) down: VecDeque<Answer>,
}

impl Shared {
    pub(crate) fn connect(&mut self) {
        self.cut(0);
        let now = self.now;
        let Some(owned) = self.owned() else { return };
        owned.outbox.handle_open(now);
        self.connections.push(Connection {
            is_current: true,
            ..Connection::default()
        });
        self.drain();
    }

    pub(crate) fn is_connected(&self) -> bool {
        self.connections.last().is_some_and(|last| last.is_current)
    }

    pub(crate) fn cut(&mut self, arriving: usize) {
        if let Some(last) = self.connections.last_mut().filter(|last| last.is_current) {
            last.is_current = false;
            last.down.clear();
            last.up.truncate(arriving);
            if let Some(owned) = self.owned() {
                owned.outbox.handle_close();
            }
            self.drain();
        }
        self.connections.retain(|each| each.is_current || !each.up.is_empty());
    }

    pub(crate) fn serve(&mut self, connection: usize) {
        let Some(open) = self.connections.get_mut(connection) else {
            return;
        };
        let Some(frame) = open.up.pop_front() else { return };
        let answer = match frame {
            Frame::Hello(from) => {
                let done = self.last;
                self.last = done.max(from - 1);
                Answer::Hello(done)
            }
            Frame::Message(number, _) if number != self.last + 1 => Answer::Done(self.last),
            Frame::Message(number, id) => {
                self.last = number;
                assert!(!self.done.contains(&id), "{id} is done twice");
                self.done.push(id);
                Answer::Ok(number)
            }
        };
        if open.is_current {
            open.down.push_back(answer);
        }
    }

    pub(crate) fn busy(&self) -> Vec<usize> {
        let all = self.connections.iter().enumerate();
        all.filter(|(_, each)| !each.up.is_empty()).map(|(at, _)| at).collect()
    }

    pub(crate) fn hear(&mut self) {
        let now = self.now;
        let last = self.connections.last_mut().filter(|last| last.is_current);
        let Some(answer) = last.and_then(|last| last.down.pop_front()) else {
            return;
        };
        let Some(owned) = self.owned() else { return };
        match answer {
            Answer::Hello(done) => owned.outbox.handle_hello(now, done),
            Answer::Done(done) => owned.outbox.handle_done(now, done),
            Answer::Ok(number) => owned.outbox.handle_acknowledged(now, number),
        }
        self.drain();
    }
}
