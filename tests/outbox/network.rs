//! The connections of a [`World`], and its server. The server reads what has arrived, also after the end of a connection.

use std::collections::VecDeque;

use holdfast_ws::outbox::Output;

use crate::world::{Id, World};

#[derive(Clone, Copy, Debug)]
pub(crate) enum Frame {
    Hello(usize, u64),
    Message(Id),
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Answer {
    Hello(usize, u64),
    Done(usize, u64),
    Ok(Id),
    Refused(Id, bool),
}

/// A connection. The server reads what has arrived, also after its end.
#[derive(Debug)]
pub(crate) struct Connection {
    pub(crate) page: Option<usize>,
    pub(crate) up: VecDeque<Frame>,
    pub(crate) down: VecDeque<Answer>,
    /// False if the server has restarted: it reads nothing more.
    pub(crate) is_read: bool,
    /// True for what a page has posted: behind what it doesn't do now, the server reads nothing more.
    pub(crate) is_posted: bool,
}

impl World {
    pub(crate) fn connect(&mut self, id: usize) {
        self.cut(id, 0);
        let connection = Connection {
            page: Some(id),
            up: VecDeque::new(),
            down: VecDeque::new(),
            is_read: true,
            is_posted: false,
        };
        self.connections.insert(self.next_connection, connection);
        let Some(page) = self.pages.get_mut(&id) else { return };
        page.connection = Some(self.next_connection);
        self.next_connection += 1;
        for (name, outbox) in &mut page.boxes {
            // Without its lock, another page owns it.
            if self.locks.get(name) == Some(&id) {
                outbox.handle_open(self.now);
            }
        }
        self.drain(id);
    }

    pub(crate) fn is_connected(&self, id: usize) -> bool {
        self.pages.get(&id).is_some_and(|page| page.connection.is_some())
    }

    /// The page's connection ends. So many frames of those on the way still come to the server, whenever that is.
    pub(crate) fn cut(&mut self, id: usize, arriving: usize) {
        let Some(page) = self.pages.get_mut(&id) else { return };
        let Some(connection) = page.connection.take() else {
            return;
        };
        for outbox in page.boxes.values_mut() {
            outbox.handle_close();
        }
        if let Some(connection) = self.connections.get_mut(&connection) {
            connection.page = None;
            connection.down.clear();
            connection.up.truncate(arriving);
        }
        self.drain(id);
    }

    /// The page is left: it posts what is left, up to so many frames of each box. They come to the server, whenever that is.
    pub(crate) fn flush(&mut self, id: usize, most: usize) {
        let now = self.now;
        let Some(page) = self.pages.get_mut(&id) else { return };
        let mut up = VecDeque::new();
        for (&name, outbox) in &mut page.boxes {
            // Without its lock, another page owns it.
            if self.locks.get(&name) != Some(&id) {
                continue;
            }
            up.extend(outbox.flush(now).into_iter().take(most).map(|frame| match frame {
                Output::Hello(from) => Frame::Hello(name, from),
                Output::Send(number) => Frame::Message((name, number)),
                other => panic!("{other:?} is no frame"),
            }));
        }
        let posted = Connection {
            page: None,
            up,
            down: VecDeque::new(),
            is_read: true,
            is_posted: true,
        };
        self.connections.insert(self.next_connection, posted);
        self.next_connection += 1;
    }

    /// The server restarts. Pages learn of it when they learn of it.
    pub(crate) fn restart(&mut self) {
        for connection in self.connections.values_mut() {
            connection.is_read = false;
            connection.up.clear();
        }
    }

    /// The server takes a frame of a connection.
    pub(crate) fn serve(&mut self, connection: usize) {
        let Some(open) = self.connections.get_mut(&connection) else {
            return;
        };
        let Some(frame) = open.up.pop_front().filter(|_| open.is_read) else {
            return;
        };
        let answer = self.answer(frame);
        let Some(open) = self.connections.get_mut(&connection) else {
            return;
        };
        if open.page.is_some() {
            open.down.push_back(answer);
        }
        if open.is_posted && matches!(answer, Answer::Refused(_, false)) {
            open.up.clear();
        }
    }

    fn answer(&mut self, frame: Frame) -> Answer {
        match frame {
            Frame::Hello(name, from) => {
                let passed = self
                    .owed
                    .range((name, 0)..(name, from))
                    .find(|owed| !self.is_done(**owed));
                assert_eq!(passed, None, "hello from {from} passes over what is to be done");
                let last = self.last.entry(name).or_default();
                let done = *last;
                *last = done.max(from - 1);
                Answer::Hello(name, done)
            }
            Frame::Message((name, number)) => {
                let last = self.last.entry(name).or_default();
                if number != *last + 1 {
                    return Answer::Done(name, *last);
                }
                if self.fails > 0 {
                    self.fails -= 1;
                    return Answer::Refused((name, number), false);
                }
                *last = number;
                if number.is_multiple_of(7) {
                    self.refused.insert((name, number));
                    return Answer::Refused((name, number), true);
                }
                self.apply((name, number));
                if self.is_cumulative {
                    Answer::Done(name, number)
                } else {
                    Answer::Ok((name, number))
                }
            }
        }
    }

    fn apply(&mut self, message: Id) {
        assert!(!self.dead.contains(&message), "{message:?} has ended, and is done now");
        assert!(self.done.insert(message), "{message:?} is done twice");
        let is_last = self.done.range((message.0, message.1 + 1)..(message.0 + 1, 0)).next();
        assert_eq!(is_last, None, "{message:?} is done out of order");
        let skipped = self
            .owed
            .range((message.0, 0)..message)
            .find(|owed| !self.is_done(**owed));
        assert_eq!(skipped, None, "{message:?} overtakes");
        self.effects.push(message);
    }

    /// The page takes an answer.
    pub(crate) fn hear(&mut self, id: usize) {
        let now = self.now;
        let Some(page) = self.pages.get_mut(&id) else { return };
        let Some(connection) = page.connection.and_then(|of| self.connections.get_mut(&of)) else {
            return;
        };
        let Some(answer) = connection.down.pop_front() else {
            return;
        };
        let (Answer::Hello(name, _) | Answer::Done(name, _) | Answer::Ok((name, _)) | Answer::Refused((name, _), _)) =
            answer;
        let Some(outbox) = page.boxes.get_mut(&name) else {
            return;
        };
        let told = page.told.get(&name).copied().unwrap_or(0);
        let before = self.regressions;
        match answer {
            Answer::Hello(_, done) => outbox.handle_hello(now, done),
            Answer::Done(_, done) => outbox.handle_done(now, done),
            Answer::Ok((_, number)) => outbox.handle_acknowledged(now, number),
            Answer::Refused((_, number), is_final) => outbox.handle_refused(now, number, is_final),
        }
        self.drain(id);
        if let Answer::Hello(_, done) = answer {
            // What was in the box from `done` on comes again; all else that was told to be done is lost.
            let lost = self.lost.range((name, done + 1)..(name, told.max(done) + 1)).next();
            assert!(
                lost.is_none() || self.regressions > before,
                "the server has lost {lost:?}, and that is not told"
            );
        }
    }

    /// True if it was done, and never comes again.
    pub(crate) fn is_done(&self, message: Id) -> bool {
        let is_lost = self.lost.contains(&message) && self.acknowledged.contains(&message);
        self.done.contains(&message) || self.refused.contains(&message) || is_lost
    }

    /// Returns those with something for the server.
    pub(crate) fn connections(&self) -> Vec<usize> {
        let busy = self.connections.iter().filter(|(_, open)| !open.up.is_empty());
        busy.map(|(id, _)| *id).collect()
    }
}
