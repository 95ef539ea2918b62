//! Time: whose turn is next, and what it does.

use std::collections::VecDeque;

use holdfast_ws::channels::Refusal;

use crate::world::{Down, Up, World, at};

fn pop_due<T>(frames: &mut VecDeque<(u64, T)>, now: u64) -> Option<(u64, T)> {
    if frames.front()?.0 > now {
        None
    } else {
        frames.pop_front()
    }
}

impl World {
    /// Lets time pass.
    pub(crate) fn run(&mut self, millis: u64) {
        self.pump();
        let end = self.now + millis;
        while let Some(next) = self.next().filter(|next| *next <= end) {
            self.now = self.now.max(next);
            self.turn();
            self.pump();
        }
        self.now = end;
    }

    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // Times of a test.
    fn next(&self) -> Option<u64> {
        let timer = self.machine.poll_timeout().map(|due| due.as_millis_f64().ceil() as u64);
        let frames = [self.up.front().map(|up| up.0), self.down.front().map(|down| down.0)];
        let load = self.loads.iter().map(|load| load.0).min();
        let others = [timer, load, self.reconnect_at];
        frames.into_iter().chain(others).flatten().min()
    }

    /// Does everything that is due.
    fn turn(&mut self) {
        let now = self.now;
        if self.reconnect_at.is_some_and(|due| due <= now) {
            self.reconnect_at = None;
            self.connected = true;
            self.machine.handle_connected(at(now));
        }
        while let Some((_, frame)) = pop_due(&mut self.up, now) {
            self.broker(frame);
        }
        while let Some((_, frame)) = pop_due(&mut self.down, now) {
            self.client(frame);
            self.pump();
        }
        let (due, later): (Vec<_>, Vec<_>) = self.loads.drain(..).partition(|load| load.0 <= now);
        self.loads = later;
        for (_, id, question, position) in due {
            if let Some(position) = position {
                if self.machine.is_loading(id, question)
                    && let Some(joined) = self.joined.get_mut(&id)
                {
                    joined.judge.loaded(position);
                }
                self.machine.handle_loaded(at(now), id, question, Some(position));
            } else {
                self.machine.handle_not_loaded(at(now), id, question);
            }
            self.pump();
        }
        if self.machine.poll_timeout().is_some_and(|due| due <= at(now)) {
            self.machine.handle_timeout(at(now));
        }
    }

    fn broker(&mut self, frame: Up) {
        match frame {
            Up::Subscribe(batch) => {
                for asked in batch {
                    if self.habits.refuses > 0 && self.chance.one_in(self.habits.refuses) {
                        self.send_down(Down::Refused(asked.channel, Refusal::Temporary));
                        continue;
                    }
                    let stream = *self.stream(&asked.name);
                    let (start, messages) = stream.subscribe(self.habits, asked.since, asked.history);
                    self.subscribed.insert(asked.channel, asked.name);
                    let replays = start.replays;
                    self.send_down(Down::Subscribed(asked.channel, start));
                    for message in messages {
                        self.send_down(Down::Message(asked.channel, message, true));
                    }
                    if replays {
                        self.send_down(Down::CaughtUp(asked.channel));
                    }
                }
            }
            Up::Unsubscribe(id) => {
                self.subscribed.remove(&id);
            }
            Up::Fetch(id, question, after, before) => {
                let Some(name) = self.subscribed.get(&id) else { return };
                let stream = self.streams[name];
                let messages = if stream.epoch == after.epoch {
                    stream.between(after.offset, before)
                } else {
                    Vec::new()
                };
                if !(self.habits.silent > 0 && self.chance.one_in(self.habits.silent)) {
                    self.send_down(Down::History(id, question, messages));
                }
            }
        }
    }

    fn client(&mut self, frame: Down) {
        let now = at(self.now);
        match frame {
            Down::Subscribed(id, start) => {
                if let Some(joined) = self.joined.get_mut(&id) {
                    joined.judge.begin();
                }
                self.machine.handle_subscribed(now, id, start);
            }
            Down::Refused(id, refusal) => self.machine.handle_refused(now, id, refusal, None),
            Down::Message(id, position, replayed) => {
                self.machine.handle_message(now, id, Some(position), position, replayed);
            }
            Down::CaughtUp(id) => self.machine.handle_caught_up(now, id),
            Down::History(id, question, messages) => {
                let messages = messages.into_iter().map(|position| (position, position)).collect();
                self.machine.handle_history(now, id, question, messages);
            }
        }
    }
}
